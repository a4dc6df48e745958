"""The comparison sees what differs and says it; it passes what agrees."""

from dataclasses import replace
from typing import Any

import pytest

from schemas.incident import CasualtyHead, ReportRef
from schemas.report import Assertion, MeasureValue, Place, Speaker, Value
from tests.seeds import made
from tests.seeds.compare import incident_differences, incident_of, missing, view_differences
from tests.seeds.matching import fold, is_called
from tests.seeds.records import ExpectedIncident

INJURED: dict[str, Any] = {
    "speaker": "police", "stance": ["claims", "confirms"], "polarity": "+", "type": "fire", "aspect": "count",
    "place": "Tarn", "count": {"outcome": "injured", "n": 3, "group": "civilians", "comparator": "="},
    "quote": "Three people were injured",
}  # fmt: skip
HEAD: dict[str, Any] = {
    "outcome": "injured", "group": "civilians", "best": 3, "low": 3, "high": 3, "status": "confirmed", "rule": "R2d",
    "governed_by": "police", "previous": [2], "outside": [],
}  # fmt: skip
FACT = {"type": "fire", "place": "Tarn", "status": "confirmed", "rule": "R2d"}
CLOSURE = {
    "type": "restriction", "place": "Tarn", "in_force": "yes", "status": "confirmed", "rule": "R2a",
    "introduced": "2031-03-05", "lifted": None,
}  # fmt: skip


def test_a_report_that_says_it_lacks_nothing() -> None:
    assert missing(made.dispatch(assertions=[INJURED]), made.report(made.assertion())) == []


def test_an_empty_report_lacks_everything() -> None:
    (line,) = missing(made.dispatch(assertions=[INJURED]), made.report())
    assert "nothing comes near" in line
    assert "«Three people were injured»" in line


OTHERWISE: list[tuple[Assertion, str]] = [
    (made.assertion(chain=(made.OUTLET,), stance="reports"), "speaker The Echo"),
    (made.assertion(chain=(made.OUTLET, replace(made.POLICE, kind="military"))), "speaker The Echo > police"),
    (made.assertion(chain=(made.OUTLET, replace(made.OUTLET, name="Globe"), made.POLICE)), "chain"),
    (made.assertion(polarity="-"), "polarity -"),
    (made.assertion(stance="denies"), "stance denies"),
    (made.assertion(value=Value(count=made.count(low=2, best=2, high=2))), "figure = 2/2/2"),
    (made.assertion(value=Value(count=made.count(group="forces:x"))), "group forces:x"),
    (made.assertion(value=Value(count=made.count(outcome="killed"))), "outcome killed"),
    (made.assertion(value=Value(count=made.count(comparator=">="))), "comparator >="),
]


@pytest.mark.parametrize(("said", "fault"), OTHERWISE, ids=[fault for _, fault in OTHERWISE])
def test_what_is_otherwise_is_named(said: Assertion, fault: str) -> None:
    (line,) = missing(made.dispatch(assertions=[INJURED]), made.report(said))
    assert fault in line
    assert "counts.passive" in line


def test_another_place_is_named() -> None:
    elsewhere = Place(text="Osk", name="Osk", precision=1)
    report = made.report(made.assertion())
    moved = replace(report, occurrences=(replace(report.occurrences[0], place=elsewhere),))
    (line,) = missing(made.dispatch(assertions=[INJURED]), moved)
    assert "place Osk" in line


def test_another_sentence_does_not_count() -> None:
    said = made.assertion()
    tail = replace(said.content, start=50, end=56)
    (line,) = missing(made.dispatch(assertions=[INJURED]), made.report(replace(said, content=tail)))
    assert "another sentence" in line


def test_what_must_be_absent_is_told_with_its_reason() -> None:
    unwanted = {"aspect": "count", "count": {"outcome": "injured", "n": 3}, "why": "it is an age"}
    (line,) = missing(made.dispatch(absent=[unwanted]), made.report(made.assertion()))
    assert "it is an age" in line
    harmless = {**unwanted, "count": {"outcome": "injured", "n": 4}}
    assert missing(made.dispatch(absent=[harmless]), made.report(made.assertion())) == []


def test_more_than_is_kept_either_way() -> None:
    more = {**INJURED, "count": {"outcome": "injured", "n": 70, "comparator": ">"}}
    for low in (70, 71):
        said = made.assertion(value=Value(count=made.count(comparator=">", low=low, best=None, high=None)))
        assert missing(made.dispatch(assertions=[more]), made.report(said)) == []


def test_an_actor_is_known_by_id_or_by_text() -> None:
    blamed = {"speaker": "police", "aspect": "actor", "actor": "police", "quote": "in a fire"}
    said = made.assertion(aspect="actor", value=Value(actor="o:police"))
    assert missing(made.dispatch(assertions=[blamed]), made.report(said)) == []
    other = made.assertion(aspect="actor", value=Value(actor="o:brigade"))
    (line,) = missing(made.dispatch(assertions=[blamed]), made.report(other))
    assert "actor o:brigade" in line


def test_the_frame_of_a_report_is_compared() -> None:
    wanted = made.dispatch(genre="roundup", derivative_of="The Guardian", corrections=1, groups=3)
    assert len(missing(wanted, made.report())) == 4
    right = made.dispatch(genre="news", corrections=0, groups=1)
    assert missing(right, made.report()) == []


