"""A command that cannot be done."""


class Refused(Exception):
    """`why` is for the author of the command."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why
