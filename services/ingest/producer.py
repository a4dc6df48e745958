"""Puts articles on the topic: an idempotent producer that answers when the broker has them."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any

from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError

from schemas.topics import partition_of
from services.ingest.prepare import Prepared
from services.runtime.admin import partition_counts
from services.runtime.exits import TryAgain, Unavailable

ACK_WITHIN_S = 30


@dataclass(frozen=True, slots=True)
class Position:
    """Where an article lies now."""

    id: str
    version: str
    topic: str
    partition: int
    offset: int


Publish = Callable[[Sequence[Prepared]], Awaitable[list[Position]]]


class ArticleProducer:
    """Started by `async with`. Raises Unavailable where no broker answers or the topic is missing."""

    def __init__(self, servers: str, topic: str) -> None:
        self._servers = servers
        self._topic = topic
        self._partitions = 0
        self._producer = AIOKafkaProducer(
            bootstrap_servers=servers, enable_idempotence=True, acks="all", linger_ms=0, request_timeout_ms=20_000,
            max_request_size=4 << 20, max_batch_size=256 << 10,
        )  # fmt: skip

    async def __aenter__(self) -> "ArticleProducer":
        self._partitions = (await partition_counts(self._servers, [self._topic]))[self._topic]
        try:
            await self._producer.start()
        except (KafkaError, OSError) as error:
            await self._producer.stop()
            raise Unavailable(f"no Kafka answers at {self._servers}: {error}") from error
        return self

    async def __aexit__(self, *error: object) -> None:
        await self._producer.stop()

    async def publish(self, articles: Sequence[Prepared]) -> list[Position]:
        """In order; returns when the broker has acknowledged all. Raises TryAgain: then send all of them again."""
        try:
            async with asyncio.timeout(ACK_WITHIN_S):
                sent = [await self._send(article) for article in articles]
                metas = await asyncio.gather(*sent)
        except (KafkaError, TimeoutError, OSError) as error:
            raise TryAgain(f"the broker at {self._servers} did not acknowledge: {error!r}") from error
        return [
            Position(article.id, article.version, meta.topic, meta.partition, meta.offset)
            for article, meta in zip(articles, metas, strict=True)
        ]

    async def _send(self, article: Prepared) -> "asyncio.Future[Any]":
        sent: asyncio.Future[Any] = await self._producer.send(
            self._topic, value=article.value, key=article.key, headers=list(article.headers),
            partition=partition_of(article.key, self._partitions),
        )  # fmt: skip
        return sent
