"""How far each service is: what its group has committed against the end of its topic."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import TracebackType

from aiokafka import AIOKafkaConsumer
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError
from aiokafka.structs import TopicPartition

from services.runtime.admin import connect
from services.runtime.exits import Unavailable
from services.runtime.settings import Settings

STAGES = (("parser", "articles"), ("correlator", "reports"), ("projector", "events"))
"""The services in the order of the flow, with what each reads. A record is in the views when it has passed all."""
LOOK_EVERY_S = 0.1
Ends = Mapping[TopicPartition, int]


@dataclass(frozen=True, slots=True)
class Done:
    """Of the records that lay in a service's topic when it was asked: how many it has finished."""

    service: str
    done: int
    total: int


class Lag:
    """Started by `async with`. Raises Unavailable where no broker answers."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._consumer = AIOKafkaConsumer(bootstrap_servers=settings.servers)
        self._admin: AIOKafkaAdminClient | None = None

    async def __aenter__(self) -> "Lag":
        self._admin = await connect(self._settings.servers)
        await self._consumer.start()
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

    async def _partitions(self, topic: str) -> list[int]:
        assert self._admin is not None
        described = await self._admin.describe_topics([topic])
        parts = [part["partition"] for meta in described for part in meta["partitions"]]
        if not parts:
            raise Unavailable(f"no topic {topic}: run sitrep topics create")
        return parts


def _missing(ends: Ends, committed: Ends) -> int:
    """Records between what is finished and what lies there."""
    return sum(max(0, end - max(0, committed.get(tp, 0))) for tp, end in ends.items())
