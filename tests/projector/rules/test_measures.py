"""K1 to K6: each rule with cases that hold and cases that just do not; then properties."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import count
from typing import Any, NamedTuple

import pytest
from hypothesis import given, strategies as st

from services.projector.rules.measures import RULES, InForce, MeasureAct, MeasureRow, MeasureStatement, at, rows
from services.projector.rules.positions import Relation, Status
from tests.projector.rules.cases import HOUR, SIDES, seconds, sides_in
from tests.projector.rules.ledger_cases import (
    Json,
    cases_of_kind,
    measure_expected,
    measure_statement,
    measure_told,
    shuffled,
)
from tests.shared import shared_cases

IDS = count()
WEEK = 7 * 24


def told(
    who: str, relation: Relation, act: MeasureAct, hour: int = 1, until: int | None = None, **more: Any
) -> MeasureStatement:
    terms: Json = {"name": "curfew", "area": "osk", "until": None if until is None else until * HOUR} | more
    return MeasureStatement(
        id=f"m{next(IDS):04}", speaker=who, relation=relation, act=act, said_at=hour * HOUR, **terms
    )  # fmt: skip


class Shown(NamedTuple):
    """A row at the hour of the case; times in hours."""

    in_force: InForce
    introduced: int | None
    lifted: int | None
    status: Status
    decided_by: str
    stale: bool = False


IMPOSED = told("mayor", "A", "introduced")
LIFTED = told("mayor", "A", "lifted", 30)

# rule, why, what was said, the hour, the rows
CASES: list[tuple[str, str, list[MeasureStatement], int, list[Shown]]] = [
    ("K1", "by its author", [IMPOSED], 5, [Shown("yes", 1, None, "confirmed", "K1")]),
    ("K1", "by an outlet", [told("gazette", "O", "introduced")], 5, [Shown("yes", 1, None, "reported", "K1")]),
    ("K1", "by an enemy", [told("militia", "P", "introduced")], 5, [Shown("unknown", 1, None, "claimed", "K1")]),
    ("K1", "by a channel", [told("channel", "W", "introduced")], 5, [Shown("unknown", 1, None, "claimed", "K1")]),
    ("K1", "denied by its author",
     [told("channel", "W", "introduced"), told("mayor", "A", "introduced", 2, polarity="-")],
     5, [Shown("no", None, None, "denied", "K1")]),
    ("K1", "denied by another",
     [told("gazette", "O", "introduced"), told("herald", "O", "introduced", 2, polarity="-")],
     5, [Shown("disputed", 1, None, "disputed", "K1")]),
    ("K1", "denied before it came",
     [told("mayor", "A", "introduced", 1, polarity="-"), told("mayor", "A", "introduced", 4)],
     5, [Shown("yes", 4, None, "confirmed", "K1")]),
    ("K1", "taken back by its author",
     [IMPOSED, told("gazette", "O", "introduced", 1), told("mayor", "A", "introduced", 3, polarity="-")],
     5, [Shown("disputed", 1, None, "disputed", "K1")]),
    ("K1", "taken back by the outlet", [told("gazette", "O", "introduced"), told("gazette", "O", "introduced", 3,
                                                                                polarity="retracts")],
     5, [Shown("unknown", None, None, "retracted", "K1")]),
    ("K1", "nobody can confirm it", [told("agency", "O", "introduced", polarity="withholds")], 5,
     [Shown("unknown", None, None, "claimed", "K1")]),
    ("K2", "lifted by its author", [IMPOSED, LIFTED], 40, [Shown("no", 1, 30, "confirmed", "K2")]),
    ("K2", "lifted by another author", [IMPOSED, told("ministry", "A", "lifted", 30)], 40,
     [Shown("no", 1, 30, "confirmed", "K2")]),
    ("K2", "told twice", [IMPOSED, LIFTED, told("mayor", "A", "lifted", 33)], 40,
     [Shown("no", 1, 30, "confirmed", "K2")]),
    ("K2", "its introduction unseen", [LIFTED], 40, [Shown("no", None, 30, "confirmed", "K2")]),
    ("K2", "eased is not lifted", [IMPOSED, told("mayor", "A", "eased", 30)], 40,
     [Shown("yes", 1, None, "confirmed", "K1")]),
    ("K2", "not lifted, says the author", [IMPOSED, LIFTED, told("mayor", "A", "lifted", 31, polarity="-")], 40,
     [Shown("yes", 1, None, "confirmed", "K1")]),
    ("K2", "a lift taken back", [IMPOSED, replace(LIFTED, id="l", withdrawn="correction", withdrawn_at=35 * HOUR)], 40,
     [Shown("yes", 1, None, "confirmed", "K1")]),
    ("K3", "lifted, says an outlet", [IMPOSED, told("gazette", "O", "lifted", 30)], 40,
     [Shown("disputed", 1, None, "confirmed", "K3")]),
    ("K3", "says a channel", [IMPOSED, told("channel", "W", "lifted", 30)], 40,
     [Shown("yes", 1, None, "confirmed", "K1")]),
    ("K3", "settled by the author", [IMPOSED, told("gazette", "O", "lifted", 30), told("mayor", "A", "eased", 31)], 40,
     [Shown("yes", 1, None, "confirmed", "K1")]),
    ("K3", "denied by the author", [IMPOSED, told("gazette", "O", "lifted", 30),
                                    told("mayor", "A", "lifted", 31, polarity="-")], 40,
     [Shown("yes", 1, None, "confirmed", "K1")]),
    ("K3", "the outlet thinks again",
     [IMPOSED, told("gazette", "O", "lifted", 30), told("gazette", "O", "extended", 31)],
     40, [Shown("yes", 1, None, "confirmed", "K1")]),
    ("K3", "nobody but outlets speaks", [told("gazette", "O", "introduced"), told("herald", "O", "lifted", 9)], 40,
     [Shown("disputed", 1, None, "corroborated", "K3")]),
    ("K4", "introduced again", [IMPOSED, LIFTED, told("mayor", "A", "introduced", 50)], 60,
     [Shown("no", 1, 30, "confirmed", "K2"), Shown("yes", 50, None, "confirmed", "K4")]),
    ("K4", "extended after the lift", [IMPOSED, LIFTED, told("mayor", "A", "extended", 50)], 60,
     [Shown("no", 1, 30, "confirmed", "K2"), Shown("yes", None, None, "confirmed", "K4")]),
    ("K4", "told again by an outlet", [IMPOSED, LIFTED, told("gazette", "O", "introduced", 50)], 60,
     [Shown("no", 1, 30, "confirmed", "K2")]),
    ("K4", "without a lift", [IMPOSED, told("mayor", "A", "introduced", 50)], 60,
     [Shown("yes", 1, None, "confirmed", "K1")]),
    ("K4", "a denial of a new one leaves the old one",
     [IMPOSED, LIFTED, told("mayor", "A", "introduced", 50, polarity="-")], 60,
     [Shown("no", 1, 30, "confirmed", "K2")]),
    ("K5", "powers given", [told("mayor", "A", "authorised")], 5, [Shown("no", None, None, "reported", "K5")]),
    ("K5", "an enemy says so", [told("militia", "P", "authorised")], 5, [Shown("no", None, None, "claimed", "K5")]),
    ("K5", "and used", [told("mayor", "A", "authorised"), told("mayor", "A", "introduced", 3)], 5,
     [Shown("yes", 3, None, "confirmed", "K1")]),
    ("K5", "a plan taken back", [told("gazette", "O", "authorised", withdrawn="article", withdrawn_at=3 * HOUR)], 5,
     [Shown("no", None, None, "retracted", "K5")]),
    ("K6", "the end has passed", [told("mayor", "A", "introduced", until=20)], 21,
     [Shown("unknown", 1, None, "confirmed", "K6", True)]),
    ("K6", "the hour itself has not", [told("mayor", "A", "introduced", until=20)], 20,
     [Shown("yes", 1, None, "confirmed", "K1")]),
    ("K6", "extended to a later hour", [told("mayor", "A", "introduced", until=20),
                                        told("mayor", "A", "extended", 9, until=30)], 30,
     [Shown("yes", 1, None, "confirmed", "K1")]),
    ("K6", "extended for good", [told("mayor", "A", "introduced", until=20), told("mayor", "A", "extended", 9)], 30,
     [Shown("yes", 1, None, "confirmed", "K1")]),
    ("K6", "eased keeps its end", [told("mayor", "A", "introduced", until=20), told("mayor", "A", "eased", 9)], 30,
     [Shown("unknown", 1, None, "confirmed", "K6", True)]),
    ("K6", "lifted before", [told("mayor", "A", "introduced", until=40), LIFTED], 50,
     [Shown("no", 1, 30, "confirmed", "K2")]),
    ("K6", "an outlet knows the end", [told("gazette", "O", "introduced", until=20)], 21,
     [Shown("unknown", 1, None, "reported", "K6", True)]),
    ("K6", "no end: stale after a week, in force all the same", [IMPOSED], 2 + WEEK,
     [Shown("yes", 1, None, "confirmed", "K1", True)]),
    ("K6", "a week sharp", [IMPOSED], 1 + WEEK, [Shown("yes", 1, None, "confirmed", "K1")]),
    ("K6", "what is lifted grows not old", [IMPOSED, LIFTED], 99 * WEEK, [Shown("no", 1, 30, "confirmed", "K2")]),
]  # fmt: skip


def shown(found: Sequence[MeasureRow], hour: int) -> list[Shown]:
    return [_shown(row, hour * HOUR) for row in found]


def _shown(row: MeasureRow, as_of: int) -> Shown:
    now = at(row, as_of)
    return Shown(now.in_force, _hours(row.introduced), _hours(row.lifted), row.status, now.decided_by, now.stale)


def _hours(at: int | None) -> int | None:
    return None if at is None else at // HOUR


@pytest.mark.parametrize(("rule", "why", "statements", "hour", "expect"), CASES, ids=[" ".join(c[:2]) for c in CASES])
def test_own_case(rule: str, why: str, statements: list[MeasureStatement], hour: int, expect: list[Shown]) -> None:
    for given_ in (statements, shuffled(statements, why)):
        assert shown(rows(given_, SIDES), hour) == expect


def test_each_rule_of_the_table_has_own_cases() -> None:
    tried = [case[0] for case in CASES]
    fired = {row.decided_by for case in CASES for row in case[4]}

    assert {rule.id for rule in RULES} == {rule for rule in tried if tried.count(rule) > 1} == fired


def test_as_of_reads_only_what_had_been_said() -> None:
    assert shown(rows([IMPOSED, LIFTED], SIDES, 20 * HOUR), 20) == [Shown("yes", 1, None, "confirmed", "K1")]
    assert rows([LIFTED], SIDES, 20 * HOUR) == ()


def test_rows_come_in_order_of_introduction_with_their_words_and_author() -> None:
    later = told("mayor", "A", "introduced", 5, area="brod")
    named = told("prefect", "A", "introduced", 1, name="ban")
    relay = told("gazette", "O", "introduced", 2)
    found = rows([later, relay, IMPOSED, named], SIDES)

    assert [(row.name, row.area) for row in found] == [("ban", "osk"), ("curfew", "osk"), ("curfew", "brod")]
    assert found[1].statements == (IMPOSED.id, relay.id)
    assert [row.authority for row in found] == ["prefect", "mayor", "mayor"]
    assert found[1].last_supported == 2 * HOUR


@pytest.mark.parametrize("case", cases_of_kind("measure", shared_cases("cases", "measures_control.jsonl")))
def test_shared_case(case: Json) -> None:
    statements = [measure_statement(entry, number) for number, entry in enumerate(case["statements"])]
    as_of = seconds(case["as_of"])
    again = [replace(said, id=f"{said.id}-again") for said in statements]
    for given_ in (statements, shuffled(statements, case["id"]), [*statements, *again]):
        found = rows(given_, sides_in(case), as_of)
        assert len(found) == len(case["expect"]["rows"]), case["why"]
        for row, expect in zip(found, case["expect"]["rows"], strict=True):
            assert measure_told(row, as_of, expect) == measure_expected(expect), case["why"]


@st.composite
def statements_of(draw: st.DrawFn, /) -> MeasureStatement:
    who, relation = draw(st.sampled_from([("mayor", "A"), ("ministry", "A"), ("gazette", "O"), ("militia", "P"),
                                          ("channel", "W"), ("police", "D")]))  # fmt: skip
    act = draw(st.sampled_from(["introduced", "introduced", "extended", "eased", "lifted", "lifted", "authorised"]))
    polarity = draw(st.sampled_from(["+", "+", "+", "-", "withholds", "retracts"]))
    hour = draw(st.integers(0, 9))
    until = draw(st.sampled_from([None, 8, 12]))
    withdrawn = draw(st.sampled_from([None, None, None, "correction"]))
    area = draw(st.sampled_from(["osk", "osk", "brod"]))
    said = told(who, relation, act, hour, until, polarity=polarity, withdrawn=withdrawn, area=area)  # type: ignore[arg-type]
    return replace(said, id=f"{who}/{act}/{polarity}/{hour}/{until}/{withdrawn}/{area}")


@given(st.lists(statements_of(), max_size=8), st.text(max_size=3))
def test_order_and_repetition_do_not_matter(statements: list[MeasureStatement], seed: str) -> None:
    assert rows(shuffled(statements, seed), SIDES) == rows(statements, SIDES)


@given(st.lists(statements_of(), max_size=8))
def test_rows_keep_their_promises(statements: list[MeasureStatement]) -> None:
    for row in rows(statements, SIDES):
        assert row.lifted is None or row.in_force == "no"
        assert row.in_force != "yes" or row.status in ("confirmed", "corroborated", "reported")
        assert row.introduced is None or row.lifted is None or row.introduced <= row.lifted
        assert set(row.statements) <= {said.id for said in statements}


@given(st.lists(statements_of(), max_size=8), st.integers(0, 9))
def test_nobody_but_an_author_lifts(statements: list[MeasureStatement], hour: int) -> None:
    lifts = [row.lifted for row in rows(statements, SIDES)]
    word = told("herald", "O", "lifted", hour)

    assert [row.lifted for row in rows([*statements, word], SIDES) if row.lifted] == [lift for lift in lifts if lift]
