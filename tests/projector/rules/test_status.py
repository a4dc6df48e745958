"""B2 and B3: each row of the status table with a case that holds and one that just does not; then properties."""

from dataclasses import replace

import pytest
from hypothesis import assume, given, strategies as st

from services.projector.rules.origins import count_independent, independent, positions_of
from services.projector.rules.positions import FactTerms, Position, Review, Sides
from services.projector.rules.status import PLANS, RULES, assess, would_change
from services.projector.rules.status_table import Case, first_rule
from tests.projector.rules.cases import (
    HAPPENED,
    RANK,
    SIDES,
    Json,
    expected,
    fact_of,
    position_of,
    review_in,
    said,
    shuffled_twice,
    sides_in,
    told,
)
from tests.shared import shared_cases, shared_lines

MEASURE = FactTerms("measure")
PLAN = FactTerms("happened", "planned")
HOLDER = FactTerms("control", value="north")
CAUSE = FactTerms("cause", value="attack")
ACTOR = FactTerms("actor", value="militia")
ARMY = said("army", "P", side="north")
MILITIA = said("militia", "P", side="south")
PAPER = said("paper", "O")
POLICE = said("police", "D")
MONITOR = said("monitor", "N")
CHANNEL = said("channel", "W")

CASES: list[tuple[str, FactTerms, list[Position], str, str]] = [
    ("retraction of the only +", HAPPENED, [PAPER, said("paper", "O", "retracts", 2)], "retracted", "R1"),
    ("but a rumour lives", HAPPENED, [PAPER, said("paper", "O", "retracts", 2), CHANNEL], "claimed", "R7"),
    ("a relay dies with its origin", HAPPENED,
     [said("paper", "O", time=1, via=["post"]), said("paper", "O", withdrawn="article", withdrawn_at=3)],
     "retracted", "R1"),
    ("a relay said later lives", HAPPENED,
     [said("paper", "O", time=4, via=["post"]), said("paper", "O", withdrawn="article", withdrawn_at=3)],
     "reported", "R6"),
    ("a misquote dies at the outlet that corrects it", HAPPENED,
     [said("mayor", "O", via=["paper"], withdrawn="correction", withdrawn_at=3), said("mayor", "O", via=["post"])],
     "reported", "R6"),
    ("and in chains through it", HAPPENED,
     [said("mayor", "O", via=["paper"], withdrawn="correction", withdrawn_at=3),
      said("mayor", "O", via=["post", "paper"])], "retracted", "R1"),
    ("dropped words live", HAPPENED, [said("mayor", "O", via=["paper"], withdrawn="dropped")], "reported", "R6"),
    ("a − taken back is no retraction", HAPPENED, [said("army", "P", "-"), said("army", "P", "retracts", 2)],
     "claimed", "R7"),
    ("a retraction ends only what was said of this value", ACTOR,
     [said("paper", "O", value="militia"), said("paper", "O", "retracts", 2, value="army")], "reported", "R6"),
    ("author", MEASURE, [said("mayor", "A"), said("police", "D", "-", 2)], "confirmed", "R2a"),
    ("an author's plan", FactTerms("measure", "planned"), [said("mayor", "A", realis="planned")], "reported", "R6"),
    ("admission", HAPPENED, [said("army", "G", side="north")], "confirmed", "R2b"),
    ("admission, later denied on duty", HAPPENED, [said("army", "G"), said("police", "D", "-", 2)], "disputed", "R4"),
    ("admission, denied before", HAPPENED, [said("army", "G", time=2), said("police", "D", "-", 2)],
     "confirmed", "R2b"),
    ("opposed sides", HAPPENED, [ARMY, MILITIA], "confirmed", "R2c"),
    ("allied sides", HAPPENED, [said("corps", "P", side="hill"), MILITIA], "claimed", "R7"),
    ("opposed sides, one unsure", HAPPENED, [ARMY, said("militia", "W", side="south")], "claimed", "R7"),
    ("opposed sides on two actors", ACTOR,
     [said("army", "P", side="north", value="militia"), said("militia", "P", side="south", value="army")],
     "claimed", "R7"),
    ("opposed sides, one going on", HAPPENED, [ARMY, replace(MILITIA, realis="ongoing")], "confirmed", "R2c"),
    ("opposed sides, one planning", HAPPENED, [ARMY, replace(MILITIA, realis="planned")], "claimed", "R7"),
    ("that it is over denies nothing", HAPPENED, [PAPER, said("army", "O", "-", realis="ongoing")], "reported", "R6"),
    ("what happened need not go on", FactTerms("happened", "ongoing"), [POLICE, replace(CHANNEL, realis="ongoing")],
     "claimed", "R7"),
    ("duty", HAPPENED, [POLICE, said("firm", "P", "-", 2)], "confirmed", "R2d"),
    ("duty, denied by a neutral before", HAPPENED, [said("police", "D", time=2), said("monitor", "N", "-")],
     "disputed", "R4"),
    ("neutral and a second", HAPPENED, [MONITOR, ARMY], "confirmed", "R2e"),
    ("neutral alone", HAPPENED, [MONITOR], "reported", "R6"),
    ("neutral and a rumour", HAPPENED, [MONITOR, CHANNEL], "reported", "R6"),
    ("neutral that leans on the second", HAPPENED, [said("monitor", "N", via=["army"]), ARMY], "reported", "R6"),
    ("neutral that leaned on it, then saw for itself", HAPPENED,
     [said("monitor", "N", via=["army"]), said("monitor", "N", time=2), ARMY], "confirmed", "R2e"),
    ("a later party does not refresh a neutral", HAPPENED,
     [MONITOR, said("police", "D", "-", 2), said("army", "P", time=3)], "disputed", "R4"),
    ("another R2 rule confirms unguarded", HAPPENED,
     [said("army", "G", side="north"), said("police", "D", "-", 2), said("militia", "P", time=3, side="south")],
     "confirmed", "R2c"),
    ("denied on duty", HAPPENED, [MILITIA, said("police", "D", "-", 2)], "denied", "R3a"),
    ("denied on duty, but an outlet affirms", HAPPENED, [PAPER, said("police", "D", "-", 2)], "disputed", "R4"),
    ("a plan denied by its author", FactTerms("measure", "planned"),
     [said("channel", "W", realis="planned"), said("mayor", "A", "-", realis="planned")], "denied", "R3a"),
    ("rumour denied by a party", HAPPENED, [CHANNEL, said("palace", "P", "-", 2)], "denied", "R3b"),
    ("rumour denied by a rumour", HAPPENED, [CHANNEL, said("blog", "W", "-", 2)], "claimed", "R7"),
    ("party denied by a party", HAPPENED, [MILITIA, said("army", "P", "-", 2)], "disputed", "R4"),
    ("another holder", HOLDER, [said("army", "P", value="north"), said("militia", "P", value="south")],
     "disputed", "R4"),
    ("another holder denied", HOLDER, [said("army", "P", value="north"), said("militia", "P", "-", value="south")],
     "claimed", "R7"),
    ("cause unknown excludes nothing", CAUSE,
     [said("paper", "O", value="attack"), said("police", "D", value="unknown")],
     "reported", "R6"),
    ("two outlets", HAPPENED, [PAPER, said("post", "O")], "corroborated", "R5"),
    ("two outlets with one text", HAPPENED, [said("paper", "O", family="w"), said("post", "O", family="w")],
     "reported", "R6"),
    ("two parties", HAPPENED, [said("firm", "P"), said("union", "P")], "claimed", "R7"),
    ("two offices of one organisation", HAPPENED, [said("chief", "O", org="police"), said("press", "O", org="police")],
     "reported", "R6"),
    ("an outlet and whom it quotes", HAPPENED, [PAPER, said("mayor", "O", via=["paper"])], "reported", "R6"),
    ("nor does a later relay by another free it", HAPPENED,
     [PAPER, said("mayor", "O", via=["paper"]), said("mayor", "O", time=2, via=["post"])], "reported", "R6"),
    ("a copy of a text is leant on like the text", HAPPENED,
     [said("paper", "O", family="w"), said("post", "O", family="w"), said("echo", "O", via=["paper"])],
     "reported", "R6"),
    ("two outlets on a plan", PLAN, [replace(PAPER, realis="planned"), said("post", "O", realis="planned")],
     "reported", "R6"),
    ("an outlet", HAPPENED, [PAPER], "reported", "R6"),
    ("a party", HAPPENED, [ARMY], "claimed", "R7"),
    ("nobody", HAPPENED, [], "claimed", "R7"),
]  # fmt: skip


