"""How far each service is: its position against the end of what it reads."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from types import TracebackType
from typing import Literal

from aiokafka import AIOKafkaConsumer
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError
from aiokafka.structs import TopicPartition

from services.runtime.admin import connect
from services.runtime.exits import Unavailable
from services.runtime.positions import stored_positions
from services.runtime.settings import Settings

STAGES = (("parser", "articles"), ("correlator", "reports"), ("projector", "events"))
"""The services in the order of the flow, with what each reads. A record is in the views when it has passed all."""
STATEFUL = frozenset({"correlator", "projector"})
LOOK_EVERY_S = 0.1
READ_WITHIN_S = 10
Ends = Mapping[TopicPartition, int]


@dataclass(frozen=True, slots=True)
class Done:
    """Of the records that lay in a service's topic when it was asked: how many it has finished."""

    service: str
    done: int
    total: int


@dataclass(frozen=True, slots=True)
class Standing:
    """A service in one partition of what it reads (full name). `end` = the next offset to be written, `position` =
    the next one to be worked on, known from the service's store or from its group. Times in ms as Kafka has them:
    of the last record, and of the first that waits; None where there is none."""

    service: str
    topic: str
    partition: int
    end: int
    position: int
    source: Literal["store", "group"]
    last_ms: int | None = None
    first_ms: int | None = None

    @property
    def lag(self) -> int:
        return max(0, self.end - self.position)


class Lag:
    """Started by `async with`. Raises Unavailable where no broker answers."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._consumer = AIOKafkaConsumer(
            bootstrap_servers=settings.servers, enable_auto_commit=False, auto_offset_reset="earliest"
        )
        self._admin: AIOKafkaAdminClient | None = None

    async def __aenter__(self) -> "Lag":
        self._admin = await connect(self._settings.servers)
        try:
            await self._consumer.start()
        except BaseException:
            await self.__aexit__(None, None, None)
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._consumer.stop()
        if self._admin:
            await self._admin.close()

    async def ends(self, topic: str) -> Ends:
        """The next offset of each partition; `topic` without the prefix."""
        name = self._settings.topic(topic)
        parts = [TopicPartition(name, part) for part in await self._partitions(name)]
        ends: Ends = await self._consumer.end_offsets(parts)
        return ends

    async def committed(self, service: str) -> Ends:
        """What the service's group has finished, by partition; nothing before its first commit."""
        assert self._admin is not None
        try:
            found = await self._admin.list_consumer_group_offsets(self._settings.group(service))
        except KafkaError:
            return {}  # the group's coordinator is just being made
        return {tp: meta.offset for tp, meta in found.items()}

    async def joined(self, service: str) -> bool:
        """Whether the service's group has members that share out its topic."""
        assert self._admin is not None
        try:
            responses = await self._admin.describe_consumer_groups([self._settings.group(service)])
        except KafkaError:
            return False
        states = [group[2] for response in responses for group in response.groups]
        return states == ["Stable"]

    async def passed(self, report: Callable[[Done], None]) -> None:
        """Return when everything that lies in the topics now has gone through every service."""
        for service, topic in STAGES:
            ends = await self.ends(topic)
            first = await self.committed(service)
            total = _missing(ends, first)
            while left := _missing(ends, await self.committed(service)):
                report(Done(service, max(0, total - left), total))
                await asyncio.sleep(LOOK_EVERY_S)
            report(Done(service, total, total))

    async def standing(self) -> list[Standing]:
        """Every service in every partition of what it reads, in the order of the flow."""
        found = [each for service, topic in STAGES for each in await self._standing(service, topic)]
        last = await self._times({_tp(each): each.end - 1 for each in found if each.end})
        first = await self._times({_tp(each): each.position for each in found if each.lag})
        return [replace(each, last_ms=last.get(_tp(each)), first_ms=first.get(_tp(each))) for each in found]

    async def _standing(self, service: str, topic: str) -> list[Standing]:
        positions, source = await self.positions(service)
        return [
            Standing(service, tp.topic, tp.partition, end, max(0, positions.get(tp, 0)), source)
            for tp, end in sorted((await self.ends(topic)).items())
        ]

    async def positions(self, service: str) -> tuple[Ends, Literal["store", "group"]]:
        """The next offset that the service works on, by partition: what its store says, where it has one that can be
        read from here, else what its group has committed."""
        stored = await asyncio.to_thread(stored_positions, self._settings, service) if service in STATEFUL else None
        if stored is not None:
            return {TopicPartition(*tp): pos for tp, pos in stored.items()}, "store"
        return await self.committed(service), "group"

    async def _times(self, offsets: Ends) -> dict[TopicPartition, int]:
        """When the record at (or next behind) each offset was written; left out where none is kept."""
        if not offsets:
            return {}
        self._consumer.assign(list(offsets))
        for tp, offset in offsets.items():
            self._consumer.seek(tp, offset)
        found: dict[TopicPartition, int] = {}
        deadline = asyncio.get_running_loop().time() + READ_WITHIN_S
        while (left := offsets.keys() - found.keys()) and asyncio.get_running_loop().time() < deadline:
            for tp, messages in (await self._consumer.getmany(*left, timeout_ms=200)).items():
                found[tp] = messages[0].timestamp
        return found

    async def _partitions(self, topic: str) -> list[int]:
        assert self._admin is not None
        described = await self._admin.describe_topics([topic])
        parts = [part["partition"] for meta in described for part in meta["partitions"]]
        if not parts:
            raise Unavailable(f"no topic {topic}: run sitrep topics create")
        return parts


def _tp(each: Standing) -> TopicPartition:
    return TopicPartition(each.topic, each.partition)


def _missing(ends: Ends, committed: Ends) -> int:
    """Records between what is finished and what lies there."""
    return sum(max(0, end - max(0, committed.get(tp, 0))) for tp, end in ends.items())
