"""Reads Kafka with bare aiokafka: the way around Faust, held to the same contract."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

from aiokafka import AIOKafkaConsumer, ConsumerRebalanceListener
from aiokafka.errors import CommitFailedError, IllegalStateError, KafkaError
from aiokafka.structs import TopicPartition as KafkaTP

from services.runtime.exits import TryAgain
from services.runtime.records import Record, TopicPartition
from services.runtime.sources import MAX_BATCH, Batch, Positions, split

COMMIT_EVERY_S = 1.0
POLL_MS = 200


def to_record(message: Any) -> Record:
    """Our record out of aiokafka's."""
    return Record(
        message.topic, message.partition, message.offset, message.timestamp, message.key, message.value,
        tuple(message.headers or ()),
    )  # fmt: skip


class AiokafkaSource:
    """A member of `group` that reads `topic`. `positions` is asked on every assignment."""

    def __init__(self, servers: str, topic: str, group: str, positions: Positions) -> None:
        self._topic = topic
        self._positions = positions
        self._generation = 0
        self._stopped = False
        self._ledger: dict[TopicPartition, int] = {}
        self._consumer = AIOKafkaConsumer(
            bootstrap_servers=servers, group_id=group, enable_auto_commit=False, auto_offset_reset="earliest",
            session_timeout_ms=10_000, heartbeat_interval_ms=2_000, max_poll_interval_ms=60_000,
            rebalance_timeout_ms=60_000, max_partition_fetch_bytes=4 << 20, fetch_max_wait_ms=100,
        )  # fmt: skip
        self._listener = _Listener(self)

    async def __aenter__(self) -> "AiokafkaSource":
        await self._consumer.start()
        self._consumer.subscribe([self._topic], listener=self._listener)
        return self

    async def __aexit__(self, *error: object) -> None:
        await self._commit()
        await self._consumer.stop()

    def assigned(self, tps: list[TopicPartition]) -> None:
        self._generation += 1
        answered = self._positions(tps)
        for tp in tps:
            self._consumer.seek(KafkaTP(*tp), answered[tp])

    async def batches(self) -> AsyncIterator[Batch]:
        loop = asyncio.get_running_loop()
        committed = loop.time()
        while not self._stopped:
            generation = self._generation
            try:
                polled = await self._consumer.getmany(timeout_ms=POLL_MS, max_records=MAX_BATCH)
            except KafkaError as error:
                raise TryAgain(f"reading {self._topic}: {error!r}") from error
            for kafka_tp, messages in polled.items():
                tp = TopicPartition(kafka_tp.topic, kafka_tp.partition)
                for batch in split([to_record(m) for m in messages], tp, generation):
                    yield batch
            if loop.time() - committed > COMMIT_EVERY_S:
                await self._commit()
                committed = loop.time()

    def done(self, tp: TopicPartition, next_offset: int) -> None:
        self._ledger[tp] = max(next_offset, self._ledger.get(tp, 0))

    def current(self, generation: int) -> bool:
        return generation == self._generation

    def stop(self) -> None:
        self._stopped = True

    async def _commit(self) -> None:
        mine = {(tp.topic, tp.partition) for tp in self._consumer.assignment()}
        offsets = {KafkaTP(*tp): offset for tp, offset in self._ledger.items() if tuple(tp) in mine}
        self._ledger.clear()
        if not offsets:
            return
        try:
            await self._consumer.commit(offsets)
        except (CommitFailedError, IllegalStateError):
            return  # the partitions have moved on; nothing is decided by what the group committed
        except KafkaError as error:
            raise TryAgain(f"committing: {error!r}") from error


class _Listener(ConsumerRebalanceListener):  # type: ignore[misc]  # aiokafka ships no types
    def __init__(self, source: AiokafkaSource) -> None:
        self._source = source

    async def on_partitions_revoked(self, revoked: Any) -> None:
        await self._source._commit()

    async def on_partitions_assigned(self, assigned: Any) -> None:
        self._source.assigned([TopicPartition(tp.topic, tp.partition) for tp in sorted(assigned)])
