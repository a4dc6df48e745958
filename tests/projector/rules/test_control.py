"""K7: each way to show who holds a place with cases that hold and cases that just do not; then properties."""

from dataclasses import replace
from itertools import count
from typing import Any

import pytest
from hypothesis import given, strategies as st

from services.projector.rules.control import DISPLAYS, ControlView, Display, HolderClaim, Review, assess, at
from services.projector.rules.positions import Relation
from tests.projector.rules.cases import HOUR, SIDES, seconds, sides_in
from tests.projector.rules.ledger_cases import (
    Json,
    cases_of_kind,
    control_expected,
    control_told,
    holder_claim,
    review_of_holder,
    shuffled,
)
from tests.shared import shared_cases

IDS = count()
SIDE = {"militia": "south", "army": "north", "corps": "hill"}


def told(who: str, relation: Relation, holder: str, hour: int = 1, **more: Any) -> HolderClaim:
    return HolderClaim(
        id=f"c{next(IDS):04}", speaker=who, relation=relation, holder=holder, said_at=hour * HOUR,
        **({"side": SIDE.get(who)} | more),
    )  # fmt: skip


MILITIA = told("militia", "P", "south")
MONITOR = told("monitor", "N", "north", 2)

# rule, why, what was said, the hour, what is shown, by whom it is assessed, whose claims live
CASES: list[tuple[str, str, list[HolderClaim], int, Display, str | None, set[str]]] = [
    ("K7a", "denied since",
     [MONITOR, told("militia", "P", "north", 3, polarity="-")], 5, "contested", "monitor", set()),
    ("K7a", "another claim since", [MONITOR, told("militia", "P", "south", 3)], 5, "contested", "monitor", {"south"}),
    ("K7a", "an outlet's denial", [MONITOR, told("gazette", "O", "north", 3, polarity="-")], 5, "contested", "monitor",
     set()),
    ("K7a", "assessed otherwise before", [MONITOR, told("mission", "N", "south", 1)], 5, "contested", "monitor", set()),
    ("K7b", "denied before", [MONITOR, told("militia", "P", "north", 1, polarity="-")], 5, "held", "monitor", set()),
    ("K7b", "denied at the same hour", [MONITOR, told("militia", "P", "north", 2, polarity="-")], 5, "held", "monitor",
     set()),
    ("K7b", "denied by a channel",
     [MONITOR, told("channel", "W", "north", 3, polarity="-")], 5, "held", "monitor", set()),
    ("K7b", "another holder denied", [MONITOR, told("militia", "P", "south", 3, polarity="-")], 5, "held", "monitor",
     set()),
    ("K7b", "the neutral moves on", [MONITOR, told("monitor", "N", "south", 3)], 5, "held", "monitor", set()),
    ("K7b", "opposed sides agree", [MILITIA, told("army", "P", "south", 3)], 5, "held", "militia+army", {"south"}),
    ("K7b", "an agreement lasts from its second voice", [MILITIA, told("army", "P", "south", 10)], 34, "held",
     "militia+army", {"south"}),
    ("K7c", "opposed sides do not agree", [MILITIA, told("army", "P", "north", 3)], 5, "contested", None,
     {"south", "north"}),
    ("K7c", "an agreement ended by one side",
     [MILITIA, told("army", "P", "south", 3), told("army", "P", "north", 4)], 5,
     "contested", None, {"south", "north"}),
    ("K7d", "one party", [MILITIA], 5, "claimed", None, {"south"}),
    ("K7d", "allied parties", [MILITIA, told("corps", "P", "south", 3)], 5, "claimed", None, {"south"}),
    ("K7d", "an admission alone", [told("army", "G", "south")], 5, "claimed", None, {"south"}),
    ("K7d", "an outlet", [told("gazette", "O", "south")], 5, "claimed", None, set()),
    ("K7d", "24 hours sharp", [MILITIA], 25, "claimed", None, {"south"}),
    ("K7d", "the assessment is past, the claim is not",
     [MONITOR, told("militia", "P", "south", 20)], 30, "claimed", None,
     {"south"}),
    ("K7d", "the other claim is past", [MILITIA, told("army", "P", "north", 20)], 30, "claimed", None, {"north"}),
    ("K7e", "past 24 hours", [MILITIA], 26, "unknown", None, set()),
    ("K7e", "a channel", [told("channel", "W", "south")], 5, "unknown", None, set()),
    ("K7e", "a party unsure of its former word",
     [MILITIA, told("militia", "W", "south", 3)], 5, "unknown", None, set()),
    ("K7e", "taken back", [MILITIA, told("militia", "P", "south", 3, polarity="-")], 5, "unknown", None, set()),
    ("K7e", "withdrawn with its relay",
     [told("gazette", "O", "south", withdrawn="correction", withdrawn_at=4 * HOUR),
      told("gazette", "O", "south", 2, via=("herald",))], 5, "unknown", None, set()),
    ("K7e", "retracted", [MILITIA, told("militia", "P", "south", 3, polarity="retracts")], 5, "unknown", None, set()),
    ("K7e", "withheld", [told("agency", "N", "south", polarity="withholds")], 5, "unknown", None, set()),
    ("K7e", "nobody", [], 5, "unknown", None, set()),
]  # fmt: skip


