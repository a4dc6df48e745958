"""Runs a service until SIGTERM: what a worker's `main(settings)` calls.

def main(settings: Settings) -> int:
        service = StatefulService("projector", [settings.topic("events")], handler, SCHEMA, views=views)
        return run_stateful(service, settings)
"""

import asyncio
import os
import signal
from collections.abc import Coroutine, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import structlog

from schemas.errors import UnknownVersion
from services.runtime import failpoints
from services.runtime.exits import OK, TRY_AGAIN, Exit, TryAgain
from services.runtime.lanes import Restore
from services.runtime.publish import Views, ViewSender
from services.runtime.pump import Parts, StatefulHandler, StatefulPump
from services.runtime.records import TopicPartition
from services.runtime.settings import Settings
from services.runtime.sources import Source
from services.runtime.stateless import Parse, StatelessParts, StatelessPump
from services.runtime.store import Store, expect_meta
from services.runtime.store_thread import StoreThread
from services.runtime.stores import open_store
from services.runtime.watchdog import LIMIT_S, Watchdog
from services.runtime.wiring import KafkaWiring, Wiring

log = structlog.get_logger()
END_WITHIN_S = 45
WINDOW_PER_SLOT = 4
STALLED_S = 360.0
"""A whole window of texts that hang, each tried twice up to the limit of its slot, is no stall."""


@dataclass(frozen=True, slots=True)
class StatefulService:
    """`topics` are full names; `schema` the service's own tables. `restore` is asked at every claim, `views`
    publishes a compacted topic."""

    name: str
    topics: Sequence[str]
    handler: StatefulHandler
    schema: str = ""
    restore: Restore | None = None
    views: Views | None = None


@dataclass(frozen=True, slots=True)
class StatelessService:
    """`slots` = how many records are worked on at once; four times as many are in the window."""

    name: str
    topics: Sequence[str]
    parse: Parse
    slots: int = 1


def run_stateful(service: StatefulService, settings: Settings, wiring: Wiring | None = None) -> int:
    """OK after SIGTERM or SIGINT; raises an Exit for everything else. `wiring` None = Kafka as the settings say."""
    failpoints.arm(settings.failpoint)
    store = open_store(settings, service.name, service.schema)
    try:
        expect_meta(store, {"service": service.name, "generation": str(settings.generation)})
        return _run(serve_stateful(service, store, settings, wiring or _kafka(settings)))
    finally:
        store.close()


def run_stateless(service: StatelessService, settings: Settings, wiring: Wiring | None = None) -> int:
    """As run_stateful, for a service without a store."""
    failpoints.arm(settings.failpoint)
    return _run(serve_stateless(service, settings, wiring or _kafka(settings)))


async def serve_stateful(service: StatefulService, store: Store, settings: Settings, wiring: Wiring) -> None:
    """Until SIGTERM. The store is used from one thread only and is the caller's to close."""
    source = wiring.source(service.topics, settings.group(service.name))
    publisher, reader, in_thread = wiring.publisher(), wiring.log(), StoreThread()

    def sender(tp: TopicPartition) -> ViewSender:
        return wiring.view_sender(f"{settings.group_prefix}view-{settings.generation}-{tp.partition}")

    with _watched() as watchdog, stopped_by_signals(source):
        try:
            await publisher.start()
            await reader.start()
            parts = Parts(
                source, store, service.handler, publisher, reader, in_thread, service.restore, service.views, sender
            )
            await StatefulPump(service.name, parts, watchdog).run()
        finally:
            await publisher.close()
            await reader.close()
            in_thread.close()


async def serve_stateless(service: StatelessService, settings: Settings, wiring: Wiring) -> None:
    """Until SIGTERM."""
    source = wiring.source(service.topics, settings.group(service.name))
    publisher = wiring.publisher()
    window = WINDOW_PER_SLOT * max(1, service.slots)
    parts = StatelessParts(source, service.parse, publisher, settings.topic("dead-letters"), window)
    with _watched(STALLED_S) as watchdog, stopped_by_signals(source):
        try:
            await publisher.start()
            await StatelessPump(service.name, parts, watchdog).run()
        finally:
            await publisher.close()


@contextmanager
def stopped_by_signals(source: Source) -> Iterator[None]:
    """SIGTERM and SIGINT let the source end: the batch in work is finished and published. Too slow an end is cut."""
    loop = asyncio.get_running_loop()
    timers: list[asyncio.TimerHandle] = []

    def stop() -> None:
        log.info("stopping")
        timers.append(loop.call_later(END_WITHIN_S, os._exit, TRY_AGAIN))
        source.stop()

    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop)
    try:
        yield
    finally:
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.remove_signal_handler(number)
        for timer in timers:
            timer.cancel()


@contextmanager
def _watched(limit_s: float = LIMIT_S) -> Iterator[Watchdog]:
    watchdog = Watchdog(limit_s)
    watchdog.start()
    try:
        yield watchdog
    finally:
        watchdog.stop()


def _run(service: Coroutine[Any, Any, None]) -> int:
    try:
        asyncio.run(service)
    except BaseExceptionGroup as group:
        raise cause(group) from group
    except UnknownVersion as error:
        raise _newer(error) from error
    return OK


def cause(group: BaseExceptionGroup[BaseException]) -> BaseException:
    """The one error that ended a group of tasks: an Exit before others, the first before later ones."""
    found = sorted(_leaves(group), key=lambda leaf: not isinstance(leaf, Exit))
    first = found[0]
    return _newer(first) if isinstance(first, UnknownVersion) else first


def _leaves(group: BaseExceptionGroup[BaseException]) -> Iterator[BaseException]:
    for each in group.exceptions:
        if isinstance(each, BaseExceptionGroup):
            yield from _leaves(each)
        else:
            yield each


def _newer(error: UnknownVersion) -> TryAgain:
    return TryAgain(f"{error}: written by newer code; upgrade this service")


def _kafka(settings: Settings) -> Wiring:
    return KafkaWiring(settings.servers, settings.source)
