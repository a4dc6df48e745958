"""The projector's shell around its fold: events into the store, views and changes out.

An event is applied when its predecessor was: (incident, seq) orders and removes repeats. What the fold cannot digest
parks its incident; the others go on.
"""

from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import structlog

from schemas.change import Change
from schemas.codec import CHANGES, EVENTS, INCIDENTS, cloudevent_headers
from schemas.errors import InvalidRecord, UnknownVersion
from schemas.events import IncidentEvent
from schemas.incident import Incident
from services.projector.evolve import touched
from services.projector.project import Projection, project
from services.projector.shelf import Shelf
from services.projector.state import State
from services.runtime.dead_letters import dead_letter
from services.runtime.exits import TryAgain
from services.runtime.records import Out, Record, TopicPartition
from services.runtime.store import Claim, Store, Tx

log = structlog.get_logger()
Step = Callable[[Projection | None, IncidentEvent, int], tuple[Projection, Change]]
CACHED = 1_000
SCHEMA = """
CREATE TABLE IF NOT EXISTS event(
  incident TEXT NOT NULL, seq BIGINT NOT NULL, event_id TEXT NOT NULL, recorded_at TEXT NOT NULL, body BYTEA NOT NULL,
  PRIMARY KEY(incident, seq));
CREATE TABLE IF NOT EXISTS incident(
  id TEXT PRIMARY KEY, lane_part BIGINT NOT NULL, seq BIGINT NOT NULL, view BYTEA, published_seq BIGINT NOT NULL,
  parked TEXT, slug TEXT NOT NULL, title TEXT NOT NULL, changed_at TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS incident_dirty ON incident(lane_part) WHERE seq > published_seq;
CREATE INDEX IF NOT EXISTS incident_slug ON incident(slug);
CREATE TABLE IF NOT EXISTS report(
  article TEXT NOT NULL, incident TEXT NOT NULL, PRIMARY KEY(article, incident));
CREATE TABLE IF NOT EXISTS shelf(
  incident TEXT PRIMARY KEY, seq BIGINT NOT NULL, code TEXT NOT NULL, body BYTEA NOT NULL);
"""


@dataclass(frozen=True)
class ProjectorTopics:
    """Full names of what the projector writes."""

    incidents: str
    changes: str
    dead_letters: str


