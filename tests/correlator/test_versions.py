"""Versions of an article: which takes effect, what it drops and why."""

from schemas.events import ReportReplaced, ReportUnlinked, ReportWithdrawn
from schemas.report import Report
from tests.correlator.build import OSK, TARN, VEY, Desk, Part, Told, day, fed, notice, raid, report, types, withdrawal

CRASH = Part((Told("transport_crash", TARN, day(0)),))
STORM = Part((Told("storm", VEY, day(0)),), role="other")


def says(article: str, *words: str, hours: float = 0.0, **fields: object) -> Report:
    told = tuple(Told("shelling", OSK, day(0), words=word) for word in words)
    return report(article, [Part(told)], hours, **fields)


def replaced(desk: Desk) -> ReportReplaced:
    (event,) = (e for e in desk.events if isinstance(e, ReportReplaced))
    return event


def why(event: object) -> str:
    assert isinstance(event, ReportUnlinked)
    return event.why


def test_a_first_report_opens_an_incident() -> None:
    desk = fed(raid("a"))
    assert types(desk.events) == ["report_recorded"]
    assert desk.events[0].seq == 1
    assert desk.events[0].decision.rule == "opens"


def test_the_same_record_again_does_nothing() -> None:
    desk = fed(raid("a"))
    assert desk.feed(raid("a")) == []


def test_an_edit_is_a_difference_by_key() -> None:
    desk = fed(says("a", "one", "two"), says("a", "two", "three", text="v2", appended=1))
    event = replaced(desk)
    assert {a.content.text for a in event.added} == {"two", "three"}
    assert [drop.by for drop in event.dropped] == ["rewrite"]
    assert list(desk.standing("a").values()) == [("three", "two")]


def test_an_edit_keeps_incident_and_group_id_when_the_parser_renames_the_group() -> None:
    desk = Desk()
    desk.feed(report("a", [Part((Told("shelling", OSK, day(0), words="one"),), name="old")]))
    desk.feed(report("a", [Part((Told("shelling", OSK, day(1), words="other"),), name="new")], text="v2", appended=30))
    assert types(desk.events) == ["report_recorded", "report_replaced"]
    first, second = desk.events
    assert second.incident == first.incident
    assert replaced(desk).group.id == first.group.id  # type: ignore[union-attr]


def test_a_correction_notice_says_why_words_went() -> None:
    notices = (notice("An earlier version said that the mayor was killed.", "the mayor was killed"),)
    before = says("a", "the mayor was killed", "two shops burnt")
    after = says("a", "the mayor was hurt", text="v2", appended=1, corrections=notices)
    reasons = {drop.by for drop in replaced(fed(before, after)).dropped}
    desk = fed(before, after)
    keys = {a.key: a.content.text for a in desk.events[0].assertions}  # type: ignore[union-attr]
    by_words = {keys[drop.key]: drop.by for drop in replaced(desk).dropped}
    assert by_words == {"the mayor was killed": "correction", "two shops burnt": "rewrite"}
    assert reasons == {"correction", "rewrite"}


def test_what_a_better_parser_drops_was_not_retracted() -> None:
    desk = fed(says("a", "one", "noise"), says("a", "one", rank=2))
    assert [drop.by for drop in replaced(desk).dropped] == ["parser"]


def test_a_better_parser_that_finds_the_same_is_noted() -> None:
    desk = fed(raid("a"))
    (event,) = desk.feed(raid("a", rank=2, digest=raid("a").digest))
    assert why(event) == "same_parse"
    assert desk.feed(raid("a", rank=2, digest=raid("a").digest)) == []


def test_a_lower_rank_comes_too_late() -> None:
    desk = fed(raid("a", rank=2))
    assert desk.feed(raid("a", rank=1)) == []


def test_an_older_version_comes_too_late() -> None:
    desk = fed(raid("a", text="v2", appended=2))
    assert desk.feed(raid("a", text="v1", appended=1)) == []


def test_what_only_an_earlier_version_said_is_told_and_dropped() -> None:
    first = says("a", "one", "two", modified=1, hours=0)
    second = says("a", "two", text="v2", modified=2, hours=0)
    in_order, late = fed(first, second), fed(second, first)
    assert types(late.events) == ["report_recorded", "report_replaced", "report_replaced"]
    said, dropped = late.events[1:]
    assert isinstance(said, ReportReplaced)
    assert isinstance(dropped, ReportReplaced)
    assert [a.content.text for a in said.added] == ["one"]
    assert [drop.key for drop in dropped.dropped] == [said.added[0].key]
    assert dropped.report.article.version == second.article.version
    assert late.standing("a") == {late.incident_of("a"): ("two",)}
    assert list(in_order.standing("a").values()) == list(late.standing("a").values())
    assert late.feed(first) == []


