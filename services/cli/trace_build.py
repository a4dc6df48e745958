"""Traces out of the records that were found for them. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from schemas.change import Change
from schemas.codec import EVENTS, REPORTS
from schemas.errors import InvalidRecord
from schemas.events import IncidentEvent
from schemas.report import ArticleHeader, Report
from services.cli.trace_events import article_of, event_hop, header_of
from services.cli.trace_hops import (
    ArticleHop,
    ArticleTrace,
    EventHop,
    GroupHop,
    IncidentTrace,
    Letter,
    Positions,
    ReportHop,
    ViewHop,
    at,
    milliseconds,
    position,
    waiting,
)
from services.cli.trace_match import Named
from services.runtime.records import Record

NO_REPORT = "the parser has passed it: its dead letter was resolved, or what it made is no longer in the log"
NO_EVENT = "no event: the correlator knew it already, or a newer version"
NO_VIEW = "folded, but no view in the log has it: the incident is parked, or an event before it is missing"


@dataclass(frozen=True)
class Published:
    """A view in the log."""

    record: Record
    seq: int


@dataclass
class Gathered:
    """What the topics hold of one article or incident. `letters` by the position of the record they were."""

    positions: Positions
    articles: list[Named] = field(default_factory=list)
    reports: list[Record] = field(default_factory=list)
    events: list[Record] = field(default_factory=list)
    letters: dict[str, Letter] = field(default_factory=dict)
    changes: dict[tuple[str, int], Change] = field(default_factory=dict)
    views: dict[str, list[Published]] = field(default_factory=dict)

    def keep_change(self, change: Change) -> None:
        self.changes.setdefault((change.incident, change.seq), change)

    def keep_view(self, incident: str, published: Published) -> None:
        self.views.setdefault(incident, []).append(published)


_Read = tuple[Record, Report]
"""A report as it lies in the log."""


@dataclass(frozen=True)
class _Told:
    """An event as it lies in the log first, and how often."""

    record: Record
    event: IncidentEvent
    copies: int


def article_trace(article: str, found: Gathered) -> ArticleTrace:
    """Every record of the article with what became of it."""
    reports = _reports(article, found.reports)
    events = _events(found.events)
    mine = [told for told in events if article_of(told.event) == article]
    by_cause: dict[str, list[_Told]] = {}
    for told in mine:
        by_cause.setdefault(_cause(told.event), []).append(told)
    shares = _shares(found.articles, reports)
    hops = []
    for each in _in_order(found.articles):
        read = shares.pop(position(each.record), ())
        hops.append(_article_hop(each, [_report_hop(*pair, by_cause, found) for pair in read], found))
    orphans = [pair for pairs in shares.values() for pair in pairs]
    hops += [_orphan(report, _report_hop(record, report, by_cause, found)) for record, report in orphans]
    told_of = {position(record) for record, _ in reports}
    elsewhere = [told for told in mine if _cause(told.event) not in told_of]
    head = _head(found.articles, [report for _, report in reports], [told.event for told in mine])
    return ArticleTrace(
        article=article, title=head[0], outlet=head[1], url=head[2], hops=tuple(hops),
        elsewhere=tuple(_event_hop(told, found) for told in elsewhere),
    )  # fmt: skip


def incident_trace(incident: str, found: Gathered) -> IncidentTrace:
    """Its events in the order of their numbers."""
    events = sorted(_events(found.events), key=lambda told: (told.event.seq, position(told.record)))
    mine = [told for told in events if told.event.incident == incident]
    numbers = [told.event.seq for told in mine]
    last = max(numbers, default=0)
    views = found.views.get(incident, [])
    merged = [told.event for told in mine if told.event.type == "incident_merged"]
    into = getattr(merged[-1], "into", None) if merged and not getattr(merged[-1], "undone", False) else None
    return IncidentTrace(
        incident=incident, title=_title(found.changes.values()), merged_into=into,
        published=max((view.seq for view in views), default=None),
        events=tuple(_event_hop(told, found) for told in mine),
        missing=tuple(sorted(set(range(1, last + 1)) - set(numbers))),
        forked=tuple(sorted({number for number in numbers if numbers.count(number) > 1})),
    )  # fmt: skip


def _title(changes: Iterable[Change]) -> str | None:
    last = max(changes, key=lambda change: change.seq, default=None)
    return last.title if last else None


def _reports(article: str, records: Sequence[Record]) -> list[_Read]:
    """Of the records that name the article, those that are its reports."""
    found = []
    for record in records:
        try:
            report = REPORTS.decode(record.value)
        except InvalidRecord:
            continue
        if isinstance(report, Report) and report.article.id == article:
            found.append((record, report))
    return sorted(found, key=lambda pair: (pair[0].partition, pair[0].offset))


def _events(records: Sequence[Record]) -> list[_Told]:
    """Each event once, at its first place in the log."""
    first: dict[str, tuple[Record, IncidentEvent]] = {}
    copies: dict[str, int] = {}
    for record in sorted(records, key=lambda record: (record.partition, record.offset)):
        try:
            event = EVENTS.decode(record.value)
        except InvalidRecord:
            continue
        first.setdefault(event.id, (record, event))
        copies[event.id] = copies.get(event.id, 0) + 1
    told = [_Told(record, event, copies[name]) for name, (record, event) in first.items()]
    return sorted(told, key=lambda each: (each.event.recorded_at, each.event.decision.n, each.event.decision.part))


def _in_order(articles: Iterable[Named]) -> list[Named]:
    return sorted(articles, key=lambda each: (each.record.timestamp_ms, each.record.partition, each.record.offset))


def _shares(articles: Sequence[Named], reports: Sequence[_Read]) -> dict[str, list[_Read]]:
    """The reports of each record, by its position; under "" those whose record is gone.

    A retried record keeps its first append time, as its report does, so several records can fit a report: the later
    ones have the reports then, because what failed first has none; more reports than records are the last one's.
    """
    alike: dict[tuple[str, datetime], list[str]] = {}
    for each in _in_order(articles):
        if each.article:
            alike.setdefault((each.article.version, each.article.received_at), []).append(position(each.record))
    shares: dict[str, list[_Read]] = {}
    for what, places in alike.items():
        fitting = [pair for pair in reports if _version(pair[1]) == what]
        behind = places[-len(fitting) :] if fitting else []
        for number, pair in enumerate(fitting):
            shares.setdefault(behind[min(number, len(behind) - 1)], []).append(pair)
    gone = [pair for pair in reports if _version(pair[1]) not in alike]
    return shares | ({"": gone} if gone else {})


def _version(report: Report) -> tuple[str, datetime]:
    return report.article.version, report.article.received_at


def _article_hop(each: Named, reports: Sequence[ReportHop], found: Gathered) -> ArticleHop:
    dead = found.letters.get(position(each.record))
    waits = None if reports or dead else waiting(each.record, "parser", found.positions) or NO_REPORT
    article = each.article
    return ArticleHop(
        position=position(each.record), at=at(each.record), version=article.version if article else None,
        size=len(each.record.value or b""), via=article.via if article else None,
        withdrawn=article.withdrawn if article else False, wrong=each.wrong, reports=tuple(reports), dead=dead,
        waits=waits,
    )  # fmt: skip


def _orphan(report: Report, hop: ReportHop) -> ArticleHop:
    head = report.article
    return ArticleHop(
        position=None, at=head.received_at, version=head.version, via=head.via, withdrawn=head.withdrawn,
        reports=(hop,),
    )  # fmt: skip


def _report_hop(record: Record, report: Report, by_cause: Mapping[str, Sequence[_Told]], found: Gathered) -> ReportHop:
    dead = found.letters.get(position(record))
    events = tuple(_event_hop(told, found) for told in by_cause.get(position(record), ()))
    waits = None if events or dead else waiting(record, "correlator", found.positions) or NO_EVENT
    groups = [
        GroupHop(role=group.role, families=group.families, place=group.place.name if group.place else None)
        for group in report.groups
    ]
    return ReportHop(
        position=position(record), at=at(record), after_ms=milliseconds(report.article.received_at, at(record)),
        parser=f"{report.parser.name} {report.parser.version}", rank=report.parser.rank, language=report.language,
        digest=report.digest, withdrawn=report.article.withdrawn, warnings=report.warnings, groups=tuple(groups),
        occurrences=len(report.occurrences), assertions=len(report.assertions), events=events, dead=dead, waits=waits,
    )  # fmt: skip


def _event_hop(told: _Told, found: Gathered) -> EventHop:
    event, record = told.event, told.record
    change = found.changes.get((event.incident, event.seq))
    view = _view_with(event, found)
    dead = found.letters.get(position(record))
    waits = None
    if event.incident and view is None and dead is None:
        waits = waiting(record, "projector", found.positions) or NO_VIEW
    return event_hop(event, position(record), _cause(event), told.copies, change, view, dead, waits)


def _view_with(event: IncidentEvent, found: Gathered) -> ViewHop | None:
    having = [view for view in found.views.get(event.incident, ()) if view.seq >= event.seq]
    first = min(having, key=lambda view: view.record.offset, default=None)
    if first is None:
        return None
    when = at(first.record)
    return ViewHop(position(first.record), when, first.seq, milliseconds(event.recorded_at, when))


def _cause(event: IncidentEvent) -> str:
    return f"{event.cause.topic}/{event.cause.partition}@{event.cause.offset}"


Head = tuple[str | None, str | None, str | None]


def _head(articles: Sequence[Named], reports: Sequence[Report], events: Sequence[IncidentEvent]) -> Head:
    """Title, outlet and url, of the newest version that has a title."""
    known: list[tuple[datetime, Head]] = []
    for named in articles:
        if (article := named.article) and article.title:
            known.append((article.received_at, (article.title, article.outlet.name, article.url)))
    heads = [*(report.article for report in reports), *filter(None, map(header_of, events))]
    known += [(head.received_at, _told(head)) for head in heads if head.title]
    return max(known, key=lambda each: each[0])[1] if known else (None, None, None)


def _told(head: ArticleHeader) -> Head:
    return head.title, head.outlet.name, head.url
