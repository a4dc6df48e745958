"""The pump: records in, state and outbox in one transaction, records out. Correctness lives here and in the store.

batch → held lane or claim → drop what is done, refuse a gap → transaction (compare-and-set first) → publish → ack.
"""

import asyncio
import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any, Protocol, TypeVar

import structlog

from services.runtime.exits import OperatorNeeded, TryAgain
from services.runtime.failpoints import failpoint
from services.runtime.publish import Publisher
from services.runtime.records import Record, TopicPartition
from services.runtime.sources import Batch, Source
from services.runtime.store import Claim, Store, Tx, record_hash
from services.runtime.views import ViewPublisher

log = structlog.get_logger()
T = TypeVar("T")
BATCH_DEADLINE_S = 25
OUTBOX_CHUNK = 500


class StatefulHandler(Protocol):
    """A service's fold: pure code inside, sync, called in the store's thread."""

    def apply(self, tx: Tx, records: Sequence[Record]) -> None:
        """Fold the records in order; emit what they give. Never raises for bad input: that is a dead letter."""
        ...

    def forget(self) -> None:
        """Drop every cache: another owner may have moved the state, or the transaction was rolled back."""
        ...


class LogReader(Protocol):
    """Reads single records of the log: to see that it is the log we know."""

    async def at(self, tp: TopicPartition, offset: int) -> Record | None: ...

    async def start(self, tp: TopicPartition) -> int: ...


class StatefulPump:
    """One service's loop over its lanes. SQL and pure code run in one thread, so that health stays live."""

    def __init__(
        self,
        service: str,
        source: Source,
        store: Store,
        handler: StatefulHandler,
        publisher: Publisher,
        reader: LogReader | None = None,
        views: Callable[[Claim], ViewPublisher] | None = None,
        restore: Callable[[Claim], Any] | None = None,
    ) -> None:
        self.service = service
        self.source = source
        self.store = store
        self.handler = handler
        self.publisher = publisher
        self._reader = reader
        self._views = views
        self._restore = restore
        self._held: dict[TopicPartition, tuple[int, Claim]] = {}
        self._pos: dict[TopicPartition, int] = {}
        self._publishing: dict[TopicPartition, ViewPublisher] = {}
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="store")
        self._failure: BaseException | None = None
        self.busy_since: float | None = None

    async def run(self) -> None:
        """Until the source ends. Raises an Exit for everything that is not a clean end."""
        try:
            async for batch in self.source.batches():
                if self.source.current(batch.generation):
                    self.busy_since = asyncio.get_running_loop().time()
                    async with asyncio.timeout(BATCH_DEADLINE_S):
                        await self._work(batch)
                    self.busy_since = None
            if self._failure is not None:
                raise self._failure
            for views in self._publishing.values():
                await views.drain()
        except TimeoutError as error:
            raise TryAgain("a batch took too long") from error
        finally:
            for views in self._publishing.values():
                await views.stop()
            self._thread.shutdown(wait=True)

    def _fail(self, error: BaseException) -> None:
        self._failure = error
        self.source.stop()

    async def in_thread(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._thread, work)

    async def _work(self, batch: Batch) -> None:
        claim = await self._lane(batch)
        records = self._fresh(batch)
        if records:
            await self.in_thread(lambda: self._apply(claim, records))
            self._pos[batch.tp] = records[-1].offset + 1
            failpoint(f"{self.service}.after_commit")
        await self._publish(claim)
        self.source.done(batch.tp, self._pos[batch.tp])

    def _fresh(self, batch: Batch) -> Sequence[Record]:
        """What the lane has not folded yet. A hole means lost records: never go on over it."""
        pos = self._pos[batch.tp]
        records = [record for record in batch.records if record.offset >= pos]
        expected = range(pos, pos + len(records))
        if [record.offset for record in records] != list(expected):
            raise TryAgain(f"{batch.tp.topic}/{batch.tp.partition}: gap, expected {pos}, got {records[0].offset}")
        return records

    def _apply(self, claim: Claim, records: Sequence[Record]) -> None:
        try:
            with self.store.transaction(claim, records) as tx:
                self.handler.apply(tx, records)
                failpoint(f"{self.service}.before_commit")
        except BaseException:
            self.handler.forget()
            raise

    async def _lane(self, batch: Batch) -> Claim:
        held = self._held.get(batch.tp)
        if held and held[0] == batch.generation:
            return held[1]
        claim = await self._claim(batch.tp)
        self._held[batch.tp] = (batch.generation, claim)
        return claim

    async def _claim(self, tp: TopicPartition) -> Claim:
        """Take the lane, see that the log is the one we know, send what the former owner left."""
        claim = await self.in_thread(lambda: self.store.claim(tp, f"{os.getpid()}"))
        log.info("lane_claimed", topic=tp.topic, partition=tp.partition, epoch=claim.epoch, pos=claim.pos)
        await self._check_log(claim)
        self.handler.forget()
        self._pos[tp] = claim.pos
        if self._views:
            await self._take_over_views(claim, self._views)
        if self._restore:
            await self._restore(claim)
            self._pos[tp] = await self.in_thread(lambda: self.store.position(tp))
        await self._publish(claim)
        return claim

    async def _take_over_views(self, claim: Claim, make: Callable[[Claim], ViewPublisher]) -> None:
        former = self._publishing.pop(claim.tp, None)
        if former:
            await former.stop()
        self._publishing[claim.tp] = views = make(claim)
        await views.start(self.in_thread, self._fail)

    async def _check_log(self, claim: Claim) -> None:
        if self._reader is None or claim.last_hash is None or claim.pos == 0:
            return
        record = await self._reader.at(claim.tp, claim.pos - 1)
        retained = record is None and await self._reader.start(claim.tp) == claim.pos
        if not retained and (record is None or record_hash(record) != claim.last_hash):
            raise OperatorNeeded(
                f"{claim.tp.topic}/{claim.tp.partition}: the log was re-created or rolled back before {claim.pos};"
                " see docs/operations.md (drop the store to fold the new log from its start)"
            )

    async def _publish(self, claim: Claim) -> None:
        """Send the lane's outbox in order; mark a prefix only when all of it is acknowledged."""
        while rows := await self.in_thread(lambda: self.store.pending(claim.tp, OUTBOX_CHUNK)):
            acked = await self.publisher.send([row.out for row in rows])
            failpoint(f"{self.service}.after_publish")
            await self.in_thread(partial(self.store.mark_sent, claim, rows[-1].n, acked))
        if views := self._publishing.get(claim.tp):
            views.wake()
