"""What a pump reads from: one protocol, three sources (Faust, bare aiokafka, memory) behind one contract suite."""

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from services.runtime.records import Record, TopicPartition

Positions = Callable[[Sequence[TopicPartition]], Mapping[TopicPartition, int]]
"""Where each partition goes on: asked on every assignment and every seek; every partition is answered."""
MAX_BATCH = 200


@dataclass(frozen=True, slots=True)
class Batch:
    """Consecutive records of one partition, read in one generation of the group; at most MAX_BATCH."""

    tp: TopicPartition
    generation: int
    records: tuple[Record, ...]


class Source(Protocol):
    """Started by `async with`. Positions come from the pump, never from what the group committed."""

    async def __aenter__(self) -> "Source": ...

    async def __aexit__(self, *error: object) -> None: ...

    def batches(self) -> AsyncIterator[Batch]:
        """Batches as they come; ends when the source is stopped."""
        ...

    def done(self, tp: TopicPartition, next_offset: int) -> None:
        """Everything before `next_offset` is done: what the group may commit."""
        ...

    def current(self, generation: int) -> bool:
        """Whether this generation of the group is the one we are in."""
        ...

    def stop(self) -> None:
        """Let `batches` end after what it has handed out."""
        ...


def split(records: Sequence[Record], tp: TopicPartition, generation: int) -> list[Batch]:
    """Batches of at most MAX_BATCH; the log has no gaps here, a hole is the pump's to find."""
    return [Batch(tp, generation, tuple(records[at : at + MAX_BATCH])) for at in range(0, len(records), MAX_BATCH)]
