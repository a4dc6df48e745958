"""The store: state, position and outbox of a service in one transaction, behind one protocol.

A lane is an input topic and partition. `advance` is the compare-and-set that fences a former owner: it is the first
statement of every transaction that changes anything.
"""

import hashlib
from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any, Protocol

from services.runtime.records import Out, Record, TopicPartition

Row = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Claim:
    """Ownership of a lane: valid as long as nobody claimed it after us. `pos` = the next offset to read."""

    tp: TopicPartition
    epoch: int
    pos: int
    last_hash: bytes | None


@dataclass(frozen=True, slots=True)
class OutRow:
    """An outbox row; `n` orders the rows of a lane."""

    n: int
    out: Out


class Tx(Protocol):
    """One transaction of a lane's owner."""

    def execute(self, sql: str, parameters: Sequence[Any] = ()) -> int:
        """Run a statement; the number of rows it touched."""
        ...

    def query(self, sql: str, parameters: Sequence[Any] = ()) -> list[Row]: ...

    def emit(self, out: Out) -> None:
        """Put a record into the outbox: it is sent after the commit, at least once, in order."""
        ...


class Store(Protocol):
    """One per service and generation. All calls come from one thread."""

    def claim(self, tp: TopicPartition, owner: str) -> Claim: ...

    def transaction(self, claim: Claim, records: Sequence[Record]) -> AbstractContextManager[Tx]:
        """Advance the lane over the records and run the body; raises Fenced if the lane is no longer ours."""
        ...

    def owned(self, claim: Claim) -> AbstractContextManager[Tx]:
        """A transaction that moves no position (a restore, marks of views); raises Fenced."""
        ...

    def position(self, tp: TopicPartition) -> int: ...

    def pending(self, tp: TopicPartition, limit: int) -> list[OutRow]: ...

    def mark_sent(self, claim: Claim, upto: int, acked: Iterable[tuple[TopicPartition, int]]) -> None:
        """Rows up to `upto` are in the log; `acked` are the last offsets by output partition."""
        ...

    def read(self, sql: str, parameters: Sequence[Any] = ()) -> list[Row]: ...

    def close(self) -> None: ...


def record_hash(record: Record) -> bytes:
    """What tells a record of the log from another one at the same offset: key, value and time."""
    digest = hashlib.sha256(record.timestamp_ms.to_bytes(8, "big", signed=True))
    for part in (record.key, record.value):
        digest.update(b"\0" if part is None else b"\1" + len(part).to_bytes(8, "big") + part)
    return digest.digest()[:16]
