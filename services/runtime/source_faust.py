"""Reads Kafka with Faust 0.15.3: an agent that fills a bounded buffer, and two overrides of Faust's consumer.

Faust's own arithmetic loses records (a chunk fetched while the flow is paused, out-of-order acknowledgements), so
where a partition goes on and what the group may commit are the pump's. Faust's producer, tables and web are unused.
"""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Any

import faust
import structlog
from faust.transport.drivers import aiokafka as driver
from faust.types.tuples import TP
from yarl import URL

from services.runtime.exits import TryAgain
from services.runtime.inlet import Inlet
from services.runtime.records import MAX_RECORD, Record, TopicPartition
from services.runtime.sources import MAX_BATCH, Batch, Positions

log = structlog.get_logger()
BUFFER = 400
Place = tuple[TopicPartition, int]
"""A partition and the generation of the group it was read in."""
START_WITHIN_S = 120
STOP_WITHIN_S = 30


class FaustSource:
    """A member of `group` that reads `topics`; runs in our event loop, its consumer in a thread of its own."""

    def __init__(self, servers: str, topics: Sequence[str], group: str, session_s: float = 10) -> None:
        self._topics = list(topics)
        self._positions: Positions | None = None
        self._ledger: dict[TP, int] = {}
        self._inlet: Inlet[Any] = Inlet(BUFFER)
        self._taken: deque[Any] = deque()
        self._assigned_in: int | None = None
        self._closing: asyncio.Task[None] | None = None
        self._watch: asyncio.Task[None] | None = None
        self._app = _app(servers, group, session_s)
        self._app.transport = _transport(self, servers)
        self._app.agent(self._app.topic(*self._topics, key_type=bytes, value_type=bytes))(self._agent)

    async def start(self, positions: Positions | None) -> None:
        self._positions = positions
        self._app.loop = asyncio.get_running_loop()
        self._app.finalize()
        self._watch = asyncio.create_task(self._crashed())
        try:
            async with asyncio.timeout(START_WITHIN_S):
                await self._app.start()
        except TimeoutError as error:
            raise TryAgain(f"no partitions assigned within {START_WITHIN_S} s") from error

    async def _agent(self, stream: Any) -> None:
        async for event in stream.noack().events():
            if not await self._inlet.put(event):
                event.ack()

    async def batches(self) -> AsyncIterator[Batch]:
        while items := await self._inlet.take(MAX_BATCH):
            self._taken.extend(item for item in items if not isinstance(item, Batch))
            for (tp, generation), events in sorted_out(items):
                if self.current(generation):
                    yield Batch(tp, generation, tuple(_record(event.message) for event in events))
                self._let_go(len(events))

    def _let_go(self, count: int) -> None:
        """Acknowledging decides nothing: it lets Faust see that its events are worked on."""
        for _ in range(count):
            self._taken.popleft().ack()

    def done(self, tp: TopicPartition, next_offset: int) -> None:
        self._ledger[TP(*tp)] = next_offset

    def current(self, generation: int) -> bool:
        return bool(generation == self._app.consumer_generation_id)

    def stop(self) -> None:
        if self._closing is None:
            self._closing = asyncio.get_running_loop().create_task(self._close_inlet(None))

    async def _close_inlet(self, failure: BaseException | None) -> None:
        """What is left is acknowledged without being done: a stop of Faust waits for every event."""
        for item in await self._inlet.close(failure):
            if not isinstance(item, Batch):
                item.ack()

    async def close(self) -> None:
        self.stop()
        self._let_go(len(self._taken))  # a pump that failed leaves some, and Faust would wait for them
        if self._closing:
            await self._closing
        if self._watch:
            self._watch.cancel()
        with suppress(TimeoutError):
            async with asyncio.timeout(STOP_WITHIN_S):
                await self._app.stop()

    async def _crashed(self) -> None:
        """Faust records its crashes and goes quiet; a closed inlet tells the pump."""
        await self._app.wait_until_stopped()
        await self._close_inlet(TryAgain(f"Faust stopped: {self._app.crash_reason!r}"))

    # what the overridden consumer asks

    async def where(self, committed: Mapping[Any, int | None], starts: Mapping[Any, int]) -> dict[Any, int]:
        """Where each partition goes on: the pump's position, else what is committed, else the start of the log."""
        tps = {TopicPartition(tp.topic, tp.partition): tp for tp in committed}
        if self._positions:
            answered = await self._ask(self._positions, list(tps))
            return {kafka_tp: answered[tp] for tp, kafka_tp in tps.items()}
        return {tp: starts[tp] if at is None else at for tp, at in committed.items()}

    async def _ask(self, positions: Positions, tps: Sequence[TopicPartition]) -> Mapping[TopicPartition, int]:
        """Faust would only log what goes wrong here."""
        try:
            return await positions(tps)
        except Exception as error:
            await self._close_inlet(error)
            raise

    async def assigned(self, tps: Sequence[Any], generation: int) -> None:
        """Once for each generation: the pump claims what it was given."""
        if generation != self._assigned_in:
            self._assigned_in = generation
            self._ledger.clear()
            for tp in sorted(TopicPartition(tp.topic, tp.partition) for tp in tps):
                await self._inlet.put(Batch(tp, generation))

    def committable(self, tp: TP) -> int | None:
        return self._ledger.get(tp)


