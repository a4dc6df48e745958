"""Faust 0.15.3 drops what it fetched while its flow was paused, if nothing is committed yet. Ours must not.

Holds the two overrides of Faust's consumer to what they are for; the stock consumer shows that the test can see it.
"""

from collections.abc import Mapping
from typing import Any

import pytest
from faust.transport.drivers import aiokafka as driver

from services.runtime.records import TopicPartition
from services.runtime.source_faust import FaustSource
from services.runtime.sources import Positions
from tests.eventually import eventually
from tests.runtime.worlds import Reading, fixed, outs, world

pytestmark = pytest.mark.kafka
COUNT = 1000
PAUSE_S = 0.3


def paused_once(source: FaustSource, stock: bool) -> None:
    """After the first chunk was fetched the flow pauses, as it does when a rebalance begins just then."""
    consumer: Any = source._app.transport.Consumer
    todo = [True]

    class Paused(consumer):  # type: ignore[misc]
        async def _getmany(self, active_partitions: Any, timeout: float) -> Any:  # noqa: ASYNC109  as Faust has it
            records = await super()._getmany(active_partitions, timeout)
            if records and todo:
                todo.pop()
                self.stop_flow()
                self.loop.call_later(PAUSE_S, self.resume_flow)
            return records

        async def seek_to_committed(self) -> Mapping[Any, int]:
            if stock:
                found: Mapping[Any, int] = await driver.Consumer.seek_to_committed(self)
                return found
            return dict(await super().seek_to_committed())

    source._app.transport.Consumer = Paused


async def read_all(kafka: str, positions: Positions | None, stock: bool) -> list[int]:
    """The offsets that come before the last record of the topic does."""
    async with world("faust", lambda: kafka) as log:
        topic = await log.create(1)
        await log.publisher.send(outs(topic, COUNT, 1))
    source = FaustSource(kafka, [topic], f"g-{topic}")
    paused_once(source, stock)
    reading = Reading(source, positions)
    reading.finished = lambda batch: source.done(TopicPartition(topic, 0), 0)
    async with reading:
        await eventually(lambda: reading.records() and reading.records()[-1].offset == COUNT - 1)
    return [record.offset for record in reading.records()]


@pytest.mark.parametrize("positions", [None, fixed(0)], ids=["committed", "stored"])
async def test_a_chunk_fetched_during_a_pause_is_read_again(kafka: str, positions: Positions | None) -> None:
    assert await read_all(kafka, positions, stock=False) == list(range(COUNT))


async def test_stock_faust_loses_it(kafka: str) -> None:
    offsets = await read_all(kafka, None, stock=True)
    assert offsets[0] > 0
    assert len(offsets) < COUNT
