"""Kafka's side of sending and of reading single records, by aiokafka."""

import asyncio
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.errors import KafkaError, ProducerFenced
from aiokafka.structs import TopicPartition as KafkaTP

from schemas.topics import partition_of
from services.runtime.exits import Fenced, TryAgain
from services.runtime.publish import Acked
from services.runtime.records import MAX_RECORD, Out, Record, TopicPartition

SEND_WITHIN_S = 30
READ_WITHIN_S = 30
POLL_MS = 200
PRODUCER: dict[str, Any] = {
    "acks": "all",
    "enable_idempotence": True,
    "linger_ms": 0,
    "request_timeout_ms": 20_000,
    "max_request_size": MAX_RECORD,
    "max_batch_size": 256 << 10,
}


@contextmanager
def _troubles(what: str) -> Iterator[None]:
    """What goes wrong with the broker ends the process: it starts again and reads the truth."""
    try:
        yield
    except ProducerFenced as error:
        raise Fenced(f"{what}: another owner has started") from error
    except (KafkaError, TimeoutError, OSError) as error:
        raise TryAgain(f"{what}: {error!r}") from error


class _Sender:
    """A producer that places records itself: the stated partition, else murmur2 of the key, else 0."""

    def __init__(self, servers: str, **settings: Any) -> None:
        self._producer = AIOKafkaProducer(bootstrap_servers=servers, **PRODUCER, **settings)
        self._counts: dict[str, int] = {}

    async def start(self) -> None:
        with _troubles("starting a producer"):
            await self._producer.start()

    async def close(self) -> None:
        with suppress(KafkaError, TimeoutError):
            async with asyncio.timeout(SEND_WITHIN_S):
                await self._producer.stop()

    async def _hand_over(self, outs: Sequence[Out]) -> list[Any]:
        """In order to the producer, then await every acknowledgement."""
        sent = [await self._one(out) for out in outs]
        return list(await asyncio.gather(*sent))

    async def _one(self, out: Out) -> "asyncio.Future[Any]":
        sent: asyncio.Future[Any] = await self._producer.send(
            out.topic, value=out.value, key=out.key, partition=await self._place(out), headers=list(out.headers),
            timestamp_ms=out.timestamp_ms,
        )  # fmt: skip
        sent.add_done_callback(_seen)
        return sent

    async def _place(self, out: Out) -> int:
        if out.partition is not None:
            return out.partition
        if not out.key:
            return 0
        if out.topic not in self._counts:
            self._counts[out.topic] = len(await self._producer.partitions_for(out.topic))
        return partition_of(out.key, self._counts[out.topic])


def _seen(sent: "asyncio.Future[Any]") -> None:
    """One error of several ends the send; the others have been heard of as well."""
    if not sent.cancelled():
        sent.exception()


class KafkaPublisher(_Sender):
    """Plain idempotent producer, for outbox rows, reports and dead letters."""

    async def send(self, outs: Sequence[Out]) -> Acked:
        with _troubles("the broker did not acknowledge"):
            async with asyncio.timeout(SEND_WITHIN_S):
                metas = await self._hand_over(outs)
        last: dict[TopicPartition, int] = {}
        for meta in metas:
            tp = TopicPartition(meta.topic, meta.partition)
            last[tp] = max(meta.offset, last.get(tp, -1))
        return sorted(last.items())


class KafkaViewSender(_Sender):
    """One transaction a call. `start` fences every producer that used the id before."""

    def __init__(self, servers: str, transactional_id: str) -> None:
        super().__init__(servers, transactional_id=transactional_id)

    async def send(self, outs: Sequence[Out]) -> None:
        with _troubles("views were not published"):
            async with asyncio.timeout(SEND_WITHIN_S), self._producer.transaction():
                self._hear_of_a_fence()
                await self._hand_over(outs)

    def _hear_of_a_fence(self) -> None:
        """A fenced send raises, and so does a future that aiokafka keeps to itself and nobody would await."""
        waiter: asyncio.Future[Any] | None = getattr(self._producer._txn_manager, "_transaction_waiter", None)
        if waiter is not None:
            waiter.add_done_callback(_seen)


class KafkaLog:
    """Reads single records and ranges, outside every group."""

    def __init__(self, servers: str) -> None:
        self._consumer = AIOKafkaConsumer(
            bootstrap_servers=servers, enable_auto_commit=False, auto_offset_reset="none", fetch_max_wait_ms=100,
            max_partition_fetch_bytes=MAX_RECORD,
        )  # fmt: skip
        self._one_at_a_time = asyncio.Lock()

    async def start(self) -> None:
        with _troubles("starting a reader"):
            await self._consumer.start()

    async def close(self) -> None:
        with suppress(KafkaError):
            await self._consumer.stop()

    async def bounds(self, tp: TopicPartition) -> tuple[int, int]:
        kafka_tp = KafkaTP(*tp)
        with _troubles(f"asking for the bounds of {tp.topic}/{tp.partition}"):
            async with asyncio.timeout(READ_WITHIN_S):
                start = await self._consumer.beginning_offsets([kafka_tp])
                end = await self._consumer.end_offsets([kafka_tp])
        return start[kafka_tp], end[kafka_tp]

    async def read(self, tp: TopicPartition, start: int, end: int) -> AsyncIterator[Record]:
        first, last = await self.bounds(tp)
        end = min(end, last)
        if max(start, first) >= end:
            return  # assigning a consumer to read nothing costs a tenth of a second
        async with self._one_at_a_time:
            self._consumer.assign([KafkaTP(*tp)])
            self._consumer.seek(KafkaTP(*tp), max(start, first))
            while await self._position(tp) < end:
                for record in await self._poll(tp):
                    if record.offset < end:
                        yield record

    async def _position(self, tp: TopicPartition) -> int:
        """Passes the marks of transactions, which are offsets without a record."""
        with _troubles(f"reading {tp.topic}/{tp.partition}"):
            return int(await self._consumer.position(KafkaTP(*tp)))

    async def _poll(self, tp: TopicPartition) -> list[Record]:
        """The next records; none if only marks come. Raises TryAgain if the position does not move."""
        before = await self._position(tp)
        deadline = asyncio.get_running_loop().time() + READ_WITHIN_S
        with _troubles(f"reading {tp.topic}/{tp.partition}"):
            while asyncio.get_running_loop().time() < deadline:
                polled = await self._consumer.getmany(timeout_ms=POLL_MS)
                messages = polled.get(KafkaTP(*tp), [])
                if messages or await self._position(tp) > before:
                    return [to_record(message) for message in messages]
        raise TryAgain(f"{tp.topic}/{tp.partition}: the broker does not hand out what it says it has")


def to_record(message: Any) -> Record:
    """Our record out of aiokafka's."""
    return Record(
        message.topic, message.partition, message.offset, message.timestamp, message.key, message.value,
        tuple(message.headers or ()),
    )  # fmt: skip
