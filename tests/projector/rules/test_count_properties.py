"""Counts: what holds whatever is said, in whatever order and however often."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from hypothesis import given, strategies as st

from services.projector.rules.counts import RULES, Head, Statement, ledger
from services.projector.rules.positions import Relation
from tests.projector.rules.cases import HOUR, SIDES
from tests.projector.rules.count_cases import one_head, told, told_again
from tests.projector.rules.ledger_cases import Json, head_told, shuffled

OPEN = ("best", "low", "high")
SPEAKERS: dict[str, tuple[Relation, str | None]] = {
    "police": ("D", None), "clinic": ("D", None), "mayor": ("O", None), "gazette": ("O", None),
    "monitor": ("N", None), "army": ("P", "north"), "militia": ("P", "south"), "units": ("G", "south"),
    "channel": ("W", None),
}  # fmt: skip


@st.composite
def statements_of(draw: st.DrawFn, /, speakers: Sequence[str] = tuple(SPEAKERS), **fixed: Any) -> Statement:
    who = draw(st.sampled_from(speakers))
    relation, side = SPEAKERS[who]
    low = draw(st.integers(0, 30))
    kind = draw(st.sampled_from(["total", "total", "total", "subset", "additional"]))
    terms: Json = {
        "outcome": draw(st.sampled_from(["injured", "injured", "killed", "missing"])),
        "scope": draw(st.sampled_from(["incident", "incident", "osk", "brod"])),
        "kind": kind,
        "comparator": draw(st.sampled_from(["=", "=", "=", ">=", ">", "<=", "~", "range", "vague"])),
        "low": low,
        "best": low,
        "high": low + draw(st.integers(0, 5)),
        "of": draw(st.sampled_from([None, "injured"])) if kind == "additional" else None,
        "said_at": draw(st.integers(0, 40)) * HOUR,
        "published": draw(st.integers(0, 2)) * HOUR,
        "via": draw(st.sampled_from([(), ("gazette",), ("herald",)])),
        "family": draw(st.sampled_from([None, None, "w"])),
        "cue_revised": draw(st.booleans()),
        "official": who in ("police", "mayor"),
        "own_voice": who == "gazette",
        "act": draw(st.sampled_from(["figure"] * 8 + ["withholds", "retracts"])),
        "withdrawn": draw(st.sampled_from([None] * 8 + ["correction", "dropped"])),
    }
    words = "/".join(map(str, terms.values()))
    return Statement(id=f"{who}/{words}", speaker=who, relation=relation, side=side, group="civilians", **terms | fixed)


@given(st.lists(statements_of(), max_size=9), st.text(max_size=3))
def test_order_and_repetition_do_not_matter(statements: list[Statement], seed: str) -> None:
    assert ledger(shuffled(statements, seed), SIDES) == ledger(statements, SIDES)


@given(st.lists(statements_of(), max_size=7))
def test_wordstold_again_as_other_assertions_change_no_number(statements: list[Statement]) -> None:
    once = ledger(statements, SIDES)
    twice = ledger([*statements, *told_again(statements)], SIDES)

    assert [_numbers(head) for head in twice] == [_numbers(head) for head in once]


def _numbers(head: Head) -> Json:
    keys = ("outcome", "best", "low", "high", "status", "rule", "governed_by", "previous", "outside", "rows")
    return head_told(head, keys)


@given(st.lists(statements_of(), max_size=9))
def test_heads_keep_their_promises(statements: list[Statement]) -> None:
    rules = {rule.id for rule in RULES}
    for head in ledger(statements, SIDES):
        assert {row.rule for row in head.rows} <= rules
        assert head.chosen_by in rules | {"R1"}
        assert head.low is None or head.high is None or head.low <= head.high
        assert head.best is None or (head.low is not None and head.low <= head.best)
        assert {row.relation for row in head.outside} <= {"P", "W"}
        if head.governed_by is None:
            assert head.best is None


TOTALS = statements_of(comparator="=", kind="total", of=None, act="figure", withdrawn=None, scope="incident")


@given(st.lists(TOTALS, min_size=1, max_size=6), st.sampled_from(["police", "mayor"]))
def test_a_later_total_leaves_no_older_best_standing_unless_a_rule_says_so(
    statements: list[Statement], who: str
) -> None:
    relation, _ = SPEAKERS[who]
    series = [
        replace(said, id=f"{number:02}", speaker=who, relation=relation, side=None, outcome="injured", own_voice=False,
                said_at=number * HOUR)
        for number, said in enumerate(statements)
    ]  # fmt: skip
    head = one_head(series)

    last = series[-1]
    kept_beside = [row for row in head.rows if row.rule == "L2" and row.bound_only]
    assert head.best == last.best or last.best in [row.best for row in kept_beside]
    if relation == "D":
        assert head.best == last.best


@given(st.lists(statements_of(["police", "mayor", "monitor"]), max_size=6), st.integers(0, 50), st.integers(0, 99))
def test_a_claim_moves_no_known_figure(statements: list[Statement], hour: int, n: int) -> None:
    before = {head.outcome: head for head in ledger(statements, SIDES) if head.governed_by}
    claim = told("militia", "P", n, hour, side="south")
    after = {head.outcome: head for head in ledger([*statements, claim], SIDES)}

    for outcome, head in before.items():
        assert [getattr(after[outcome], key) for key in OPEN] == [getattr(head, key) for key in OPEN]


@given(st.lists(statements_of(["police", "mayor"], outcome="missing", kind="total", of=None), max_size=6))
def test_each_firm_speaker_has_one_total_in_a_scope(statements: list[Statement]) -> None:
    for head in ledger(statements, SIDES):
        totals = [(row.origin, row.scope) for row in head.rows if not row.bound_only]
        assert len(totals) == len(set(totals))
