"""Finding what the topics hold of an article or incident: each topic read once, only what names it kept.

Positions of the services come first: what lies before them had its chance when the topics are read after that.
"""

from collections.abc import AsyncIterator, Collection, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass

from schemas.codec import CHANGES, EVENTS, REPORTS
from schemas.errors import InvalidRecord
from schemas.events import IncidentEvent
from schemas.report import Report
from schemas.topics import partition_of
from services.cli.render_text import cut, neutral
from services.cli.resolve import NotFound
from services.cli.scan import Scan, scanning
from services.cli.trace_build import Gathered, Published, article_trace, incident_trace
from services.cli.trace_events import article_of
from services.cli.trace_hops import ArticleTrace, IncidentTrace, Letter, position
from services.cli.trace_match import Named, Wanted, letter_of, named, needle, origin_of
from services.runtime.lag import STAGES, Lag
from services.runtime.records import Record, TopicPartition
from services.runtime.settings import Settings

TOPICS_READ = ("articles", "reports", "events", "incidents", "changes", "dead-letters")
MOST_NAMES = 200
SHOWN = 8


async def traced_article(settings: Settings, reference: str) -> ArticleTrace | None:
    """The article that is meant; None if the log knows none. Raises NotFound where several are."""
    async with _opened(settings) as desk:
        wanted = Wanted(reference)
        name, records = await _articles(desk, wanted)
        ids = (name,) if name else wanted.ids
        desk.found.articles = records
        desk.found.reports = [record async for record in desk.naming("reports", ids) if _reports_on(record, ids)]
        desk.found.events = [record async for record in desk.naming("events", ids) if _is_about(record, ids)]
        if not (records or desk.found.reports or desk.found.events):
            return None
        await desk.outcome()
        traces = [article_trace(each, desk.found) for each in ids]
        return next((trace for trace in traces if trace.hops or trace.elsewhere), None)


async def traced_incident(settings: Settings, incident: str) -> IncidentTrace | None:
    """The incident of this id; None if the log knows no event of it."""
    async with _opened(settings) as desk:
        key = incident.encode()
        part = partition_of(key, desk.count("events"))
        desk.found.events = [each async for each in desk.records("events", {part}) if each.key == key]
        if not desk.found.events:
            return None
        await desk.outcome(incident)
        return incident_trace(incident, desk.found)


@dataclass
class _Desk:
    """The topics of one desk while a trace is gathered."""

    settings: Settings
    scan: Scan
    found: Gathered

    def count(self, topic: str) -> int:
        return self.scan.counts[self.settings.topic(topic)]

    def records(self, topic: str, parts: Collection[int] | None = None) -> AsyncIterator[Record]:
        return self.scan.records(self.settings.topic(topic), parts)

    async def naming(self, topic: str, names: Iterable[str]) -> AsyncIterator[Record]:
        """Records whose JSON has one of the names somewhere."""
        needles = [needle(name) for name in names]
        async for record in self.records(topic):
            if record.value and any(each in record.value for each in needles):
                yield record

    async def outcome(self, incident: str | None = None) -> None:
        """Dead letters of what was found, and the changes and views of the incidents that it touched."""
        await self._letters()
        incidents = {incident} if incident else {name for name, _ in _numbers(self.found.events) if name}
        keys = {name.encode() for name in incidents}
        await self._changes(keys, _numbers(self.found.events))
        await self._views(keys)

    async def _letters(self) -> None:
        records = [*(each.record for each in self.found.articles), *self.found.reports, *self.found.events]
        origins = {position(record) for record in records}
        open_ones: dict[str, Letter] = {}
        async for record in self.records("dead-letters"):
            name = (record.key or b"").decode("utf-8", "replace")
            if record.value is None:
                open_ones.pop(name, None)
            elif origin_of(record) in origins:
                open_ones[name] = letter_of(record)
        self.found.letters = {letter.origin: letter for letter in open_ones.values()}

    async def _changes(self, keys: Collection[bytes], numbers: Collection[tuple[str, int]]) -> None:
        async for record in self._of_incidents("changes", keys):
            try:
                change = CHANGES.decode(record.value)
            except InvalidRecord:
                continue  # of a newer version: the event itself is told
            if (change.incident, change.seq) in numbers:
                self.found.keep_change(change)

    async def _views(self, keys: Collection[bytes]) -> None:
        async for record in self._of_incidents("incidents", keys):
            incident, _, seq = dict(record.headers).get("ce_id", b"").decode("ascii", "replace").rpartition(":")
            if seq.isdigit():
                self.found.keep_view(incident, Published(record, int(seq)))

    async def _of_incidents(self, topic: str, keys: Collection[bytes]) -> AsyncIterator[Record]:
        """Only the partitions that can hold them are read."""
        parts = {partition_of(key, self.count(topic)) for key in keys}
        async for record in self.records(topic, parts):
            if record.key in keys:
                yield record


@asynccontextmanager
async def _opened(settings: Settings) -> AsyncIterator[_Desk]:
    """Raises Unavailable where no broker answers."""
    async with Lag(settings) as lag:
        told = {service: (await lag.positions(service))[0] for service, _ in STAGES}
    positions = {name: {TopicPartition(*tp): pos for tp, pos in told[name].items()} for name in told}
    async with scanning(settings.servers, [settings.topic(topic) for topic in TOPICS_READ]) as scan:
        yield _Desk(settings, scan, Gathered(positions))


async def _articles(desk: _Desk, wanted: Wanted) -> tuple[str | None, list[Named]]:
    """The id of the one article that is meant, and its records. Raises NotFound where several are."""
    exact: dict[str, list[Named]] = {}
    begins: dict[str, list[Named]] = {}
    async for record in desk.records("articles"):
        each = named(record)
        how = wanted.fits(each)
        if how and (how == "exact" or len(begins) < MOST_NAMES):
            (exact if how == "exact" else begins).setdefault(each.id, []).append(each)
    found = exact or begins
    if len(found) > 1:
        raise NotFound(_several(wanted.reference, found))
    if not found:
        return None, []
    (name,) = found
    return name, found[name]


def _several(reference: str, found: dict[str, list[Named]]) -> str:
    lines = [f"  {neutral(name, 40):<40}  {cut(neutral(_title(found[name]), 100), 36)}" for name in sorted(found)]
    more = [f"  … and {len(lines) - SHOWN} more"] if len(lines) > SHOWN else []
    head = f"{neutral(reference, 60)!r} can mean {len(found)} articles; say more, or give one of"
    return "\n".join([head, *lines[:SHOWN], *more])


def _title(records: Iterable[Named]) -> str:
    return next((each.article.title for each in records if each.article and each.article.title), "")


def _reports_on(record: Record, ids: Collection[str]) -> bool:
    try:
        found = REPORTS.decode(record.value)
    except InvalidRecord:
        return False
    return isinstance(found, Report) and found.article.id in ids


def _is_about(record: Record, ids: Collection[str]) -> bool:
    event = _event(record)
    return event is not None and article_of(event) in ids


def _numbers(records: Iterable[Record]) -> set[tuple[str, int]]:
    return {(event.incident, event.seq) for event in map(_event, records) if event is not None}


def _event(record: Record) -> IncidentEvent | None:
    try:
        return EVENTS.decode(record.value)
    except InvalidRecord:
        return None