def test_back_to_an_earlier_text_is_nothing_new() -> None:
    desk = fed(says("a", "one", text="A"), says("a", "two", text="B", appended=1))
    (event,) = desk.feed(says("a", "one", text="A", appended=2))
    assert why(event) == "equal"
    assert list(desk.standing("a").values()) == [("two",)]
    assert desk.feed(says("a", "one", text="A", appended=2)) == []


def test_back_to_an_earlier_text_counts_if_it_states_when_it_was_modified() -> None:
    desk = fed(says("a", "one", text="A", modified=0), says("a", "two", text="B", modified=1))
    assert types(desk.feed(says("a", "one", text="A", modified=2))) == ["report_replaced"]
    assert list(desk.standing("a").values()) == [("one",)]


def test_a_third_version_after_a_no_op_still_counts() -> None:
    desk = fed(
        says("a", "one", text="A"), says("a", "two", text="B", appended=1), says("a", "one", text="A", appended=2)
    )
    assert types(desk.feed(says("a", "three", text="C", appended=3))) == ["report_replaced"]


def test_a_withdrawal_takes_the_article_out_of_every_incident() -> None:
    two = report(
        "a", [Part((Told("transport_crash", TARN, day(0)),)), Part((Told("storm", VEY, day(0)),), role="other")]
    )
    desk = fed(two)
    events = desk.feed(withdrawal("a", 5))
    assert types(events) == ["report_withdrawn", "report_withdrawn"]
    assert {event.by for event in events if isinstance(event, ReportWithdrawn)} == {"withdrawal"}
    assert desk.standing("a") == {}
    assert desk.feed(withdrawal("a", 6)) == []


def test_what_was_withdrawn_comes_back_only_as_something_new() -> None:
    desk = fed(raid("a"), withdrawal("a", 5))
    assert types(desk.feed(raid("a", appended=6))) == ["report_unlinked"]
    assert types(desk.feed(raid("a", text="new", appended=7))) == ["report_recorded"]


def test_a_withdrawal_before_the_article_keeps_it_out() -> None:
    desk = Desk()
    (event,) = desk.feed(withdrawal("a", 5))
    assert why(event) == "withdrawn"
    assert desk.feed(raid("a", appended=1)) == []


def test_a_group_that_a_version_no_longer_has_is_withdrawn() -> None:
    desk = fed(report("a", [CRASH, STORM]))
    events = desk.feed(report("a", [CRASH], text="v2", appended=1))
    assert types(events) == ["report_replaced", "report_withdrawn"]
    assert [event.by for event in events if isinstance(event, ReportWithdrawn)] == ["rewrite"]
    assert len(desk.standing("a")) == 1


def test_a_new_group_is_linked_as_usual() -> None:
    desk = fed(report("a", [CRASH]))
    assert types(desk.feed(report("a", [CRASH, STORM], text="v2", appended=1))) == [
        "report_replaced",
        "report_recorded",
    ]


def test_an_empty_report_is_kept_in_the_log() -> None:
    (event,) = fed(report("a")).events
    assert why(event) == "empty"
    assert event.incident == ""


def test_an_article_that_becomes_empty_leaves_its_incident() -> None:
    desk = fed(raid("a"))
    assert types(desk.feed(report("a", text="v2", appended=1))) == ["report_withdrawn"]


def test_words_that_moved_to_another_group_were_not_retracted() -> None:
    bus, boat = Told("transport_crash", TARN, day(0), words="bus"), Told("transport_crash", TARN, day(0), words="boat")
    desk = fed(report("a", [Part((bus, boat))]))
    elsewhere = Part((Told("transport_crash", VEY, day(0), words="boat"),), role="other", name="9")
    events = desk.feed(report("a", [Part((bus,), name="0"), elsewhere], text="v2", appended=1))
    drops = [drop.by for event in events if isinstance(event, ReportReplaced) for drop in event.dropped]
    assert drops == ["parser"]
    assert sorted(desk.standing("a").values()) == [("boat",), ("bus",)]
