"""The store on PostgreSQL: a schema per service and generation, as many instances of a service as there are lanes."""

import re
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from types import TracebackType
from typing import Any, LiteralString

import psycopg
from psycopg import sql as names

from services.runtime import store_sql as sql
from services.runtime.exits import TryAgain
from services.runtime.sql_store import SqlStore
from services.runtime.store import Row

OURS = (psycopg.IntegrityError, psycopg.ProgrammingError, psycopg.DataError, psycopg.NotSupportedError)
"""What PostgreSQL raises for wrong code; its other errors are the world's."""
STOPPED_MS = 10_000
"""An owner that stands still inside a transaction this long is cut off, or its successor could never claim."""
STATEMENT_MS = 20_000
CONNECT_S = 10
SESSION = {
    "idle_in_transaction_session_timeout": str(STOPPED_MS),
    "statement_timeout": str(STATEMENT_MS),
    "synchronous_commit": "on",
    "default_transaction_isolation": "read committed",
    "timezone": "UTC",
}
# A host that vanished is noticed in half a minute, so that its lanes are not held by a dead connection.
ALIVE: dict[str, Any] = {"keepalives": 1, "keepalives_idle": 10, "keepalives_interval": 5, "keepalives_count": 4}


class PostgresStore(SqlStore):
    """`namespace` = the PostgreSQL schema, made if absent; `schema` = the service's own tables. Raises TryAgain where
    no server answers: the outcome of a commit may be unknown, and a restart reads the truth."""

    def __init__(
        self, url: str, namespace: str, schema: str = "", clock: Callable[[], float] = time.time, name: str = "sitrep"
    ) -> None:
        db = PostgresDatabase(url, namespace, name)
        db.create(namespace, sql.schema(sql.POSTGRES) + schema)
        super().__init__(db, clock)


class PostgresDatabase:
    """One connection, used by one thread at a time. `read_only` sessions cannot write."""

    def __init__(self, url: str, namespace: str, name: str = "sitrep", read_only: bool = False) -> None:
        self._namespace = namespace
        settings = SESSION | {"search_path": namespace} | ({"default_transaction_read_only": "on"} if read_only else {})
        options = " ".join(f"-c {key}={value.replace(' ', chr(92) + ' ')}" for key, value in settings.items())
        with ERRORS:
            self._db: psycopg.Connection[Row] = psycopg.connect(
                url, autocommit=True, connect_timeout=CONNECT_S, application_name=name, options=options, **ALIVE
            )

    def create(self, namespace: str, tables: str) -> None:
        """The schema and its tables, if absent. Instances that start together take turns: PostgreSQL's own IF NOT
        EXISTS fails when two do it at once."""
        with self.begun():
            self.execute("SELECT pg_advisory_xact_lock(hashtext(?))", (f"sitrep:{namespace}",))
            with ERRORS:
                self._db.execute(names.SQL("CREATE SCHEMA IF NOT EXISTS {}").format(names.Identifier(namespace)))
                self._db.execute(_static(collated(tables)))

    def exists(self, table: str) -> bool:
        return self.query("SELECT to_regclass(?)", (f"{self._namespace}.{table}",))[0][0] is not None

    def execute(self, statement: str, parameters: Sequence[Any] = ()) -> int:
        with ERRORS:
            return self._db.execute(_placed(statement), _storable(parameters)).rowcount

    def many(self, statement: str, rows: Sequence[Sequence[Any]]) -> None:
        with ERRORS, self._db.cursor() as cursor:
            cursor.executemany(_placed(statement), [_storable(row) for row in rows])

    def query(self, statement: str, parameters: Sequence[Any] = ()) -> list[Row]:
        with ERRORS:
            return self._db.execute(_placed(statement), _storable(parameters)).fetchall()

    @contextmanager
    def begun(self) -> Iterator[None]:
        with ERRORS, self._db.transaction():
            yield

    def close(self) -> None:
        self._db.close()


def collated(tables: str) -> str:
    """Text sorts by its bytes, as SQLite sorts it: a decision must not hang on the locale of a database."""
    return re.sub(r"\bTEXT\b", 'TEXT COLLATE "C"', tables)


@lru_cache(maxsize=512)
def _placed(statement: str) -> LiteralString:
    return _static(statement.replace("%", "%%").replace("?", "%s"))


def _static(statement: str) -> LiteralString:
    """psycopg asks the type checker for constants, to keep values out of statements; ours only come as parameters."""
    return statement


def _storable(parameters: Sequence[Any]) -> Sequence[Any]:
    """PostgreSQL's text cannot hold NUL; a text of the world may. It is replaced alike in writes and look-ups."""
    if any(isinstance(value, str) and "\0" in value for value in parameters):
        return [value.replace("\0", "\u2400") if isinstance(value, str) else value for value in parameters]
    return parameters


class _Errors:
    """Wraps every statement, so it is a class: cheaper than a generator."""

    def __enter__(self) -> None:
        return None

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if isinstance(error, psycopg.Error) and not isinstance(error, OURS):
            raise TryAgain(f"store: {error}") from error


ERRORS = _Errors()
