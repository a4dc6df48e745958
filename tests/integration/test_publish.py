"""Articles onto a real topic: by the command, over HTTP, through the watched folder."""

import json
import signal
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from schemas.article import MAX_ARTICLE_BYTES, from_wire
from schemas.topics import partition_of
from services.runtime.admin import create_topics
from services.runtime.broker import free_ports
from tests.eventually import eventually
from tests.integration.commands import sitrep, start
from tests.integration.reading import records

pytestmark = pytest.mark.kafka
LINES = b'{"id": "a", "body": "One."}\n{"url": "https://x.example/2", "body": "Two."}\n'
HOST = "127.0.0.1"


@pytest.fixture
async def topics(kafka: str, prefix: str) -> dict[str, str]:
    """Settings for topics that are there."""
    await create_topics(kafka, prefix)
    return {"KAFKA_BOOTSTRAP_SERVERS": kafka, "SITREP_TOPIC_PREFIX": prefix}


async def published(topics: dict[str, str]) -> list[Any]:
    return await records(topics["KAFKA_BOOTSTRAP_SERVERS"], topics["SITREP_TOPIC_PREFIX"] + "articles")


async def test_what_is_published_lies_on_the_topic(topics: dict[str, str]) -> None:
    done = sitrep("publish", "-", "--json", env=topics, data=LINES)
    assert done.returncode == 0, done.stderr
    told = {position["id"]: position for position in map(json.loads, done.stdout.splitlines())}
    found = await published(topics)
    assert len(found) == len(told) == 2
    for record in found:
        article = from_wire(record.value, record.key, dict(record.headers), record.timestamp)
        assert record.key.decode() == article.id
        assert record.partition == partition_of(record.key, 8) == told[article.id]["partition"]
        assert record.offset == told[article.id]["offset"]
        assert dict(record.headers)["ce_type"] == b"sitrep.article.v1"


async def test_tail_prints_what_lies_there_once_and_in_order(topics: dict[str, str]) -> None:
    sitrep("publish", "-", env=topics, data=b"".join(b'{"id": "%d", "body": "x"}\n' % n for n in range(30)))
    everything = sitrep("tail", "articles", "--json", "--all", "--no-follow", env=topics).stdout.splitlines()
    assert sorted(int(json.loads(line)["key"]) for line in everything) == list(range(30))
    last = sitrep("tail", "articles", "--json", "-n", "7", "--no-follow", env=topics).stdout.splitlines()
    assert last == everything[-7:]
    assert sitrep("tail", "articles", "-n", "0", "--no-follow", env=topics).stdout == b""


async def test_bad_input_is_65_and_what_is_good_is_published(topics: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("Words.")
    (tmp_path / "b.json").write_text('{"title": "no body"}')
    (tmp_path / "c.txt").write_text("x" * (MAX_ARTICLE_BYTES + 1))
    done = sitrep("publish", str(tmp_path), env=topics)
    assert done.returncode == 65
    assert b"b.json: no_body" in done.stderr
    assert b"c.txt: too_large" in done.stderr
    assert b"2000000" in done.stderr
    assert len(await published(topics)) == 1


def test_no_broker_is_69_and_a_missing_topic_says_what_to_do(kafka: str, prefix: str) -> None:
    nowhere = {"KAFKA_BOOTSTRAP_SERVERS": f"{HOST}:{free_ports(1)[0]}"}
    silent = sitrep("publish", "-", env=nowhere, data=LINES)
    assert (silent.returncode, b"no Kafka answers at" in silent.stderr) == (69, True)
    missing = sitrep("publish", "-", env={"KAFKA_BOOTSTRAP_SERVERS": kafka, "SITREP_TOPIC_PREFIX": prefix}, data=LINES)
    assert (missing.returncode, b"sitrep topics create" in missing.stderr) == (69, True)


@asynccontextmanager
async def ingest(topics: dict[str, str], folder: Path) -> AsyncIterator[str]:
    """A real ingest worker: the address of its POST /articles."""
    port = free_ports(1)[0]
    env = {**topics, "SITREP_HOME": folder, "SITREP_INGEST_PORT": port}
    process = start("worker", "ingest", env=env, log=folder / "log")
    try:
        await eventually(lambda: b'"ready"' in (folder / "log").read_bytes(), what="the worker is ready")
        yield f"http://{HOST}:{port}"
    finally:
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 0


async def test_the_ingest_worker_takes_posts_and_files(topics: dict[str, str], tmp_path: Path) -> None:
    async with ingest(topics, tmp_path) as url, aiohttp.ClientSession() as client:
        async with client.post(f"{url}/articles", json={"id": "posted", "body": "Words."}) as answer:
            assert answer.status == 202
            position = (await answer.json())["articles"][0]
        (tmp_path / "inbox" / "dropped.txt").write_text("Dropped words.")
        await eventually(lambda: (tmp_path / "inbox" / "done" / "dropped.txt").exists())
        async with client.get(f"{url}/health") as health:
            assert health.status == 200
    found = {json.loads(record.value)["via"]: record for record in await published(topics)}
    assert (found["http"].partition, found["http"].offset) == (position["partition"], position["offset"])
    assert json.loads(found["folder"].value)["body"] == "Dropped words."


def test_a_taken_port_ends_the_worker_with_69_and_the_setting(topics: dict[str, str], tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind((HOST, 0))
        other.listen()
        port = other.getsockname()[1]
        done = sitrep("worker", "ingest", env={**topics, "SITREP_HOME": tmp_path, "SITREP_INGEST_PORT": port})
    assert done.returncode == 69
    last = json.loads(done.stderr.splitlines()[-1])
    assert (last["event"], last["code"], "SITREP_INGEST_PORT" in last["why"]) == ("stopped", 69, True)


def test_topics_are_created_and_checked_by_command(kafka: str, prefix: str) -> None:
    env = {"KAFKA_BOOTSTRAP_SERVERS": kafka, "SITREP_TOPIC_PREFIX": prefix}
    assert sitrep("topics", "check", env=env).returncode == 78
    assert len(json.loads(sitrep("topics", "create", "--json", env=env).stdout)["created"]) == 6
    assert json.loads(sitrep("topics", "create", "--json", env=env).stdout) == {"created": []}
    done = sitrep("topics", "check", "--json", env=env)
    assert (done.returncode, json.loads(done.stdout)) == (0, {"differences": []})
