"""What a view says at the moment it is read."""

from dataclasses import replace
from datetime import timedelta

import pytest

from schemas.incident import Assessed, Control, FactStatus, HolderClaim, Incident, Measure
from schemas.report import MeasureValue, When
from services.projector.at_read import holding_of, in_force_of, is_stale, phase_of, phase_verdict
from tests.cli import views
from tests.cli.views import at

SECOND = timedelta(seconds=1)


def raid(hours: float = 0, count: int = 3, **fields: object) -> Incident:
    """Clashes said at `hours` + 1, told by `count` reports."""
    base = views.incident(
        "Raid",
        facts=(views.fact("clashes", "armed_clash", "reported", "R6", hours),),
        reports=tuple(views.report(f"Outlet {n}", "Clashes", hours + 1) for n in range(count)),
        last_said=at(hours + 1),
    )
    return replace(base, **fields)  # type: ignore[arg-type]


def lifted(hours: float | None) -> Measure:
    return Measure(
        type="emergency_regime", value=MeasureValue(act="introduced", name="regime"), in_force="yes",
        status="confirmed", rule="R2a", assertions=("m",), introduced=at(1), lifted=at(hours) if hours else None,
    )  # fmt: skip


def test_phase_of_a_story_as_time_passes() -> None:
    told = [phase_of(raid(), at(hours)) for hours in (2, 24, 30, 72, 74)]

    assert told == ["ongoing", "ongoing", "ongoing", "ongoing", "dormant"]


def test_fewer_than_three_reports_are_a_developing_story() -> None:
    assert phase_verdict(raid(count=2), at(2)) == ("developing", "P3")
    assert phase_verdict(raid(count=3), at(2)) == ("ongoing", "P2")


def test_background_withdrawn_and_later_reports_do_not_count() -> None:
    view = raid(count=3)
    background, withdrawn, later = view.reports
    refs = (
        replace(background, role="background"),
        replace(withdrawn, withdrawn=True),
        replace(later, published=at(5)),
    )

    assert phase_of(replace(view, reports=refs), at(4)) == "developing"


def test_measures_lifted_and_a_day_of_quiet_end_it() -> None:
    assert phase_of(raid(measures=(lifted(10),)), at(25) + SECOND) == "ended"
    assert phase_of(raid(measures=(lifted(10),)), at(24)) == "ongoing"
    assert phase_of(raid(measures=(lifted(None),)), at(26)) == "ongoing"


def test_a_lift_of_tomorrow_ends_nothing_today() -> None:
    assert phase_of(raid(measures=(lifted(60),)), at(50)) == "ongoing"


def test_an_end_that_was_said_ends_it_and_what_happens_later_reopens_it() -> None:
    assert phase_verdict(raid(ended_at=at(5)), at(6)) == ("ended", "P1")
    assert phase_of(raid(hours=8, ended_at=at(5)), at(9)) == "ongoing"
    assert phase_of(raid(ended_at=at(5)), at(4)) == "ongoing"


def test_a_day_in_which_the_end_was_said_does_not_reopen_it() -> None:
    day = When(precision="day", anchor="explicit", start=at(0), end=at(24))
    fact = replace(raid().facts[0], when=day, last_supported=at(20))

    assert phase_of(raid(facts=(fact,), ended_at=at(15)), at(21)) == "ended"


@pytest.mark.parametrize("status", ["denied", "retracted"])
def test_what_is_denied_or_retracted_goes_on_nowhere(status: FactStatus) -> None:
    fact = replace(raid().facts[0], status=status)

    assert phase_verdict(raid(facts=(fact,)), at(2)).rule is None


def test_stale_begins_after_fresh_until() -> None:
    fact = views.fact("clashes", "armed_clash", "claimed", "R7", 1, fresh_until=at(10))

    assert not is_stale(fact, at(10))
    assert is_stale(fact, at(10) + SECOND)
    assert not is_stale(replace(fact, fresh_until=None), at(1000))


def test_a_measure_whose_end_has_passed_is_not_known() -> None:
    measure = replace(lifted(None), until=at(20))

    assert in_force_of(measure, at(20)) == "yes"
    assert in_force_of(measure, at(21)) == "unknown"
    assert in_force_of(replace(measure, in_force="no"), at(21)) == "no"


def claim(holder: str, hours: float, polarity: str = "+", by: str = "River Corps") -> HolderClaim:
    return HolderClaim(
        holder=holder, by=by, relation="P", polarity="+" if polarity == "+" else "-", said_at=at(hours),
        fresh_until=at(hours + 24), assertion=f"{holder}/{hours}/{by}",
    )  # fmt: skip


def test_who_holds_a_place() -> None:
    place, neutral = views.place("Osk"), Assessed(
        holder="north", by="monitor", said_at=at(10), fresh_until=at(34), basis="neutral"
    )  # fmt: skip
    alone = Control(place=place, claims=(claim("south", 9),))
    two = replace(alone, claims=(claim("south", 9), claim("north", 9, by="army")))
    assessed = replace(alone, assessments=(neutral,))
    denied = replace(assessed, claims=(claim("south", 11),))

    assert [holding_of(it, at(12)).display for it in (alone, two, assessed, denied)] == [
        "claimed", "contested", "held", "contested",
    ]  # fmt: skip
    assert holding_of(assessed, at(12)).assessed == neutral
    assert holding_of(alone, at(40)).display == "unknown"
    assert holding_of(alone, at(40)).stale == alone.claims
    assert holding_of(denied, at(10)).claims == ()


def court(hours: float) -> Incident:
    """The raid, and a verdict about it long after."""
    verdict = views.fact("prosecution", "prosecution", "confirmed", "R2d", hours - 1)
    view = raid()
    return replace(view, facts=(*view.facts, verdict), last_said=at(hours))


def test_a_follow_up_long_after_does_not_wake_a_story() -> None:
    weeks = 24 * 20

    assert phase_of(court(weeks), at(weeks)) == "dormant"
    assert phase_verdict(court(24 * 10), at(24 * 10)) == ("ongoing", None)


def test_where_there_is_nothing_but_aftermath_it_is_the_story() -> None:
    arrests = views.fact("arrest", "arrest", "confirmed", "R2a", 0)

    assert phase_verdict(raid(facts=(arrests,)), at(2)).rule == "P2"
