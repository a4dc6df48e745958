"""The current view of one incident: what is known, who says so, how sure it is, and since when.

No field depends on a clock: `stale` and `phase` are computed at read time from `fresh_until` and the times here.
"""

from dataclasses import dataclass
from typing import Annotated, Literal

from schemas.base import Instant, OpenEnum
from schemas.casualties import CasualtyHead as CasualtyHead, CasualtyRow as CasualtyRow, Figure as Figure
from schemas.report import (
    Aspect,
    Certainty,
    Evidence,
    Family,
    GroupRole,
    MeasureValue,
    Place,
    Polarity,
    Realis,
    Stance,
    Value,
    When,
)
from schemas.status import FactStatus as FactStatus, RelationCode as RelationCode

InForce = Annotated[Literal["yes", "no", "disputed", "unknown"], OpenEnum()]


@dataclass(frozen=True, slots=True, kw_only=True)
class Voice:
    """One assertion that stands for or against a fact: who, how, and where to read it."""

    assertion: str
    key: str
    speaker: str
    origin: str
    relation: RelationCode
    stance: Stance
    polarity: Polarity
    certainty: Certainty
    evidence: Evidence
    said_at: Instant
    outlet: str
    article: str
    chain: tuple[str, ...]
    quote: str
    side: str | None = None
    dissent: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    status: FactStatus
    author: str
    reason: str
    at: Instant
    rules_say: FactStatus
    rules_rule: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FactTotals:
    """How many there are of what a fact shows in part; absent where it shows all."""

    occurrences: int | None = None
    supporting: int | None = None
    opposing: int | None = None
    withheld: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """(occurrence cluster, aspect[, value]) with its status. `since`: when this desk first had this status."""

    id: str
    text: str
    type: str
    aspect: Aspect
    realis: Realis
    when: When
    status: FactStatus
    rule: str
    since: Instant
    first_said: Instant
    last_supported: Instant
    origins_for: int
    origins_against: int
    reach: int
    best_evidence: Evidence
    occurrences: tuple[str, ...]
    supporting: tuple[Voice, ...] = ()
    opposing: tuple[Voice, ...] = ()
    withheld: tuple[Voice, ...] = ()
    sides_for: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    value: Value | None = None
    place: Place | None = None
    fresh_until: Instant | None = None
    review: Review | None = None
    totals: FactTotals | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class HolderClaim:
    holder: str
    by: str
    relation: RelationCode
    polarity: Polarity
    said_at: Instant
    fresh_until: Instant
    assertion: str
    side: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessed:
    """A holder that is more than claimed: by a neutral voice, by both opposed sides, or by a reviewer."""

    holder: str
    by: str
    said_at: Instant
    fresh_until: Instant
    basis: Annotated[Literal["agreement", "neutral", "review"], OpenEnum()]


@dataclass(frozen=True, slots=True, kw_only=True)
class Control:
    """Who holds a place, by time. What is shown is computed at read time from the freshness of the words."""

    place: Place
    claims: tuple[HolderClaim, ...]
    assessments: tuple[Assessed, ...] = ()
    claims_total: int | None = None

    @property
    def assessed(self) -> Assessed | None:
        """The newest assessment, fresh or not."""
        return self.assessments[-1] if self.assessments else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """One measure in one area. Whether `until` has passed is decided at read time."""

    type: str
    value: MeasureValue
    in_force: InForce
    status: FactStatus
    rule: str
    assertions: tuple[str, ...]
    authority: str | None = None
    area: Place | None = None
    introduced: Instant | None = None
    lifted: Instant | None = None
    until: Instant | None = None
    fresh_until: Instant | None = None
    assertions_total: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    id: str
    name: str
    members: tuple[str, ...]
    allied_with: tuple[str, ...] = ()
    opposed_to: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    id: str
    name: str
    kind: str
    roles: tuple[str, ...]
    says: int
    aliases: tuple[str, ...] = ()
    side: str | None = None
    last_said: Instant | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TimelineRow:
    kind: Annotated[Literal["occurrence", "statement", "measure", "count", "correction"], OpenEnum()]
    text: str
    said: Instant
    happened: When | None = None
    fact: str | None = None
    place: str | None = None
    speaker: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportRef:
    article: str
    group: str
    role: GroupRole
    title: str
    outlet: str
    published: Instant
    family: str | None = None
    score: float | None = None
    url: str | None = None
    withdrawn: bool = False
    version: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectionNote:
    article: str
    outlet: str
    text: str
    at: Instant
    noticed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Area:
    main: Place | None = None
    places: tuple[Place, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Related:
    incident: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Totals:
    """How many there are of what a view shows in part; absent where it shows all."""

    places: int | None = None
    facts: int | None = None
    casualties: int | None = None
    control: int | None = None
    measures: int | None = None
    actors: int | None = None
    reports: int | None = None
    corrections: int | None = None
    orphaned_reviews: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Incident:
    """The view. Its revision is `seq`; readers keep the highest (generation, seq)."""

    type: Literal["incident"]
    v: Literal[1]
    id: str
    generation: int
    seq: int
    desk: str
    title: str
    slug: str
    category: Family
    state: Annotated[Literal["open", "merged"], OpenEnum()]
    changed_at: Instant
    window: When
    area: Area
    two_sided: bool
    sides: tuple[Side, ...]
    facts: tuple[Fact, ...]
    casualties: tuple[CasualtyHead, ...]
    control: tuple[Control, ...]
    measures: tuple[Measure, ...]
    actors: tuple[Actor, ...]
    timeline: tuple[TimelineRow, ...]
    reports: tuple[ReportRef, ...]
    corrections: tuple[CorrectionNote, ...]
    origins: int
    related: tuple[Related, ...] = ()
    merged_into: str | None = None
    last_said: Instant | None = None
    last_actual: Instant | None = None
    ended_at: Instant | None = None
    orphaned_reviews: tuple[str, ...] = ()
    totals: Totals | None = None