@pytest.mark.parametrize(("why", "fact", "positions", "status", "rule"), CASES, ids=[case[0] for case in CASES])
def test_own_case(why: str, fact: FactTerms, positions: list[Position], status: str, rule: str) -> None:
    for given_ in (positions, shuffled_twice(positions, why)):
        verdict = assess(fact, given_, SIDES)
        assert (verdict.status, verdict.rule) == (status, rule)


def test_every_row_is_reached_by_an_own_case() -> None:
    reached = {first_rule(_case(fact, positions)) for _, fact, positions, _, _ in CASES}

    assert reached == {rule for rule in RULES if rule.id != "R0"}


def _case(fact: FactTerms, positions: list[Position], sides: Sides = SIDES) -> Case:
    standing = positions_of(fact, positions)
    return Case(standing.pro, standing.con, sides, standing.former, fact.realis in PLANS)


def test_a_reviewer_goes_before_the_rules_which_stay_visible() -> None:
    verdict = assess(HAPPENED, [POLICE, said("army", "P", "-", 2)], SIDES, Review("reported", "desk"))

    assert (verdict.status, verdict.rule, verdict.reviewer) == ("reported", "R0", "desk")
    assert [position.origin for position in verdict.dissent] == ["army"]
    assert verdict.rules_say == assess(HAPPENED, [POLICE, said("army", "P", "-", 2)], SIDES)


