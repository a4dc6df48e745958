"""Which incident: roundups, copies of a wire story, background, several groups of one report."""

from schemas.events import IncidentMerged, ReportRecorded, ReportReplaced
from schemas.report import Place, Report
from tests.correlator.build import (
    BROD,
    ILM,
    OSK,
    TARN,
    UNKNOWN,
    VEY,
    Desk,
    Part,
    Told,
    army,
    band,
    day,
    fed,
    raid,
    report,
    sketch,
    types,
)


def crash(article: str, hours: float, **fields: object) -> Report:
    return report(article, [Part((Told("transport_crash", TARN, day(0)),), rare=("Tarn",))], hours, **fields)


def roundup(article: str = "brief", hours: float = 10) -> Report:
    parts = [
        Part((Told("transport_crash", TARN, day(0)),), role="other", rare=("Tarn",)),
        Part((Told("strike_blockade", VEY, day(0)),), role="other", rare=("Vey",)),
        Part((Told("storm", ILM, day(0)),), role="other", rare=("Ilm",)),
    ]
    return report(article, parts, hours, genre="roundup")


def test_a_roundup_is_three_incidents() -> None:
    desk = fed(roundup())
    assert types(desk.events) == ["report_recorded"] * 3
    assert [(e.decision.part, e.decision.of, e.decision.n) for e in desk.events] == [(1, 3, 1), (2, 3, 1), (3, 3, 1)]
    assert len(desk.standing("brief")) == 3


def test_a_story_joins_its_item_of_the_roundup_alone() -> None:
    for order in ((roundup(), crash("story", 12)), (crash("story", 12), roundup())):
        desk = fed(*order)
        assert desk.groups() == {frozenset({"brief", "story"}), frozenset({"brief"})}
        assert len(desk.standing("brief")) == 3


def test_an_item_without_place_and_date_goes_nowhere() -> None:
    storm, bus = Part((Told("storm", None, UNKNOWN),), role="other"), Part((Told("storm", ILM, day(0)),), role="other")
    assert types(fed(report("brief", [storm, bus], 10, genre="roundup")).events) == ["report_recorded"]


def test_a_report_all_of_whose_groups_go_nowhere_is_kept_in_the_log() -> None:
    (event,) = fed(report("a", [Part((Told("storm", None, UNKNOWN),), role="other")])).events
    assert event.type == "report_unlinked"
    assert event.why == "nowhere"


def test_groups_of_one_report_in_one_incident_are_recorded_together() -> None:
    parts = [
        Part((Told("incursion", OSK, day(0), who=(band("River Corps"), army("NO"))),), rare=("Osk",)),
        Part((Told("evacuation", BROD, day(0)),), role="other", rare=("Osk",)),
    ]
    (event,) = fed(report("a", parts, 10)).events
    assert isinstance(event, ReportRecorded)
    assert {o.type for o in event.occurrences} == {"incursion", "evacuation"}
    assert event.group.families == ("conflict", "measures")


CRASH_NAMES = ("Tarn", "Dorn", "Alder", "Hobb")


def later() -> Report:
    """A flood, three days after a bus crash that it recalls."""
    recalled = Part((Told("transport_crash", TARN, day(0)),), role="background", rare=CRASH_NAMES)
    return report("later", [Part((Told("flood", VEY, day(3)),)), recalled], 3 * 24)


def test_background_is_listed_in_the_old_incident_and_moves_nothing() -> None:
    desk = fed(report("story", [Part((Told("transport_crash", TARN, day(0)),), rare=CRASH_NAMES)], 12))
    story = desk.incident_of("story")
    before = desk.ledger.incident(story)
    events = desk.feed(later())
    roles = {event.incident: event.group.role for event in events if isinstance(event, ReportRecorded)}
    assert roles.pop(story) == "background"
    assert list(roles.values()) == ["main"]
    after = desk.ledger.incident(story)
    assert before is not None
    assert after is not None
    assert after.profile == before.profile


def test_background_without_an_old_incident_goes_nowhere() -> None:
    assert types(fed(later()).events) == ["report_recorded"]


def test_the_own_incidents_history_is_not_listed_twice() -> None:
    main = Part((Told("transport_crash", TARN, day(0)),), rare=("Tarn", "Dorn"))
    again = Part((Told("transport_crash", TARN, day(0)),), role="background", rare=("Tarn", "Dorn"))
    (event,) = fed(report("a", [main, again], 12)).events
    assert isinstance(event, ReportRecorded)
    assert event.group.role == "main"
    assert len(event.occurrences) == 1


