"""Waits until the views show an article: what a reader of news.events and news.incidents sees, and when."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import orjson
from aiokafka import AIOKafkaConsumer
from aiokafka.structs import TopicPartition

from bench.desk import Broken, Desk
from schemas.topics import TOPICS

POLL_MS = 100
WITHIN_S = 60.0


class Watcher:
    """Of a desk that is given one article at a time: every event that comes is of the article given last.

    Reads from the end of the topics on.
    """

    def __init__(self, desk: Desk, consumer: AIOKafkaConsumer) -> None:
        self._desk = desk
        self._consumer = consumer
        self._events = desk.settings.topic("events")
        self._parts: dict[str, dict[str, Any]] = {}
        self._views: dict[str, int] = {}

    async def shown(self, article: str) -> float | None:
        """When the view of the last incident that the article touched had come (time.time()); None: it touched none.

        `article` is for the message of Broken, raised if it takes too long.
        """
        self._parts.clear()
        deadline = time.monotonic() + WITHIN_S
        while not self._complete():
            await self._poll()
            self._desk.check()
            if time.monotonic() > deadline:
                raise Broken(f"article {article} was not decided and shown within {WITHIN_S:.0f} s")
        return time.time() if any(event["incident"] for event in self._parts.values()) else None

    def _complete(self) -> bool:
        """Every part of the decision is there, and a view of each incident that holds it."""
        events = list(self._parts.values())
        return bool(events) and len(events) == events[0]["decision"]["of"] and all(map(self._is_shown, events))

    def _is_shown(self, event: dict[str, Any]) -> bool:
        return not event["incident"] or self._views.get(event["incident"], 0) >= event["seq"]

    async def _poll(self) -> None:
        for batch in (await self._consumer.getmany(timeout_ms=POLL_MS)).values():
            for message in batch:
                value = orjson.loads(message.value)
                if message.topic != self._events:
                    self._views[value["id"]] = value["seq"]
                else:
                    self._parts[value["id"]] = value


@asynccontextmanager
async def watching(desk: Desk) -> AsyncIterator[Watcher]:
    names = ("events", "incidents")
    consumer = AIOKafkaConsumer(bootstrap_servers=desk.settings.servers, max_partition_fetch_bytes=4 << 20)
    await consumer.start()
    try:
        consumer.assign([
            TopicPartition(desk.settings.topic(name), part) for name in names for part in range(TOPICS[name].partitions)
        ])  # fmt: skip
        await consumer.seek_to_end()
        await asyncio.gather(*[consumer.position(tp) for tp in consumer.assignment()])
        yield Watcher(desk, consumer)
    finally:
        await consumer.stop()