@pytest.mark.parametrize(
    ("positions", "tagged"),
    [
        ([CHANNEL], True),
        ([CHANNEL, ARMY], False),
        ([said("blog", "W", "-")], True),
        ([CHANNEL, said("palace", "P", "-")], False),
        ([POLICE, said("agency", "N", "withholds")], True),
        ([ARMY, said("agency", "N", "withholds"), said("agency", "N", "+", 2)], False),
        ([PAPER, said("paper", "O", "withholds", 2)], True),
        ([], True),
    ],
)
def test_unverified(positions: list[Position], tagged: bool) -> None:
    assert ("unverified" in assess(HAPPENED, positions, SIDES).tags) is tagged


def test_a_verdict_says_who_stands_where_by_time() -> None:
    relay = said("police", "D", time=3, via=["paper"])
    verdict = assess(HAPPENED, [relay, said("army", "P", "-", 2), POLICE, CHANNEL], SIDES)

    assert verdict.supporting == (CHANNEL, relay)
    assert verdict.opposing == verdict.dissent == (said("army", "P", "-", 2),)
    assert (verdict.independent_for, verdict.independent_against) == (1, 1)


def test_independence_is_counted_by_pairs_not_by_chains_of_likeness() -> None:
    entangled = [PAPER, said("post", "O", via=["paper", "echo"]), said("echo", "O")]
    voices = positions_of(HAPPENED, entangled).pro

    assert count_independent(voices, SIDES) == 2


def test_what_would_change_a_claim() -> None:
    changes = would_change(HAPPENED, [MILITIA], SIDES)

    assert [tuple(change) for change in changes] == [
        ("somebody against own interest affirms it", "confirmed", "R2b"),
        ("a neutral voice affirms it", "confirmed", "R2e"),
        ("an ordinary voice affirms it", "corroborated", "R5"),
        ("a party of side north affirms it", "confirmed", "R2c"),
        ("somebody against own interest denies it", "denied", "R3a"),
        ("a neutral voice denies it", "disputed", "R4"),
        ("an ordinary voice denies it", "disputed", "R4"),
        ("a party of side north denies it", "disputed", "R4"),
    ]


