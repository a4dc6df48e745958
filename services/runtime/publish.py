"""Sending outbox rows: an idempotent producer, every acknowledgement awaited."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError

from schemas.topics import partition_of
from services.runtime.exits import TryAgain
from services.runtime.records import Out, TopicPartition

SEND_DEADLINE_S = 30


class Publisher(Protocol):
    async def send(self, outs: Sequence[Out]) -> list[tuple[TopicPartition, int]]:
        """Send in order and await every acknowledgement; the last acknowledged offset by output partition.

        Raises TryAgain if one fails: nothing may then be marked.
        """
        ...


class KafkaPublisher:
    """Plain idempotent producer. `counts` = partitions of each topic: we choose the partition ourselves."""

    def __init__(self, servers: str, counts: Mapping[str, int]) -> None:
        self._counts = counts
        self._producer = AIOKafkaProducer(
            bootstrap_servers=servers, enable_idempotence=True, acks="all", linger_ms=0, request_timeout_ms=20_000,
            max_request_size=4 << 20, max_batch_size=256 << 10,
        )  # fmt: skip

    async def __aenter__(self) -> "KafkaPublisher":
        await self._producer.start()
        return self

    async def __aexit__(self, *error: object) -> None:
        await self._producer.stop()

    async def send(self, outs: Sequence[Out]) -> list[tuple[TopicPartition, int]]:
        try:
            async with asyncio.timeout(SEND_DEADLINE_S):
                sent = [await hand_over(self._producer, out, place(out, self._counts)) for out in outs]
                done = await asyncio.gather(*sent)
        except (KafkaError, TimeoutError, OSError) as error:
            raise TryAgain(f"the broker did not acknowledge: {error!r}") from error
        last: dict[TopicPartition, int] = {}
        for meta in done:
            tp = TopicPartition(meta.topic, meta.partition)
            last[tp] = max(meta.offset, last.get(tp, -1))
        return sorted(last.items())


async def hand_over(producer: AIOKafkaProducer, out: Out, partition: int) -> "asyncio.Future[Any]":
    """Give a record to the producer; the future is done when the broker has acknowledged it."""
    sent: asyncio.Future[Any] = await producer.send(
        out.topic, value=out.value, key=out.key, partition=partition, headers=list(out.headers),
        timestamp_ms=out.timestamp_ms,
    )  # fmt: skip
    return sent


def place(out: Out, counts: Mapping[str, int]) -> int:
    """The partition of a record: the stated one, else murmur2 of the key, else 0."""
    if out.partition is not None:
        return out.partition
    return partition_of(out.key, counts[out.topic]) if out.key else 0