def copy(article: str, hours: float, likeness: float = 1.0, **fields: object) -> Report:
    told = Told("armed_clash", OSK, day(0), who=(band("River Corps"), army("NO")))
    parts = [Part((told,), rare=("Osk",))]
    return report(article, parts, hours, **{"sketch": sketch("wire story", likeness, article), **fields})


def families(desk: Desk) -> dict[str, str | None]:
    found: dict[str, str | None] = {}
    for event in desk.events:
        if isinstance(event, ReportRecorded | ReportReplaced):
            found[event.report.article.id] = event.family
    return found


def test_copies_are_one_text_family_named_after_the_earliest() -> None:
    desk = fed(copy("a", 1), copy("b", 2, 0.9), copy("c", 3, 0.6))
    assert families(desk) == {"a": "a", "b": "a", "c": "a"}
    assert len(desk.groups()) == 1


def test_a_text_of_its_own_is_no_copy() -> None:
    assert families(fed(copy("a", 1), copy("own", 2, 0.3))) == {"a": "a", "own": "own"}


def test_an_agency_names_the_family_whenever_it_comes() -> None:
    agency = copy("agency", 0, outlet="Hill Wire", outlet_kind="wire")
    credited = copy("credited", 1, 0.3, wire_credit="Hill Wire")
    plain = copy("plain", 2, 0.8)
    for order in ((agency, credited, plain), (plain, credited, agency), (credited, plain, agency)):
        assert families(fed(*order)) == dict.fromkeys(("agency", "credited", "plain"), "wire:hill wire")


def test_two_families_that_turn_out_to_be_one_are_renamed() -> None:
    a, z = copy("a", 1, sketch=sketch("a")), copy("z", 3, sketch=sketch("z"))
    desk = fed(a, z)
    assert families(desk) == {"a": "a", "z": "z"}
    events = desk.feed(copy("whole", 2, sketch=sketch("a")[:32] + sketch("z")[32:]))
    assert types(events) == ["report_recorded", "report_replaced"]
    assert families(desk) == {"a": "a", "z": "a", "whole": "a"}
    assert desk.ledger.text_family("main", "a") == ["a", "whole", "z"]


def test_a_copy_links_though_nothing_else_is_known_of_it() -> None:
    bare = report("bare", [Part((Told("armed_clash", None, UNKNOWN),))], 30, sketch=sketch("wire story"))
    desk = fed(copy("a", 1), bare)
    assert desk.groups() == {frozenset({"a", "bare"})}


def clash(article: str, hours: float, *, where: Place | None, rare: tuple[str, ...], who: bool) -> Report:
    told = Told("armed_clash", where, day(0), who=(band("River Corps"), army("NO")) if who else ())
    return report(article, [Part((told,), rare=rare)], hours)


def test_one_report_for_both_makes_two_incidents_one() -> None:
    names = ("Osk", "Corps", "Dorn", "Alder", "Hobb", "Wray", "Merrow")
    east = clash("east", 1, where=OSK, rare=names[:2], who=True)
    west = clash("west", 2, where=None, rare=names[2:], who=False)
    desk = fed(east, west)
    assert len(desk.groups()) == 2
    events = desk.feed(clash("both", 3, where=OSK, rare=names, who=True))
    assert types(events) == ["report_recorded", "incident_merged", "report_recorded"]
    assert desk.groups() == {frozenset({"east", "west", "both"})}
    merged = events[1]
    assert isinstance(merged, IncidentMerged)
    assert merged.incident > merged.into
    row = desk.ledger.incident(merged.incident)
    assert row is not None
    assert row.merged_into == merged.into
    assert desk.incident_of("both") == merged.into


def test_events_are_numbered_within_their_incident_and_their_lane() -> None:
    desk = fed(raid("a", 10), raid("b", 11, BROD), roundup(hours=12), raid("c", 13), report("none"))
    by_incident: dict[str, list[int]] = {}
    for event in desk.events:
        by_incident.setdefault(event.incident, []).append(event.seq)
    assert by_incident.pop("") == [0]
    assert all(seqs == list(range(1, len(seqs) + 1)) for seqs in by_incident.values())
    assert sorted({event.decision.n for event in desk.events}) == [1, 2, 3, 4, 5]
    times = [event.recorded_at for event in desk.events]
    assert times == sorted(times)


def test_recorded_time_never_runs_backwards() -> None:
    desk = fed(raid("late", 20), raid("early", 10))
    assert desk.events[1].recorded_at == desk.events[0].recorded_at
