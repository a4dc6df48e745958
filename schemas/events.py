"""Events of incidents: one per input and incident, self-contained. Names and fields are storage: version with care."""

from dataclasses import dataclass
from typing import Annotated, Literal

from schemas.base import Instant, OpenEnum
from schemas.report import ArticleHeader, Assertion, Group, Occurrence, ParserInfo

DropReason = Annotated[Literal["correction", "rewrite", "withdrawal", "parser"], OpenEnum()]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """The record that made the correlator decide."""

    topic: str
    partition: int
    offset: int
    id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """`n` is contiguous per lane; one decision makes `of` events, this is number `part` of them."""

    lane: int
    n: int
    part: int
    of: int
    rule: str
    version: str
    score: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportHeader:
    """The report without its contents."""

    id: str
    article: ArticleHeader
    parser: ParserInfo
    language: str
    genre: str
    digest: str
    derivative_of: str | None = None
    corrections: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Dropped:
    """An assertion key that the new version no longer holds, and why."""

    key: str
    by: DropReason


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """The envelope. `seq` counts 1, 2, 3 … per incident; `recorded_at` comes from the log, never from a clock."""

    type: str
    v: Literal[1]
    id: str
    incident: str
    seq: int
    desk: str
    recorded_at: Instant
    cause: Cause
    decision: Decision


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportRecorded(Event):
    """A group of a report joins the incident (opens it, if seq = 1)."""

    type: Literal["report_recorded"]
    report: ReportHeader
    group: Group
    occurrences: tuple[Occurrence, ...]
    assertions: tuple[Assertion, ...]
    family: str | None = None
    moved_from: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportReplaced(Event):
    """A newer version of an article (or a better parse): its new contents as a difference by assertion key.

    `group` and `occurrences` are the whole new state; `added` are assertions that are new or whose body changed.
    """

    type: Literal["report_replaced"]
    report: ReportHeader
    group: Group
    occurrences: tuple[Occurrence, ...]
    added: tuple[Assertion, ...]
    dropped: tuple[Dropped, ...]
    family: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportWithdrawn(Event):
    """The article was withdrawn, or its new version no longer has this group."""

    type: Literal["report_withdrawn"]
    report: ReportHeader
    group: str
    by: DropReason


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportMoved(Event):
    """Later evidence, or a person, moved the group of the article to another incident."""

    type: Literal["report_moved"]
    article: str
    group: str
    into: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportUnlinked(Event):
    """Nothing for any incident (key = article id, incident = ""): an empty report, an equal version, a lone group."""

    type: Literal["report_unlinked"]
    article: str
    revision_ms: int
    revision_hash: str
    rank: int
    digest: str
    why: str
    withdrawn: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class _ByCommand(Event):
    """Events that a person's command caused."""

    command: str
    author: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentMerged(_ByCommand):
    """This incident lives on as `into`; it stays for ever as a redirect."""

    type: Literal["incident_merged"]
    into: str
    undone: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentSplit(_ByCommand):
    type: Literal["incident_split"]
    into: str
    groups: tuple[str, ...]
    undone: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentRenamed(_ByCommand):
    type: Literal["incident_renamed"]
    title: str
    undone: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class FactReviewed(_ByCommand):
    """A person gives a fact its status. The review pins assertion keys, so that it survives re-clustering."""

    type: Literal["fact_reviewed"]
    fact: str
    keys: tuple[str, ...]
    status: str
    undone: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class FactPinned(_ByCommand):
    type: Literal["fact_pinned"]
    fact: str
    keys: tuple[str, ...]
    undone: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandRejected(_ByCommand):
    type: Literal["command_rejected"]
    why: str


IncidentEvent = (
    ReportRecorded
    | ReportReplaced
    | ReportWithdrawn
    | ReportMoved
    | ReportUnlinked
    | IncidentMerged
    | IncidentSplit
    | IncidentRenamed
    | FactReviewed
    | FactPinned
    | CommandRejected
)
