"""The store on SQLite: one file and one process per service, durable before anything is published."""

import fcntl
import sqlite3
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from io import BufferedWriter
from pathlib import Path
from typing import Any

import orjson

from services.runtime import store_sql as sql
from services.runtime.exits import Fenced, OperatorNeeded, TryAgain
from services.runtime.records import Headers, Out, Record, TopicPartition
from services.runtime.store import Claim, OutRow, Row, Tx, record_hash

KEEP_SENT_S = 7 * 86_400
PRAGMAS = ("journal_mode=WAL", "synchronous=FULL", "busy_timeout=20000", "temp_store=MEMORY")
OURS = (sqlite3.IntegrityError, sqlite3.ProgrammingError, sqlite3.InterfaceError)
"""What SQLite raises for wrong code; its other errors are the world's."""


class SqliteStore:
    """`path` None = in memory. `schema` are the service's own tables (CREATE … IF NOT EXISTS).

    `exclusive` locks the file against other processes: raises OperatorNeeded if one has it. Every database error
    ends in TryAgain: the outcome of a commit may be unknown, and a restart reads the truth.
    """

    ADVANCE = sql.ADVANCE
    OWNED = sql.OWNED

    def __init__(
        self,
        path: Path | None,
        schema: str = "",
        exclusive: bool = True,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._clock = clock
        if path:
            path.parent.mkdir(parents=True, exist_ok=True)
        self._lock = _hold(path) if path and exclusive else None
        with _errors():
            self._db = sqlite3.connect(path or ":memory:", isolation_level=None, check_same_thread=False)
            for pragma in PRAGMAS:
                self._db.execute(f"PRAGMA {pragma}")
            self._db.executescript(sql.schema(sql.SQLITE) + schema)

    def claim(self, tp: TopicPartition, owner: str) -> Claim:
        with self._begun():
            self._db.execute(sql.NEW_LANE, tp)
            row = self._db.execute(sql.CLAIM, (owner, *tp)).fetchone()
        return Claim(tp, *row)

    @contextmanager
    def transaction(self, claim: Claim, records: Sequence[Record]) -> Iterator[Tx]:
        first, last = records[0], records[-1]
        with self._begun():
            self._moved(claim, first.offset, last.offset + 1, record_hash(last))
            yield SqliteTx(self._db, claim.tp)

    @contextmanager
    def restored(self, claim: Claim, pos: int, last_hash: bytes | None) -> Iterator[Tx]:
        with self._begun():
            self._moved(claim, claim.pos, pos, last_hash)
            yield SqliteTx(self._db, claim.tp)

    @contextmanager
    def owned(self, claim: Claim) -> Iterator[Tx]:
        with self._begun():
            if self._db.execute(self.OWNED, (*claim.tp, claim.epoch)).rowcount != 1:
                raise _fenced(claim)
            yield SqliteTx(self._db, claim.tp)

    def _moved(self, claim: Claim, was: int, pos: int, last_hash: bytes | None) -> None:
        """The compare-and-set: always the first statement."""
        if self._db.execute(self.ADVANCE, (pos, last_hash, *claim.tp, claim.epoch, was)).rowcount != 1:
            raise _fenced(claim)

    def lane(self, tp: TopicPartition) -> tuple[int, bytes | None]:
        rows = self.read(sql.LANE, tp)
        return (rows[0][0], rows[0][1]) if rows else (0, None)

    def position(self, tp: TopicPartition) -> int:
        return self.lane(tp)[0]

    def pending(self, tp: TopicPartition, limit: int) -> list[OutRow]:
        rows = self.read(sql.PENDING, (*tp, limit))
        return [OutRow(n, Out(topic, key, value, _headers(h), part, ts)) for n, topic, key, value, h, part, ts in rows]

    def mark_sent(self, claim: Claim, upto: int, acked: Iterable[tuple[TopicPartition, int]]) -> None:
        now = int(self._clock())
        with self.owned(claim):
            self._db.execute(sql.MARK, (now, *claim.tp, upto))
            self._db.executemany(sql.OUT_MARK, [(*claim.tp, *out, offset) for out, offset in acked])
            self._db.execute(sql.PURGE, (now - KEEP_SENT_S,))

    def out_marks(self, tp: TopicPartition) -> Mapping[TopicPartition, int]:
        rows = self.read(sql.OUT_MARKS, tp)
        return {TopicPartition(topic, part): acked for topic, part, acked in rows}

    def resend(self, claim: Claim) -> int:
        with self.owned(claim):
            self._db.execute(sql.FORGET_MARKS, claim.tp)
            return self._db.execute(sql.RESEND, claim.tp).rowcount

    def meta(self, key: str) -> str | None:
        rows = self.read(sql.META, (key,))
        return str(rows[0][0]) if rows else None

    def put_meta(self, key: str, value: str) -> None:
        with self._begun():
            self._db.execute(sql.PUT_META, (key, value))

    def close(self) -> None:
        self._db.close()
        if self._lock:
            self._lock.close()

    def read(self, sql: str, parameters: Sequence[Any] = ()) -> list[Row]:
        with _errors():
            return self._db.execute(sql, parameters).fetchall()

    @contextmanager
    def _begun(self) -> Iterator[None]:
        """BEGIN IMMEDIATE … COMMIT; rolled back if the body raises."""
        with _errors():
            self._db.execute(sql.SQLITE.begin)
            try:
                yield
                self._db.execute("COMMIT")
            finally:
                if self._db.in_transaction:
                    self._db.execute("ROLLBACK")


class SqliteTx:
    """What a service's handler may do inside a transaction."""

    def __init__(self, db: sqlite3.Connection, lane: TopicPartition) -> None:
        self._db = db
        self.lane = lane

    def execute(self, sql: str, parameters: Sequence[Any] = ()) -> int:
        return self._db.execute(sql, parameters).rowcount

    def query(self, sql: str, parameters: Sequence[Any] = ()) -> list[Row]:
        return self._db.execute(sql, parameters).fetchall()

    def emit(self, out: Out) -> None:
        headers = orjson.dumps([[name, value.decode("latin-1")] for name, value in out.headers])
        row = (*self.lane, out.topic, out.partition, out.key, out.value, headers, out.timestamp_ms)
        self._db.execute(sql.EMIT, row)


def _hold(path: Path) -> BufferedWriter:
    lock = path.with_suffix(".lock").open("ab")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        lock.close()
        raise OperatorNeeded(f"another process holds {path}: SQLite serves one instance of a service") from error
    return lock


@contextmanager
def _errors() -> Iterator[None]:
    try:
        yield
    except OURS:
        raise
    except sqlite3.Error as error:
        raise TryAgain(f"store: {error}") from error


def _fenced(claim: Claim) -> Fenced:
    return Fenced(f"{claim.tp.topic}/{claim.tp.partition}: no longer ours (epoch {claim.epoch})")


def _headers(stored: bytes) -> Headers:
    return tuple((name, value.encode("latin-1")) for name, value in orjson.loads(stored))
