"""L1 to L12: each rule with cases that hold and cases that just do not."""

from dataclasses import replace

import pytest

from services.projector.rules.count_figures import Figure, Span, figure
from services.projector.rules.counts import RULES, Statement, ledger
from tests.projector.rules.cases import HOUR, SIDES, sides_in
from tests.projector.rules.count_cases import CASES, MISSING, more, one_head, told, told_again
from tests.projector.rules.ledger_cases import (
    Json,
    count_statement,
    head_expected,
    head_key,
    head_told,
    heads_by_key,
    shuffled,
)
from tests.shared import shared_cases


@pytest.mark.parametrize(("rule", "why", "statements", "expect", "stand"), CASES, ids=[" ".join(c[:2]) for c in CASES])
def test_own_case(rule: str, why: str, statements: list[Statement], expect: Json, stand: set[str]) -> None:
    for given_ in (statements, shuffled(statements, why)):
        head = one_head(given_)
        assert head_told(head, expect) == expect
        assert {row.rule for row in head.rows} == stand


@pytest.mark.parametrize(("why", "statements", "expect"), MISSING, ids=[case[0] for case in MISSING])
def test_missing_is_a_state(why: str, statements: list[Statement], expect: Json) -> None:
    missing = [replace(said, outcome="missing") for said in statements]
    for given_ in (missing, shuffled(missing, why)):
        assert head_told(one_head(given_, "missing"), expect) == expect


def test_each_rule_of_the_table_has_own_cases() -> None:
    tried = [case[0] for case in CASES] + ["L9" for _ in MISSING]

    assert {rule.id for rule in RULES} == {rule for rule in tried if tried.count(rule) > 1}


def test_the_dead_are_taken_from_the_injured_and_nobody_else() -> None:
    both = [told("police", "D", 4), told("police", "D", 1, outcome="killed"), told("police", "D", 2, outcome="missing"),
            more("clinic", "D", 1, 2, outcome="killed", of="injured")]  # fmt: skip
    best = {head.outcome: head.best for head in ledger(both, SIDES)}

    assert best == {"injured": 3, "killed": 2, "missing": 2}
    assert all(row.statement in {said.id for said in both} for head in ledger(both, SIDES) for row in head.rows)


def test_two_admissions_and_a_later_ordinary_number() -> None:
    army, militia = told("army", "G", 3, side="north"), told("militia", "G", 5, 2, side="north")

    assert (one_head([army, militia]).low, one_head([army, militia]).governed_by) == (5, "militia")
    assert one_head([army, told("mayor", "O", 2, 20)]).best == 2


@pytest.mark.parametrize(
    ("words", "status", "rule", "best"),
    [
        ([told("gazette", "O", 4, withdrawn="correction", withdrawn_at=9 * HOUR),
          told("gazette", "O", 4, 9, via=("post",), published=10 * HOUR)], "retracted", "R1", None),
        ([told("gazette", "O", 4, withdrawn="correction", withdrawn_at=9 * HOUR),
          told("gazette", "O", 4, 10, via=("post",))], "reported", "R6", 4),
        ([told("gazette", "O", 4, withdrawn="correction", withdrawn_at=9 * HOUR)], "retracted", "R1", None),
        ([told("gazette", "O", 4, withdrawn="dropped", withdrawn_at=9 * HOUR)], "reported", "R6", 4),
        ([told("gazette", "O", 4, withdrawn="correction", withdrawn_at=9 * HOUR),
          told("gazette", "O", 4, via=("post",))], "retracted", "R1", None),
        ([told("gazette", "O", 4, withdrawn="correction", withdrawn_at=9 * HOUR), told("gazette", "O", 2, 9)],
         "reported", "R6", 2),
        ([told("gazette", "O", 4), told("gazette", "O", 0, 2, act="retracts")], "retracted", "R1", None),
        ([told("gazette", "O", 4), told("gazette", "O", 0, 2, act="retracts"), told("mayor", "O", 4)],
         "reported", "R6", 4),
    ],
)  # fmt: skip
def test_a_figure_taken_back(words: list[Statement], status: str, rule: str, best: int | None) -> None:
    head = one_head(words)

    assert (head.status, head.rule, head.best) == (status, rule, best)


def test_who_gives_no_figure_tags_the_head_until_he_gives_one() -> None:
    silent = told("agency", "O", act="withholds")
    claim = told("army", "P", 70, 1, ">", side="north")

    assert one_head([claim, silent]).tags == {"unverified"}
    assert one_head([claim, silent, told("agency", "O", 3, 2)]).tags == set()
    assert ledger([silent], SIDES) == ()


@pytest.mark.parametrize(
    ("stated", "low", "best", "high", "span"),
    [
        (figure("=", best=8), 8, 8, 8, Span(8, 8)),
        (figure(">=", low=8), 8, None, None, Span(8, None)),
        (figure(">", low=8), 9, None, None, Span(9, None)),
        (figure("<=", high=8), None, None, None, Span(0, 8)),
        (figure("<", high=8), None, None, None, Span(0, 7)),
        (figure("<", high=0), None, None, None, Span(0, 0)),
        (figure("~", best=25), 25, 25, 25, Span(23, 27)),
        (figure("range", low=9, high=8), 8, None, 9, Span(8, 9)),
        (figure("range", low=8), 8, None, None, Span(8, None)),
        (figure("vague", word="scores"), 40, None, None, Span(40, None)),
        (figure("vague", low=60, word="scores"), 60, None, None, Span(60, None)),
    ],
)
def test_figures(stated: Figure, low: int | None, best: int | None, high: int | None, span: Span) -> None:
    assert (stated.low, stated.best, stated.high, stated.span) == (low, best, high, span)
    assert figure("=") is None


@pytest.mark.parametrize("case", shared_cases("cases", "counts.jsonl"))
def test_shared_case(case: Json) -> None:
    statements = [count_statement(entry, number) for number, entry in enumerate(case["statements"])]
    expected = {head_key(expect): expect for expect in case["expect"]["heads"]}
    for given_ in (statements, shuffled(statements, case["id"]), [*statements, *told_again(statements)]):
        heads = heads_by_key(ledger(given_, sides_in(case)))
        assert heads.keys() == expected.keys(), case["why"]
        for key, expect in expected.items():
            assert head_told(heads[key], expect) == head_expected(expect), case["why"]
