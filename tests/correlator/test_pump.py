"""The correlator in its real loop, on a log in memory: a store lost on the way changes nothing in news.events."""

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import pytest

from schemas.codec import EVENTS, REPORTS
from schemas.events import IncidentEvent
from services.correlator.handler import CorrelatorHandler, CorrelatorTopics
from services.correlator.restore import Restore
from services.correlator.tables import SCHEMA
from services.runtime.memory import MemoryBroker
from services.runtime.pump import Parts, StatefulPump
from services.runtime.records import Out, TopicPartition
from services.runtime.sqlite_store import SqliteStore
from services.runtime.wiring import MemoryWiring
from tests.correlator.build import ms
from tests.correlator.history import history

T = TypeVar("T")
TP = TopicPartition("news.reports", 1)
EVENTS_TOPIC = "news.events"
VALUES = [REPORTS.encode(record) for record in history()]


class World:
    """The broker, and one owner of the lane after another."""

    def __init__(self) -> None:
        self.broker = MemoryBroker({TP.topic: 4, EVENTS_TOPIC: 8, "news.dead-letters": 1}, lambda: 0)

    def write(self, values: list[bytes]) -> None:
        for value in values:
            end = len(self.broker.records(TP))
            self.broker.append(Out(TP.topic, b"main", value, partition=TP.partition, timestamp_ms=ms(end)))

    async def own(self, path: Path) -> None:
        """A correlator on this store until it has done all there is."""
        wiring = MemoryWiring(self.broker)
        source, store = wiring.source([TP.topic], "sitrep.correlator"), SqliteStore(path, SCHEMA)

        async def in_thread(work: Callable[[], T], /) -> T:
            result = work()
            if store.position(TP) == len(self.broker.records(TP)):
                source.stop()
            return result

        handler = CorrelatorHandler(CorrelatorTopics(EVENTS_TOPIC, "news.dead-letters"))
        parts = Parts(
            source, store, handler, wiring.publisher(), wiring.log(), in_thread, restore=Restore(EVENTS_TOPIC)
        )
        try:
            await StatefulPump("correlator", parts).run()
        finally:
            store.close()

    def events(self) -> dict[tuple[str, int, int], IncidentEvent]:
        """By decision and part; what is told twice must be told alike."""
        found: dict[tuple[str, int, int], IncidentEvent] = {}
        for record in self.broker.topic(EVENTS_TOPIC):
            event = EVENTS.decode(record.value)
            key = event.desk, event.decision.n, event.decision.part
            assert found.setdefault(key, event) == event
        return found


@pytest.mark.parametrize("keep", [True, False], ids=["kept", "lost"])
async def test_a_second_owner_goes_on_where_the_first_one_ended(tmp_path: Path, keep: bool) -> None:
    whole, parted = World(), World()
    whole.write(VALUES)
    await whole.own(tmp_path / "whole.sqlite")
    parted.write(VALUES[:13])
    await parted.own(tmp_path / "first.sqlite")
    parted.write(VALUES[13:])
    await parted.own(tmp_path / ("first.sqlite" if keep else "second.sqlite"))
    assert parted.events() == whole.events()
    assert len(whole.events()) > len(VALUES) / 2
