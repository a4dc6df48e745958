"""Reading topics back."""

from typing import Any

from aiokafka import AIOKafkaConsumer
from aiokafka.structs import TopicPartition

from services.runtime.admin import partition_counts


async def records(servers: str, topic: str) -> list[Any]:
    """All that the topic holds now, by partition and offset."""
    count = (await partition_counts(servers, [topic]))[topic]
    parts = [TopicPartition(topic, part) for part in range(count)]
    consumer = AIOKafkaConsumer(bootstrap_servers=servers, auto_offset_reset="earliest")
    await consumer.start()
    try:
        consumer.assign(parts)
        ends = await consumer.end_offsets(parts)
        found: list[Any] = []
        while any([await consumer.position(tp) < end for tp, end in ends.items()]):
            for batch in (await consumer.getmany(timeout_ms=200)).values():
                found += batch
    finally:
        await consumer.stop()
    return sorted(found, key=lambda record: (record.partition, record.offset))
