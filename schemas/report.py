"""The report: one article version as the parser understood it. Field names and values are storage: version with care.

Meaning of every field: domain model A1. Offsets are Unicode code points of the article as it stands on the topic.
"""

from dataclasses import dataclass
from typing import Literal

from schemas.article import Outlet, Revision
from schemas.base import Instant
from schemas.vocabulary import (
    Aspect as Aspect,
    Cause as Cause,
    Certainty as Certainty,
    Comparator as Comparator,
    Concern as Concern,
    CountKind as CountKind,
    Evidence as Evidence,
    Family as Family,
    Field as Field,
    Genre as Genre,
    GroupRole as GroupRole,
    Means as Means,
    MeasureAct as MeasureAct,
    Outcome as Outcome,
    ParticipantKind as ParticipantKind,
    PlaceRelation as PlaceRelation,
    Polarity as Polarity,
    Realis as Realis,
    Role as Role,
    SegmentKind as SegmentKind,
    SpeakerKind as SpeakerKind,
    Stance as Stance,
    TimeAnchor as TimeAnchor,
    TimePrecision as TimePrecision,
)  # re-exported: the words belong to the records


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """`text` is article[field][start:end], exactly."""

    field: Field
    start: int
    end: int
    text: str
    rule: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Speaker:
    """Who speaks. `descriptors` are what the text calls the speaker's allegiance ("anti-x", "x-backed", "pro-x")."""

    name: str
    kind: SpeakerKind
    named: bool = True
    id: str | None = None
    org_id: str | None = None
    org: str | None = None
    office: str | None = None
    side: str | None = None
    country: str | None = None
    jurisdiction: str | None = None
    descriptors: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """`within`: ids of the place and of all that contain it, smallest first. `precision`: UCDP 1 (exact) to 7."""

    text: str
    name: str
    precision: int
    relation: PlaceRelation = "in"
    id: str | None = None
    admin2: str | None = None
    admin1: str | None = None
    country: str | None = None
    lat: float | None = None
    lon: float | None = None
    parent: str | None = None
    within: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class When:
    """A stretch of time: start inclusive, end exclusive; both absent = unknown."""

    precision: TimePrecision
    anchor: TimeAnchor
    start: Instant | None = None
    end: Instant | None = None
    text: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Participant:
    role: Role
    text: str
    kind: ParticipantKind
    actor_id: str | None = None
    side: str | None = None
    country: str | None = None
    descriptors: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Codes:
    """Crosswalk, derived from the type; never set by hand."""

    plover: str | None = None
    acled: str | None = None
    ucdp: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Occurrence:
    """What happened in the world. Who says so is in the assertions."""

    id: str
    type: str
    realis: Realis
    group: str
    participants: tuple[Participant, ...]
    spans: tuple[Span, ...]
    when: When
    place: Place | None = None
    subtype: str | None = None
    means: Means | None = None
    codes: Codes | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """A figure as said: "more than 70" is comparator > and low 70.

    `scope` = place or occurrence id, or "incident"; `base` = injured in "one of the injured died".
    """

    outcome: Outcome
    group: str
    comparator: Comparator
    kind: CountKind
    low: int | None = None
    best: int | None = None
    high: int | None = None
    part_of: int | None = None
    indirect: bool = False
    scope: str = "incident"
    descriptor: str | None = None
    word: str | None = None
    base: Outcome | None = None
    revised: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasureValue:
    """What is done to a measure. `name` is a stable slug ("curfew"), `label` the text's words."""

    act: MeasureAct
    name: str
    label: str | None = None
    until: Instant | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """The value of an aspect; just the field of the assertion's aspect is set."""

    actor: str | None = None
    cause: Cause | None = None
    holder: str | None = None
    measure: MeasureValue | None = None
    count: Count | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Assertion:
    """Who says what of which aspect of an occurrence. `chain` runs outer -> inner; the outlet is its first link."""

    id: str
    key: str
    occurrence_id: str
    aspect: Aspect
    chain: tuple[Speaker, ...]
    stance: Stance
    polarity: Polarity
    certainty: Certainty
    evidence: Evidence
    said_at: When
    content: Span
    rule: str
    value: Value | None = None
    cue: Span | None = None
    quote: tuple[Span, ...] = ()
    hedges: tuple[str, ...] = ()
    verified_by: str | None = None
    concerns: Concern | None = None
    maybe_continues: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    id: str
    field: Field
    start: int
    end: int
    kind: SegmentKind
    at: Instant | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Features:
    """All the linker needs of a group. `terms` = (lower-case term, count); `minhash` = band hashes."""

    terms: tuple[tuple[str, int], ...] = ()
    rare: tuple[str, ...] = ()
    minhash: tuple[int, ...] = ()
    ages: tuple[int, ...] = ()
    streets: tuple[str, ...] = ()
    dates: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """A mention group: occurrences of one report that belong to one incident."""

    id: str
    role: GroupRole
    families: tuple[Family, ...]
    segment_ids: tuple[str, ...]
    when: When
    features: Features
    place: Place | None = None
    actors: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """A correction notice of the article about itself."""

    what: str
    span: Span
    old: str | None = None
    new: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleHeader:
    """What later services need of the article; its text stays on news.articles."""

    id: str
    revision: Revision
    version: str
    title: str
    outlet: Outlet
    published: Instant
    received_at: Instant
    desk: str
    published_precision: TimePrecision = "minute"
    url: str | None = None
    modified: Instant | None = None
    withdrawn: bool = False
    wire_credit: str | None = None
    via: str | None = None
    incident_hint: str | None = None
    sketch: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ParserInfo:
    """A higher `rank` supersedes a lower one for the same article version."""

    name: str
    version: str
    rank: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    type: Literal["report"]
    v: Literal[1]
    id: str
    article: ArticleHeader
    parser: ParserInfo
    language: str
    genre: Genre
    digest: str
    segments: tuple[Segment, ...] = ()
    groups: tuple[Group, ...] = ()
    occurrences: tuple[Occurrence, ...] = ()
    assertions: tuple[Assertion, ...] = ()
    corrections: tuple[Correction, ...] = ()
    dateline: Place | None = None
    derivative_of: str | None = None
    warnings: tuple[str, ...] = ()
