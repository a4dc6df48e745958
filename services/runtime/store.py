"""The store: state, position and outbox of a service in one transaction, behind one protocol.

A lane is an input topic and partition. The compare-and-set that moves it, and fences a former owner, is the first
statement of every transaction.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any, Protocol

from services.runtime.exits import OperatorNeeded
from services.runtime.records import Out, Record, TopicPartition

Row = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Claim:
    """Ownership of a lane: valid as long as nobody claimed it after us.

    `pos` = the next offset to fold when it was claimed, `last_hash` = record_hash of the record before it.
    """

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
    """One transaction of a lane's owner. SQL is written for SQLite and PostgreSQL alike, parameters as `?`."""

    @property
    def lane(self) -> TopicPartition: ...

    def execute(self, sql: str, parameters: Sequence[Any] = ()) -> int:
        """Run a statement; the number of rows it touched."""
        ...

    def many(self, sql: str, rows: Sequence[Sequence[Any]]) -> None:
        """One statement for many rows."""
        ...

    def query(self, sql: str, parameters: Sequence[Any] = ()) -> list[Row]: ...

    def emit(self, out: Out) -> None:
        """Put a record into the outbox: it is sent after the commit, at least once, in order."""
        ...


class Store(Protocol):
    """One per service and generation. All calls come from one thread."""

    def claim(self, tp: TopicPartition, owner: str) -> Claim:
        """Take the lane over from whoever has it: its epoch grows by one."""
        ...

    def transaction(self, claim: Claim, records: Sequence[Record]) -> AbstractContextManager[Tx]:
        """Move the lane over the records and run the body; raises Fenced if the lane is no longer ours or elsewhere."""
        ...

    def restored(self, claim: Claim, pos: int, last_hash: bytes | None) -> AbstractContextManager[Tx]:
        """A restore's transaction: moves the lane from `claim.pos` to `pos`; raises Fenced."""
        ...

    def owned(self, claim: Claim) -> AbstractContextManager[Tx]:
        """A transaction that moves no position (marks of views); raises Fenced."""
        ...

    def read(self, sql: str, parameters: Sequence[Any] = ()) -> list[Row]:
        """A query outside every transaction."""
        ...

    def lane(self, tp: TopicPartition) -> tuple[int, bytes | None]:
        """Position and hash as stored; (0, None) for a lane that was never claimed."""
        ...

    def position(self, tp: TopicPartition) -> int:
        """The next offset to fold; 0 for a lane that was never claimed."""
        ...

    def pending(self, tp: TopicPartition, limit: int) -> list[OutRow]:
        """Rows of the lane not known to be sent, in order."""
        ...

    def mark_sent(self, claim: Claim, upto: int, acked: Iterable[tuple[TopicPartition, int]]) -> None:
        """Rows up to `upto` are in the log; `acked` are the last offsets by output partition. Raises Fenced."""
        ...

    def out_marks(self, tp: TopicPartition) -> Mapping[TopicPartition, int]:
        """The last acknowledged offset of each output partition."""
        ...

    def resend(self, claim: Claim) -> int:
        """Make every row that is still kept pending again (the log lost its tail); how many. Raises Fenced."""
        ...

    def meta(self, key: str) -> str | None: ...

    def put_meta(self, key: str, value: str) -> None: ...

    def close(self) -> None: ...


def record_hash(record: Record) -> bytes:
    """What tells a record of the log from another one at the same offset: key, value and time."""
    digest = hashlib.sha256(record.timestamp_ms.to_bytes(8, "big", signed=True))
    for part in (record.key, record.value):
        digest.update(b"\0" if part is None else b"\1" + len(part).to_bytes(8, "big") + part)
    return digest.digest()[:16]


def expect_meta(store: Store, expected: Mapping[str, str]) -> None:
    """Write what a new store is for; raises OperatorNeeded if an existing one is for something else."""
    for key, value in expected.items():
        found = store.meta(key)
        if found is None:
            store.put_meta(key, value)
        elif found != value:
            raise OperatorNeeded(f"the store says {key} {found}, this process is {value}: give it a store of its own")
