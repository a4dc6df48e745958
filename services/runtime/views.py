"""Publishing current views in Kafka transactions that fence a former owner of the lane (runtime decision A4)."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from typing import Any, Protocol

from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError, ProducerFenced

from services.runtime.exits import Fenced, TryAgain
from services.runtime.failpoints import failpoint
from services.runtime.publish import SEND_DEADLINE_S, hand_over
from services.runtime.records import Out, TopicPartition
from services.runtime.store import Claim, Store

InThread = Callable[[Callable[[], Any]], Awaitable[Any]]
VIEW_PAUSE_S = 0.03
VIEW_CHUNK = 200


class Views(Protocol):
    """What a service tells its publisher of views."""

    def dirty(self, store: Store, tp: TopicPartition, limit: int) -> list[tuple[str, int, Out]]:
        """(incident, seq, record) of views whose published seq lies behind, read as they are now."""
        ...

    def published(self, store: Store, claim: Claim, marks: Sequence[tuple[str, int]]) -> None:
        """Note what is in the log now; never lowers a mark."""
        ...


class ViewPublisher:
    """Publishes current views of one lane: at most one Kafka transaction per pause, off the commit path.

    The producer is initialised after the lane was claimed, so a former owner is fenced by the broker; a view is read
    after that and never stored, so an older one cannot come last.
    """

    def __init__(self, servers: str, transactional_id: str, store: Store, views: Views, claim: Claim) -> None:
        self._store = store
        self._views = views
        self._claim = claim
        self._wake = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._in_thread: InThread | None = None
        self._failed: Callable[[BaseException], None] | None = None
        self._producer = AIOKafkaProducer(
            bootstrap_servers=servers, transactional_id=transactional_id, acks="all", linger_ms=0,
            request_timeout_ms=20_000, max_request_size=4 << 20,
        )  # fmt: skip

    async def start(self, in_thread: InThread, failed: Callable[[BaseException], None]) -> None:
        """`failed` is called once if publishing ends by an error: that must end the worker."""
        self._in_thread, self._failed = in_thread, failed
        await self._producer.start()
        self._task = asyncio.create_task(self._loop())
        self._task.add_done_callback(self._ended)
        self.wake()

    def wake(self) -> None:
        self._wake.set()

    def _ended(self, task: "asyncio.Task[None]") -> None:
        error = None if task.cancelled() else task.exception()
        if error is not None and self._failed is not None:
            self._failed(error)

    async def drain(self) -> None:
        """Publish what is dirty now (a clean end)."""
        while await self._once():
            pass

    async def stop(self) -> None:
        if self._task:
            self._task.cancel()
            with suppress(asyncio.CancelledError, TryAgain):  # its error went to `failed`
                await self._task
        with suppress(KafkaError):
            await self._producer.stop()

    async def _loop(self) -> None:
        while True:
            await self._wake.wait()
            self._wake.clear()
            while await self._once():
                pass
            await asyncio.sleep(VIEW_PAUSE_S)

    async def _once(self) -> bool:
        assert self._in_thread is not None
        store, tp = self._store, self._claim.tp
        rows = await self._in_thread(lambda: self._views.dirty(store, tp, VIEW_CHUNK))
        if not rows:
            return False
        try:
            async with asyncio.timeout(SEND_DEADLINE_S), self._producer.transaction():
                part = self._claim.tp.partition
                await asyncio.gather(*[await hand_over(self._producer, out, part) for _, _, out in rows])
        except ProducerFenced as error:
            raise Fenced(f"views of {tp.partition}: another owner publishes them") from error
        except (KafkaError, TimeoutError, OSError) as error:
            raise TryAgain(f"views were not published: {error!r}") from error
        failpoint("projector.after_view")
        marks = [(incident, seq) for incident, seq, _ in rows]
        await self._in_thread(lambda: self._views.published(store, self._claim, marks))
        return True
