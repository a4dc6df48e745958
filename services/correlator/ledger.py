"""The correlator's state: rows that a decision looks up, and the protocol of what holds them.

Everything in a ledger is the fold of the correlator's own events (see fold.py). A decision reads a bounded number of
rows, however much a desk has seen.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, NamedTuple, Protocol

from schemas.article import Revision
from schemas.events import DropReason, ReportHeader
from schemas.report import Assertion, Group, Occurrence
from services.correlator.member import Member, member
from services.correlator.profile import EMPTY, Profile


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """The version of an article that stands, and every content it ever had: (version, latest revision ms).

    `published`, `sketch` and `text_family` are absent of an article that never reached an incident.
    """

    desk: str
    article: str
    revision: Revision
    rank: int
    digest: str
    withdrawn: bool = False
    versions: tuple[tuple[str, int], ...] = ()
    published: datetime | None = None
    text_family: str | None = None
    wire_credit: str | None = None
    sketch: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Gone:
    """What an article said here and took back: it has to be told, and taken back, wherever the article goes."""

    assertion: Assertion
    occurrence: Occurrence | None
    by: DropReason


@dataclass(frozen=True, slots=True, kw_only=True)
class Placement:
    """What an article says in an incident. One group: groups of one report in one incident are recorded together.

    The group keeps its id through all versions of the article; `parts` are the ids its parser gave. `pinned`: a person
    put it here, so no evidence moves it.
    """

    desk: str
    incident: str
    header: ReportHeader
    group: Group
    occurrences: tuple[Occurrence, ...]
    assertions: tuple[Assertion, ...]
    text_family: str | None = None
    pinned: bool = False
    gone: tuple[Gone, ...] = ()

    @property
    def article(self) -> str:
        return self.header.article.id

    @property
    def parts(self) -> frozenset[str]:
        return frozenset({self.group.id, *(occurrence.group for occurrence in self.occurrences)})

    def member(self) -> Member:
        return member(self.header, self.group, self.occurrences, self.assertions, self.text_family)


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentRow:
    """`seq` of its last event. A merged incident stays for ever as a signpost to `merged_into`."""

    desk: str
    incident: str
    seq: int = 0
    merged_into: str | None = None
    profile: Profile = EMPTY


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """What one event of a command did: enough to undo it."""

    type: str
    incident: str
    other: str | None = None
    article: str | None = None
    group: str | None = None
    fact: str | None = None
    keys: tuple[str, ...] = ()
    text: str | None = None


class Cell(NamedTuple):
    """An entry of the index of incidents: a bucket (place, cell, name, fingerprint) on a day (ordinal)."""

    bucket: str
    day: int


class Hit(NamedTuple):
    incident: str
    day: int


class Probe(NamedTuple):
    """A look-up: incidents in the bucket within `days` of `day`, nearest first, at most `limit`."""

    bucket: str
    day: int
    days: int
    limit: int


TieKind = Literal["must", "cannot"]


class Reading(Protocol):
    """What decide asks. Every answer is in a fixed order, so that two ledgers of one history decide alike."""

    def counter(self, lane: int) -> int:
        """The last decision number of a lane; 0 before the first."""
        ...

    def clock(self, desk: str) -> datetime | None:
        """The desk's last recorded time."""
        ...

    def article(self, desk: str, article: str) -> Standing | None: ...

    def placements(self, desk: str, article: str) -> Sequence[Placement]:
        """Where the article stands, by group id."""
        ...

    def placed(self, desk: str, group: str) -> Placement | None: ...

    def members(self, incident: str, limit: int | None = None) -> Sequence[Placement]:
        """What stands in the incident, by (article, group); `limit` bounds the cost."""
        ...

    def incident(self, incident: str) -> IncidentRow | None: ...

    def near(self, desk: str, probe: Probe) -> Sequence[Hit]: ...

    def alike(self, desk: str, bands: Iterable[int], limit: int) -> Sequence[str]:
        """Articles that share a band of the sketch, those with most in common first; at most `limit` of each band."""
        ...

    def text_family(self, desk: str, family: str) -> Sequence[str]:
        """The articles of a text family."""
        ...

    def command(self, desk: str, command: str) -> Sequence[Deed] | None:
        """What a command did; None if it never came."""
        ...

    def tie(self, desk: str, a: str, b: str) -> TieKind | None:
        """What a person decided about two incidents."""
        ...


class Ledger(Reading, Protocol):
    """What the fold changes besides."""

    def put_counter(self, lane: int, n: int) -> None: ...

    def put_clock(self, desk: str, at: datetime) -> None: ...

    def put_article(self, standing: Standing, bands: Iterable[int]) -> None: ...

    def put_placement(self, placement: Placement) -> None: ...

    def drop_placement(self, desk: str, article: str, group: str) -> None: ...

    def put_incident(self, row: IncidentRow) -> None: ...

    def add_cells(self, desk: str, incident: str, cells: Iterable[Cell]) -> None: ...

    def clear_cells(self, desk: str, incident: str) -> None: ...

    def put_deed(self, desk: str, command: str, deed: Deed) -> None: ...

    def put_tie(self, desk: str, a: str, b: str, kind: TieKind | None) -> None: ...
