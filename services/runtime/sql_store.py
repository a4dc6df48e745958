"""The store over SQL: what SQLite and PostgreSQL do alike. A Database is one connection of either."""

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from typing import Any, Protocol

import orjson

from services.runtime import store_sql as sql
from services.runtime.exits import Fenced
from services.runtime.records import Headers, Out, Record, TopicPartition
from services.runtime.store import Claim, OutRow, Row, Tx, record_hash

KEEP_SENT_S = 7 * 86_400


class Database(Protocol):
    """A connection. Statements have `?` for parameters. Errors that are the world's, not ours, come as TryAgain."""

    def execute(self, statement: str, parameters: Sequence[Any] = ()) -> int:
        """Run it; the number of rows it touched."""
        ...

    def many(self, statement: str, rows: Sequence[Sequence[Any]]) -> None: ...

    def query(self, statement: str, parameters: Sequence[Any] = ()) -> list[Row]: ...

    def begun(self) -> AbstractContextManager[None]:
        """A transaction that will write; rolled back if the body raises."""
        ...

    def close(self) -> None: ...


class SqlStore:
    """A Store over one connection."""

    ADVANCE = sql.ADVANCE
    OWNED = sql.OWNED

    def __init__(self, db: Database, clock: Callable[[], float] = time.time) -> None:
        self._db = db
        self._clock = clock

    def claim(self, tp: TopicPartition, owner: str) -> Claim:
        with self._db.begun():
            self._db.execute(sql.NEW_LANE, tp)
            ((epoch, pos, last_hash),) = self._db.query(sql.CLAIM, (owner, *tp))
        return Claim(tp, epoch, pos, last_hash)

    @contextmanager
    def transaction(self, claim: Claim, records: Sequence[Record]) -> Iterator[Tx]:
        first, last = records[0], records[-1]
        with self._db.begun():
            self._moved(claim, first.offset, last.offset + 1, record_hash(last))
            yield SqlTx(self._db, claim.tp)

    @contextmanager
    def restored(self, claim: Claim, pos: int, last_hash: bytes | None) -> Iterator[Tx]:
        with self._db.begun():
            self._moved(claim, claim.pos, pos, last_hash)
            yield SqlTx(self._db, claim.tp)

    @contextmanager
    def owned(self, claim: Claim) -> Iterator[Tx]:
        with self._db.begun():
            if self._db.execute(self.OWNED, (*claim.tp, claim.epoch)) != 1:
                raise _fenced(claim)
            yield SqlTx(self._db, claim.tp)

    def _moved(self, claim: Claim, was: int, pos: int, last_hash: bytes | None) -> None:
        """The compare-and-set: always the first statement."""
        if self._db.execute(self.ADVANCE, (pos, last_hash, *claim.tp, claim.epoch, was)) != 1:
            raise _fenced(claim)

    def lane(self, tp: TopicPartition) -> tuple[int, bytes | None]:
        rows = self._db.query(sql.LANE, tp)
        return (rows[0][0], rows[0][1]) if rows else (0, None)

    def position(self, tp: TopicPartition) -> int:
        return self.lane(tp)[0]

    def pending(self, tp: TopicPartition, limit: int) -> list[OutRow]:
        rows = self._db.query(sql.PENDING, (*tp, limit))
        return [OutRow(n, Out(topic, key, value, _headers(h), part, ts)) for n, topic, key, value, h, part, ts in rows]

    def mark_sent(self, claim: Claim, upto: int, acked: Iterable[tuple[TopicPartition, int]]) -> None:
        now = int(self._clock())
        with self.owned(claim):
            self._db.execute(sql.MARK, (now, *claim.tp, upto))
            self._db.many(sql.OUT_MARK, [(*claim.tp, *out, offset) for out, offset in acked])
            self._db.execute(sql.PURGE, (*claim.tp, now - KEEP_SENT_S))

    def out_marks(self, tp: TopicPartition) -> Mapping[TopicPartition, int]:
        rows = self._db.query(sql.OUT_MARKS, tp)
        return {TopicPartition(topic, part): acked for topic, part, acked in rows}

    def resend(self, claim: Claim) -> int:
        with self.owned(claim):
            self._db.execute(sql.FORGET_MARKS, claim.tp)
            return self._db.execute(sql.RESEND, claim.tp)

    def meta(self, key: str) -> str | None:
        rows = self._db.query(sql.META, (key,))
        return str(rows[0][0]) if rows else None

    def put_meta(self, key: str, value: str) -> None:
        with self._db.begun():
            self._db.execute(sql.PUT_META, (key, value))

    def read(self, statement: str, parameters: Sequence[Any] = ()) -> list[Row]:
        return self._db.query(statement, parameters)

    def close(self) -> None:
        self._db.close()


class SqlTx:
    """What a service's handler may do inside a transaction."""

    def __init__(self, db: Database, lane: TopicPartition) -> None:
        self._db = db
        self.lane = lane

    def execute(self, sql: str, parameters: Sequence[Any] = ()) -> int:
        return self._db.execute(sql, parameters)

    def many(self, sql: str, rows: Sequence[Sequence[Any]]) -> None:
        if rows:
            self._db.many(sql, rows)

    def query(self, sql: str, parameters: Sequence[Any] = ()) -> list[Row]:
        return self._db.query(sql, parameters)

    def emit(self, out: Out) -> None:
        headers = orjson.dumps([[name, value.decode("latin-1")] for name, value in out.headers])
        row = (*self.lane, out.topic, out.partition, out.key, out.value, headers, out.timestamp_ms)
        self._db.execute(sql.EMIT, row)


def _fenced(claim: Claim) -> Fenced:
    return Fenced(f"{claim.tp.topic}/{claim.tp.partition}: no longer ours (epoch {claim.epoch})")


def _headers(stored: bytes) -> Headers:
    return tuple((name, value.encode("latin-1")) for name, value in orjson.loads(stored))