def test_what_would_change_asks_only_voices_that_can_be() -> None:
    peace = {change.voice for change in would_change(HAPPENED, [PAPER], Sides())}
    told_which = {change.voice for change in would_change(HAPPENED, [PAPER], Sides(), ["A"])}

    assert "a duty voice affirms it" in peace
    assert not any("author" in voice for voice in peace)
    assert told_which == {"the author of the act affirms it", "the author of the act denies it"}
    assert any("author" in change.voice for change in would_change(MEASURE, [PAPER], SIDES))


@pytest.mark.parametrize("case", shared_cases("cases", "status.jsonl"))
def test_shared_case(case: Json) -> None:
    fact, expect = fact_of(case["fact"]), case["expect"]
    positions = [position_of(entry, number, fact) for number, entry in enumerate(case["positions"])]
    for given_ in (positions, shuffled_twice(positions, case["id"]), _told_again(positions)):
        verdict = assess(fact, given_, sides_in(case), review_in(case))
        assert told(verdict, list(expect)) == expected(expect), case["why"]


def _told_again(positions: list[Position]) -> list[Position]:
    """Everything twice, the second time under another assertion's id."""
    return [*(replace(position, id=f"{position.id}-again") for position in positions), *positions]


@pytest.mark.shared
def test_the_worked_example_comes_out_step_by_step() -> None:
    world, *steps = shared_lines("cases", "b4.jsonl")
    known: list[Json] = []
    for step in steps:
        now = known + [entry for entry in step["assertions"] if entry["on"] == "fact"]
        if step.get("keep", True):
            known = now
        for key, expect in step["after"].get("facts", {}).items():
            fact = fact_of(world["facts"][key])
            positions = [
                position_of(entry | {"side": world["speakers"].get(entry["speaker"], {}).get("side")}, number, fact)
                for number, entry in enumerate(now)
                if entry["fact"] == key
            ]
            verdict = assess(fact, shuffled_twice(positions, key), sides_in(world))
            asked = {k: v for k, v in expect.items() if k in ("status", "rule", "tags", "dissent")}
            assert told(verdict, list(asked)) == expected(asked), (step["step"], key)


ORIGINS = ["army", "militia", "corps", "paper", "post", "police", "monitor", "channel"]
POSITIONS = st.builds(
    said,
    st.sampled_from(ORIGINS),
    st.sampled_from(["A", "G", "N", "D", "O", "P", "W"]),
    st.sampled_from(["+", "+", "-", "withholds", "retracts"]),
    st.integers(0, 5),
    published=st.integers(0, 1),
    side=st.sampled_from([None, "north", "south", "hill", "coast"]),
    value=st.sampled_from([None, "north", "south", "unknown"]),
    realis=st.sampled_from(["actual", "actual", "ongoing", "planned"]),
    org=st.sampled_from([None, None, "police"]),
    via=st.lists(st.sampled_from(ORIGINS), max_size=2),
    family=st.sampled_from([None, None, "w", "v"]),
    withdrawn=st.sampled_from([None, None, None, "correction", "article", "dropped"]),
    withdrawn_at=st.integers(0, 6),
)
AFFIRMING = POSITIONS.filter(lambda position: position.act in ("+", "withholds")).map(
    lambda position: replace(position, withdrawn=None, value=None, realis="actual")
)
OUTLETS = st.builds(
    said,
    st.sampled_from(["paper", "post", "echo", "army"]),
    st.sampled_from(["N", "O", "P"]),
    st.just("+"),
    st.integers(0, 1),
    side=st.sampled_from([None, None, "north", "south"]),
    via=st.lists(st.sampled_from(["paper", "post", "army"]), max_size=1),
    family=st.sampled_from([None, "w"]),
)
FACTS = st.builds(
    FactTerms,
    st.sampled_from(["happened", "actor", "cause", "control", "measure"]),
    st.sampled_from(["actual", "ongoing", "planned"]),
    st.sampled_from([None, "north", "unknown"]),
)
REVIEWS = st.none() | st.builds(Review, st.sampled_from(sorted(RANK)), st.just("desk"))


