"""The correlator over a real store: bytes in, bytes out, bad input, failures of decide, and restores."""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

import orjson
import pytest

import services.correlator.handler as handler_module
from schemas.codec import EVENTS, REPORTS
from schemas.events import IncidentEvent
from services.correlator.handler import CorrelatorHandler, CorrelatorTopics
from services.correlator.restore import Restore
from services.correlator.tables import SCHEMA
from services.runtime.exits import Bug, OperatorNeeded, TryAgain
from services.runtime.lanes import Restoring
from services.runtime.memory import MemoryBroker, MemoryLog
from services.runtime.records import Out, Record, TopicPartition
from services.runtime.sqlite_store import SqliteStore
from services.runtime.store import record_hash
from tests.correlator.build import ms, raid
from tests.correlator.history import history

T = TypeVar("T")
TP = TopicPartition("news.reports", 2)
TOPICS = CorrelatorTopics("news.events", "news.dead-letters")
VALUES = [REPORTS.encode(record) for record in history()]


def record(offset: int, value: bytes | None) -> Record:
    return Record(TP.topic, TP.partition, offset, ms(offset), b"main", value)


class Lane:
    """A correlator with a store, fed record by record; what it sends is in a broker in memory."""

    def __init__(self, path: Path) -> None:
        self.store = SqliteStore(path, SCHEMA)
        self.handler = CorrelatorHandler(TOPICS)
        self.claim = self.store.claim(TP, "test")

    def feed(self, values: Sequence[bytes | None], batch: int = 200) -> None:
        start = self.store.position(TP)
        records = [record(start + n, value) for n, value in enumerate(values)]
        for at in range(0, len(records), batch):
            with self.store.transaction(self.claim, records[at : at + batch]) as tx:
                self.handler.apply(tx, records[at : at + batch])

    def outs(self, topic: str = TOPICS.events) -> list[Out]:
        return [row.out for row in self.store.pending(TP, 10_000) if row.out.topic == topic]

    def events(self) -> list[IncidentEvent]:
        return [EVENTS.decode(out.value) for out in self.outs()]

    def rows(self) -> dict[str, list[tuple[object, ...]]]:
        """Everything a ledger holds."""
        names = ("counter", "desk", "article", "placement", "incident", "cell", "band", "deed", "tie")
        return {name: sorted(self.store.read(f"SELECT * FROM {name}")) for name in names}


@pytest.fixture
def lanes(tmp_path: Path) -> Iterator[Callable[[str], Lane]]:
    made: list[Lane] = []

    def make(name: str) -> Lane:
        made.append(Lane(tmp_path / f"{name}.sqlite"))
        return made[-1]

    yield make
    for lane in made:
        lane.store.close()


@pytest.fixture
def lane(lanes: Callable[[str], Lane]) -> Lane:
    return lanes("lane")


def test_events_go_out_keyed_by_their_incident(lane: Lane) -> None:
    lane.feed([REPORTS.encode(raid("a", 3))])
    (out,), (event,) = lane.outs(), lane.events()
    assert out.key == event.incident.encode()
    assert out.timestamp_ms == ms(0) == int(event.recorded_at.timestamp() * 1000)
    headers = dict(out.headers)
    assert headers["ce_type"] == b"sitrep.report_recorded.v1"
    assert headers["ce_id"] == event.id.encode()
    assert headers["ce_subject"] == event.incident.encode()
    assert headers["ce_source"] == b"/desks/main"
    assert (event.cause.topic, event.cause.partition, event.cause.offset) == ("news.reports", 2, 0)
    assert event.decision.lane == 2


def test_what_reached_no_incident_is_keyed_by_its_article_or_command(lane: Lane) -> None:
    lane.feed(VALUES)
    keys = {event.type: out.key for event, out in zip(lane.events(), lane.outs(), strict=True) if not event.incident}
    assert keys == {"report_unlinked": b"13 empty", "command_rejected": b"n1"}


@pytest.mark.parametrize("batch", [1, 7])
def test_batches_make_no_difference(lanes: Callable[[str], Lane], batch: int) -> None:
    one, other = lanes("one"), lanes("other")
    one.feed(VALUES)
    other.feed(VALUES, batch)
    assert one.outs() == other.outs()
    assert one.rows() == other.rows()


def test_a_lost_cache_makes_no_difference(lanes: Callable[[str], Lane]) -> None:
    one, other = lanes("one"), lanes("other")
    one.feed(VALUES)
    for value in VALUES:
        other.feed([value])
        other.handler.forget()
    assert one.outs() == other.outs()


@pytest.mark.parametrize("value", [None, b"", b"{", b"[]", b'{"type": "report", "v": 1}'])
def test_bad_bytes_are_dead_letters_and_the_lane_goes_on(lane: Lane, value: bytes | None) -> None:
    lane.feed([value, REPORTS.encode(raid("a"))])
    (letter,) = lane.outs(TOPICS.dead_letters)
    assert letter.value == (value or b"")
    assert dict(letter.headers)["sitrep_stage"] == b"correlator"
    assert [event.decision.n for event in lane.events()] == [1]


