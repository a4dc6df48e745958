"""Taking over a lane: claim, see that the log is the one we know, restore, send what the former owner left."""

import os
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Protocol, TypeVar

import structlog

from services.runtime.exits import OperatorNeeded
from services.runtime.records import Record, TopicPartition
from services.runtime.sources import LogReader, record_at
from services.runtime.store import Claim, Store, record_hash

log = structlog.get_logger()
T = TypeVar("T")


class InThread(Protocol):
    """Runs SQL and pure code in the store's one thread."""

    def __call__(self, work: Callable[[], T], /) -> Awaitable[T]: ...


@dataclass(slots=True)
class Lane:
    """A lane we hold. `pos` = the next offset to fold; `read` = the next offset the source should hand out."""

    claim: Claim
    generation: int
    pos: int
    last_hash: bytes | None
    read: int | None = None

    @property
    def tp(self) -> TopicPartition:
        return self.claim.tp

    def moved(self, last: Record) -> None:
        self.pos = last.offset + 1
        self.last_hash = record_hash(last)


@dataclass(frozen=True, slots=True)
class Restoring:
    """What a restore may use. It reads the service's own output with `log` and writes with
    `store.restored(claim, pos, last_hash)`, every use of the store through `in_thread`."""

    claim: Claim
    store: Store
    log: LogReader
    in_thread: InThread


class Restore(Protocol):
    """A service's hook at every claim: brings a store that is behind the log's own decisions up to them."""

    async def __call__(self, lane: Restoring) -> None: ...


async def take_over(tp: TopicPartition, generation: int, at: "Takeover") -> Lane:
    """Claim the lane. Raises OperatorNeeded if its log is not the one that was folded."""
    store = at.store
    claim = await at.in_thread(lambda: store.claim(tp, str(os.getpid())))
    await check_log(at.log, tp, claim.pos, claim.last_hash)
    await _resend_lost(claim, at)
    if at.restore:
        await at.restore(Restoring(claim, store, at.log, at.in_thread))
    pos, last_hash = await at.in_thread(lambda: store.lane(tp))
    log.info("lane_claimed", topic=tp.topic, partition=tp.partition, epoch=claim.epoch, pos=pos)
    return Lane(claim, generation, pos, last_hash)


@dataclass(frozen=True, slots=True)
class Takeover:
    """Where a lane is taken over from."""

    store: Store
    log: LogReader
    in_thread: InThread
    restore: Restore | None = None


async def check_log(log: LogReader, tp: TopicPartition, pos: int, last_hash: bytes | None) -> None:
    """The record before `pos` must be the one that was folded; retention may have passed it, but not `pos`."""
    start, _ = await log.bounds(tp)
    if start > pos:
        raise OperatorNeeded(
            f"{tp.topic}/{tp.partition}: the log begins at {start}, records from {pos} on are gone unread"
        )
    if pos == 0 or start == pos:
        return
    record = await record_at(log, tp, pos - 1)
    if record is None or record_hash(record) != last_hash:
        raise OperatorNeeded(
            f"{tp.topic}/{tp.partition}: the log was re-created or rolled back before {pos}. Bring it back,"
            " or move this service's store away, to fold the log as it is now from its start"
        )


async def _resend_lost(claim: Claim, at: Takeover) -> None:
    """A single node that lost power may have lost acknowledged records: send what is kept of them again."""
    marks = await at.in_thread(lambda: at.store.out_marks(claim.tp))
    for out, acked in marks.items():
        _, end = await at.log.bounds(out)
        if end <= acked:
            rows = await at.in_thread(lambda: at.store.resend(claim))
            log.warning("output_lost", topic=out.topic, partition=out.partition, end=end, acked=acked, resent=rows)
            return
