"""Reading whole topics: some or all partitions from their start to what is there now, outside every group."""

import asyncio
from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager, suppress
from typing import Any

from aiokafka import AIOKafkaConsumer
from aiokafka.errors import KafkaError
from aiokafka.structs import TopicPartition

from services.cli.progress import Progress
from services.runtime.admin import partition_counts
from services.runtime.exits import TryAgain, Unavailable
from services.runtime.kafka import to_record
from services.runtime.records import Record

POLL_MS = 200
MAX_RECORD = 4 << 20
STILL_FOR_S = 30.0
END_WITHIN_S = 5


class Scan:
    """Reads topics one after the other; records come as the broker hands them out, in order by partition only.

    Nothing is kept here, so memory holds what the caller keeps.
    """

    def __init__(self, consumer: AIOKafkaConsumer, counts: dict[str, int]) -> None:
        self._consumer = consumer
        self.counts = counts

    async def records(self, topic: str, parts: Collection[int] | None = None) -> AsyncIterator[Record]:
        """All that lies in these partitions (None: in all) when it is asked."""
        tps = [TopicPartition(topic, part) for part in (range(self.counts[topic]) if parts is None else sorted(parts))]
        if not tps:
            return  # aiokafka waits forever for the bounds of nothing
        starts, ends = await self._consumer.beginning_offsets(tps), await self._consumer.end_offsets(tps)
        left = {tp for tp in tps if starts[tp] < ends[tp]}
        if not left:
            return  # an assignment that nobody reads from may swallow the end of the consumer
        self._consumer.assign(list(left))
        for tp in left:
            self._consumer.seek(tp, starts[tp])
        with Progress(f"reading {topic}", sum(ends[tp] - starts[tp] for tp in left)) as progress:
            while left:
                for tp, messages in (await self._polled(left)).items():
                    for message in messages:
                        if message.offset < ends[tp]:
                            yield to_record(message)
                at = {tp: min(await self._consumer.position(tp), ends[tp]) for tp in tps if starts[tp] < ends[tp]}
                progress.reached(sum(at[tp] - starts[tp] for tp in at))
                left = {tp for tp in left if at[tp] < ends[tp]}

    async def _polled(self, left: Collection[TopicPartition]) -> dict[TopicPartition, list[Any]]:
        """The next records; none where only marks of transactions came. Raises TryAgain if nothing comes at all."""
        before = {tp: await self._consumer.position(tp) for tp in left}
        deadline = asyncio.get_running_loop().time() + STILL_FOR_S
        while asyncio.get_running_loop().time() < deadline:
            polled: dict[TopicPartition, list[Any]] = await self._consumer.getmany(*left, timeout_ms=POLL_MS)
            if polled or any([await self._consumer.position(tp) > before[tp] for tp in left]):
                return polled
        raise TryAgain("the broker does not hand out what it says it has")


@asynccontextmanager
async def scanning(servers: str, topics: list[str]) -> AsyncIterator[Scan]:
    """Raises Unavailable where no broker answers or a topic is missing."""
    counts = await partition_counts(servers, topics)
    consumer = AIOKafkaConsumer(
        bootstrap_servers=servers, enable_auto_commit=False, auto_offset_reset="earliest",
        max_partition_fetch_bytes=MAX_RECORD, fetch_max_wait_ms=50,
    )  # fmt: skip
    try:
        await consumer.start()
        yield Scan(consumer, counts)
    except (KafkaError, OSError) as error:
        raise Unavailable(f"no Kafka answers at {servers}: {error}") from error
    finally:
        with suppress(TimeoutError):  # interrupted just behind an assignment it waits forever; the loop ends it then
            async with asyncio.timeout(END_WITHIN_S):
                await consumer.stop()