class ProjectorHandler:
    """Folds records of news.events. Keeps `cached` projections in memory and puts others on the shelf, a table.

    `forget` drops those in memory: what is not on the shelf is folded again.
    """

    def __init__(self, topics: ProjectorTopics, generation: int, step: Step = project, cached: int = CACHED) -> None:
        self._topics = topics
        self._step = step
        self._generation = generation
        self._shelf = Shelf(generation)
        self._cached = cached
        self._cache: OrderedDict[str, Projection] = OrderedDict()

    def forget(self) -> None:
        self._cache.clear()

    def apply(self, tx: Tx, records: Sequence[Record]) -> None:
        touched: dict[str, int] = {}
        for record in records:
            event = self._decoded(tx, record)
            if event is not None and event.incident and self._kept(tx, event, record):
                touched[event.incident] = record.partition
        for incident, partition in touched.items():
            self._advance(tx, incident, partition)

    def _decoded(self, tx: Tx, record: Record) -> IncidentEvent | None:
        try:
            return EVENTS.decode(record.value)
        except UnknownVersion as error:
            raise TryAgain(
                f"{record.topic}/{record.partition}@{record.offset}: {error}; upgrade the projector"
            ) from error
        except InvalidRecord as error:
            letter = dead_letter(
                record, self._topics.dead_letters, stage="projector", reason=error.reason, error=error.detail
            )
            tx.emit(letter)
            return None

    def _kept(self, tx: Tx, event: IncidentEvent, record: Record) -> bool:
        """False for a repeat. Another event at the same seq is a forked history: park, keep the first."""
        new = tx.execute(
            "INSERT INTO event VALUES(?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
            (event.incident, event.seq, event.id, event.recorded_at.isoformat(), record.value),
        )
        if new:
            return True
        stored = tx.query("SELECT event_id FROM event WHERE incident=? AND seq=?", (event.incident, event.seq))
        if stored[0][0] != event.id:
            log.error("forked_history", incident=event.incident, seq=event.seq, other=event.id)
            tx.execute("UPDATE incident SET parked=? WHERE id=?", (f"two events have seq {event.seq}", event.incident))
        return False

    def _advance(self, tx: Tx, incident: str, partition: int) -> None:
        """Apply the contiguous run of stored events that follows what was applied."""
        row = tx.query("SELECT seq, parked FROM incident WHERE id=?", (incident,))
        seq, parked = row[0] if row else (0, None)
        if parked:
            return
        before = self._projection(tx, incident, seq)
        bodies = tx.query("SELECT seq, body FROM event WHERE incident=? AND seq>? ORDER BY seq", (incident, seq))
        after, error = self._run(tx, before, seq, bodies)
        if after is not None and after is not before:
            self._write(tx, after.view, partition)
            self._remember(tx, incident, after)
        if error:
            self._park(tx, incident, partition, error)

    def _run(
        self, tx: Tx, projection: Projection | None, seq: int, bodies: Sequence[tuple[int, bytes]]
    ) -> tuple[Projection | None, str | None]:
        for number, body in bodies:
            if number != seq + 1:
                break
            event = EVENTS.decode(body)
            try:
                projection, change = self._step(projection, event, self._generation)
                self._trace(tx, event, projection.state)
            except Exception as error:
                log.exception("incident_parked", incident=event.incident, seq=event.seq)
                return projection, f"seq {event.seq}: {error!r}"
            tx.emit(
                Out(
                    self._topics.changes, event.incident.encode(), CHANGES.encode(change),
                    cloudevent_headers(
                        kind="change", v=1, record_id=change.id, desk=change.desk, subject=event.incident,
                        time=event.recorded_at.isoformat(),
                    ),
                    timestamp_ms=int(event.recorded_at.timestamp() * 1000),
                )
            )  # fmt: skip
            seq = number
        return projection, None

    def _projection(self, tx: Tx, incident: str, seq: int) -> Projection | None:
        """From memory, from the shelf, or folded again from the stored events: the same bytes whichever way."""
        known = self._cache.get(incident)
        if known is not None and known.state.seq == seq:
            self._cache.move_to_end(incident)
            return known
        if seq == 0:
            return None
        projection = self._shelf.take(tx, incident, seq)
        since = projection.state.seq if projection else 0
        bodies = tx.query(
            "SELECT body FROM event WHERE incident=? AND seq>? AND seq<=? ORDER BY seq", (incident, since, seq)
        )
        for (body,) in bodies:
            projection, _ = self._step(projection, EVENTS.decode(body), self._generation)
        return projection

    def _remember(self, tx: Tx, incident: str, projection: Projection) -> None:
        self._cache[incident] = projection
        self._cache.move_to_end(incident)
        while len(self._cache) > self._cached:
            self._shelf.put(tx, self._cache.popitem(last=False)[1])

    def _trace(self, tx: Tx, event: IncidentEvent, state: State) -> None:
        """Which incidents hold or held the articles of the event."""
        for key in touched(event):
            if key in state.held or key in state.gone:
                tx.execute("INSERT INTO report VALUES(?, ?) ON CONFLICT DO NOTHING", (key.article, state.id))

    def _write(self, tx: Tx, view: Incident, partition: int) -> None:
        tx.execute(
            "INSERT INTO incident VALUES(?, ?, ?, ?, 0, NULL, ?, ?, ?) ON CONFLICT(id) DO UPDATE SET"
            " seq=excluded.seq, view=excluded.view, slug=excluded.slug, title=excluded.title,"
            " changed_at=excluded.changed_at",
            (view.id, partition, view.seq, INCIDENTS.encode(view), view.slug, view.title, view.changed_at.isoformat()),
        )

    def _park(self, tx: Tx, incident: str, partition: int, error: str) -> None:
        tx.execute(
            "INSERT INTO incident VALUES(?, ?, 0, NULL, 0, ?, '', '', '')"
            " ON CONFLICT(id) DO UPDATE SET parked=excluded.parked",
            (incident, partition, error),
        )


class IncidentViews:
    """What of news.incidents is behind the store."""

    def __init__(self, topic: str) -> None:
        self._topic = topic

    def dirty(self, store: Store, tp: TopicPartition, limit: int) -> list[tuple[str, int, Out]]:
        rows = store.read(
            "SELECT id, seq, view, changed_at FROM incident"
            " WHERE lane_part=? AND seq > published_seq AND view IS NOT NULL LIMIT ?",
            (tp.partition, limit),
        )
        return [(incident, seq, self._out(incident, seq, view, at)) for incident, seq, view, at in rows]

    def _out(self, incident: str, seq: int, view: bytes, at: str) -> Out:
        headers = cloudevent_headers(
            kind="incident", v=1, record_id=f"{incident}:{seq}", desk="main", subject=incident, time=at
        )
        return Out(self._topic, incident.encode(), view, headers)

    def published(self, store: Store, claim: Claim, marks: Sequence[tuple[str, int]]) -> None:
        with store.owned(claim) as tx:
            for incident, seq in marks:
                tx.execute("UPDATE incident SET published_seq=? WHERE id=? AND published_seq<?", (seq, incident, seq))
