"""What a pump reads from: one protocol, three sources (Faust, bare aiokafka, memory) behind one contract suite."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from services.runtime.records import Record, TopicPartition

Positions = Callable[[Sequence[TopicPartition]], Awaitable[Mapping[TopicPartition, int]]]
"""Where each partition goes on: asked on every assignment and every seek; every partition is answered."""
MAX_BATCH = 200


@dataclass(frozen=True, slots=True)
class Batch:
    """Consecutive records of one partition, read in one generation of the group; at most MAX_BATCH.

    No records = the partition was just assigned: whoever keeps state claims it now, not only when news comes.
    """

    tp: TopicPartition
    generation: int
    records: tuple[Record, ...] = ()


class Source(Protocol):
    """`start`, then `batches` until it ends, then `close`."""

    async def start(self, positions: Positions | None) -> None:
        """Join the group. Without `positions`: go on at the committed offset, else at the start of the log."""
        ...

    def batches(self) -> AsyncIterator[Batch]:
        """Batches as they come; asking for the next one says that the last one has been worked on.

        Every assignment begins with an empty batch for each partition. Ends after `stop`; raises TryAgain if the
        log cannot be read any more.
        """
        ...

    def done(self, tp: TopicPartition, next_offset: int) -> None:
        """Everything before `next_offset` is done: what the group may commit."""
        ...

    def current(self, generation: int) -> bool:
        """Whether this generation of the group is the one we are in."""
        ...

    def stop(self) -> None:
        """Let `batches` end after what it has handed out. May be called at any time, also more than once."""
        ...

    async def close(self) -> None:
        """Commit what is done and leave the group."""
        ...


class LogReader(Protocol):
    """Reads the log outside every group: to see that it is the log we know, and to restore from it."""

    async def start(self) -> None: ...

    async def close(self) -> None: ...

    async def bounds(self, tp: TopicPartition) -> tuple[int, int]:
        """The first offset that is kept and the next one to be written."""
        ...

    def read(self, tp: TopicPartition, start: int, end: int) -> AsyncIterator[Record]:
        """The records with start <= offset < end that are kept."""
        ...


async def record_at(log: LogReader, tp: TopicPartition, offset: int) -> Record | None:
    """The record at this offset; None if it is not there (any more)."""
    async for record in log.read(tp, offset, offset + 1):
        return record
    return None


def split(records: Sequence[Record], tp: TopicPartition, generation: int) -> list[Batch]:
    """Batches of at most MAX_BATCH; a hole in the offsets is the pump's to find."""
    return [Batch(tp, generation, tuple(records[at : at + MAX_BATCH])) for at in range(0, len(records), MAX_BATCH)]