@pytest.mark.parametrize(
    ("rule", "why", "claims", "hour", "display", "by", "holders"), CASES, ids=[" ".join(c[:2]) for c in CASES]
)
def test_own_case(
    rule: str, why: str, claims: list[HolderClaim], hour: int, display: str, by: str | None, holders: set[str]
) -> None:  # fmt: skip
    for given_ in (claims, shuffled(claims, why)):
        now = at(assess(given_, SIDES), hour * HOUR)
        assert (now.rule, now.display, set(now.claims)) == (rule, display, holders)
        assert (now.assessed.by if now.assessed else None) == by


def test_each_display_is_reached_by_an_own_case() -> None:
    assert {rule.id for rule in DISPLAYS} == {case[0] for case in CASES}


@pytest.mark.parametrize(
    ("review", "hour", "display", "by"),
    [
        (Review("south", "desk", 2 * HOUR), 5, "contested", "desk"),
        (Review("north", "desk", 2 * HOUR), 5, "held", "desk"),
        (Review("north", "desk", 1 * HOUR), 5, "held", "monitor"),
        (Review("north", "desk", 9 * HOUR), 5, "held", "monitor"),
        (Review("south", "desk", 1 * HOUR), 5, "contested", "monitor"),
        (Review("south", "desk", 20 * HOUR), 30, "held", "desk"),
    ],
)
def test_a_review_is_an_assessment_like_others(review: Review, hour: int, display: str, by: str) -> None:
    now = at(assess([MONITOR], SIDES, hour * HOUR, review), hour * HOUR)

    assert (now.display, now.assessed.by if now.assessed else None) == (display, by)


def test_as_of_reads_only_what_had_been_said() -> None:
    assert assess([MILITIA, MONITOR], SIDES, HOUR).assessments == ()


def test_two_neutral_voices_stay_two_where_only_the_newest_assessment_was_stored() -> None:
    view = assess([MONITOR, told("mission", "N", "south", 3)], SIDES)
    stored = ControlView(view.claims, view.assessments[-1:])

    assert at(stored, 5 * HOUR) == at(view, 5 * HOUR)


@pytest.mark.parametrize("case", cases_of_kind("control", shared_cases("cases", "measures_control.jsonl")))
def test_shared_case(case: Json) -> None:
    claims = [holder_claim(entry, number) for number, entry in enumerate(case["claims"])]
    as_of = seconds(case["as_of"])
    again = [replace(claim, id=f"{claim.id}-again") for claim in claims]
    for given_ in (claims, shuffled(claims, case["id"]), [*claims, *again]):
        now = at(assess(given_, sides_in(case), as_of, review_of_holder(case)), as_of)
        assert control_told(now, case["expect"]) == control_expected(case["expect"]), case["why"]


@st.composite
def claims_of(draw: st.DrawFn, /) -> HolderClaim:
    who, relation = draw(st.sampled_from([("militia", "P"), ("army", "P"), ("army", "G"), ("monitor", "N"),
                                          ("gazette", "O"), ("channel", "W"), ("corps", "P")]))  # fmt: skip
    holder, hour = draw(st.sampled_from(["north", "south"])), draw(st.integers(0, 40))
    polarity = draw(st.sampled_from(["+", "+", "+", "-", "withholds", "retracts"]))
    claim = told(who, relation, holder, hour, polarity=polarity)  # type: ignore[arg-type]
    return replace(claim, id=f"{who}/{relation}/{holder}/{hour}/{polarity}")


@given(st.lists(claims_of(), max_size=8), st.text(max_size=3))
def test_order_and_repetition_do_not_matter(claims: list[HolderClaim], seed: str) -> None:
    assert assess(shuffled(claims, seed), SIDES) == assess(claims, SIDES)


@given(st.lists(claims_of(), max_size=8), st.integers(0, 80))
def test_the_view_keeps_its_promises(claims: list[HolderClaim], hour: int) -> None:
    now = at(assess(claims, SIDES), hour * HOUR)

    assert now.display != "held" or now.assessed is not None
    if now.assessed is not None:
        assert {"N"} & {claim.relation for claim in claims} or "+" in now.assessed.by
    if not any(claim.said_at >= (hour - 24) * HOUR for claim in claims):
        assert now.display == "unknown"
