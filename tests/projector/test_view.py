"""The view of an invented raid: after each step what is known, who says so, how sure it is."""

import pytest
from hypothesis import given, settings, strategies as st

from schemas.codec import INCIDENTS
from schemas.events import IncidentEvent
from schemas.incident import CasualtyHead, Fact, Incident
from services.projector.project import fold, view_at
from tests.projector.build import Log, at, header, occurrence, outlet_voice, says
from tests.projector.comparable import comparable
from tests.projector.story import STORY, events

TOLD = [make() for make in STORY]


def view_after(count: int) -> Incident:
    projection = fold(events(TOLD[:count]))
    assert projection is not None
    return projection.view


def fact(view: Incident, kind: str, aspect: str = "happened", value: str | None = None) -> Fact:
    found = [
        f for f in view.facts
        if (f.type, f.aspect) == (kind, aspect) and (value is None or (f.value and f.value.actor == value))
    ]  # fmt: skip
    assert len(found) == 1, [(f.text, f.status) for f in view.facts]
    return found[0]


def head(view: Incident, outcome: str, group: str) -> CasualtyHead:
    return next(h for h in view.casualties if (h.outcome, h.group, h.indirect) == (outcome, group, False))


def test_a_claim_stays_a_claim_however_many_outlets_carry_it() -> None:
    taken = fact(view_after(2), "territory_taken")
    assert (taken.status, taken.rule, taken.origins_for, taken.reach) == ("claimed", "R7", 1, 2)


def test_opposed_sides_confirm_the_raid_and_the_accusation_stays_a_claim() -> None:
    view = view_after(3)
    assert (fact(view, "incursion").status, fact(view, "incursion").rule) == ("confirmed", "R2c")
    assert fact(view, "incursion", "actor", "c:SO").status == "claimed"


def test_self_claims_and_the_accusation_live_side_by_side() -> None:
    view = view_after(4)
    assert fact(view, "incursion", "actor", "o:hill-guard").status == "claimed"
    assert fact(view, "incursion", "actor", "o:river-corps").status == "claimed"


def test_a_denial_disputes_the_accusation_alone() -> None:
    view = view_after(5)
    assert fact(view, "incursion", "actor", "c:SO").rule == "R4"
    assert fact(view, "incursion").rule == "R2c"


def test_an_author_makes_a_measure_and_lifts_it() -> None:
    (measure,) = view_after(6).measures
    assert (measure.in_force, measure.status, measure.rule) == ("yes", "confirmed", "R2a")
    (measure,) = view_after(14).measures
    assert (measure.in_force, measure.lifted) == ("no", at(21))


def test_figures_of_one_speaker_replace_and_parts_widen_the_range() -> None:
    assert head(view_after(8), "injured", "civilians").best == 6
    injured = head(view_after(12), "injured", "civilians")
    assert (injured.best, injured.low, injured.high, injured.status) == (8, 8, 9, "reported")
    assert injured.governed_by == "Ana Dorn"


def test_a_partys_figure_of_enemy_dead_is_a_claim_and_no_range() -> None:
    dead = head(view_after(10), "killed", "attackers")
    assert (dead.best, dead.low, dead.status) == (None, None, "claimed")
    assert [(row.comparator, row.low) for row in dead.outside] == [(">", 71)]


def test_an_admission_confirms_the_low_bound() -> None:
    dead = head(view_after(13), "killed", "attackers")
    assert (dead.low, dead.best, dead.status, dead.rule) == (2, None, "confirmed", "R2b")


def test_a_neutral_assessment_confirms_over_a_partys_denial() -> None:
    assert fact(view_after(11), "withdrawal").rule == "R4"
    view = view_after(15)
    assert (fact(view, "withdrawal").status, fact(view, "withdrawal").rule) == ("confirmed", "R2e")
    assert view.control[0].assessed is not None
    assert view.control[0].assessed.holder == "c:NO"


def test_a_correction_retracts_the_outlets_own_word_and_its_relay() -> None:
    log = Log()
    taken = occurrence("p", "territory_taken")
    own = says(taken, "Paper", 1)
    relay_of = occurrence("q", "territory_taken")
    relay = says(relay_of, "Herald", 2, outlet_voice("Paper"))
    told: list[IncidentEvent] = [
        log.recorded(header("p", "Paper", 1), [taken], [own]),
        log.recorded(header("q", "Herald", 2), [relay_of], [relay]),
        log.replaced(header("p", "Paper", 5, version=2, corrections=("not taken",)), [], [], [own], "correction"),
    ]
    before, after = fold(told[:2]), fold(told)
    assert before is not None
    assert after is not None
    assert fact(before.view, "territory_taken").status == "reported"
    assert (fact(after.view, "territory_taken").status, fact(after.view, "territory_taken").rule) == ("retracted", "R1")
    assert [note.text for note in after.view.corrections] == ["not taken"]


def test_a_withdrawn_article_stays_listed_and_its_words_die() -> None:
    log = Log()
    taken = occurrence("p", "territory_taken")
    told: list[IncidentEvent] = [
        log.recorded(header("p", "Paper", 1), [taken], [says(taken, "Paper", 1)]),
        log.withdrawn(header("p", "Paper", 5, version=2)),
    ]
    after = fold(told)
    assert after is not None
    assert [ref.withdrawn for ref in after.view.reports] == [True]
    assert fact(after.view, "territory_taken").rule == "R1"


def test_the_said_clock_and_the_recorded_clock() -> None:
    told = events(TOLD)
    early = view_at(told, said_until=at(4), known_until=None)
    assert early is not None
    assert {f.status for f in early.facts if f.aspect == "actor"} == {"claimed"}
    assert early.measures == ()
    assert len(early.reports) == 4
    known = view_at(told, said_until=None, known_until=at(2.2))
    assert known is not None
    assert len(known.reports) == 1
    assert view_at(told, said_until=at(0), known_until=None) is None


def test_since_survives_a_growing_cluster() -> None:
    first, last = fact(view_after(3), "incursion"), fact(view_after(15), "incursion")
    assert first.since == last.since == at(3)


FULL = view_after(len(TOLD))


@settings(max_examples=40, deadline=None)
@given(st.permutations(range(len(TOLD))))
def test_the_order_of_arrival_does_not_decide_what_is_believed(order: list[int]) -> None:
    projection = fold(events([TOLD[index] for index in order]))
    assert projection is not None
    assert comparable(projection.view) == comparable(FULL)


@pytest.mark.parametrize("count", [1, 7, 15])
def test_a_view_survives_the_wire(count: int) -> None:
    view = view_after(count)
    assert INCIDENTS.decode(INCIDENTS.encode(view)) == view


def test_a_background_group_moves_nothing() -> None:
    log = Log()
    old = occurrence("z", "territory_taken")
    told = [log.recorded(header("z", "Paper", 1), [old], [says(old, "Paper", 1)], role="background")]
    projection = fold(told)
    assert projection is not None
    assert (projection.view.facts, len(projection.view.reports)) == ((), 1)
