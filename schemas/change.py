"""What one event changed in one view. A notification, derived: the truth is in the events."""

from dataclasses import dataclass
from typing import Annotated, Literal

from schemas.base import Instant, OpenEnum

ChangeKind = Annotated[
    Literal[
        "incident_opened", "incident_merged", "incident_renamed", "fact_new", "fact_status", "fact_gone",
        "count_new", "count_revised", "count_claimed", "count_gone", "measure", "control", "correction",
        "report_added", "report_withdrawn", "reviewed", "command_rejected",
    ],
    OpenEnum(),
]  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeItem:
    kind: ChangeKind
    text: str
    fact: str | None = None
    key: str | None = None
    before: str | None = None
    after: str | None = None
    speaker: str | None = None
    rule: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """id = UUIDv5 of (incident, seq)."""

    type: Literal["change"]
    v: Literal[1]
    id: str
    incident: str
    seq: int
    desk: str
    recorded_at: Instant
    event: str
    title: str
    items: tuple[ChangeItem, ...]
