"""What a trace is made of: the stations of an article or an incident, each with its position, its time and why.

A position is written TOPIC/PARTITION@OFFSET. `waits` and `why` are for people: absent where there is nothing to say.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from services.runtime.records import Record, TopicPartition

Service = str
Positions = Mapping[Service, Mapping[TopicPartition, int]]
"""The next offset that each service works on."""


@dataclass(frozen=True, slots=True)
class Letter:
    """A dead letter. `origin` = the record it was; `open` is false once it was retried or dropped."""

    id: str
    position: str
    origin: str
    stage: str
    reason: str
    error: str
    attempt: int
    open: bool


@dataclass(frozen=True, slots=True)
class ViewHop:
    """The first view in the log that has the event; `seq` = its revision. Compaction may have removed earlier ones."""

    position: str
    at: datetime
    seq: int
    after_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class EventHop:
    """An event. `after_ms`: from when the article came in until the event's recorded time. `copies`: how often it lies
    in the log; once is usual, more is a restart. `cause` = the record that made the correlator decide."""

    position: str
    at: datetime
    type: str
    incident: str
    seq: int
    rule: str
    cause: str
    score: float | None = None
    role: str | None = None
    why: str | None = None
    article: str | None = None
    title: str | None = None
    outlet: str | None = None
    after_ms: int | None = None
    copies: int = 1
    story: str | None = None
    changes: tuple[str, ...] = ()
    view: ViewHop | None = None
    dead: Letter | None = None
    waits: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupHop:
    """A group of the report: what the linker places."""

    role: str
    families: tuple[str, ...]
    place: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportHop:
    """A report. `after_ms`: since the article was appended."""

    position: str
    at: datetime
    after_ms: int
    parser: str
    rank: int
    language: str
    digest: str
    withdrawn: bool
    warnings: tuple[str, ...]
    groups: tuple[GroupHop, ...]
    occurrences: int
    assertions: int
    events: tuple[EventHop, ...]
    dead: Letter | None = None
    waits: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleHop:
    """One record of the article. `position` is None where only its report is left; `wrong` = why it is no article."""

    position: str | None
    at: datetime
    version: str | None = None
    size: int = 0
    via: str | None = None
    withdrawn: bool = False
    wrong: str | None = None
    reports: tuple[ReportHop, ...] = ()
    dead: Letter | None = None
    waits: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleTrace:
    """All versions of an article in the order they came; `elsewhere`: events about it that other records caused."""

    article: str
    title: str | None
    outlet: str | None
    url: str | None
    hops: tuple[ArticleHop, ...]
    elsewhere: tuple[EventHop, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentTrace:
    """The events of an incident by seq; `missing` are numbers that the log does not hold, `forked` those that two
    different events have. `published` = the revision of its last view in the log."""

    incident: str
    title: str | None
    merged_into: str | None
    published: int | None
    events: tuple[EventHop, ...]
    missing: tuple[int, ...]
    forked: tuple[int, ...]


def position(record: Record) -> str:
    return f"{record.topic}/{record.partition}@{record.offset}"


def at(record: Record) -> datetime:
    return datetime.fromtimestamp(record.timestamp_ms / 1000, UTC)


def milliseconds(since: datetime, until: datetime) -> int:
    return round((until - since).total_seconds() * 1000)


def waiting(record: Record, service: Service, positions: Positions) -> str | None:
    """Whether the service has not come to the record yet, in words."""
    before = record.offset - positions.get(service, {}).get(record.tp, 0)
    if before < 0:
        return None
    return f"waits for the {service}: " + (f"{before} before it" if before else "it is the next one there")
