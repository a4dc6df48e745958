"""A log and its sources, of three kinds, behind one face: what the contract suite runs on."""

import asyncio
import itertools
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Literal, Protocol

from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from services.runtime.kafka import KafkaPublisher
from services.runtime.memory import MemoryBroker, MemoryPublisher
from services.runtime.publish import Publisher
from services.runtime.records import Out, Record, TopicPartition
from services.runtime.sources import Batch, LogReader, Positions, Source
from services.runtime.wiring import KafkaWiring, MemoryWiring, Wiring

Kind = Literal["memory", "aiokafka", "faust"]
KINDS: tuple[Kind, ...] = ("memory", "aiokafka", "faust")
_names = itertools.count(1)


class World(Protocol):
    wiring: Wiring
    publisher: Publisher
    log: LogReader

    async def create(self, partitions: int, config: Mapping[str, str] | None = None) -> str:
        """A new topic; its name."""
        ...


class MemoryWorld:
    def __init__(self) -> None:
        ticks = itertools.count(1_700_000_000_000)
        self.broker = MemoryBroker({}, lambda: next(ticks))
        self.wiring: Wiring = MemoryWiring(self.broker)
        self.publisher: Publisher = MemoryPublisher(self.broker)
        self.log: LogReader = self.wiring.log()

    async def create(self, partitions: int, config: Mapping[str, str] | None = None) -> str:
        name = f"topic-{next(_names)}"
        self.broker.partitions[name] = partitions
        return name


class KafkaWorld:
    def __init__(self, servers: str, kind: Literal["aiokafka", "faust"]) -> None:
        self._servers = servers
        self.wiring: Wiring = KafkaWiring(servers, kind, session_s=6)
        self.publisher: Publisher = KafkaPublisher(servers)
        self.log: LogReader = self.wiring.log()

    async def create(self, partitions: int, config: Mapping[str, str] | None = None) -> str:
        name = f"topic-{next(_names)}"
        await create_topic(self._servers, name, partitions, config)
        return name


async def create_topic(servers: str, name: str, partitions: int, config: Mapping[str, str] | None = None) -> None:
    client = AIOKafkaAdminClient(bootstrap_servers=servers)
    await client.start()
    try:
        await client.create_topics([NewTopic(name, partitions, 1, topic_configs=dict(config or {}))])
    finally:
        await client.close()


@asynccontextmanager
async def world(kind: Kind, servers: Callable[[], str]) -> AsyncIterator[World]:
    """A started world; `servers` is only called for those that need a broker."""
    made: World = MemoryWorld() if kind == "memory" else KafkaWorld(servers(), kind)
    await made.publisher.start()
    await made.log.start()
    try:
        yield made
    finally:
        await made.log.close()
        await made.publisher.close()


class Reading:
    """A member of a group that reads in a task of its own and keeps what it got."""

    def __init__(self, source: Source, positions: Positions | None = None) -> None:
        self.source = source
        self.batches: list[Batch] = []
        self.finished: Callable[[Batch], None] = lambda batch: None
        self._positions = positions
        self._task: asyncio.Task[None] | None = None

    async def __aenter__(self) -> "Reading":
        await self.source.start(self._positions)
        self._task = asyncio.create_task(self._read())
        return self

    async def __aexit__(self, *error: object) -> None:
        self.source.stop()
        if self._task:
            async with asyncio.timeout(30):
                await self._task
        await self.source.close()

    async def _read(self) -> None:
        async for batch in self.source.batches():
            self.batches.append(batch)
            self.finished(batch)

    def records(self, tp: TopicPartition | None = None) -> list[Record]:
        return [record for batch in self.batches for record in batch.records if tp in (None, batch.tp)]

    def assigned(self) -> list[TopicPartition]:
        """The partitions of the last generation it saw."""
        last = self.batches[-1].generation if self.batches else -1
        return sorted(batch.tp for batch in self.batches if not batch.records and batch.generation == last)


def outs(topic: str, count: int, partitions: int, start: int = 0) -> list[Out]:
    """Numbered records, dealt to the partitions in turn."""
    return [Out(topic, b"key", b"%d" % n, partition=n % partitions) for n in range(start, start + count)]


def fixed(offset: int) -> Positions:
    """Every partition at the same offset."""

    async def positions(tps: Sequence[TopicPartition]) -> Mapping[TopicPartition, int]:
        return dict.fromkeys(tps, offset)

    return positions
