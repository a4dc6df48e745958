"""A small log in memory and a source over it: for tests, dry runs and seeded schedules. Behaves as Kafka does."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Mapping, Sequence

from schemas.topics import partition_of
from services.runtime.records import Headers, Out, Record, TopicPartition
from services.runtime.sources import MAX_BATCH, Batch, Positions


class MemoryLog:
    """Topics in lists. `clock` gives the append time in ms; a record that states its own time keeps it."""

    def __init__(self, partitions: Mapping[str, int], clock: Callable[[], int]) -> None:
        self.counts = dict(partitions)
        self._clock = clock
        self._records: dict[TopicPartition, list[Record]] = defaultdict(list)
        self._changed = asyncio.Condition()

    def append(self, out: Out) -> tuple[TopicPartition, int]:
        partition = out.partition
        if partition is None:
            partition = partition_of(out.key, self.counts[out.topic]) if out.key else 0
        tp = TopicPartition(out.topic, partition)
        offset = len(self._records[tp])
        stamp = self._clock() if out.timestamp_ms is None else out.timestamp_ms
        headers: Headers = out.headers
        self._records[tp].append(Record(tp.topic, partition, offset, stamp, out.key, out.value, headers))
        return tp, offset

    def read(self, tp: TopicPartition, offset: int, limit: int = MAX_BATCH) -> list[Record]:
        return self._records[tp][offset : offset + limit]

    def all(self, topic: str) -> list[Record]:
        return [record for part in range(self.counts[topic]) for record in self._records[TopicPartition(topic, part)]]

    def partitions(self, topic: str) -> list[TopicPartition]:
        return [TopicPartition(topic, part) for part in range(self.counts[topic])]

    async def publish(self, outs: Sequence[Out]) -> list[tuple[TopicPartition, int]]:
        async with self._changed:
            placed = [self.append(out) for out in outs]
            self._changed.notify_all()
        return placed

    async def wait(self) -> None:
        async with self._changed:
            await self._changed.wait()

    async def wake(self) -> None:
        async with self._changed:
            self._changed.notify_all()


class MemoryPublisher:
    """The publisher's side of the log."""

    def __init__(self, log: MemoryLog) -> None:
        self._log = log

    async def send(self, outs: Sequence[Out]) -> list[tuple[TopicPartition, int]]:
        last = dict[TopicPartition, int]()
        for tp, offset in await self._log.publish(outs):
            last[tp] = max(offset, last.get(tp, -1))
        return sorted(last.items())


class MemorySource:
    """All partitions of one topic, one owner. `reassign` begins a new generation, as a rebalance does."""

    def __init__(self, log: MemoryLog, topic: str, positions: Positions) -> None:
        self._log = log
        self._topic = topic
        self._positions = positions
        self._generation = 0
        self._next: dict[TopicPartition, int] = {}
        self._stopped = False
        self.committed: dict[TopicPartition, int] = {}

    async def __aenter__(self) -> "MemorySource":
        self.reassign()
        return self

    async def __aexit__(self, *error: object) -> None:
        self.stop()

    def reassign(self) -> None:
        """A new generation: every partition goes on where the pump says."""
        self._generation += 1
        tps = self._log.partitions(self._topic)
        answered = self._positions(tps)
        self._next = {tp: answered[tp] for tp in tps}

    async def batches(self) -> AsyncIterator[Batch]:
        while not self._stopped:
            batch = self._poll()
            if batch is None:
                await self._idle()
            else:
                yield batch

    async def _idle(self) -> None:
        waiting = asyncio.ensure_future(self._log.wait())
        done, _ = await asyncio.wait({waiting}, timeout=0.05)
        if not done:
            waiting.cancel()

    def _poll(self) -> Batch | None:
        for tp in sorted(self._next):
            records = self._log.read(tp, self._next[tp])
            if records:
                self._next[tp] += len(records)
                return Batch(tp, self._generation, tuple(records))
        return None

    def done(self, tp: TopicPartition, next_offset: int) -> None:
        self.committed[tp] = max(next_offset, self.committed.get(tp, 0))

    def current(self, generation: int) -> bool:
        return generation == self._generation

    def stop(self) -> None:
        self._stopped = True
