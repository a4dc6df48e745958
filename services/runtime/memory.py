"""A small broker in memory that behaves as Kafka does: for tests, seeded schedules and runs without Kafka."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass, field

from schemas.topics import partition_of
from services.runtime.exits import Fenced
from services.runtime.publish import Acked
from services.runtime.records import Out, Record, TopicPartition


@dataclass
class Group:
    """A consumer group: its members in the order they joined, and what it committed."""

    members: list[object] = field(default_factory=list)
    generation: int = 0
    committed: dict[TopicPartition, int] = field(default_factory=dict)


class MemoryBroker:
    """`partitions` by topic; `clock` gives the append time in ms, a record that states its own time keeps it."""

    def __init__(self, partitions: Mapping[str, int], clock: Callable[[], int]) -> None:
        self.partitions = dict(partitions)
        self.groups: dict[str, Group] = defaultdict(Group)
        self.owners: dict[str, object] = {}
        self._clock = clock
        self._records: dict[TopicPartition, list[Record]] = defaultdict(list)
        self._starts: dict[TopicPartition, int] = {}
        self._waiting: set[asyncio.Event] = set()

    def append(self, out: Out) -> tuple[TopicPartition, int]:
        """Write one record; where it lies now."""
        tp = TopicPartition(out.topic, self._place(out))
        log = self._records[tp]
        stamp = self._clock() if out.timestamp_ms is None else out.timestamp_ms
        log.append(Record(out.topic, tp.partition, len(log), stamp, out.key, out.value, out.headers))
        self.wake()
        return tp, len(log) - 1

    def _place(self, out: Out) -> int:
        if out.partition is not None:
            return out.partition
        return partition_of(out.key, self.partitions[out.topic]) if out.key else 0

    def tps(self, topic: str) -> list[TopicPartition]:
        return [TopicPartition(topic, part) for part in range(self.partitions[topic])]

    def records(self, tp: TopicPartition, start: int = 0, limit: int | None = None) -> list[Record]:
        start = max(start, self._starts.get(tp, 0))
        return self._records[tp][start : None if limit is None else start + limit]

    def bounds(self, tp: TopicPartition) -> tuple[int, int]:
        return self._starts.get(tp, 0), len(self._records[tp])

    def trim(self, tp: TopicPartition, start: int) -> None:
        """Forget what lies before `start`, as retention does."""
        self._starts[tp] = start

    def cut(self, tp: TopicPartition, end: int) -> None:
        """Lose the tail from `end` on, as a power cut does to what was not yet on the disk."""
        del self._records[tp][end:]

    def topic(self, topic: str) -> list[Record]:
        """All records of a topic, partition by partition."""
        return [record for tp in self.tps(topic) for record in self._records[tp]]

    def recreate(self, topic: str) -> None:
        """Delete the topic's records, as deleting and creating it does; groups forget it too."""
        for tp in self.tps(topic):
            self._records[tp].clear()
            self._starts.pop(tp, None)
            for group in self.groups.values():
                group.committed.pop(tp, None)

    def wake(self) -> None:
        for event in self._waiting:
            event.set()

    async def changed(self) -> None:
        """Until something was written or a group changed."""
        event = asyncio.Event()
        self._waiting.add(event)
        try:
            await event.wait()
        finally:
            self._waiting.discard(event)


class MemoryPublisher:
    """Writes to the broker; an acknowledgement is immediate."""

    def __init__(self, broker: MemoryBroker) -> None:
        self._broker = broker

    async def start(self) -> None:
        """Nothing to do."""

    async def send(self, outs: Sequence[Out]) -> Acked:
        last: dict[TopicPartition, int] = {}
        for out in outs:
            tp, offset = self._broker.append(out)
            last[tp] = offset
        return sorted(last.items())

    async def close(self) -> None:
        """Nothing to do."""


class MemoryViewSender:
    """A transactional id: whoever starts last may send."""

    def __init__(self, broker: MemoryBroker, transactional_id: str) -> None:
        self._broker = broker
        self._id = transactional_id

    async def start(self) -> None:
        self._broker.owners[self._id] = self

    async def send(self, outs: Sequence[Out]) -> None:
        if self._broker.owners.get(self._id) is not self:
            raise Fenced(f"{self._id}: another owner publishes these views")
        for out in outs:
            self._broker.append(out)

    async def close(self) -> None:
        """Nothing to do."""


class MemoryLog:
    """Reads single records."""

    def __init__(self, broker: MemoryBroker) -> None:
        self._broker = broker

    async def start(self) -> None:
        """Nothing to do."""

    async def bounds(self, tp: TopicPartition) -> tuple[int, int]:
        return self._broker.bounds(tp)

    async def read(self, tp: TopicPartition, start: int, end: int) -> AsyncIterator[Record]:
        for record in self._broker.records(tp, start, end - start):
            if record.offset < end:
                yield record

    async def close(self) -> None:
        """Nothing to do."""
