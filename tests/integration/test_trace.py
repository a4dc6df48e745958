"""`sitrep trace` over running services: an article that arrived, one that waits, one that nobody could read."""

import asyncio
from pathlib import Path
from typing import Any

import orjson
import pytest

from services.ingest.prepare import prepare
from services.runtime.kafka import KafkaPublisher
from services.runtime.records import Out
from tests.e2e.desk import Desk, running_desk
from tests.integration.commands import sitrep

pytestmark = [pytest.mark.kafka, pytest.mark.slow]
FERRY = orjson.dumps(
    {
        "id": "harbour/01-ferry", "url": "https://coast.example/ferry", "outlet": "Coast Post",
        "title": "Ferry sinks off Bergen", "published": "2031-03-05T09:00:00Z",
        "body": "A ferry sank off Bergen on Monday, killing four people, police said.",
    }
)  # fmt: skip
RECIPE = b'{"id": "kitchen/02-soup", "title": "Soup", "body": "Boil the potatoes and add a little salt."}'
LATE = b'{"id": "harbour/03-late", "title": "Late", "body": "Nobody has read this yet."}'


async def trace(desk: Desk, what: str, *more: str) -> Any:
    done = await asyncio.to_thread(sitrep, "trace", what, *more, env=desk.env)
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout.decode()


async def test_an_article_and_its_incident_are_followed_to_the_end(kafka: str, prefix: str, tmp_path: Path) -> None:
    async with running_desk(kafka, prefix, tmp_path / "home") as desk:
        await desk.publish([prepare(FERRY, "test"), prepare(RECIPE, "test")])
        await send(desk, Out(desk.settings.topic("articles"), b"junk-1", b"no JSON \x1b[2J", partition=2))
        await desk.at_rest()
        by_url = orjson.loads(await trace(desk, "https://www.coast.example/ferry#top", "--json"))
        (hop,) = by_url["hops"]
        (read,) = hop["reports"]
        (told,) = read["events"]
        assert (by_url["article"], hop["waits"], told["seq"]) == ("harbour/01-ferry", None, 1)
        assert told["cause"] == read["position"]
        assert told["changes"][0].startswith("new incident")
        assert hop["at"] <= read["at"] <= told["view"]["at"]

        screen = await trace(desk, "harbour/01")
        for place in (hop["position"], read["position"], told["position"], told["view"]["position"]):
            assert place in screen
        assert "nothing in it that could belong" in await trace(desk, "kitchen/02-soup")

        story = orjson.loads(await trace(desk, "bergen", "--json"))
        assert [(e["seq"], e["article"], e["cause"]) for e in story["events"]] == [
            (1, "harbour/01-ferry", read["position"])
        ]
        assert (story["incident"], story["missing"]) == (told["incident"], [])
        assert orjson.loads(await trace(desk, told["incident"], "--json")) == story

        dead = await trace(desk, "junk-1")
        assert "not_json" in dead
        assert "\x1b" not in dead
        letter = orjson.loads(await trace(desk, "2@0", "--json"))["hops"][0]["dead"]
        assert (letter["stage"], letter["origin"]) == ("parser", f"{prefix}articles/2@0")


async def test_an_article_that_nobody_has_read_waits_and_a_stranger_is_not_found(
    kafka: str, prefix: str, tmp_path: Path
) -> None:
    async with running_desk(kafka, prefix, tmp_path / "home", workers=()) as desk:
        await desk.publish([prepare(LATE, "test")])
        (hop,) = orjson.loads(await trace(desk, "harbour/03-late", "--json"))["hops"]
        assert hop["waits"] == "waits for the parser: it is the next one there"
        assert "waits for the parser" in await trace(desk, "harbour/03-late")
        lost = await asyncio.to_thread(sitrep, "trace", "nothing-of-that-name", env=desk.env)
        assert (lost.returncode, b"no article and no incident" in lost.stderr) == (66, True)
        twin = prepare(LATE.replace(b"03-late", b"04-late"), "test")
        await desk.publish([twin])
        both = await asyncio.to_thread(sitrep, "trace", "harbour/0", env=desk.env)
        assert (both.returncode, b"can mean 2 articles" in both.stderr) == (66, True)


async def send(desk: Desk, out: Out) -> None:
    publisher = KafkaPublisher(desk.settings.servers)
    await publisher.start()
    await publisher.send([out])
    await publisher.close()
