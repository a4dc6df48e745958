"""A store built anew beside the one in use, on both stores: what it must hold, and that a failure changes nothing."""

import sqlite3
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any, Protocol

import pytest

from services.runtime.exits import OperatorNeeded
from services.runtime.memory import MemoryBroker, MemoryLog
from services.runtime.rebuild import Beside, Rebuild
from services.runtime.rebuild_postgres import PostgresBeside
from services.runtime.rebuild_sqlite import SqliteBeside
from services.runtime.records import Out, Record, TopicPartition
from services.runtime.store import Store, Tx
from tests.databases import Stores
from tests.runtime.tiny import POISON, SCHEMA, TinyHandler, Topics, oracle, stored

TOPICS = Topics("in", "events", "views", "dead")
LANES = (TopicPartition("in", 0), TopicPartition("in", 1))
SAME = (
    "UPDATE {new}.thing SET published=seq WHERE EXISTS(SELECT 1 FROM {old}.thing o"
    " WHERE o.id=thing.id AND o.digest=thing.digest AND o.published>=thing.seq)",
)


class Room(Protocol):
    """A Beside that is used by `with`."""

    def __enter__(self) -> Beside: ...

    def __exit__(self, *_: Any) -> None: ...


def beside(stores: Stores) -> AbstractContextManager[Any]:
    settings = stores.settings
    if settings.database_url is None:
        return SqliteBeside(settings.store("tiny"), SCHEMA)
    return PostgresBeside(settings.database_url.get_secret_value(), settings.namespace("tiny"), SCHEMA)


class World:
    """Two lanes of 450 records, folded by a service that published all but the last lane's newest."""

    def __init__(self, stores: Stores) -> None:
        self.stores = stores
        self.broker = MemoryBroker({"in": 2}, clock=lambda: 7)
        for n in range(900):
            value = POISON if n == 13 else b"%d" % n
            self.broker.append(Out("in", b"k%d" % (n % 7), value, partition=n % 2))
        with self.opened() as store:
            for lane, upto in zip(LANES, (450, 400), strict=True):
                self.fold(store, self.broker.records(lane)[:upto])

    def opened(self) -> "Opened":
        return Opened(self.stores)

    def fold(self, store: Store, records: Sequence[Record]) -> None:
        claim = store.claim(records[0].tp, "service")
        with store.transaction(claim, records) as tx:
            TinyHandler(TOPICS).apply(tx, records)
        rows = store.pending(claim.tp, 10_000)
        store.mark_sent(claim, rows[-3].n, [(TopicPartition("events", 0), 41)])

    def folded(self) -> list[Record]:
        return [*self.broker.records(LANES[0]), *self.broker.records(LANES[1])[:400]]


class Opened:
    def __init__(self, stores: Stores) -> None:
        self._stores = stores

    def __enter__(self) -> Store:
        self._store = self._stores.open("tiny", SCHEMA)
        return self._store

    def __exit__(self, *_: Any) -> None:
        self._store.close()


async def rebuild(
    world: World, handler: TinyHandler | None = None, fallback: Mapping[TopicPartition, int] | None = None
) -> int:
    folded: list[int] = []
    with beside(world.stores) as room:
        job = Rebuild(room, handler or TinyHandler(TOPICS), MemoryLog(world.broker), fallback or {}, SAME)
        await job.run(folded.append)
    return sum(folded)


def everything(store: Store) -> dict[str, list[Any]]:
    tables = ("thing", "outbox", "out_mark", "meta")
    return {table: store.read(f"SELECT * FROM {table} ORDER BY 1, 2") for table in tables}


@pytest.fixture
def world(stores: Stores) -> World:
    return World(stores)


async def test_it_is_what_it_was_and_sends_nothing_twice_nor_less(world: World) -> None:
    with world.opened() as store:
        store.read("SELECT 1")
        before, epochs = everything(store), [store.claim(lane, "again").epoch for lane in LANES]
    assert await rebuild(world) == 850
    with world.opened() as store:
        after = everything(store)
        assert after["thing"] == before["thing"]
        assert [row[1:] for row in after["outbox"]] == [row[1:] for row in before["outbox"]]
        assert after["out_mark"] == before["out_mark"]
        assert stored(store) == oracle(world.folded()).final
        assert [len(store.pending(lane, 10_000)) for lane in LANES] == [2, 2]
        assert [store.position(lane) for lane in LANES] == [450, 400]
        assert [store.claim(lane, "next").epoch for lane in LANES] == [epoch + 2 for epoch in epochs]


