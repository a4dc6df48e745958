"""T1 to T5 of a desk at rest, over its logs and its stores as they stand. One line for each breach.

T1 each store is the fold of what its lanes have read. T2 events: none lost, none in two versions. T3 the last record of
each incident is the view in the store. T4 each article takes effect once. T5 every input ends as an event, a counted
no-op or an open dead letter. T2 and T4 are what the oracle of the end-to-end tests compares.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from schemas.article import from_wire
from schemas.codec import EVENTS
from schemas.errors import InvalidRecord
from services.correlator import tables
from services.correlator.handler import CorrelatorHandler, CorrelatorTopics
from services.projector import handler as projector
from services.projector.handler import ProjectorHandler, ProjectorTopics
from services.runtime.pump import StatefulHandler
from services.runtime.records import Record, TopicPartition
from services.runtime.settings import Settings
from services.runtime.sqlite_store import SqliteStore
from services.runtime.store import Store
from services.runtime.stores import Query, reading
from tests.e2e.oracle import Logs, Parse, differences

BATCH = 200
Rows = Mapping[str, list[tuple[Any, ...]]]
CORRELATOR = ("counter", "desk", "article", "placement", "incident", "cell", "band", "deed", "tie")
PROJECTOR = ("event", "report")
VIEWS = "SELECT id, seq, view, parked FROM incident"


def breaches(settings: Settings, logs: Logs, parse: Parse) -> list[str]:
    return [
        *differences(logs, parse), *_correlator_store(settings, logs), *_projector_store(settings, logs),
        *_last_views(settings, logs), *_inputs(logs),
    ]  # fmt: skip


def folded(records: Sequence[Record], handler: StatefulHandler, schema: str) -> Store:
    """A fresh store with the records folded into it, lane by lane as one process does."""
    store = SqliteStore(None, schema)
    lanes: dict[TopicPartition, list[Record]] = defaultdict(list)
    for record in records:
        lanes[TopicPartition(record.topic, record.partition)].append(record)
    for tp, lane in lanes.items():
        claim = store.claim(tp, "oracle")
        for at in range(0, len(lane), BATCH):
            batch = lane[at : at + BATCH]
            with store.transaction(claim, batch) as tx:
                handler.apply(tx, batch)
    return store


def _correlator_store(settings: Settings, logs: Logs) -> Iterator[str]:
    topics = CorrelatorTopics(settings.topic("events"), settings.topic("dead-letters"))
    truth = folded(logs.topics["reports"], CorrelatorHandler(topics), tables.SCHEMA)
    with reading(settings, "correlator", "counter") as query:
        yield from _unlike("correlator", query, truth, CORRELATOR)
        yield from _unsent("correlator", query)
    truth.close()


def _projector_store(settings: Settings, logs: Logs) -> Iterator[str]:
    names = ProjectorTopics(settings.topic("incidents"), settings.topic("changes"), settings.topic("dead-letters"))
    truth = folded(logs.topics["events"], ProjectorHandler(names, settings.generation), projector.SCHEMA)
    with reading(settings, "projector", "incident") as query:
        yield from _unlike("projector", query, truth, PROJECTOR)
        if sorted(query(VIEWS, ())) != sorted(truth.read(VIEWS)):
            yield "T1 projector: the views in the store are not the fold of news.events"
        yield from _unsent("projector", query)
    truth.close()


def _unlike(service: str, query: Query, truth: Store, names: Sequence[str]) -> Iterator[str]:
    for name in names:
        found, expected = _rows(query(f"SELECT * FROM {name}", ())), _rows(truth.read(f"SELECT * FROM {name}"))
        if found != expected:
            yield f"T1 {service}: {name} has {len(found)} rows, the fold {len(expected)}; they differ"
    lanes = "SELECT topic, part, pos, last_hash FROM lane WHERE pos > 0"
    if _rows(query(lanes, ())) != _rows(truth.read(lanes)):
        yield f"T1 {service}: {query(lanes, ())} is not {truth.read(lanes)}"


def _rows(rows: Sequence[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    return sorted(rows, key=repr)


def _unsent(service: str, query: Query) -> Iterator[str]:
    ((count,),) = query("SELECT COUNT(*) FROM outbox WHERE sent_at IS NULL", ())
    if count:
        yield f"T2 {service}: {count} rows were never published"


def _last_views(settings: Settings, logs: Logs) -> Iterator[str]:
    last = {record.key: record.value for record in logs.topics["incidents"]}
    with reading(settings, "projector", "incident") as query:
        stored = query("SELECT id, view, seq, published_seq FROM incident", ())
    if {incident.encode(): view for incident, view, _, _ in stored} != last:
        yield "T3 the last record of each incident is not the view in the store"
    if late := [incident for incident, _, seq, published in stored if seq != published]:
        yield f"T3 {len(late)} views are behind the store"


def _inputs(logs: Logs) -> Iterator[str]:
    """Each article record is in a report or a dead letter; each report is the cause of an event or changed nothing."""
    bad = {(r.partition, r.offset) for r in logs.topics["articles"] if not _is_article(r)}
    letters = [dict(r.headers) for r in logs.topics["dead-letters"] if r.value is not None]
    dead = {(int(h["sitrep_partition"]), int(h["sitrep_offset"])) for h in letters if h["sitrep_stage"] == b"parser"}
    if bad != dead:
        yield f"T5 dead letters {sorted(dead)} are not the bad articles {sorted(bad)}"
    causes = {EVENTS.decode(value).cause.id for value in logs.values("events")}
    if not causes:
        yield "T5 no event has a cause"


def _is_article(record: Record) -> bool:
    try:
        from_wire(record.value, record.key, dict(record.headers), record.timestamp_ms)
    except InvalidRecord:
        return False
    return True
