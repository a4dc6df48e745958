"""What a trace is made of and how it prints: records of real codecs in, stations out."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import orjson
import pytest

from schemas.article import from_wire
from schemas.change import Change, ChangeItem
from schemas.codec import EVENTS, REPORTS
from schemas.events import Cause, Decision, IncidentEvent, IncidentMerged, ReportRecorded, ReportUnlinked
from schemas.ids import content_id
from schemas.report import ArticleHeader, ParserInfo, Report
from services.cli.render_text import columns
from services.cli.render_trace import article_screen, incident_screen
from services.cli.trace_build import Gathered, Published, article_trace, incident_trace
from services.cli.trace_hops import ArticleTrace, position
from services.cli.trace_match import Wanted, letter_of, named
from services.runtime.dead_letters import dead_letter
from services.runtime.records import Record, TopicPartition
from tests.projector.story import STORY, events

T0 = datetime(2031, 3, 5, 12, tzinfo=UTC)
ARTICLE = (
    b'{"id": "a-1", "url": "https://ledger.example/7?utm_source=x", "title": "Bridge shut", "body": "Shut it is."}'
)
STORED = {
    "parser": {TopicPartition("news.articles", 3): 100}, "correlator": {TopicPartition("news.reports", 0): 100},
    "projector": {TopicPartition("news.events", 5): 100},
}  # fmt: skip


def at(ms: int) -> datetime:
    return T0 + timedelta(milliseconds=ms)


def record(topic: str, partition: int, offset: int, ms: int, value: bytes | None, key: bytes | None = None) -> Record:
    return Record(f"news.{topic}", partition, offset, int(T0.timestamp() * 1000) + ms, key, value)


def article(offset: int = 17, ms: int = 0, value: bytes = ARTICLE) -> Record:
    return record("articles", 3, offset, ms, value)


def report(of: Record, offset: int = 12, ms: int = 41, **more: object) -> Record:
    read = from_wire(of.value, of.key, dict(of.headers), of.timestamp_ms)
    head = ArticleHeader(
        id=read.id, revision=read.revision, version=read.version, title=read.title, outlet=read.outlet,
        published=read.published, received_at=read.received_at, desk=read.desk, url=read.url,
    )  # fmt: skip
    found = Report(
        type="report", v=1, id=content_id("r", read.id, read.version), article=head,
        parser=ParserInfo(name="rules", version="3", rank=1), language="en", genre="news", digest="d1",
        warnings=("two places",),
    )  # fmt: skip
    return record("reports", 0, offset, ms, REPORTS.encode(replace(found, **more)))  # type: ignore[arg-type]


def unlinked(cause: Record) -> IncidentEvent:
    return ReportUnlinked(
        type="report_unlinked", v=1, id=content_id("u", position(cause)), incident="", seq=0, desk="main",
        recorded_at=at(41), cause=Cause(topic=cause.topic, partition=cause.partition, offset=cause.offset, id="r"),
        decision=Decision(lane=0, n=1, part=1, of=1, rule="empty", version="1"), article="a-1", revision_ms=1,
        revision_hash="h", rank=1, digest="d1", why="empty",
    )  # fmt: skip


def recorded(cause: Record, seq: int = 1) -> ReportRecorded:
    """An event of the story, made to be about our article."""
    event = events([STORY[0]()])[0]
    assert isinstance(event, ReportRecorded)
    found = REPORTS.decode(cause.value)
    assert isinstance(found, Report)
    return replace(
        event, id=content_id("e", position(cause), seq), seq=seq, recorded_at=at(41),
        report=replace(event.report, article=found.article),
        cause=Cause(topic=cause.topic, partition=cause.partition, offset=cause.offset, id="r"),
        decision=Decision(lane=0, n=1, part=1, of=1, rule="links", version="1", score=0.83),
    )  # fmt: skip


def event(of: IncidentEvent, offset: int = 4) -> Record:
    return record("events", 5, offset, 41, EVENTS.encode(of), of.incident.encode())


def gathered(articles: Iterable[Record], reports: Iterable[Record] = (), told: Iterable[Record] = ()) -> Gathered:
    return Gathered(STORED, articles=[named(each) for each in articles], reports=list(reports), events=list(told))


def change(of: IncidentEvent, *texts: str) -> Change:
    return Change(
        type="change", v=1, id="c", incident=of.incident, seq=of.seq, desk="main", recorded_at=of.recorded_at,
        event=of.id, title="Armed raid, Osk", items=tuple(ChangeItem(kind="fact_new", text=text) for text in texts),
    )  # fmt: skip


def placed() -> Gathered:
    """An article that went all the way."""
    first = article()
    read = report(first)
    told = recorded(read)
    found = gathered([first], [read], [event(told), event(told, 9)])
    found.keep_change(change(told, "new: Osk taken: claimed"))
    found.keep_view(told.incident, Published(record("incidents", 5, 9, 76, b"{}"), 1))
    found.keep_view(told.incident, Published(record("incidents", 5, 30, 900, b"{}"), 2))
    return found


def test_every_station_has_its_position_its_time_and_the_reason() -> None:
    trace = article_trace("a-1", placed())
    (hop,) = trace.hops
    (read,) = hop.reports
    (told,) = read.events
    assert (trace.title, trace.outlet) == ("Bridge shut", "ledger.example")
    assert (hop.position, read.position, told.position) == (
        "news.articles/3@17",
        "news.reports/0@12",
        "news.events/5@4",
    )
    assert (read.after_ms, read.parser, read.rank, read.warnings) == (41, "rules 3", 1, ("two places",))
    assert (told.rule, told.score, told.role, told.copies) == ("links", 0.83, "main", 2)
    assert told.view is not None
    assert (told.view.position, told.view.seq, told.view.after_ms) == ("news.incidents/5@9", 1, 35)
    assert told.changes == ("new: Osk taken: claimed",)
    assert [each.waits for each in (hop, read, told)] == [None, None, None]


def test_what_nobody_has_come_to_yet_is_told_plainly() -> None:
    beyond = article(offset=103)
    (hop,) = article_trace("a-1", gathered([beyond])).hops
    assert hop.waits == "waits for the parser: 3 before it"
    read = report(article(), offset=100)
    (hop,) = article_trace("a-1", gathered([article()], [read])).hops
    assert hop.reports[0].waits == "waits for the correlator: it is the next one there"
    (hop,) = article_trace(
        "a-1", gathered([article()], [report(article())], [event(recorded(report(article())), 101)])
    ).hops
    assert hop.reports[0].events[0].waits == "waits for the projector: 1 before it"


def test_what_was_passed_without_a_trace_is_told_too() -> None:
    (hop,) = article_trace("a-1", gathered([article()])).hops
    assert "its dead letter was resolved" in (hop.waits or "")
    (hop,) = article_trace("a-1", gathered([article()], [report(article())])).hops
    assert "knew it already" in (hop.reports[0].waits or "")
    told = event(recorded(report(article())))
    (hop,) = article_trace("a-1", gathered([article()], [report(article())], [told])).hops
    assert "parked" in (hop.reports[0].events[0].waits or "")


def test_an_unlinked_report_says_why_and_needs_no_view() -> None:
    read = report(article())
    trace = article_trace("a-1", gathered([article()], [read], [event(unlinked(read))]))
    (hop,) = trace.hops
    (told,) = hop.reports[0].events
    assert told.why == "empty: nothing in it that could belong to an incident"
    assert told.waits is None
    assert "nothing in it that could belong" in article_screen(
        article_trace("a-1", gathered([], [read], [event(unlinked(read))])), 80
    )


def test_each_version_goes_with_its_own_report() -> None:
    second = article(18, 500, ARTICLE.replace(b"Shut it is", b"Open again"))
    found = gathered([second, article()], [report(article()), report(second, 13, 544)])
    hops = article_trace("a-1", found).hops
    assert [(hop.position, [r.position for r in hop.reports]) for hop in hops] == [
        ("news.articles/3@17", ["news.reports/0@12"]), ("news.articles/3@18", ["news.reports/0@13"]),
    ]  # fmt: skip


def test_a_retried_article_has_the_report_and_what_failed_first_has_none() -> None:
    first = article()
    again = replace(article(31, 90_000), headers=(("sitrep_timestamp", b"%d" % first.timestamp_ms),))
    found = gathered([again, first], [report(again, 12, 90_040)])
    hops = article_trace("a-1", found).hops
    assert [(hop.position, len(hop.reports)) for hop in hops] == [("news.articles/3@17", 0), ("news.articles/3@31", 1)]
    assert "its dead letter was resolved" in (hops[0].waits or "")


def test_a_record_that_was_parsed_twice_has_both_reports() -> None:
    found = gathered([article()], [report(article(), 12), report(article(), 13)])
    assert [len(hop.reports) for hop in article_trace("a-1", found).hops] == [2]


def test_a_report_whose_article_is_no_longer_in_the_log_is_told_all_the_same() -> None:
    (hop,) = article_trace("a-1", gathered([], [report(article())])).hops
    assert (hop.position, len(hop.reports)) == (None, 1)


def test_a_dead_letter_is_found_by_where_its_record_lay() -> None:
    junk = record("articles", 3, 20, 0, b"\xffnonsense", b"a-9")
    out = dead_letter(junk, "news.dead-letters", stage="parser", reason="not_json", error="line 1\x1b[2J")
    letter = Record("news.dead-letters", 0, 4, 1, out.key, out.value, out.headers)
    found = gathered([junk])
    found.letters = {letter_of(letter).origin: letter_of(letter)}
    (hop,) = article_trace("a-9", found).hops
    assert hop.dead is not None
    assert (hop.dead.reason, hop.dead.stage, hop.waits) == ("not_json", "parser", None)
    screen = article_screen(article_trace("a-9", found), 80)
    assert f"sitrep dlq show {hop.dead.id[:8]}" in screen
    assert "\x1b" not in screen


def test_an_event_that_another_record_caused_stands_apart() -> None:
    found = placed()
    read = report(article(), 99)
    moved = replace(recorded(read, 2), moved_from="i-0")
    found.events.append(event(moved, 50))
    trace = article_trace("a-1", found)
    assert [told.why for told in trace.elsewhere] == ["moved here from i-0"]
    assert "CAUSED BY OTHER RECORDS" in article_screen(trace, 80)


def test_an_incident_is_its_events_by_number_with_holes_and_forks() -> None:
    read = report(article())
    first, third = recorded(read, 1), recorded(report(article(), 14), 3)
    other = replace(first, id="another", recorded_at=at(70))
    merged = IncidentMerged(
        type="incident_merged", v=1, id="m", incident=first.incident, seq=4, desk="main", recorded_at=at(90),
        cause=first.cause, decision=first.decision, command="c", author="Ann", reason="one story", into="i-2",
    )  # fmt: skip
    log: tuple[IncidentEvent, ...] = (third, first, other, merged)
    told = [event(each, n) for n, each in enumerate(log)]
    trace = incident_trace(first.incident, gathered([], [], told))
    assert [each.seq for each in trace.events] == [1, 1, 3, 4]
    assert (trace.missing, trace.forked, trace.merged_into, trace.published) == ((2,), (1,), "i-2", None)
    screen = incident_screen(trace, 80)
    for words in ("missing in the log: 2", "two events have the seq: 1", "into i-2, by Ann: one story", "Bridge shut"):
        assert words in screen


@pytest.mark.parametrize("reference", ["a-1", "https://www.ledger.example/7", "3@17", "news.articles/3@17"])
def test_an_article_is_meant_by_id_url_or_position(reference: str) -> None:
    assert Wanted(reference).fits(named(article())) == "exact"


def test_the_beginning_of_an_id_means_it_less_surely() -> None:
    long = named(article(value=ARTICLE.replace(b"a-1", b"flood/01-river")))
    assert Wanted("flood/01").fits(long) == "begins"
    assert Wanted("flo").fits(long) is None
    assert Wanted("river").fits(long) is None


def test_an_article_without_an_id_is_meant_by_the_url_it_came_from() -> None:
    bare = named(article(value=ARTICLE.replace(b'"id": "a-1", ', b"")))
    assert Wanted("https://ledger.example/7#top").fits(bare) == "exact"


@pytest.mark.parametrize(
    ("value", "key", "name"),
    [(b'{"id": "x-1", "body": ""}', b"k", "x-1"), (b"junk", b"k", "k"), (b"junk", None, "news.articles/3@17")],
)
def test_what_is_no_article_has_a_name_all_the_same(value: bytes, key: bytes | None, name: str) -> None:
    found = named(replace(article(), value=value, key=key))
    assert (found.id, found.article) == (name, None)
    assert found.wrong


HOSTILE = "\x1b[2J\u202eevil " * 12


@pytest.mark.parametrize("width", [80, 120])
def test_hostile_words_steer_no_terminal_and_fit_the_width(width: int) -> None:
    value = orjson.dumps({"id": HOSTILE[:400], "title": HOSTILE, "outlet": HOSTILE, "body": "Words.", "url": HOSTILE})
    first = article(value=value)
    read = report(first, warnings=(HOSTILE,), language="\x1b]0;x")
    told = replace(recorded(read), moved_from=HOSTILE)
    found = gathered([first], [read], [event(told)])
    found.keep_change(replace(change(told, HOSTILE), title=HOSTILE))
    found.keep_view(told.incident, Published(record("incidents", 5, 9, 76, b"{}"), 1))
    trace: ArticleTrace = article_trace(HOSTILE[:400], found)
    screens = [article_screen(trace, width), incident_screen(incident_trace(told.incident, found), width)]
    assert trace.hops[0].reports[0].events
    for screen in screens:
        assert not any(char in screen for char in "\x1b\u202e\r")
        assert max(columns(line) for line in screen.splitlines()) <= width


def test_json_has_it_all() -> None:
    found = orjson.loads(orjson.dumps(article_trace("a-1", placed()), option=orjson.OPT_UTC_Z))
    assert found["hops"][0]["reports"][0]["events"][0]["view"]["after_ms"] == 35
