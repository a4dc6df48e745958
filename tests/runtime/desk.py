"""The tiny service on the broker in memory: one place to feed, run, stop and look."""

import asyncio
import itertools
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager

from services.runtime.lanes import InThread, Restore
from services.runtime.memory import MemoryBroker, MemoryLog, MemoryPublisher, MemoryViewSender
from services.runtime.publish import Publisher, ViewSender
from services.runtime.pump import Parts, StatefulPump
from services.runtime.records import Out, TopicPartition
from services.runtime.source_memory import MemorySource
from services.runtime.sources import LogReader, Source
from services.runtime.sqlite_store import SqliteStore
from services.runtime.store import Store
from services.runtime.store_thread import StoreThread
from tests.eventually import eventually
from tests.runtime.tiny import SCHEMA, TinyHandler, TinyViews, Topics, differences, oracle, stored

TOPICS = Topics("in", "events", "views", "dead")


def broker(partitions: int = 2) -> MemoryBroker:
    """Topics of the tiny service; each append a millisecond after the last."""
    ticks = itertools.count(1_700_000_000_000)
    return MemoryBroker(dict.fromkeys(("in", "events", "views"), partitions) | {"dead": 1}, lambda: next(ticks))


class Desk:
    """Everything in memory. What a test wants different it replaces before `running`."""

    def __init__(self, partitions: int = 2) -> None:
        self.broker = broker(partitions)
        self.store: Store = SqliteStore(None, SCHEMA)
        self.source: Source = MemorySource(self.broker, ["in"], "tiny")
        self.publisher: Publisher = MemoryPublisher(self.broker)
        self.log: LogReader = MemoryLog(self.broker)
        self.sender: Callable[[TopicPartition], ViewSender] = lambda tp: MemoryViewSender(self.broker, f"v{tp[1]}")
        self.handler = TinyHandler(TOPICS)
        self.restore: Restore | None = None

    def feed(self, values: Sequence[bytes], partition: int = 0, keys: int = 2) -> None:
        for n, value in enumerate(values):
            self.broker.append(Out("in", b"%d-%d" % (partition, n % keys), value, partition=partition))

    def pump(self, in_thread: InThread) -> StatefulPump:
        parts = Parts(
            self.source, self.store, self.handler, self.publisher, self.log, in_thread, self.restore,
            TinyViews(TOPICS), self.sender,
        )  # fmt: skip
        return StatefulPump("tiny", parts)

    @asynccontextmanager
    async def running(self) -> AsyncIterator["asyncio.Task[None]"]:
        """A pump in a task; stopped cleanly at the end, and its error is raised there."""
        thread = StoreThread()
        task = asyncio.create_task(self.pump(thread).run())
        try:
            yield task
        finally:
            self.source.stop()
            async with asyncio.timeout(10):
                await task
            thread.close()

    async def failed(self) -> BaseException:
        """Runs until it fails by itself; the one error."""
        thread = StoreThread()
        try:
            async with asyncio.timeout(10):
                await self.pump(thread).run()
        except BaseExceptionGroup as group:
            (error,) = group.exceptions
            return error
        finally:
            thread.close()
        raise AssertionError("it ended without an error")

    async def folded(self) -> None:
        """Until everything that was fed is folded and published."""
        ends = {tp: self.broker.bounds(tp)[1] for tp in self.broker.tps("in")}
        await eventually(lambda: all(self.store.position(tp) == end for tp, end in ends.items()), 10)
        await eventually(lambda: not any(self.store.pending(tp, 1) for tp in ends), 10)

    def wrong(self) -> list[str]:
        """How store and output differ from the fold of the input."""
        truth = oracle(self.broker.topic("in"))
        lines = differences(truth, *(self.broker.topic(name) for name in ("events", "views", "dead")))
        if stored(self.store) != truth.final:
            lines.append(f"store {stored(self.store)} is not {truth.final}")
        return lines
