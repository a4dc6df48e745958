"""Editors' commands: what they do, that they are done once, and how they are undone."""

import pytest

from schemas.command import Command
from schemas.events import (
    CommandRejected,
    FactReviewed,
    IncidentMerged,
    IncidentRenamed,
    IncidentSplit,
    ReportRecorded,
    ReportReplaced,
)
from tests.correlator.build import (
    DESK,
    OSK,
    TARN,
    VEY,
    Desk,
    Part,
    Told,
    command,
    day,
    fed,
    raid,
    report,
    types,
    withdrawal,
)


@pytest.fixture
def desk() -> Desk:
    """Two incidents, the second of two reports."""
    return fed(raid("a", 1), raid("x", 1, TARN), raid("y", 2, TARN))


def refused(desk: Desk, asked: Command) -> str:
    (event,) = desk.feed(asked)
    assert isinstance(event, CommandRejected)
    return event.why


def test_a_review_pins_the_assertions(desk: Desk) -> None:
    (event,) = desk.feed(
        command("c1", "review", incident=desk.incident_of("a"), fact="f", assertions=("k2", "k1"), status="confirmed")
    )
    assert isinstance(event, FactReviewed)
    assert event.keys == ("k1", "k2")
    assert (event.author, event.reason, event.command) == ("ed", "seen it", "c1")
    assert event.seq == 2


def test_a_command_is_done_once(desk: Desk) -> None:
    rename = command("c1", "rename", incident=desk.incident_of("a"), title="Border raid")
    assert types(desk.feed(rename)) == ["incident_renamed"]
    assert desk.feed(rename) == []


def test_a_refusal_is_given_once(desk: Desk) -> None:
    assert refused(desk, command("c1", "rename", incident="nowhere", title="x"))
    assert desk.feed(command("c1", "rename", incident="nowhere", title="x")) == []


def test_expected_seq_is_honoured(desk: Desk) -> None:
    incident = desk.incident_of("x")
    assert "seq 2" in refused(desk, command("c1", "rename", 1, incident=incident, title="t"))
    assert types(desk.feed(command("c2", "rename", 3, incident=incident, title="t"))) == ["incident_renamed"]


def test_expected_seq_of_a_move_is_that_of_the_articles_incident(desk: Desk) -> None:
    assert "seq 2" in refused(desk, command("c1", "move", 1, article="y"))
    assert types(desk.feed(command("c2", "move", 2, article="y"))) == ["report_moved", "report_recorded"]


@pytest.mark.parametrize(
    "asked",
    [
        command("c", "rename", incident="nowhere", title="t"),
        command("c", "merge", incident="nowhere", into="nowhere"),
        command("c", "move", article="a", group="nowhere"),
        command("c", "withdraw", article="nobody"),
        command("c", "undo", command="never"),
        command("c", "review", incident="nowhere", fact="f"),
    ],
    ids=lambda asked: asked.action,
)
def test_what_does_not_exist_is_refused(desk: Desk, asked: Command) -> None:
    (event,) = desk.feed(asked)
    assert isinstance(event, CommandRejected)
    assert event.incident == ""


def test_a_merge_tells_the_reports_again_in_the_lower_id(desk: Desk) -> None:
    one, other = desk.incident_of("a"), desk.incident_of("x")
    events = desk.feed(command("c1", "merge", incident=one, into=other))
    loser, survivor = max(one, other), min(one, other)
    assert events[-1].type == "incident_merged"
    assert events[-1].incident == loser
    assert {e.moved_from for e in events if isinstance(e, ReportRecorded)} == {loser}
    assert desk.groups() == {frozenset({"a", "x", "y"})}
    assert {desk.incident_of(name) for name in ("a", "x", "y")} == {survivor}


def test_the_next_report_goes_to_the_survivor(desk: Desk) -> None:
    desk.feed(command("c1", "merge", incident=desk.incident_of("a"), into=desk.incident_of("x")))
    desk.feed(raid("b", 3), raid("z", 3, TARN))
    assert len({desk.incident_of(name) for name in ("a", "b", "x", "y", "z")}) == 1


def test_an_edit_after_a_merge_stays_in_the_survivor(desk: Desk) -> None:
    desk.feed(command("c1", "merge", incident=desk.incident_of("a"), into=desk.incident_of("x")))
    survivor = desk.incident_of("a")
    assert types(desk.feed(raid("x", 1, TARN, text="v2", appended=9))) == ["report_replaced"]
    assert desk.incident_of("x") == survivor


def test_an_undone_merge_puts_the_reports_back(desk: Desk) -> None:
    before = {name: desk.incident_of(name) for name in ("a", "x", "y")}
    desk.feed(command("c1", "merge", incident=before["a"], into=before["x"]))
    events = desk.feed(command("c2", "undo", command="c1"))
    assert events[0].type == "incident_merged"
    assert isinstance(events[0], IncidentMerged)
    assert events[0].undone
    assert {name: desk.incident_of(name) for name in ("a", "x", "y")} == before
    assert desk.ledger.tie(DESK, before["a"], before["x"]) == "cannot"
    assert refused(desk, command("c3", "undo", command="c1"))


