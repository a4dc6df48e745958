"""The topics: one table that creates, checks and documents them, and says who may write what.

Truth = articles, reports, events. Incidents, changes and dead letters are derived or open lists.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Timestamps = Literal["LogAppendTime", "CreateTime"]
LOG_APPEND: Timestamps = "LogAppendTime"
CREATE: Timestamps = "CreateTime"
FOR_EVER = -1
ANY_TIME = (1 << 63) - 1
DAY_MS = 86_400_000
MIB = 1 << 20


@dataclass(frozen=True, slots=True)
class Topic:
    """A topic of a new installation. `name` without the prefix; `retention_ms` -1 = for ever; sizes in bytes."""

    name: str
    partitions: int
    key: str
    records: tuple[str, ...]
    cleanup: Literal["delete", "compact"]
    timestamps: Timestamps
    retention_ms: int
    max_bytes: int
    flush_each: bool  # fsync each record where one node is all there is
    writers: tuple[str, ...]
    readers: tuple[str, ...]
    about: str

    def config(self, single_node: bool) -> dict[str, str]:
        """Kafka's settings for it."""
        settings = {
            "cleanup.policy": self.cleanup,
            "message.timestamp.type": self.timestamps,
            "max.message.bytes": str(self.max_bytes),
        }
        if self.timestamps == CREATE:
            # Their time comes from another topic; a broker whose clock is behind must not refuse them.
            settings["message.timestamp.after.max.ms"] = str(ANY_TIME)
        if self.cleanup == "delete":
            settings["retention.ms"] = str(self.retention_ms)
        else:
            settings["delete.retention.ms"] = str(30 * DAY_MS)
        if self.flush_each and single_node:
            settings["flush.messages"] = "1"
        return settings


TOPICS: Mapping[str, Topic] = {
    topic.name: topic
    for topic in (
        Topic("articles", 8, "article id", ("article",), "delete", LOG_APPEND, FOR_EVER, 2 * MIB, True,
              ("ingest", "anyone"), ("parser",), "an article version as somebody published it"),
        Topic("reports", 4, "desk", ("report", "command"), "delete", LOG_APPEND, FOR_EVER, 4 * MIB, True,
              ("parser", "api", "cli"), ("correlator",), "one article version, parsed; or an editor's command"),
        Topic("events", 8, "incident id", ("event",), "delete", CREATE, FOR_EVER, 4 * MIB, True,
              ("correlator",), ("projector", "anyone"), "one self-contained event of one incident"),
        Topic("incidents", 8, "incident id", ("incident",), "compact", CREATE, FOR_EVER, 4 * MIB, False,
              ("projector",), ("anyone",), "the current view of one incident"),
        Topic("changes", 8, "incident id", ("change",), "delete", CREATE, 30 * DAY_MS, 4 * MIB, False,
              ("projector",), ("api", "anyone"), "what one event changed in one view"),
        Topic("dead-letters", 1, "dead-letter id", ("dead letter",), "compact", CREATE, FOR_EVER, 4 * MIB, False,
              ("ingest", "parser", "correlator", "projector", "cli"), ("cli", "anyone"),
              "what could not be read, bytes unchanged, the reason in its headers"),
    )
}  # fmt: skip
SAME_MAP = ("events", "incidents")
"""An incident's view lies in the partition of its events: who folds the one writes the other."""


def partition_of(key: bytes, partitions: int) -> int:
    """Kafka's default partitioner (murmur2), set by us so that every client agrees."""
    return (murmur2(key) & 0x7FFFFFFF) % partitions


def murmur2(data: bytes) -> int:
    """32-bit murmur2 with Kafka's seed; unsigned."""
    mask, m = 0xFFFFFFFF, 0x5BD1E995
    h = 0x9747B28C ^ len(data)
    whole = len(data) & ~3
    for at in range(0, whole, 4):
        k = int.from_bytes(data[at : at + 4], "little") * m & mask
        k = (k ^ k >> 24) * m & mask
        h = h * m & mask ^ k
    tail = data[whole:]
    if tail:
        h = (h ^ int.from_bytes(tail, "little")) * m & mask
    h = (h ^ h >> 13) * m & mask
    return h ^ h >> 15
