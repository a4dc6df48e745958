"""The stateless pump: a window of records in work, each done when what it gave is acknowledged."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

import structlog

from schemas.errors import InvalidRecord
from services.runtime.dead_letters import MAX_LETTER, dead_letter
from services.runtime.exits import Exit
from services.runtime.failpoints import failpoint
from services.runtime.flood import Flood
from services.runtime.ledger import Ledger
from services.runtime.publish import Publisher
from services.runtime.records import Out, Record, TopicPartition, size_of
from services.runtime.slots import SlotFailure
from services.runtime.sources import Batch, Source
from services.runtime.watchdog import Watchdog

log = structlog.get_logger()
Parse = Callable[[Record], Awaitable[Sequence[Out]]]
"""What one record gives. InvalidRecord makes it a dead letter; so does any other exception, which also counts."""


@dataclass(frozen=True, slots=True)
class StatelessParts:
    """What a stateless pump is made of. `dead_letters` is the topic's full name, `window` the records in work."""

    source: Source
    parse: Parse
    publisher: Publisher
    dead_letters: str
    window: int


class StatelessPump:
    """Finishes out of order, commits in order: a crash repeats at most the window."""

    def __init__(self, service: str, parts: StatelessParts, watchdog: Watchdog | None = None) -> None:
        self.service = service
        self._parts = parts
        self._watchdog = watchdog or Watchdog()
        self._flood = Flood()
        self._room = asyncio.Semaphore(parts.window)
        self._ledgers: dict[TopicPartition, tuple[int, Ledger]] = {}

    async def run(self) -> None:
        """Until the source ends and everything in work is done. Raises an Exit or an ExceptionGroup otherwise."""
        source = self._parts.source
        try:
            async with asyncio.TaskGroup() as tasks:
                await source.start(None)
                async for batch in source.batches():
                    if source.current(batch.generation):
                        await self._begin(batch, tasks)
        finally:
            await source.close()

    async def _begin(self, batch: Batch, tasks: asyncio.TaskGroup) -> None:
        generation, ledger = self._ledgers.get(batch.tp, (None, Ledger()))
        if generation != batch.generation:
            ledger = Ledger()
            self._ledgers[batch.tp] = (batch.generation, ledger)
        for record in batch.records:
            await self._room.acquire()
            if ledger.begin(record.offset):
                self._watchdog.pending(True)
                tasks.create_task(self._one(record, batch.generation, ledger))
            else:
                self._room.release()

    async def _one(self, record: Record, generation: int, ledger: Ledger) -> None:
        try:
            outs = await self._outs(record)
            failpoint(f"{self.service}.before_send")
            await self._parts.publisher.send(outs)
            failpoint(f"{self.service}.after_send")
            self._finish(record, generation, ledger)
        finally:
            self._room.release()

    def _finish(self, record: Record, generation: int, ledger: Ledger) -> None:
        upto = ledger.finish(record.offset)
        self._watchdog.progress()
        if upto is not None and self._parts.source.current(generation):
            self._parts.source.done(record.tp, upto)
        if not any(len(ledger) for _, ledger in self._ledgers.values()):
            self._watchdog.pending(False)

    async def _outs(self, record: Record) -> Sequence[Out]:
        """What the record gives: its outs, or its dead letter. Raises Bug when our own code fails too often."""
        try:
            outs = _sendable(await self._parts.parse(record))
        except Exit:
            raise
        except InvalidRecord as error:
            return [self._dead(record, error.reason, error.detail)]
        except SlotFailure as error:
            if error.reason == "failed":
                self._flood.failed(error.detail)
            return [self._dead(record, error.reason, error.detail)]  # a text that breaks a child must not stop a desk
        except Exception as error:
            log.exception("failed", topic=record.topic, partition=record.partition, offset=record.offset)
            self._flood.failed(repr(error))
            return [self._dead(record, "failed", f"{type(error).__name__}: {error}")]
        self._flood.passed()
        return outs

    def _dead(self, record: Record, reason: str, error: str) -> Out:
        log.warning("dead_letter", reason=reason, topic=record.topic, partition=record.partition, offset=record.offset)
        return dead_letter(record, self._parts.dead_letters, stage=self.service, reason=reason, error=error)


def _sendable(outs: Sequence[Out]) -> Sequence[Out]:
    """Raises SlotFailure for what no topic takes: sending it would fail again after every restart."""
    largest = max(map(size_of, outs), default=0)
    if largest > MAX_LETTER:
        raise SlotFailure("output_too_large", f"{largest} bytes came out of it; a topic takes {MAX_LETTER}")
    return outs
