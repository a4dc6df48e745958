"""Records as strangers write them, onto a real topic, and what becomes of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from aiokafka import AIOKafkaProducer

from tests.eventually import eventually
from tests.integration.reading import records

LARGEST = 64 << 20


@dataclass(frozen=True)
class Junk:
    """One record to write. `key` and `value` may both be null."""

    value: bytes | None
    key: bytes | None = None
    headers: tuple[tuple[str, bytes], ...] = ()


@dataclass(frozen=True)
class Position:
    topic: str
    partition: int
    offset: int


async def write(
    servers: str, topic: str, junk: Sequence[Junk], partition: int = 0, compression: str | None = None
) -> list[Position]:
    """In order, into one partition; where each lies."""
    producer = AIOKafkaProducer(
        bootstrap_servers=servers, max_request_size=LARGEST, compression_type=compression, linger_ms=5
    )
    await producer.start()
    try:
        sent = [await _send(producer, topic, each, partition) for each in junk]
        metas = [await future for future in sent]
    finally:
        await producer.stop()
    return [Position(topic, partition, meta.offset) for meta in metas]


async def _send(producer: AIOKafkaProducer, topic: str, junk: Junk, partition: int) -> Any:
    if junk.key is not None or junk.value is not None:
        return await producer.send(topic, junk.value, key=junk.key, partition=partition, headers=list(junk.headers))
    batch = producer.create_batch()  # `send` refuses a record of nulls; other clients write it
    batch.append(key=None, value=None, timestamp=None)
    return await producer.send_batch(batch, topic, partition=partition)


async def letters(servers: str, prefix: str) -> dict[Position, Any]:
    """The dead letters that are open, by where their records lay."""
    found: dict[bytes, Any] = {}
    for record in await records(servers, f"{prefix}dead-letters"):
        found.pop(record.key, None)
        if record.value is not None:
            found[record.key] = record
    return {_origin(record): record for record in found.values()}


def _origin(record: Any) -> Position:
    told = dict(record.headers)
    topic, partition, offset = (told[f"sitrep_{name}"].decode() for name in ("topic", "partition", "offset"))
    return Position(topic, int(partition), int(offset))


async def letter_at(servers: str, prefix: str, position: Position, within: float = 60) -> Any:
    """The letter of what lies there, as soon as it is there."""

    async def probe() -> Any:
        return (await letters(servers, prefix)).get(position)

    return await eventually(probe, within, f"a dead letter for {position}")
