"""What only the store on SQLite does: one process a file, and its errors."""

import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from services.runtime.exits import OperatorNeeded, TryAgain
from services.runtime.sqlite_store import SqliteStore
from tests.runtime.test_store import SCHEMA, TP, records


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteStore]:
    store = SqliteStore(tmp_path / "a" / "store.sqlite", SCHEMA)
    yield store
    store.close()


def test_a_second_process_is_told_to_leave(store: SqliteStore, tmp_path: Path) -> None:
    with pytest.raises(OperatorNeeded, match="another process"):
        SqliteStore(tmp_path / "a" / "store.sqlite")
    code = (
        "import sys; from pathlib import Path; from services.runtime.sqlite_store import SqliteStore\n"
        "try: SqliteStore(Path(sys.argv[1]))\nexcept Exception as error: sys.exit(error.code)"
    )
    done = subprocess.run([sys.executable, "-c", code, str(tmp_path / "a" / "store.sqlite")], check=False)
    assert done.returncode == 78


def test_it_is_durable_before_it_is_published(store: SqliteStore) -> None:
    assert store.read("PRAGMA synchronous") == [(2,)]
    assert store.read("PRAGMA journal_mode") == [("wal",)]


def test_trouble_with_the_database_is_try_again_and_wrong_sql_values_are_ours(store: SqliteStore) -> None:
    claim = store.claim(TP, "me")
    with pytest.raises(TryAgain, match="no such table"), store.transaction(claim, records(0, 1)) as tx:
        tx.execute("INSERT INTO nowhere VALUES(1)")
    with pytest.raises(sqlite3.IntegrityError), store.transaction(claim, records(0, 1)) as tx:
        tx.execute("INSERT INTO note(id, text) VALUES(1, NULL)")
    assert store.position(TP) == 0