def test_a_merge_with_itself_is_refused(desk: Desk) -> None:
    assert refused(desk, command("c1", "merge", incident=desk.incident_of("a"), into=desk.incident_of("a")))


def test_a_move_into_another_incident_and_back(desk: Desk) -> None:
    home, other = desk.incident_of("y"), desk.incident_of("a")
    events = desk.feed(command("c1", "move", article="y", into=other))
    assert types(events) == ["report_moved", "report_recorded"]
    assert desk.groups() == {frozenset({"a", "y"}), frozenset({"x"})}
    desk.feed(command("c2", "undo", command="c1"))
    assert desk.incident_of("y") == home


def test_a_move_into_a_new_incident(desk: Desk) -> None:
    desk.feed(command("c1", "move", article="y"))
    assert desk.groups() == {frozenset({"a"}), frozenset({"x"}), frozenset({"y"})}


def test_a_later_version_stays_where_a_person_put_it(desk: Desk) -> None:
    desk.feed(command("c1", "move", article="y", into=desk.incident_of("a")))
    desk.feed(raid("y", 2, TARN, text="v2", appended=9))
    assert desk.incident_of("y") == desk.incident_of("a")


def test_a_split_takes_groups_out_and_holds(desk: Desk) -> None:
    source = desk.incident_of("x")
    group = desk.ledger.placements(DESK, "x")[0].group.id
    events = desk.feed(command("c1", "split", incident=source, groups=(group,)))
    assert types(events) == ["incident_split", "report_moved", "report_recorded"]
    assert isinstance(events[0], IncidentSplit)
    assert desk.incident_of("x") == events[0].into != source
    assert desk.ledger.tie(DESK, source, events[0].into) == "cannot"
    desk.feed(command("c2", "undo", command="c1"))
    assert desk.incident_of("x") == source
    assert desk.ledger.tie(DESK, source, events[0].into) is None


def test_a_split_of_everything_is_refused(desk: Desk) -> None:
    group = desk.ledger.placements(DESK, "a")[0].group.id
    assert refused(desk, command("c1", "split", incident=desk.incident_of("a"), groups=(group,)))


def test_a_withdrawn_article_does_not_come_back_by_itself(desk: Desk) -> None:
    assert types(desk.feed(command("c1", "withdraw", article="y"))) == ["report_withdrawn"]
    assert types(desk.feed(raid("y", 2, TARN, appended=9))) == ["report_unlinked"]
    assert desk.groups() == {frozenset({"a"}), frozenset({"x"})}
    assert refused(desk, command("c2", "undo", command="c1"))


def test_renaming_is_undone_with_the_former_title(desk: Desk) -> None:
    desk.feed(command("c1", "rename", incident=desk.incident_of("a"), title="Border raid"))
    (event,) = desk.feed(command("c2", "undo", command="c1"))
    assert isinstance(event, IncidentRenamed)
    assert (event.title, event.undone, event.incident) == ("Border raid", True, desk.incident_of("a"))


def test_a_command_by_the_id_of_a_merged_incident_reaches_the_survivor(desk: Desk) -> None:
    one, other = desk.incident_of("a"), desk.incident_of("x")
    desk.feed(command("c1", "merge", incident=one, into=other))
    (event,) = desk.feed(command("c2", "rename", incident=max(one, other), title="t"))
    assert event.incident == min(one, other)


def test_another_desks_incident_is_not_reached(desk: Desk) -> None:
    asked = command("c1", "rename", incident=desk.incident_of("a"), title="t")
    foreign = Command(
        type="command", v=1, id="c1", desk="other", author="ed", reason="", action="rename", target=asked.target
    )
    assert refused(desk, foreign)


def test_the_ids_of_a_split_and_of_a_withdrawn_opener_do_not_meet(desk: Desk) -> None:
    """The opener leaves, the others stay: when it comes back, it does not take their incident's id for its own."""
    source = desk.incident_of("x")
    desk.feed(command("c1", "move", article="x", into=desk.incident_of("a")))
    desk.feed(withdrawal("x", 5))
    desk.feed(raid("x", 1, OSK, text="elsewhere", appended=6), raid("w", 900, VEY))
    assert desk.incident_of("y") == source
    assert desk.incident_of("x") != source


def test_what_an_article_took_back_moves_with_it(desk: Desk) -> None:
    told = [Told("incursion", TARN, day(0), words=words) for words in ("one", "two")]
    desk.feed(report("y", [Part(tuple(told))], 2, text="v2", appended=5))
    desk.feed(report("y", [Part((told[1],))], 2, text="v3", appended=6))
    events = desk.feed(command("c1", "move", article="y", into=desk.incident_of("a")))
    assert types(events) == ["report_moved", "report_recorded", "report_replaced"]
    recorded, replaced = events[1:]
    assert isinstance(recorded, ReportRecorded)
    assert isinstance(replaced, ReportReplaced)
    back = {a.key for a in recorded.assertions} - {
        a.key for p in desk.ledger.placements(DESK, "y") for a in p.assertions
    }
    assert {drop.key for drop in replaced.dropped} == back
    assert len(back) == 2
    assert list(desk.standing("y").values()) == [("two",)]
    again = desk.feed(command("c2", "undo", command="c1"))
    assert types(again) == ["report_moved", "report_recorded", "report_replaced"]