def test_a_view_as_expected_shows_no_difference() -> None:
    assert view_differences(made.step(facts=[FACT], heads=[HEAD], measures=[CLOSURE]), made.incident()) == []


FACTS = [
    (made.fact(status="reported", rule="R6"), "reported R6; expected confirmed R2d"),
    (made.fact(type="flood"), "no fact fire happened"),
    (made.fact(place=None), "no fact fire happened"),
]


@pytest.mark.parametrize(("fact", "words"), FACTS, ids=[words for _, words in FACTS])
def test_another_fact_is_told(fact: Any, words: str) -> None:
    (line,) = view_differences(made.step(facts=[FACT]), made.incident(facts=(fact,)))
    assert words in line
    assert line.startswith("step one: ")


HEADS: list[tuple[CasualtyHead, str]] = [
    (made.head(best=4, low=4, high=4, rows=(made.row(best=4),)), "low/best/high (4, 4, 4), not (3, 3, 3)"),
    (made.head(status="disputed", rule="R4"), "disputed R4"),
    (made.head(governed_by="mayor"), "governed by mayor"),
    (made.head(rows=(made.row(previous=()),)), "previous []"),
    (made.head(outside=(made.row(speaker="mayor", low=9, best=9),)), "outside has mayor = 9/9"),
    (made.head(indirect=True), "no figure for injured civilians"),
]


@pytest.mark.parametrize(("head", "words"), HEADS, ids=[words for _, words in HEADS])
def test_another_figure_is_told(head: CasualtyHead, words: str) -> None:
    lines = view_differences(made.step(heads=[HEAD]), made.incident(casualties=(head,)))
    assert any(words in line for line in lines)


def test_a_claim_that_should_stand_outside_is_missed() -> None:
    wanted = {**HEAD, "outside": [{"speaker": "police", "n": 9}]}
    (line,) = view_differences(made.step(heads=[wanted]), made.incident())
    assert "outside lacks police 9" in line


def test_a_measure_is_compared_by_day() -> None:
    lifted = made.closure(in_force="no", lifted=made.NOW)
    (line,) = view_differences(made.step(measures=[CLOSURE]), made.incident(measures=(lifted,)))
    assert "in force no" in line
    assert "lifted 2031-03-05" in line
    (gone,) = view_differences(made.step(measures=[CLOSURE]), made.incident(measures=()))
    assert "no measure restriction Tarn" in gone


def test_what_must_not_be_in_the_view_is_told() -> None:
    step = made.step(no_heads=["injured"], reports=2, corrections=1, phase="dormant")
    assert len(view_differences(step, made.incident())) == 4


def test_the_incident_is_found_by_type_place_and_articles() -> None:
    ref = ReportRef(article="tarn/1", group="g", role="main", title="-", outlet="The Echo", published=made.NOW)
    fire, other = (
        made.incident(reports=(ref,)),
        made.incident(id="i2", facts=(made.fact(type="flood"),), reports=(ref,)),
    )
    wanted = ExpectedIncident(type=("fire",), articles=("tarn/*",), place=("Tarn",))
    assert incident_of(wanted, [other, fire]) is fire
    assert incident_of(wanted, [other]) is None
    assert incident_of(wanted, [replace(fire, state="merged")]) is None
    assert incident_of(replace(wanted, place=("Osk",)), [fire]) is None


def test_incidents_that_are_missing_or_too_many_are_told() -> None:
    ref = ReportRef(article="tarn/1", group="g", role="main", title="-", outlet="The Echo", published=made.NOW)
    fire, other = (
        made.incident(reports=(ref,)),
        made.incident(id="i2", facts=(made.fact(type="flood"),), reports=(ref,)),
    )
    wanted = ExpectedIncident(type=("fire",), articles=("tarn/*",))
    assert incident_differences([wanted], [fire]) == []
    missing_one, too_many = incident_differences([wanted], [other])
    assert "no incident fire" in missing_one
    assert "one incident too many: Fire, Tarn (tarn/1)" in too_many


def test_the_outlets_own_voice_is_no_speaker() -> None:
    own = {**INJURED, "speaker": "outlet", "stance": "reports"}
    said = made.assertion(chain=(made.OUTLET,), stance="reports")
    assert missing(made.dispatch(assertions=[own]), made.report(said)) == []
    (line,) = missing(made.dispatch(assertions=[own]), made.report(made.assertion(stance="reports")))
    assert "speaker The Echo > police" in line


def test_an_unnamed_speaker_is_not_a_named_one() -> None:
    unnamed = Speaker(name="police", kind="police_rescue", named=False)
    (line,) = missing(made.dispatch(assertions=[INJURED]), made.report(made.assertion(chain=(made.OUTLET, unnamed))))
    assert "speaker" in line


def test_a_measure_is_matched_by_its_act() -> None:
    order = {"speaker": "police", "aspect": "measure", "measure": {"act": "lifted"}, "quote": "in Tarn"}
    said = made.assertion(aspect="measure", value=Value(measure=MeasureValue(act="introduced", name="closure")))
    (line,) = missing(made.dispatch(assertions=[order]), made.report(said))
    assert "act introduced" in line


def test_names_are_folded() -> None:
    assert fold("The Zürich-Gazette's") == "zurich gazette"
    assert is_called(["The Guardian"], ["o:guardian"])
    assert not is_called(["Legion"], ["o:legionnaires"])
