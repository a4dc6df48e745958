"""`sitrep rebuild` on a real topic, with a real projector before and after it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson
import pytest

from schemas.codec import EVENTS
from services.projector.handler import SCHEMA
from services.runtime.admin import create_topics
from services.runtime.kafka import KafkaPublisher
from services.runtime.records import Out, TopicPartition
from services.runtime.settings import Settings
from services.runtime.stores import open_store, reading
from tests.databases import Stores
from tests.e2e.desk import Desk
from tests.eventually import eventually
from tests.integration.commands import sitrep
from tests.integration.reading import records
from tests.projector.story import STORY, events

pytestmark = [pytest.mark.kafka, pytest.mark.slow]
DIRTY = "SELECT count(*) FROM incident WHERE seq > published_seq"
ALTERED = b'{"altered": true}'


@dataclass
class Place:
    """A desk's topics and store. `env` is what the command is told."""

    settings: Settings
    env: dict[str, object]

    def rows(self, statement: str) -> list[Any]:
        with reading(self.settings, "projector", "incident") as query:
            return query(statement, ())

    async def views(self) -> dict[bytes, bytes]:
        """The last record of each view on the topic."""
        found = await records(self.settings.servers, self.settings.topic("incidents"))
        return {record.key: record.value for record in found}

    async def count(self, topic: str) -> int:
        return len(await records(self.settings.servers, self.settings.topic(topic)))

    async def rebuild(self, *more: str) -> Any:
        return await asyncio.to_thread(sitrep, "rebuild", "--json", *more, env=self.env)

    @asynccontextmanager
    async def projecting(self) -> AsyncIterator[None]:
        """A projector that has folded all there is; it ends, with everything published, with the block."""
        desk = Desk(self.settings, self.env, logs=self.settings.home.parent)
        desk.start("projector")
        try:
            await desk.at_rest()
            yield
        finally:
            await asyncio.to_thread(desk.stop)


async def tell(settings: Settings) -> None:
    """The events of an invented raid, as a correlator sends them."""
    publisher = KafkaPublisher(settings.servers)
    await publisher.start()
    told = events([each() for each in STORY])
    await publisher.send([Out(settings.topic("events"), e.incident.encode(), EVENTS.encode(e)) for e in told])
    await publisher.close()


async def made(kafka: str, prefix: str, tmp_path: Path, stores: Stores | None = None) -> Place:
    """Topics of its own; the store in a SQLite file unless `stores` says PostgreSQL."""
    env: dict[str, object] = {
        "KAFKA_BOOTSTRAP_SERVERS": kafka, "SITREP_HOME": tmp_path / "home", "SITREP_TOPIC_PREFIX": prefix,
        "SITREP_GROUP_PREFIX": f"g.{prefix}",
    }  # fmt: skip
    settings = Settings(
        home=tmp_path / "home", bootstrap_servers=kafka, topic_prefix=prefix, group_prefix=f"g.{prefix}"
    )
    if stores and (url := stores.settings.database_url):
        schemas = stores.settings.schema_prefix
        env |= {"DATABASE_URL": url.get_secret_value(), "SITREP_SCHEMA_PREFIX": schemas}
        settings = settings.model_copy(update={"database_url": url, "schema_prefix": schemas})
    await create_topics(kafka, prefix)
    return Place(settings, env)


@pytest.fixture
async def place(kafka: str, prefix: str, tmp_path: Path, stores: Stores) -> Place:
    return await made(kafka, prefix, tmp_path, stores)


async def test_the_views_are_the_same_nothing_is_told_twice_and_damage_heals(place: Place) -> None:
    await tell(place.settings)
    async with place.projecting():
        if place.settings.database_url is None:
            refused = await place.rebuild("--yes")
            assert (refused.returncode, b"a projector runs" in refused.stderr) == (78, True)
    stored = place.rows("SELECT id, seq, view FROM incident")
    published, written, told = await place.views(), await place.count("incidents"), await place.count("changes")
    assert (len(stored), told) == (1, len(STORY))

    done = orjson.loads((await place.rebuild("--yes")).stdout)
    assert (done["events"], done["incidents"], done["differ"], done["parked"]) == (len(STORY), 1, 0, 0)
    assert place.rows("SELECT id, seq, view FROM incident") == stored

    alter(place)
    healed = orjson.loads((await place.rebuild("--yes")).stdout)
    assert healed["differ"] == 1
    assert place.rows("SELECT id, seq, view FROM incident") == stored
    async with place.projecting():
        await eventually(lambda: place.rows(DIRTY) == [(0,)], what="the healed view is published")
    assert await place.views() == published
    assert (await place.count("incidents"), await place.count("changes")) == (written + 1, told)


async def test_a_file_that_is_no_store_any_more_is_folded_anew(kafka: str, prefix: str, tmp_path: Path) -> None:
    place = await made(kafka, prefix, tmp_path)
    await tell(place.settings)
    async with place.projecting():
        pass
    stored, told = place.rows("SELECT id, seq, view FROM incident"), await place.count("changes")
    path = place.settings.store("projector")
    path.write_bytes(b"\xff" * 4096 * 3)
    lag = await asyncio.to_thread(sitrep, "lag", env=place.env)
    assert (lag.returncode, b"projector: its store cannot be read" in lag.stdout) == (0, True)
    done = orjson.loads((await place.rebuild("--yes")).stdout)
    assert (done["events"], done["differ"]) == (len(STORY), 1)
    assert place.rows("SELECT id, seq, view FROM incident") == stored
    async with place.projecting():
        await eventually(lambda: place.rows(DIRTY) == [(0,)], what="the view is published again")
    assert await place.count("changes") == told


def alter(place: Place) -> None:
    store = open_store(place.settings, "projector", SCHEMA)
    ((topic, part),) = store.read("SELECT topic, part FROM lane WHERE pos > 0")
    lane = TopicPartition(topic, part)
    with store.owned(store.claim(lane, "vandal")) as tx:
        tx.execute("UPDATE incident SET view=?", (ALTERED,))
    store.close()


async def test_it_asks_and_says_who_does_not_answer(place: Place) -> None:
    asked = await place.rebuild()
    assert (asked.returncode, b"--yes" in asked.stderr) == (64, True)
    place.env["KAFKA_BOOTSTRAP_SERVERS"] = "127.0.0.1:1"
    assert (await place.rebuild("--yes")).returncode == 69