async def test_what_was_altered_is_healed_and_only_that_is_to_be_published(world: World) -> None:
    truth = oracle(world.folded()).final
    with world.opened() as store, store.owned(store.claim(LANES[0], "vandal")) as tx:
        tx.execute("UPDATE thing SET published=seq")
        tx.execute("UPDATE thing SET digest='no such state' WHERE id=?", (b"k3",))
    await rebuild(world)
    with world.opened() as store:
        assert stored(store) == truth
        assert store.read("SELECT id FROM thing WHERE seq > published") == [(b"k3",)]


class Fails(TinyHandler):
    """Gives up in the middle."""

    left = 3

    def apply(self, tx: Tx, records: Sequence[Record]) -> None:
        self.left -= 1
        if not self.left:
            raise KeyboardInterrupt
        super().apply(tx, records)


async def test_interrupted_it_leaves_the_store_as_it_was(world: World) -> None:
    with world.opened() as store:
        before = everything(store)
    with pytest.raises(KeyboardInterrupt):
        await rebuild(world, Fails(TOPICS))
    with world.opened() as store:
        assert everything(store) == before
    assert await rebuild(world) == 850


async def test_a_log_that_is_another_one_is_not_folded(world: World) -> None:
    world.broker.recreate("in")
    with pytest.raises(OperatorNeeded, match="re-created"):
        await rebuild(world)


async def test_a_log_that_lost_its_beginning_is_not_folded(world: World) -> None:
    world.broker.trim(LANES[1], 5)
    with pytest.raises(OperatorNeeded, match="begins at 5"):
        await rebuild(world)


async def test_where_no_store_is_left_the_group_says_how_far(tmp_path: Any, world: World) -> None:
    if world.stores.settings.database_url is not None:
        pytest.skip("a server that lost its files is not ours to heal")
    world.stores.settings.store("tiny").write_bytes(b"no database at all" * 1000)
    assert await rebuild(world, fallback={LANES[0]: 450, LANES[1]: 300}) == 750
    with world.opened() as store:
        assert [store.position(lane) for lane in LANES] == [450, 300]
        assert [len(store.pending(lane, 10_000)) for lane in LANES] == [0, 0]
        assert store.read("SELECT count(*) FROM thing WHERE seq > published") == [(7,)]


async def test_a_damaged_file_is_left_to_a_person(world: World) -> None:
    if world.stores.settings.database_url is not None:
        pytest.skip("a server that lost its files is not ours to heal")
    path = world.stores.settings.store("tiny")
    with sqlite3.connect(path) as db:
        ((page,),) = db.execute("SELECT rootpage FROM sqlite_master WHERE name='outbox'").fetchall()
        ((size,),) = db.execute("PRAGMA page_size").fetchall()
    db.close()
    with path.open("r+b") as file:
        file.seek((page - 1) * size)
        file.write(b"\xff" * size)
    spoiled = path.read_bytes()
    with pytest.raises(OperatorNeeded, match="damaged"):
        await rebuild(world)
    assert path.read_bytes() == spoiled
    path.unlink()
    assert await rebuild(world, fallback={LANES[0]: 450}) == 450


def test_two_at_a_time_are_one_too_many(world: World) -> None:
    with beside(world.stores), pytest.raises(OperatorNeeded):
        beside(world.stores)


def test_a_service_that_has_the_file_is_not_disturbed(world: World) -> None:
    if world.stores.settings.database_url is not None:
        pytest.skip("PostgreSQL fences it instead")
    with world.opened(), pytest.raises(OperatorNeeded):
        beside(world.stores)


class Slow(TinyHandler):
    """Another instance goes on while this one folds."""

    def __init__(self, world: World) -> None:
        super().__init__(TOPICS)
        self._world = world
        self._gone_on = False

    def apply(self, tx: Tx, records: Sequence[Record]) -> None:
        super().apply(tx, records)
        if not self._gone_on:
            self._gone_on = True
            with self._world.opened() as store:
                self._world.fold(store, self._world.broker.records(LANES[1])[400:])


async def test_a_service_that_runs_meanwhile_loses_nothing_and_is_fenced(world: World) -> None:
    if world.stores.settings.database_url is None:
        pytest.skip("SQLite's file is locked meanwhile")
    with world.opened() as running:
        claim = running.claim(LANES[0], "running")
        assert await rebuild(world, Slow(world)) == 900
        with pytest.raises(Exception, match="no longer ours"), running.owned(claim):
            pass
    with world.opened() as store:
        assert stored(store) == oracle(world.broker.topic("in")).final
        assert [len(store.pending(lane, 10_000)) for lane in LANES] == [2, 2]
