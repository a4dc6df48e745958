"""Which store a service has: PostgreSQL where DATABASE_URL is set, else a SQLite file under HOME/store."""

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from typing import Any

from services.runtime.exits import Exit, Unavailable
from services.runtime.postgres_store import PostgresDatabase, PostgresStore
from services.runtime.settings import Settings
from services.runtime.sqlite_store import SqliteStore
from services.runtime.store import Row, Store

Query = Callable[[str, Sequence[Any]], list[Row]]
"""A statement with `?` for its parameters; its rows."""


def open_store(settings: Settings, service: str, schema: str) -> Store:
    """The store that `service` writes. Raises OperatorNeeded where another process has a SQLite file, TryAgain where
    no PostgreSQL answers."""
    if settings.database_url is None:
        return SqliteStore(settings.store(service), schema)
    url = settings.database_url.get_secret_value()
    return PostgresStore(url, settings.namespace(service), schema, name=f"sitrep {service}")


@contextmanager
def reading(settings: Settings, service: str, table: str) -> Iterator[Query]:
    """Reads what `service` wrote, beside it and without blocking it. Raises Unavailable where it has not written
    `table` yet."""
    with _postgres(settings, service, table) if settings.database_url else _sqlite(settings, service) as query:
        yield query


@contextmanager
def _sqlite(settings: Settings, service: str) -> Iterator[Query]:
    path = settings.store(service)
    if not path.exists():
        raise Unavailable(f"nothing yet at {path}: is the {service} running (sitrep up)?")
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=5)) as db:
        yield lambda statement, parameters: db.execute(statement, parameters).fetchall()


@contextmanager
def _postgres(settings: Settings, service: str, table: str) -> Iterator[Query]:
    assert settings.database_url is not None
    try:
        db = PostgresDatabase(
            settings.database_url.get_secret_value(), settings.namespace(service), "sitrep reader", read_only=True
        )
    except Exit as error:
        raise Unavailable(f"DATABASE_URL: {error.why}") from error
    with closing(db):
        if not db.exists(table):
            raise Unavailable(f"nothing yet in {settings.namespace(service)}: is the {service} running (sitrep up)?")
        yield db.query
