"""Reads Kafka with bare aiokafka: the way around Faust, held to the same contract."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import suppress
from typing import Any

from aiokafka import AIOKafkaConsumer, ConsumerRebalanceListener
from aiokafka.errors import CommitFailedError, IllegalStateError, KafkaError
from aiokafka.structs import TopicPartition as KafkaTP

from services.runtime.exits import TryAgain
from services.runtime.kafka import to_record
from services.runtime.records import MAX_RECORD, TopicPartition
from services.runtime.sources import MAX_BATCH, Batch, Positions, split

COMMIT_EVERY_S = 1.0
POLL_MS = 200
WORK_WITHIN_S = 30


class AiokafkaSource:
    """A member of `group` that reads `topics`."""

    def __init__(self, servers: str, topics: Sequence[str], group: str, session_s: float = 10) -> None:
        self._topics = list(topics)
        self._positions: Positions | None = None
        self._generation = 0
        self._new: list[TopicPartition] | None = None
        self._ready = asyncio.Event()
        self._idle = asyncio.Event()
        self._stopped = False
        self._ledger: dict[TopicPartition, int] = {}
        self._committed_at = 0.0
        self._consumer = AIOKafkaConsumer(
            bootstrap_servers=servers, group_id=group, enable_auto_commit=False, auto_offset_reset="earliest",
            session_timeout_ms=int(session_s * 1000), heartbeat_interval_ms=int(session_s * 200),
            max_poll_interval_ms=120_000, rebalance_timeout_ms=30_000, max_partition_fetch_bytes=MAX_RECORD,
            fetch_max_wait_ms=500,
        )  # fmt: skip

    async def start(self, positions: Positions | None) -> None:
        self._positions = positions
        self._idle.set()
        try:
            await self._consumer.start()
        except (KafkaError, OSError) as error:
            raise TryAgain(f"joining the group: {error!r}") from error
        self._consumer.subscribe(self._topics, listener=_Listener(self))

    async def batches(self) -> AsyncIterator[Batch]:
        while not self._stopped:
            for batch in await self._next():
                self._idle.clear()
                try:
                    yield batch
                finally:
                    self._idle.set()
                if self._stopped:
                    return
            await self._commit_in_time()

    async def _next(self) -> list[Batch]:
        """What was assigned first; nothing is handed out between a revocation and the positions of what follows."""
        if not self._ready.is_set():
            with suppress(TimeoutError):
                async with asyncio.timeout(POLL_MS / 1000):
                    await self._ready.wait()
            return []
        if self._new is not None:
            return await self._begin(self._new)
        return await self._poll()

    async def _begin(self, tps: Sequence[TopicPartition]) -> list[Batch]:
        """Seek here and not in the listener: what a poll brought across a rebalance is then read again."""
        generation = self._generation
        try:
            answered = await (self._positions or self._committed)(tps)
            if not self.current(generation):
                return []  # assigned anew meanwhile
            for tp in tps:
                self._consumer.seek(KafkaTP(*tp), answered[tp])
        except KafkaError as error:
            raise TryAgain(f"going to the positions of {tps}: {error!r}") from error
        self._new = None
        return [Batch(tp, generation) for tp in tps]

    async def _poll(self) -> list[Batch]:
        generation = self._generation
        try:
            polled = await self._consumer.getmany(timeout_ms=POLL_MS, max_records=MAX_BATCH)
        except KafkaError as error:
            raise TryAgain(f"reading {', '.join(self._topics)}: {error!r}") from error
        if not self.current(generation):
            return []  # read before a rebalance: the seek that follows it reads it again
        return [
            batch
            for kafka_tp, messages in polled.items()
            for batch in split([to_record(m) for m in messages], TopicPartition(*kafka_tp), generation)
        ]

    def done(self, tp: TopicPartition, next_offset: int) -> None:
        self._ledger[tp] = next_offset

    def current(self, generation: int) -> bool:
        return generation == self._generation and self._ready.is_set()

    def stop(self) -> None:
        self._stopped = True

    async def close(self) -> None:
        with suppress(TryAgain):
            await self._commit()
        self._ready.clear()
        await self._consumer.stop()

    def assigned(self, tps: Sequence[TopicPartition]) -> None:
        self._new = list(tps)
        self._ledger.clear()
        self._generation += 1
        self._ready.set()

    async def revoked(self) -> None:
        """Let the batch in work end, then commit: the next owner need not fence us."""
        self._ready.clear()
        with suppress(TimeoutError):
            async with asyncio.timeout(WORK_WITHIN_S):
                await self._idle.wait()
        await self._commit()

    async def _committed(self, tps: Sequence[TopicPartition]) -> Mapping[TopicPartition, int]:
        starts = await self._consumer.beginning_offsets([KafkaTP(*tp) for tp in tps])
        committed = {tp: await self._consumer.committed(KafkaTP(*tp)) for tp in tps}
        return {tp: starts[KafkaTP(*tp)] if at is None else at for tp, at in committed.items()}

    async def _commit_in_time(self) -> None:
        now = asyncio.get_running_loop().time()
        if now - self._committed_at > COMMIT_EVERY_S:
            self._committed_at = now
            await self._commit()

    async def _commit(self) -> None:
        mine = self._consumer.assignment()
        offsets = {KafkaTP(*tp): offset for tp, offset in self._ledger.items() if KafkaTP(*tp) in mine}
        self._ledger.clear()
        if not offsets:
            return
        try:
            await self._consumer.commit(offsets)
        except (CommitFailedError, IllegalStateError):
            return  # the partitions have moved on: their next owner reads from what was committed before
        except KafkaError as error:
            raise TryAgain(f"committing: {error!r}") from error


class _Listener(ConsumerRebalanceListener):  # type: ignore[misc]  # aiokafka ships no types
    def __init__(self, source: AiokafkaSource) -> None:
        self._source = source

    async def on_partitions_revoked(self, revoked: Any) -> None:
        await self._source.revoked()

    async def on_partitions_assigned(self, assigned: Any) -> None:
        self._source.assigned([TopicPartition(tp.topic, tp.partition) for tp in sorted(assigned)])
