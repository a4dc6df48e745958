"""Reads the broker in memory as a member of a group."""

from collections.abc import AsyncIterator, Mapping, Sequence

from services.runtime.memory import MemoryBroker
from services.runtime.records import TopicPartition
from services.runtime.sources import MAX_BATCH, Batch, Positions


class MemorySource:
    """Members of a group share the partitions; whoever joins or leaves begins a new generation."""

    def __init__(self, broker: MemoryBroker, topics: Sequence[str], group: str) -> None:
        self._broker = broker
        self._topics = topics
        self._group = broker.groups[group]
        self._generation = -1
        self._positions: Positions | None = None
        self._next: dict[TopicPartition, int] = {}
        self._stopped = False

    async def start(self, positions: Positions | None) -> None:
        self._positions = positions
        self._group.members.append(self)
        self.rebalance()

    def rebalance(self) -> None:
        """Begin a new generation of the group."""
        self._group.generation += 1
        self._broker.wake()

    async def batches(self) -> AsyncIterator[Batch]:
        while not self._stopped:
            if not self.current(self._generation):
                for tp in await self._assigned():
                    yield Batch(tp, self._generation)
            elif batch := self._poll():
                yield batch
            else:
                await self._broker.changed()

    async def _assigned(self) -> list[TopicPartition]:
        self._generation = self._group.generation
        every = [tp for topic in self._topics for tp in self._broker.tps(topic)]
        members = self._group.members
        mine = every[members.index(self) :: len(members)]
        self._next = dict(await self._positions(mine) if self._positions else self._committed(mine))
        return mine

    def _committed(self, tps: Sequence[TopicPartition]) -> Mapping[TopicPartition, int]:
        return {tp: self._group.committed.get(tp, 0) for tp in tps}

    def _poll(self) -> Batch | None:
        for tp in list(self._next):
            records = self._broker.records(tp, self._next[tp], MAX_BATCH)
            if records:
                self._next.pop(tp)
                self._next[tp] = records[-1].offset + 1  # to the end of the line: all get their turn
                return Batch(tp, self._generation, tuple(records))
        return None

    def done(self, tp: TopicPartition, next_offset: int) -> None:
        if self.current(self._generation) and tp in self._next:
            self._group.committed[tp] = next_offset

    def current(self, generation: int) -> bool:
        return generation == self._group.generation

    def stop(self) -> None:
        self._stopped = True
        self._broker.wake()

    async def close(self) -> None:
        if self in self._group.members:
            self._group.members.remove(self)
            self.rebalance()
