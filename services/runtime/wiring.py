"""What a pump is wired to: Kafka (read by Faust or by bare aiokafka) or the broker in memory."""

from collections.abc import Sequence
from typing import Literal, Protocol

from services.runtime.kafka import KafkaLog, KafkaPublisher, KafkaViewSender
from services.runtime.memory import MemoryBroker, MemoryLog, MemoryPublisher, MemoryViewSender
from services.runtime.publish import Publisher, ViewSender
from services.runtime.source_aiokafka import AiokafkaSource
from services.runtime.source_memory import MemorySource
from services.runtime.sources import LogReader, Source


class Wiring(Protocol):
    """Makes the parts that touch the log; nothing is started yet. Topics are full names."""

    def source(self, topics: Sequence[str], group: str) -> Source: ...

    def publisher(self) -> Publisher: ...

    def log(self) -> LogReader: ...

    def view_sender(self, transactional_id: str) -> ViewSender: ...


class KafkaWiring:
    """`session_s`: after how long without a heartbeat the group gives a member's partitions away."""

    def __init__(self, servers: str, kind: Literal["faust", "aiokafka"], session_s: float = 10) -> None:
        self._servers = servers
        self._kind = kind
        self._session_s = session_s

    def source(self, topics: Sequence[str], group: str) -> Source:
        if self._kind == "aiokafka":
            return AiokafkaSource(self._servers, topics, group, self._session_s)
        from services.runtime.source_faust import FaustSource  # slow to import, and not needed without it

        return FaustSource(self._servers, topics, group, self._session_s)

    def publisher(self) -> Publisher:
        return KafkaPublisher(self._servers)

    def log(self) -> LogReader:
        return KafkaLog(self._servers)

    def view_sender(self, transactional_id: str) -> ViewSender:
        return KafkaViewSender(self._servers, transactional_id)


class MemoryWiring:
    """Everything in this process."""

    def __init__(self, broker: MemoryBroker) -> None:
        self._broker = broker

    def source(self, topics: Sequence[str], group: str) -> Source:
        return MemorySource(self._broker, topics, group)

    def publisher(self) -> Publisher:
        return MemoryPublisher(self._broker)

    def log(self) -> LogReader:
        return MemoryLog(self._broker)

    def view_sender(self, transactional_id: str) -> ViewSender:
        return MemoryViewSender(self._broker, transactional_id)