def test_a_newer_schema_stops_the_worker_and_changes_nothing(lane: Lane) -> None:
    newer = orjson.dumps(orjson.loads(REPORTS.encode(raid("a"))) | {"v": 2})
    with pytest.raises(TryAgain, match="upgrade"):
        lane.feed([REPORTS.encode(raid("b")), newer])
    assert lane.outs() == []
    assert lane.store.position(TP) == 0


def test_a_failure_of_decide_costs_its_record_only(lane: Lane, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: object) -> tuple[IncidentEvent, ...]:
        raise ZeroDivisionError

    with monkeypatch.context() as patched:
        patched.setattr(handler_module, "decide", fails)
        lane.feed([REPORTS.encode(raid("a"))])
        with pytest.raises(Bug):
            lane.feed([REPORTS.encode(raid("a"))] * 40)
    lane.feed([REPORTS.encode(raid("b"))])
    assert [event.decision.n for event in lane.events()] == [1]
    assert len(lane.outs(TOPICS.dead_letters)) == 1


class Log:
    """The topics in memory: all reports, and the events of a lane as far as they were published."""

    def __init__(self, published: Sequence[Out]) -> None:
        self.broker = MemoryBroker({TP.topic: 4, TOPICS.events: 8}, lambda: 0)
        for offset, value in enumerate(VALUES):
            self.broker.append(Out(TP.topic, b"main", value, partition=TP.partition, timestamp_ms=ms(offset)))
        for out in published:
            self.broker.append(out)

    def restore(self, lane: Lane) -> int:
        """Restores the lane as at a claim; the position it goes on from."""

        async def in_thread(work: Callable[[], T], /) -> T:
            return work()

        claim = lane.store.claim(TP, "again")
        asyncio.run(Restore(TOPICS.events)(Restoring(claim, lane.store, MemoryLog(self.broker), in_thread)))
        lane.claim = lane.store.claim(TP, "again")
        lane.handler.forget()
        return lane.store.position(TP)


@pytest.fixture
def done(lanes: Callable[[str], Lane]) -> Lane:
    """A lane that has folded everything and published nothing yet."""
    lane = lanes("done")
    lane.feed(VALUES)
    return lane


@pytest.mark.parametrize("share", [0.0, 0.35, 0.7, 1.0])
def test_a_lost_store_is_restored_from_what_was_published(
    done: Lane, lanes: Callable[[str], Lane], share: float
) -> None:
    published = done.outs()[: int(len(done.outs()) * share)]
    fresh = lanes("fresh")
    at = Log(published).restore(fresh)
    fresh.feed(VALUES[at:])
    assert fresh.rows() == done.rows()
    known = {EVENTS.decode(out.value).id for out in published}
    assert [e for e in fresh.events() if e.id not in known] == [e for e in done.events() if e.id not in known]
    assert all(event in done.events() for event in fresh.events())


def test_duplicates_and_reordering_in_the_log_do_not_matter(done: Lane, lanes: Callable[[str], Lane]) -> None:
    outs = done.outs()
    fresh = lanes("fresh")
    at = Log([*outs[5:], *outs, *outs[:9]]).restore(fresh)
    fresh.feed(VALUES[at:])
    assert fresh.rows() == done.rows()


def test_a_current_store_is_left_alone(done: Lane) -> None:
    rows, position = done.rows(), done.store.position(TP)
    assert Log(done.outs()).restore(done) == position
    assert done.rows() == rows


def test_an_old_backup_catches_up(done: Lane, lanes: Callable[[str], Lane]) -> None:
    old = lanes("old")
    old.feed(VALUES[:9])
    at = Log(done.outs()).restore(old)
    old.feed(VALUES[at:])
    assert old.rows() == done.rows()


def other_version(out: Out) -> Out:
    event = EVENTS.decode(out.value)
    return replace(out, value=EVENTS.encode(replace(event, decision=replace(event.decision, version="0.old"))))


def test_another_versions_torn_decisions_need_a_person(done: Lane, lanes: Callable[[str], Lane]) -> None:
    outs = [other_version(out) for out in done.outs()]
    assert Log(outs).restore(lanes("whole")) > 0
    torn = [out for out in outs if EVENTS.decode(out.value).decision.n != 2]
    with pytest.raises(OperatorNeeded, match="drain"):
        Log(torn).restore(lanes("torn"))


def test_decisions_about_a_log_that_is_gone_need_a_person(done: Lane, lanes: Callable[[str], Lane]) -> None:
    log = Log(done.outs())
    log.broker.recreate(TP.topic)
    with pytest.raises(OperatorNeeded, match="not in the log"):
        log.restore(lanes("fresh"))


def test_the_restored_lane_knows_its_last_record(done: Lane, lanes: Callable[[str], Lane]) -> None:
    fresh = lanes("fresh")
    at = Log(done.outs()).restore(fresh)
    assert fresh.store.lane(TP) == (at, record_hash(record(at - 1, VALUES[at - 1])))
