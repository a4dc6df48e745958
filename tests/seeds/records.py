"""The seeds as typed records: dispatches.ndjson and expected.json of each folder of seeds/ (see its README)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

import orjson
from pydantic import BeforeValidator, ConfigDict, TypeAdapter

from schemas.article import Article, from_wire
from schemas.base import Instant

ROOT = Path(__file__).resolve().parents[2] / "seeds"
NAMES = ("border-raid", "shooting", "flood", "ferry")


def _as_tuple(value: Any) -> Any:
    if value is None:
        return ()
    return tuple(value) if isinstance(value, list) else (value,)


Words = Annotated[tuple[str, ...], BeforeValidator(_as_tuple)]
"""One word or a list of words, any of which will do; empty = not tested."""
Flags = Annotated[tuple[bool, ...], BeforeValidator(_as_tuple)]
STRICT = ConfigDict(extra="forbid")


@dataclass(frozen=True, slots=True, kw_only=True)
class Voice:
    """A speaker under all names that are right. `outlet`: the outlet's own voice. `jurisdiction`: a place."""

    __pydantic_config__ = STRICT
    names: Words
    kind: Words = ()
    named: Flags = (True,)
    outlet: bool = False
    country: str | None = None
    jurisdiction: str | None = None
    descriptors: Words = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """`n` with a comparator; `scope` tells the whole incident from a part of it."""

    __pydantic_config__ = STRICT
    outcome: str
    n: int | None = None
    group: Words = ()
    comparator: Words = ()
    kind: Words = ()
    base: str | None = None
    indirect: bool | None = None
    scope: Literal["incident", "part"] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    __pydantic_config__ = STRICT
    act: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Pattern:
    """An assertion as far as it is stated; `speaker`, `via`, `actor`, `holder`, `by` are keys of the speakers."""

    __pydantic_config__ = STRICT
    speaker: Words = ()
    via: Words = ()
    stance: Words = ()
    polarity: Words = ()
    type: Words = ()
    aspect: Words = ()
    place: Words = ()
    actor: Words = ()
    holder: Words = ()
    realis: Words = ()
    certainty: Words = ()
    evidence: Words = ()
    concerns: Words = ()
    role: Words = ()
    by: Words = ()
    said: date | None = None
    count: Figure | None = None
    measure: Act | None = None
    quote: str | None = None
    why: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpectedDispatch:
    __pydantic_config__ = STRICT
    line: int
    article: str
    steps: tuple[str, ...]
    assertions: tuple[Pattern, ...]
    absent: tuple[Pattern, ...] = ()
    genre: str | None = None
    derivative_of: str | None = None
    wire_credit: str | None = None
    corrections: int | None = None
    groups: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpectedFact:
    __pydantic_config__ = STRICT
    type: Words
    status: Words
    rule: Words
    aspect: str = "happened"
    place: Words = ()
    value: str | None = None
    realis: Words = ()
    tags: tuple[str, ...] | None = None
    dissent: tuple[str, ...] | None = None
    origins_for: int | None = None
    reach: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Outside:
    __pydantic_config__ = STRICT
    speaker: str
    n: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpectedHead:
    __pydantic_config__ = STRICT
    outcome: str
    group: Words
    best: int | None
    low: int | None
    high: int | None
    status: Words
    rule: Words
    governed_by: Words
    indirect: bool = False
    outside: tuple[Outside, ...] | None = None
    previous: tuple[int, ...] | None = None
    tags: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpectedMeasure:
    """Days are days at the place."""

    __pydantic_config__ = STRICT
    type: str
    place: Words
    in_force: str
    status: Words
    rule: Words
    introduced: date | None
    lifted: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessment:
    __pydantic_config__ = STRICT
    holder: str
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpectedControl:
    __pydantic_config__ = STRICT
    place: Words
    display: str
    assessed: Assessment | None
    claims: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpectedView:
    __pydantic_config__ = STRICT
    step: str
    after_line: int
    as_of: Instant
    why: str
    incident: str
    facts: tuple[ExpectedFact, ...] = ()
    heads: tuple[ExpectedHead, ...] = ()
    measures: tuple[ExpectedMeasure, ...] = ()
    control: tuple[ExpectedControl, ...] = ()
    no_heads: tuple[str, ...] = ()
    phase: str | None = None
    reports: int | None = None
    corrections: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpectedIncident:
    __pydantic_config__ = STRICT
    type: Words
    articles: tuple[str, ...]
    place: Words = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    __pydantic_config__ = STRICT
    v: Literal[1]
    zone: str
    late: tuple[str, ...]
    places: Mapping[str, str]
    speakers: Mapping[str, Voice]
    dispatches: tuple[ExpectedDispatch, ...]
    incidents: Mapping[str, ExpectedIncident]
    views: tuple[ExpectedView, ...]


@dataclass(frozen=True, slots=True)
class Dispatch:
    """One line of dispatches.ndjson: the bytes as published, the article as understood, and what is expected of it."""

    wire: bytes
    article: Article
    expected: ExpectedDispatch
    speakers: Mapping[str, Voice]
    zone: ZoneInfo


@dataclass(frozen=True, slots=True)
class Step:
    """A view that is expected after a line."""

    view: ExpectedView
    speakers: Mapping[str, Voice]
    zone: ZoneInfo


@dataclass(frozen=True, slots=True)
class Seed:
    name: str
    dispatches: tuple[Dispatch, ...]
    steps: tuple[Step, ...]
    expected: Expected


EXPECTED: TypeAdapter[Expected] = TypeAdapter(Expected)


@cache
def seed(name: str) -> Seed:
    """The seed in seeds/<name>. The append time of line n is its published (or modified) time, as in a dry run."""
    folder = ROOT / name
    expected = EXPECTED.validate_json((folder / "expected.json").read_bytes())
    lines = (folder / "dispatches.ndjson").read_bytes().splitlines()
    pairs = zip(lines, expected.dispatches, strict=True)
    zone = ZoneInfo(expected.zone)
    dispatches = tuple(Dispatch(line, understood(line), told, expected.speakers, zone) for line, told in pairs)
    steps = tuple(Step(view, expected.speakers, zone) for view in expected.views)
    return Seed(name, dispatches, steps, expected)


def understood(line: bytes) -> Article:
    data = orjson.loads(line)
    stated = TypeAdapter(Instant).validate_python(data.get("modified") or data["published"])
    return from_wire(line, None, {}, int(stated.timestamp() * 1000))
