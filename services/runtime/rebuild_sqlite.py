"""A SQLite store built beside the one in use: another file, renamed over it at the end."""

import os
import sqlite3
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType

from services.runtime.exits import OperatorNeeded, TryAgain
from services.runtime.rebuild import Lanes
from services.runtime.records import TopicPartition
from services.runtime.sqlite_store import SqliteStore, hold
from services.runtime.store import Store

SIDE_FILES = ("", "-wal", "-shm")


class SqliteBeside:
    """`path` = the file in use, `schema` = the service's own tables. Raises OperatorNeeded while a service has the
    file; nobody gets it before we are done."""

    def __init__(self, path: Path, schema: str) -> None:
        self._path = path
        self._new = path.with_suffix(".rebuild")
        path.parent.mkdir(parents=True, exist_ok=True)
        self._lock = hold(path)
        _drop(self._new)  # what a killed rebuild left
        self._fresh = SqliteStore(self._new, schema, exclusive=False)
        self._fresh.read("PRAGMA synchronous=OFF")  # it is synced once, before it takes its place

    def __enter__(self) -> "SqliteBeside":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._fresh.close()
        _drop(self._new)
        self._lock.close()

    @property
    def fresh(self) -> Store:
        return self._fresh

    def lanes(self) -> Lanes | None:
        if not self._path.exists():
            return None
        try:
            former = SqliteStore(self._path, exclusive=False)
            try:
                rows = former.read("SELECT topic, part, pos, last_hash FROM lane")
            finally:
                former.close()
        except TryAgain:
            return None
        return {TopicPartition(topic, part): (pos, last_hash) for topic, part, pos, last_hash in rows}

    def put_in_place(self, carry: Sequence[str], expected: Lanes) -> bool:
        """Always true: the lock keeps the store in use from moving."""
        self._fresh.close()
        with _plain(self._new) as db:
            if carry:
                db.execute("ATTACH ? AS former", (str(self._path),))
                db.execute("BEGIN IMMEDIATE")
                for statement in carry:
                    db.execute(statement.format(new="main", old="former"))
                db.execute("COMMIT")
                db.execute("DETACH former")
        _whole(self._new)
        # A log of changes left beside the new file would be played into it: it goes into the old file first.
        with suppress(sqlite3.Error):
            _whole(self._path)
        for side in SIDE_FILES[1:]:
            _beside(self._path, side).unlink(missing_ok=True)
        self._new.replace(self._path)
        _sync(self._path.parent)
        return True


class _plain:
    """A connection for a few statements; wrong files end in TryAgain."""

    def __init__(self, path: Path) -> None:
        self._db = sqlite3.connect(path, isolation_level=None, timeout=20)

    def __enter__(self) -> sqlite3.Connection:
        return self._db

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._db.close()
        if type(error) is sqlite3.DatabaseError:  # a page that is none
            raise OperatorNeeded(
                f"the store in use is damaged ({error}): move it away and rebuild again; the events are then folded as"
                " far as the service's group has committed, and every view is published again"
            ) from error
        if isinstance(error, sqlite3.DatabaseError):
            raise TryAgain(f"store: {error}") from error


def _whole(path: Path) -> None:
    """All of the store in its one file, on the disk."""
    if not path.exists():
        return
    db = sqlite3.connect(path, isolation_level=None, timeout=20)
    try:
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    finally:
        db.close()
    _sync(path)


def _drop(path: Path) -> None:
    for side in SIDE_FILES:
        _beside(path, side).unlink(missing_ok=True)


def _beside(path: Path, side: str) -> Path:
    return path.with_name(path.name + side)


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
