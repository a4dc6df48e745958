"""The store on SQLite: one file and one process per service, durable before anything is published."""

import fcntl
import sqlite3
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from io import BufferedWriter
from pathlib import Path
from typing import Any

from services.runtime import store_sql as sql
from services.runtime.exits import OperatorNeeded, TryAgain
from services.runtime.sql_store import SqlStore
from services.runtime.store import Row

PRAGMAS = ("journal_mode=WAL", "synchronous=FULL", "busy_timeout=20000", "temp_store=MEMORY")
OURS = (sqlite3.IntegrityError, sqlite3.ProgrammingError, sqlite3.InterfaceError)
"""What SQLite raises for wrong code; its other errors are the world's."""


class SqliteStore(SqlStore):
    """`path` None = in memory. `schema` are the service's own tables (CREATE … IF NOT EXISTS).

    `exclusive` locks the file against other processes: raises OperatorNeeded if one has it. Every database error
    ends in TryAgain: the outcome of a commit may be unknown, and a restart reads the truth.
    """

    def __init__(
        self,
        path: Path | None,
        schema: str = "",
        exclusive: bool = True,
        clock: Callable[[], float] = time.time,
    ) -> None:
        if path:
            path.parent.mkdir(parents=True, exist_ok=True)
        self._lock = hold(path) if path and exclusive else None
        super().__init__(SqliteDatabase(path, sql.schema(sql.SQLITE) + schema), clock)

    def close(self) -> None:
        super().close()
        if self._lock:
            self._lock.close()


class SqliteDatabase:
    """One connection, used by one thread at a time."""

    def __init__(self, path: Path | None, schema: str) -> None:
        with ERRORS:
            self._db = sqlite3.connect(path or ":memory:", isolation_level=None, check_same_thread=False)
            for pragma in PRAGMAS:
                self._db.execute(f"PRAGMA {pragma}")
            self._db.executescript(schema)

    def execute(self, statement: str, parameters: Sequence[Any] = ()) -> int:
        with ERRORS:
            return self._db.execute(statement, parameters).rowcount

    def many(self, statement: str, rows: Sequence[Sequence[Any]]) -> None:
        with ERRORS:
            self._db.executemany(statement, rows)

    def query(self, statement: str, parameters: Sequence[Any] = ()) -> list[Row]:
        with ERRORS:
            return self._db.execute(statement, parameters).fetchall()

    @contextmanager
    def begun(self) -> Iterator[None]:
        with ERRORS:
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._db.execute("COMMIT")
            finally:
                if self._db.in_transaction:
                    self._db.execute("ROLLBACK")

    def close(self) -> None:
        self._db.close()


class _Errors:
    """Wraps every statement, so it is a class: cheaper than a generator."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> None:
        if isinstance(error, sqlite3.Error) and not isinstance(error, OURS):
            raise TryAgain(f"store: {error}") from error


ERRORS = _Errors()


def hold(path: Path) -> BufferedWriter:
    """The lock of a store's file, until it is closed. Raises OperatorNeeded where another process has it."""
    lock = path.with_suffix(".lock").open("ab")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        lock.close()
        raise OperatorNeeded(f"another process holds {path}: SQLite serves one instance of a service") from error
    return lock