class _Consumer(driver.Consumer):  # type: ignore[misc]  # Faust ships no types
    """Faust's consumer with the two overrides. Private to Faust, so its version is pinned exactly."""

    source: FaustSource

    def _new_offset(self, tp: TP) -> int | None:
        self._acked[tp].clear()
        self._acked_index[tp].clear()
        self._gap.pop(tp, None)
        return self.source.committable(tp)

    async def seek_to_committed(self) -> Mapping[Any, int]:
        """Seeks every partition, also one without a commit, which Faust would leave where it happens to be."""
        if not self.assignment():
            return {}
        generation = self.app.consumer_generation_id
        committed = await super().seek_to_committed()
        starts = await self.earliest_offsets(*committed)
        found = await self.source.where(committed, starts)
        await self.seek_wait(found)
        if generation == self.app.consumer_generation_id and self.assignment() == set(found):
            await self.source.assigned(list(found), generation)  # else a rebalance came in between, and seeks again
        return found


def _transport(source: FaustSource, servers: str) -> driver.Transport:
    consumer = type("Consumer", (_Consumer,), {"source": source})
    transport = type("Transport", (driver.Transport,), {"Consumer": consumer})
    return transport([URL(f"kafka://{server.strip()}") for server in servers.split(",")], source._app)


class _App(faust.App):  # type: ignore[misc]  # Faust ships no types
    def _create_directories(self) -> None:
        """None: they are for tables, and the working folder may be read-only."""


def _app(servers: str, group: str, session_s: float) -> faust.App:
    return _App(
        group,
        broker=[URL(f"kafka://{server.strip()}") for server in servers.split(",")],
        autodiscover=False,
        processing_guarantee="at_least_once",
        key_serializer="raw",
        value_serializer="raw",
        topic_allow_declare=False,
        topic_disable_leader=True,
        table_standby_replicas=0,
        consumer_auto_offset_reset="earliest",
        consumer_max_fetch_size=MAX_RECORD,
        broker_session_timeout=session_s,
        broker_heartbeat_interval=session_s / 5,
        broker_rebalance_timeout=30,
        broker_request_timeout=40,
        broker_commit_interval=1.0,
        broker_max_poll_records=MAX_BATCH,
        stream_buffer_maxsize=64,
        stream_recovery_delay=0.0,
        stream_wait_empty=True,
        web_enabled=False,
        worker_redirect_stdouts=False,
    )


def sorted_out(items: Sequence[Any]) -> Iterator[tuple[Place, list[Any]]]:
    """The events of each partition and generation together, in their order; for an assignment an empty list, before its
    events.

    Faust deals the partitions out in turns, one event each; a transaction an event would cost ten times as much.
    """
    found: dict[tuple[Place, bool], list[Any]] = {}
    for item in items:
        assigned = isinstance(item, Batch)
        events = found.setdefault((_place(item), assigned), [])
        if not assigned:
            events.append(item)
    yield from ((place, events) for (place, _), events in found.items())


def _place(item: Any) -> Place:
    if isinstance(item, Batch):
        return item.tp, item.generation
    return TopicPartition(item.message.topic, item.message.partition), item.message.generation_id


def _record(message: Any) -> Record:
    return Record(
        message.topic, message.partition, message.offset, round(message.timestamp * 1000), message.key, message.value,
        tuple(message.headers or ()),
    )  # fmt: skip
