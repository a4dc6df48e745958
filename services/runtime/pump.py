"""The stateful pump: records in, state and outbox in one transaction, records out.

batch → held lane or claim → drop what is done, refuse a gap → transaction (compare-and-set first) → publish → done.
Correctness lives here and in the store.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

from services.runtime.exits import TryAgain
from services.runtime.failpoints import failpoint
from services.runtime.lanes import InThread, Lane, Restore, Takeover, check_log, take_over
from services.runtime.publish import Outbox, Publisher, ViewLoop, Views, ViewSender
from services.runtime.records import Record, TopicPartition
from services.runtime.sources import Batch, LogReader, Source
from services.runtime.store import Claim, Store, Tx
from services.runtime.watchdog import Watchdog

T = TypeVar("T")
BATCH_DEADLINE_S = 25


class StatefulHandler(Protocol):
    """A service's fold: pure code inside, sync, called in the store's thread."""

    def apply(self, tx: Tx, records: Sequence[Record]) -> None:
        """Fold the records in order; emit what they give.

        Bad input and failures of decide are dead letters through `tx.emit`. UnknownVersion ends the process with 75,
        any other exception with 70; the transaction is rolled back.
        """
        ...

    def forget(self) -> None:
        """Drop every cache: another owner may have moved the state, or the transaction was rolled back."""
        ...


@dataclass(frozen=True, slots=True)
class Parts:
    """What a stateful pump is made of. `sender` makes the sender of a lane's views; with it goes `views`."""

    source: Source
    store: Store
    handler: StatefulHandler
    publisher: Publisher
    log: LogReader
    in_thread: InThread
    restore: Restore | None = None
    views: Views | None = None
    sender: Callable[[TopicPartition], ViewSender] | None = None


class StatefulPump:
    """One service's loop over its lanes."""

    def __init__(self, service: str, parts: Parts, watchdog: Watchdog | None = None) -> None:
        self.service = service
        self._parts = parts
        self._watchdog = watchdog or Watchdog()
        self._takeover = Takeover(parts.store, parts.log, self._step, parts.restore)
        self._outbox = Outbox(parts.store, parts.publisher, self._step, service)
        self._lanes: dict[TopicPartition, Lane] = {}
        self._views: dict[TopicPartition, tuple[ViewLoop, asyncio.Task[None]]] = {}

    async def run(self) -> None:
        """Until the source ends. Raises an Exit or an ExceptionGroup for everything that is not a clean end."""
        source = self._parts.source
        try:
            async with asyncio.TaskGroup() as tasks:
                await source.start(self._positions)
                async for batch in source.batches():
                    await self._take(batch, tasks)
                await self._last_views()
        finally:
            await source.close()
            for loop, _ in self._views.values():
                await loop.close()

    async def _step(self, work: Callable[[], T], /) -> T:
        result = await self._parts.in_thread(work)
        self._watchdog.progress()
        return result

    async def _positions(self, tps: Sequence[TopicPartition]) -> Mapping[TopicPartition, int]:
        store = self._parts.store
        return await self._step(lambda: {tp: store.position(tp) for tp in tps})

    async def _take(self, batch: Batch, tasks: asyncio.TaskGroup) -> None:
        if not self._parts.source.current(batch.generation):
            return
        self._watchdog.pending(True)
        lane = self._lanes.get(batch.tp)
        if lane is None or lane.generation != batch.generation:
            if batch.records:
                raise TryAgain(f"{batch.tp.topic}/{batch.tp.partition}: records of a partition that was not assigned")
            lane = await self._claim(batch, tasks)
        try:
            async with asyncio.timeout(BATCH_DEADLINE_S):
                await self._work(lane, batch.records)
        except TimeoutError as error:
            raise TryAgain(f"{lane.tp.topic}/{lane.tp.partition}: a batch took {BATCH_DEADLINE_S} s") from error
        self._watchdog.pending(False)

    async def _claim(self, batch: Batch, tasks: asyncio.TaskGroup) -> Lane:
        await self._end_views(batch.tp)
        lane = await take_over(batch.tp, batch.generation, self._takeover)
        self._parts.handler.forget()
        self._lanes[batch.tp] = lane
        await self._start_views(lane.claim, tasks)
        await self._publish(lane)
        return lane

    async def _work(self, lane: Lane, batch: Sequence[Record]) -> None:
        records = await self._fresh(lane, batch)
        if records:
            await self._step(lambda: self._apply(lane.claim, records))
            lane.moved(records[-1])
            failpoint(f"{self.service}.after_commit")
            await self._publish(lane)
        self._parts.source.done(lane.tp, lane.pos)

    async def _fresh(self, lane: Lane, batch: Sequence[Record]) -> Sequence[Record]:
        """What the lane has not folded yet. A hole means lost records: never go on over it."""
        if not batch:
            return ()
        if lane.read is not None and batch[0].offset < lane.read:  # a seek back, or another log under the same name
            await check_log(self._parts.log, lane.tp, lane.pos, lane.last_hash)
        lane.read = batch[-1].offset + 1
        records = [record for record in batch if record.offset >= lane.pos]
        if [record.offset for record in records] != list(range(lane.pos, lane.pos + len(records))):
            raise TryAgain(f"{lane.tp.topic}/{lane.tp.partition}: gap, {lane.pos} expected, {records[0].offset} came")
        return records

    def _apply(self, claim: Claim, records: Sequence[Record]) -> None:
        try:
            with self._parts.store.transaction(claim, records) as tx:
                self._parts.handler.apply(tx, records)
                failpoint(f"{self.service}.before_commit")
        except BaseException:
            self._parts.handler.forget()
            raise

    async def _publish(self, lane: Lane) -> None:
        """Views need no row of the outbox, so they do not wait for it."""
        if views := self._views.get(lane.tp):
            views[0].wake()
        await self._outbox.publish(lane.claim)

    async def _start_views(self, claim: Claim, tasks: asyncio.TaskGroup) -> None:
        parts = self._parts
        if parts.views is None or parts.sender is None:
            return
        loop = ViewLoop(parts.sender(claim.tp), parts.views, parts.store, claim, self.service)
        await loop.start()
        self._views[claim.tp] = (loop, tasks.create_task(loop.run(parts.in_thread)))

    async def _end_views(self, tp: TopicPartition) -> None:
        former = self._views.pop(tp, None)
        if former:
            loop, task = former
            task.cancel()
            await asyncio.wait([task])
            await loop.close()

    async def _last_views(self) -> None:
        """A clean end leaves nothing dirty."""
        for loop, task in self._views.values():
            task.cancel()
            await asyncio.wait([task])
            await loop.drain(self._parts.in_thread)
