"""What can be wrong with a record.

InvalidRecord            never retry: dead letter, go on
└── UnknownVersion       newer than this code; in reports and events the worker stops (exit 75)
"""


class InvalidRecord(ValueError):
    """`reason` is a stable slug (dead-letter header), `detail` is for people."""

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(f"{reason}: {detail}")
        self.reason = reason
        self.detail = detail


class UnknownVersion(InvalidRecord):
    """The type or version of the record is not known here."""
