"""Hand-made reports and views of an invented place, for the tests of the comparison itself."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import orjson

from schemas.article import Outlet, Revision, from_wire
from schemas.incident import Area, CasualtyHead, CasualtyRow, Fact, Figure, Incident, Measure
from schemas.report import (
    ArticleHeader,
    Assertion,
    Count,
    Features,
    Group,
    MeasureValue,
    Occurrence,
    ParserInfo,
    Place,
    Report,
    Span,
    Speaker,
    Value,
    When,
)
from tests.seeds.records import EXPECTED, Dispatch, Expected, Seed, Step, Voice

NOW = datetime(2031, 3, 5, 12, tzinfo=UTC)
WHEN = When(precision="day", anchor="explicit", start=NOW, end=NOW)
BODY = "Three people were injured in a fire in Tarn, police said."
TARN = Place(text="Tarn", name="Tarn", precision=1, id="x:tarn")
OUTLET = Speaker(name="The Echo", kind="media", id="o:echo")
POLICE = Speaker(name="police", kind="police_rescue", id="o:police")
VOICES = {"police": Voice(names=("police",), kind=("police_rescue",)), "outlet": Voice(names=(), outlet=True)}
WIRE = orjson.dumps({"id": "tarn/1", "title": "Fire in Tarn", "body": BODY, "published": "2031-03-05T12:00:00Z"})


def expected(**dispatch: Any) -> Expected:
    """An expectation of one line, as if read from a file."""
    line = {"line": 1, "article": "tarn/1", "steps": ["one"], "assertions": [], **dispatch}
    data = {
        "v": 1, "zone": "Europe/Oslo", "late": [], "places": {}, "dispatches": [line], "incidents": {}, "views": [],
        "speakers": {"police": {"names": "police", "kind": "police_rescue"}, "outlet": {"names": [], "outlet": True}},
    }  # fmt: skip
    return EXPECTED.validate_json(orjson.dumps(data))


def dispatch(**fields: Any) -> Dispatch:
    told = expected(**fields)
    return Dispatch(WIRE, from_wire(WIRE, None, {}, 0), told.dispatches[0], told.speakers, ZoneInfo(told.zone))


def count(**fields: Any) -> Count:
    figure = Count(outcome="injured", group="civilians", comparator="=", kind="total", low=3, best=3, high=3)
    return replace(figure, **fields)


def assertion(**fields: Any) -> Assertion:
    said = Assertion(
        id="a1", key="k1", occurrence_id="o1", aspect="count", chain=(OUTLET, POLICE), stance="claims", polarity="+",
        certainty="certain", evidence="statement", said_at=WHEN, rule="counts.passive", value=Value(count=count()),
        content=Span(field="body", start=0, end=len(BODY), text=BODY),
    )  # fmt: skip
    return replace(said, **fields)


def report(*assertions: Assertion, **fields: Any) -> Report:
    header = ArticleHeader(
        id="tarn/1", revision=Revision(ms=0, hash="h"), version="h", title="Fire in Tarn",
        outlet=Outlet(name="The Echo"), published=NOW, received_at=NOW, desk="main",
    )  # fmt: skip
    fire = Occurrence(
        id="o1", type="fire", realis="actual", group="g1", participants=(), spans=(), when=WHEN, place=TARN
    )
    group = Group(id="g1", role="main", families=("accident",), segment_ids=(), when=WHEN, features=Features())
    made = Report(
        type="report", v=1, id="r1", article=header, parser=ParserInfo(name="rules", version="1", rank=1),
        language="en", genre="news", digest="d", groups=(group,), occurrences=(fire,), assertions=assertions,
    )  # fmt: skip
    return replace(made, **fields)


def fact(**fields: Any) -> Fact:
    made = Fact(
        id="f1", text="fire at Tarn", type="fire", aspect="happened", realis="actual", when=WHEN, status="confirmed",
        rule="R2d", since=NOW, first_said=NOW, last_supported=NOW, origins_for=1, origins_against=0, reach=1,
        best_evidence="statement", occurrences=("o1",), place=TARN,
    )  # fmt: skip
    return replace(made, **fields)


def row(**fields: Any) -> CasualtyRow:
    made = CasualtyRow(
        outcome="injured", group="civilians", scope="incident", indirect=False, speaker="police", relation="D",
        comparator="=", kind="total", said_at=NOW, assertion="a1", outlet="The Echo", rule="L1", n=3, low=3, best=3,
        high=3,
        previous=(Figure(value=2, said_at=NOW),),
    )  # fmt: skip
    return replace(made, **fields)


def head(**fields: Any) -> CasualtyHead:
    made = CasualtyHead(
        outcome="injured", group="civilians", indirect=False, status="confirmed", rule="R2d", rows=(row(),), outside=(),
        best=3, low=3, high=3, governed_by="police",
    )  # fmt: skip
    return replace(made, **fields)


def closure(**fields: Any) -> Measure:
    made = Measure(
        type="restriction", value=MeasureValue(act="introduced", name="closure"), in_force="yes", status="confirmed",
        rule="R2a", assertions=("a1",), area=TARN, introduced=NOW,
    )  # fmt: skip
    return replace(made, **fields)


def incident(**fields: Any) -> Incident:
    made = Incident(
        type="incident", v=1, id="i1", generation=1, seq=1, desk="main", title="Fire, Tarn", slug="fire-tarn",
        category="accident", state="open", changed_at=NOW, window=WHEN, area=Area(main=TARN, places=(TARN,)),
        two_sided=False, sides=(), facts=(fact(),), casualties=(head(),), control=(), measures=(closure(),), actors=(),
        timeline=(), reports=(), corrections=(), origins=1,
    )  # fmt: skip
    return replace(made, **fields)


def step(**view: Any) -> Step:
    data = orjson.loads(EXPECTED.dump_json(expected()))
    data["views"] = [
        {"step": "one", "after_line": 1, "as_of": NOW, "why": "-", "incident": "fire", **view},
    ]
    told = EXPECTED.validate_json(orjson.dumps(data))
    return made_seed(told).steps[0]


def made_seed(told: Expected) -> Seed:
    steps = tuple(Step(view, told.speakers, ZoneInfo(told.zone)) for view in told.views)
    return Seed("tarn", (), steps, told)
