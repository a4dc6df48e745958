"""The store on SQLite: one file and one process per service, durable before anything is published."""

import fcntl
import sqlite3
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import orjson

from services.runtime.exits import Fenced, OperatorNeeded, TryAgain
from services.runtime.records import Out, Record, TopicPartition
from services.runtime.store import Claim, OutRow, Row, Tx, record_hash

KEEP_SENT_S = 7 * 86_400
SCHEMA = """
CREATE TABLE IF NOT EXISTS lane(
  topic TEXT NOT NULL, part INTEGER NOT NULL, epoch INTEGER NOT NULL, owner TEXT NOT NULL, pos INTEGER NOT NULL,
  last_hash BLOB, PRIMARY KEY(topic, part)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS outbox(
  n INTEGER PRIMARY KEY AUTOINCREMENT, lane_topic TEXT NOT NULL, lane_part INTEGER NOT NULL, out_topic TEXT NOT NULL,
  out_part INTEGER, key BLOB, value BLOB, headers BLOB NOT NULL, ts INTEGER, sent_at INTEGER);
CREATE INDEX IF NOT EXISTS outbox_open ON outbox(lane_topic, lane_part, n) WHERE sent_at IS NULL;
CREATE INDEX IF NOT EXISTS outbox_sent ON outbox(sent_at) WHERE sent_at IS NOT NULL;
CREATE TABLE IF NOT EXISTS out_mark(
  lane_topic TEXT NOT NULL, lane_part INTEGER NOT NULL, out_topic TEXT NOT NULL, out_part INTEGER NOT NULL,
  offset INTEGER NOT NULL, PRIMARY KEY(lane_topic, lane_part, out_topic, out_part)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS meta(key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
"""


class SqliteStore:
    """`schema` are the service's own tables (CREATE … IF NOT EXISTS).

    Raises OperatorNeeded if another process holds the file.
    """

    ADVANCE = (
        "UPDATE lane SET pos=:pos, last_hash=:hash WHERE topic=:topic AND part=:part AND epoch=:epoch AND pos=:was"
    )
    OWNED = "UPDATE lane SET owner=owner WHERE topic=:topic AND part=:part AND epoch=:epoch"

    def __init__(self, path: Path, schema: str = "") -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._lock = path.with_suffix(".lock").open("ab")
        self._hold(path)
        self._db = sqlite3.connect(path, isolation_level=None, check_same_thread=False, cached_statements=256)
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "busy_timeout=20000", "temp_store=MEMORY"):
            self._db.execute(f"PRAGMA {pragma}")
        self._db.executescript(SCHEMA + schema)

    def _hold(self, path: Path) -> None:
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise OperatorNeeded(f"another process holds {path}: SQLite serves one instance of a service") from error

    def claim(self, tp: TopicPartition, owner: str) -> Claim:
        with self._begun():
            self._db.execute("INSERT OR IGNORE INTO lane VALUES(?, ?, 0, '', 0, NULL)", tp)
            row = self._db.execute(
                "UPDATE lane SET epoch=epoch+1, owner=? WHERE topic=? AND part=? RETURNING epoch, pos, last_hash",
                (owner, *tp),
            ).fetchone()
        return Claim(tp, *row)

    @contextmanager
    def transaction(self, claim: Claim, records: Sequence[Record]) -> Iterator[Tx]:
        first, last = records[0], records[-1]
        moved = {"pos": last.offset + 1, "hash": record_hash(last), "was": first.offset}
        with self._begun():
            self._fence(claim, self.ADVANCE, moved)
            yield _Tx(self._db, claim.tp)

    @contextmanager
    def owned(self, claim: Claim) -> Iterator[Tx]:
        with self._begun():
            self._fence(claim, self.OWNED, {})
            yield _Tx(self._db, claim.tp)

    def _fence(self, claim: Claim, sql: str, values: dict[str, Any]) -> None:
        lane = {"topic": claim.tp.topic, "part": claim.tp.partition, "epoch": claim.epoch}
        if self._db.execute(sql, lane | values).rowcount != 1:
            raise Fenced(f"{claim.tp.topic}/{claim.tp.partition}: no longer ours (epoch {claim.epoch}, {values})")

    def position(self, tp: TopicPartition) -> int:
        row = self._db.execute("SELECT pos FROM lane WHERE topic=? AND part=?", tp).fetchone()
        return int(row[0]) if row else 0

    def pending(self, tp: TopicPartition, limit: int) -> list[OutRow]:
        rows = self._db.execute(
            "SELECT n, out_topic, key, value, headers, out_part, ts FROM outbox"
            " WHERE lane_topic=? AND lane_part=? AND sent_at IS NULL ORDER BY n LIMIT ?",
            (*tp, limit),
        )
        return [OutRow(n, Out(topic, key, value, _headers(h), part, ts)) for n, topic, key, value, h, part, ts in rows]

    def mark_sent(self, claim: Claim, upto: int, acked: Iterable[tuple[TopicPartition, int]]) -> None:
        now = int(time.time())
        with self.owned(claim):
            self._db.execute(
                "UPDATE outbox SET sent_at=? WHERE lane_topic=? AND lane_part=? AND sent_at IS NULL AND n<=?",
                (now, *claim.tp, upto),
            )
            self._db.executemany(
                "INSERT INTO out_mark VALUES(?, ?, ?, ?, ?)"
                " ON CONFLICT DO UPDATE SET offset=max(offset, excluded.offset)",
                [(*claim.tp, *out, offset) for out, offset in acked],
            )
            self._db.execute("DELETE FROM outbox WHERE sent_at < ?", (now - KEEP_SENT_S,))

    def read(self, sql: str, parameters: Sequence[Any] = ()) -> list[Row]:
        return self._db.execute(sql, parameters).fetchall()

    def close(self) -> None:
        self._db.close()
        self._lock.close()

    @contextmanager
    def _begun(self) -> Iterator[None]:
        """BEGIN IMMEDIATE … COMMIT. What the store itself fails at ends the process: its outcome is unknown."""
        try:
            self._db.execute("BEGIN IMMEDIATE")
            yield
            self._db.execute("COMMIT")
        except BaseException as error:
            if self._db.in_transaction:
                self._db.execute("ROLLBACK")
            if isinstance(error, sqlite3.Error):
                raise TryAgain(f"store: {error}") from error
            raise


class _Tx:
    """What a service's handler may do inside a transaction."""

    def __init__(self, db: sqlite3.Connection, tp: TopicPartition) -> None:
        self._db = db
        self._tp = tp

    def execute(self, sql: str, parameters: Sequence[Any] = ()) -> int:
        return self._db.execute(sql, parameters).rowcount

    def query(self, sql: str, parameters: Sequence[Any] = ()) -> list[Row]:
        return self._db.execute(sql, parameters).fetchall()

    def emit(self, out: Out) -> None:
        headers = orjson.dumps([[name, value.decode("latin-1")] for name, value in out.headers])
        self._db.execute(
            "INSERT INTO outbox(lane_topic, lane_part, out_topic, out_part, key, value, headers, ts)"
            " VALUES(?, ?, ?, ?, ?, ?, ?, ?)",
            (*self._tp, out.topic, out.partition, out.key, out.value, headers, out.timestamp_ms),
        )


def _headers(stored: bytes) -> tuple[tuple[str, bytes], ...]:
    return tuple((name, value.encode("latin-1")) for name, value in orjson.loads(stored))