@given(FACTS, st.lists(POSITIONS, max_size=8), REVIEWS)
def test_the_table_is_total_and_one_rule_is_first(
    fact: FactTerms, positions: list[Position], review: Review | None
) -> None:
    case = replace(_case(fact, positions), review=review)
    holding = [rule.holds(case) for rule in RULES]
    verdict = assess(fact, positions, SIDES, review)

    assert any(holding)
    first = RULES[holding.index(True)]
    assert first_rule(case) is first
    assert verdict.rule == first.id
    assert verdict.status == (review.status if review else first.status)


@given(FACTS, st.lists(POSITIONS, max_size=8), st.text(max_size=3))
def test_order_and_repetition_do_not_matter(fact: FactTerms, positions: list[Position], seed: str) -> None:
    assert assess(fact, shuffled_twice(positions, seed), SIDES) == assess(fact, positions, SIDES)


@given(st.lists(AFFIRMING, max_size=6), st.sampled_from(["N", "D", "O"]), st.integers(0, 9))
def test_one_more_independent_voice_never_lowers_a_status_that_nobody_denies(
    positions: list[Position], relation: str, time: int
) -> None:
    before = assess(HAPPENED, positions, SIDES)
    voice = replace(said("newcomer", "O", time=time), relation=relation)  # type: ignore[arg-type]
    after = assess(HAPPENED, [*positions, voice], SIDES)

    assert RANK[after.status] >= RANK[before.status]


@given(FACTS, st.lists(POSITIONS, min_size=1, max_size=8), st.integers(0, 7))
def test_one_more_outlet_that_relays_a_word_raises_nothing(
    fact: FactTerms, positions: list[Position], pick: int
) -> None:
    original = positions[pick % len(positions)]
    relay = replace(original, id=f"{original.id}~", via=("newcomer", *original.via))
    # A withdrawal is of one printing; a relay of it by another outlet is another assertion, not a copy.
    assume(original.withdrawn in (None, "dropped") and original.act in ("+", "-"))
    before, after = assess(fact, positions, SIDES), assess(fact, [*positions, relay], SIDES)

    assert RANK[after.status] <= RANK[before.status]
    assert after.independent_for <= before.independent_for


@given(st.lists(OUTLETS, min_size=1, max_size=4, unique_by=lambda position: position.origin))
def test_one_more_outlet_with_a_copied_text_raises_nothing(positions: list[Position]) -> None:
    before = assess(HAPPENED, positions, SIDES)
    for number, original in enumerate(before.supporting):
        family = original.family or "copied"
        text = replace(original, family=family)
        copy = replace(text, id=f"copy-{number}", origin="newcomer", org=None)
        after = assess(HAPPENED, [*(text if it == original else it for it in positions), copy], SIDES)
        assert RANK[after.status] <= RANK[before.status]


@given(st.lists(POSITIONS, max_size=6))
def test_independence_is_mutual(positions: list[Position]) -> None:
    standing = positions_of(HAPPENED, positions)
    voices = standing.pro + standing.con

    assert all(independent(a, b, SIDES) == independent(b, a, SIDES) for a in voices for b in voices)


@given(FACTS, st.lists(POSITIONS, max_size=6))
def test_what_would_change_is_true(fact: FactTerms, positions: list[Position]) -> None:
    now = assess(fact, positions, SIDES)
    changes = would_change(fact, positions, SIDES)

    assert all(change.status != now.status for change in changes)
    assert {change.rule for change in changes} <= {rule.id for rule in RULES}
