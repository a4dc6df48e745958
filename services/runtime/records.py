"""What goes in and comes out of a pump: a record read, a record to send."""

from dataclasses import dataclass
from typing import NamedTuple

Headers = tuple[tuple[str, bytes], ...]
MAX_RECORD = 4 << 20
"""Bytes that the topics take at most."""


class TopicPartition(NamedTuple):
    topic: str
    partition: int


@dataclass(frozen=True, slots=True)
class Record:
    """One record as read from the log. `timestamp_ms` is what the broker stored."""

    topic: str
    partition: int
    offset: int
    timestamp_ms: int
    key: bytes | None
    value: bytes | None
    headers: Headers = ()

    @property
    def tp(self) -> TopicPartition:
        return TopicPartition(self.topic, self.partition)


@dataclass(frozen=True, slots=True)
class Out:
    """One record to send. No partition: murmur2 of the key; no `timestamp_ms`: the broker's clock."""

    topic: str
    key: bytes | None
    value: bytes | None
    headers: Headers = ()
    partition: int | None = None
    timestamp_ms: int | None = None


def size_of(out: Out) -> int:
    """Bytes of its key, value and headers."""
    named = sum(len(name.encode("utf-8", "replace")) + len(value or b"") for name, value in out.headers)
    return len(out.key or b"") + len(out.value or b"") + named
