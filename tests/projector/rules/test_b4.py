"""The worked example, step by step: facts, heads, measures and control from one growing pile of assertions."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import pytest

from services.projector.rules import control, measures
from services.projector.rules.counts import ledger
from services.projector.rules.relation import relation
from services.projector.rules.status import assess
from tests.projector.rules.cases import (
    Json,
    expected,
    fact_of,
    position_of,
    relation_terms,
    seconds,
    shuffled_twice,
    sides_in,
    told,
)
from tests.projector.rules.ledger_cases import (
    control_expected,
    control_told,
    count_statement,
    head_expected,
    head_key,
    head_told,
    heads_by_key,
    holder_claim,
    measure_expected,
    measure_statement,
    measure_told,
    shuffled,
)
from tests.shared import shared_lines

pytestmark = pytest.mark.shared

TERMS_OF: dict[str, Json] = {
    "count": {"aspect": "count", "type": "shelling"},
    "measure": {"aspect": "measure", "type": "emergency_regime"},
    "control": {"aspect": "control", "type": "territory_taken"},
}
"""What the relation table is told of an assertion that names no fact of the world."""


class Step(NamedTuple):
    """A step with all assertions that are known once it is in."""

    name: str
    as_of: int
    known: list[Json]
    new: list[Json]
    after: Json


def world_and_steps() -> tuple[Json, list[Step]]:
    world, *lines = shared_lines("cases", "b4.jsonl")
    return world, list(_steps(world, lines))


def _steps(world: Json, lines: Sequence[Json]) -> Iterator[Step]:
    kept: list[Json] = []
    for line in lines:
        sides = {speaker: terms["side"] for speaker, terms in world["speakers"].items()}
        new = [{"side": sides.get(entry["speaker"])} | entry for entry in line["assertions"]]
        known = kept + new
        kept = known if line.get("keep", True) else kept
        yield Step(line["step"], seconds(line["as_of"]), known, new, line["after"])


def numbered(step: Step, on: str) -> list[tuple[Json, int]]:
    return [(entry, number) for number, entry in enumerate(step.known) if entry["on"] == on]


def test_facts() -> None:
    world, steps = world_and_steps()
    for step in steps:
        for key, expect in step.after.get("facts", {}).items():
            fact = fact_of(world["facts"][key])
            said = [position_of(entry, n, fact) for entry, n in numbered(step, "fact") if entry["fact"] == key]
            verdict = assess(fact, shuffled_twice(said, step.name), sides_in(world))
            assert told(verdict, list(expect)) == expected(expect), (step.name, key)


@pytest.mark.parametrize("mixed", [False, True])
def test_heads(mixed: bool) -> None:
    world, steps = world_and_steps()
    for step in steps:
        statements = [count_statement(entry, number) for entry, number in numbered(step, "count")]
        heads = heads_by_key(ledger(shuffled(statements, step.name) if mixed else statements, sides_in(world)))
        for expect in step.after.get("heads", []):
            head = heads[head_key(expect)]
            assert head_told(head, expect) == head_expected(expect), (step.name, head)


@pytest.mark.parametrize("mixed", [False, True])
def test_measures(mixed: bool) -> None:
    world, steps = world_and_steps()
    for step in (step for step in steps if "measures" in step.after):
        statements = [measure_statement(entry, number) for entry, number in numbered(step, "measure")]
        given = shuffled(statements, step.name) if mixed else statements
        found = measures.rows(given, sides_in(world), step.as_of)
        expect = step.after["measures"]
        rows = [measure_told(row, step.as_of, asked) for row, asked in zip(found, expect, strict=True)]
        assert rows == [measure_expected(asked) for asked in expect], step.name


@pytest.mark.parametrize("mixed", [False, True])
def test_control(mixed: bool) -> None:
    world, steps = world_and_steps()
    for step in (step for step in steps if "control" in step.after):
        expect = {key: value for key, value in step.after["control"].items() if key != "place"}
        place = step.after["control"]["place"]
        claims = [holder_claim(entry, n) for entry, n in numbered(step, "control") if entry["place"] == place]
        view = control.assess(shuffled(claims, step.name) if mixed else claims, sides_in(world), step.as_of)
        assert control_told(control.at(view, step.as_of), expect) == control_expected(expect), step.name


def test_relations_come_out_of_the_table() -> None:
    world, steps = world_and_steps()
    for step in steps:
        for entry in step.new:
            if entry.get("act") != "retracts":
                found = relation(*relation_terms(_asked(world, entry)))
                assert found == entry["relation"], (step.name, entry)


def _asked(world: Json, entry: Json) -> Json:
    terms = {"two_sided": sides_in(world).two_sided, "place_within": _place(world)} | TERMS_OF.get(entry["on"], {})
    if entry["on"] == "fact":
        fact = world["facts"][entry["fact"]]
        terms |= {key: value for key, value in fact.items() if key not in ("value", "realis")}
    terms |= {key: entry[key] for key in ("about", "harms") if key in entry}
    polarity = entry.get("polarity") or (entry["act"] if entry.get("act") in ("+", "-") else "+")
    said = {"polarity": polarity} | {key: entry[key] for key in ("certainty", "evidence") if key in entry}
    return {"speaker": world["speakers"][entry["speaker"]], "fact": terms, "said": said}


def _place(world: Json) -> list[str]:
    """All of it happens in one place."""
    (place,) = {tuple(fact["place_within"]) for fact in world["facts"].values()}
    return list(place)
