"""Bad input on a real Kafka, with the real workers: each ends as a dead letter or a report, and the workers go on."""

import asyncio
import json
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from aiokafka.errors import MessageSizeTooLargeError

from schemas.article import MAX_ARTICLE_BYTES
from services.runtime.admin import create_topics
from tests.eventually import eventually
from tests.integration.commands import start
from tests.integration.junk import Junk, Position, letter_at, letters, write
from tests.integration.reading import records

pytestmark = pytest.mark.kafka
PREFIX = "bad."
SERVICES = ("parser", "correlator", "projector")
NEWS = "Two miners were killed when a shaft collapsed near Arequipa on Monday, police said."
TRIP = "%trip"
STOPS_WITHIN_S = 45
"""Sooner than a watchdog ends a worker that cannot stop."""


@dataclass(frozen=True)
class Workers:
    """One process a service, for all tests of this module: who falls over fails the test that comes next."""

    servers: str
    env: dict[str, object]
    running: "dict[str, subprocess.Popen[bytes]]"
    logs: Path

    async def write(self, *junk: Junk, topic: str = "articles", compression: str | None = None) -> list[Position]:
        return await write(self.servers, PREFIX + topic, junk, compression=compression)

    async def letter(self, position: Position, within: float = 60) -> Any:
        return await letter_at(self.servers, PREFIX, position, within)

    async def letters(self) -> dict[Position, Any]:
        return await letters(self.servers, PREFIX)

    async def go_on(self, name: str, topic: str = "reports", within: float = 120) -> dict[str, Any]:
        """A good article behind the bad one, in its partition, gets through; what comes of it on `topic`."""
        await self.write(Junk(json.dumps({"id": name, "title": f"Mine {name}", "body": NEWS}).encode(), name.encode()))
        found = await self.told_of(name, topic, within)
        for service, process in self.running.items():
            assert process.poll() is None, (self.logs / f"{service}.log").read_text()[-3000:]
        return found

    async def told_of(self, name: str, topic: str = "reports", within: float = 60) -> dict[str, Any]:
        """The first record of the topic that names the article."""

        async def probe() -> Any:
            found = [record.value for record in await records(self.servers, PREFIX + topic)]
            word = json.dumps(name).encode()
            return next((json.loads(value) for value in found if value and word in value), None)

        found: dict[str, Any] = await eventually(probe, within, f"{name} on {topic}")
        return found


@pytest.fixture(scope="module")
def workers(kafka: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workers]:
    home = tmp_path_factory.mktemp("bad")
    asyncio.run(create_topics(kafka, PREFIX))
    env: dict[str, object] = {
        "KAFKA_BOOTSTRAP_SERVERS": kafka, "SITREP_HOME": home, "SITREP_TOPIC_PREFIX": PREFIX,
        "SITREP_GROUP_PREFIX": f"g.{PREFIX}", "SITREP_CHILD_FAILPOINT": TRIP,
    }  # fmt: skip
    running = {name: start("worker", name, env=env, log=home / f"{name}.log") for name in SERVICES}
    yield Workers(kafka, env, running, home)
    for process in running.values():
        process.terminate()
    assert {name: process.wait(60) for name, process in running.items()} == dict.fromkeys(SERVICES, 0)


UNREADABLE = {
    "broken JSON": (Junk(b'{"body": "x"', b"k1", (("ce_id", b"7"), ("x-trace", b"\x00\xff"))), "not_json"),
    "no bytes": (Junk(b"", b"k2"), "not_json"),
    "invalid UTF-8": (Junk(b'{"body": "\xc3\x28"}', b"\xff\xfe"), "not_utf8"),
    "a byte order mark": (Junk(b'\xef\xbb\xbf{"body": "x"}'), "not_json"),
    "nested without end": (Junk(b"[" * 100_000 + b"]" * 100_000), "not_json"),
    "a list": (Junk(b"[1, 2]", b"k3"), "not_an_object"),
    "no body": (Junk(b'{"title": "t"}', b"k4"), "no_body"),
    "a number as body": (Junk(b'{"body": 5}', b"k5"), "no_body"),
    "an empty body": (Junk(b'{"body": " \\n\\t "}', b"k6"), "empty_body"),
    "a number as title": (Junk(b'{"body": "x", "title": 5}', b"k7"), "wrong_type"),
    "a list as type": (Junk(b'{"body": "x", "type": ["article"]}', b"k8"), "unknown_type"),
    "no moment": (Junk(b'{"body": "x", "published": "9999-12-31T23:59:59Z"}', b"k9"), "wrong_time"),
    "a version to come": (Junk(b'{"body": "x", "v": 2}', b"k10"), "unknown_version"),
    "another type": (Junk(b'{"body": "x", "type": "report", "v": 1}', b"k11"), "unknown_type"),
    "null without a key": (Junk(None), "null_without_key"),
    "an outlet of a megabyte": (Junk(json.dumps({"body": "x", "outlet": "o" * 1_000_000}).encode()), "too_long"),
    "a withdrawal of nobody": (Junk(b'{"withdrawn": true}', b"k12"), "no_id"),
}


@pytest.mark.parametrize(("junk", "reason"), UNREADABLE.values(), ids=UNREADABLE)
async def test_what_cannot_be_read_is_kept_as_it_was_with_why_and_where(
    workers: Workers, junk: Junk, reason: str
) -> None:
    [position] = await workers.write(junk)
    letter = await workers.letter(position)
    told = dict(letter.headers)
    assert letter.value == (junk.value or b"")
    assert (told["sitrep_reason"].decode(), told["sitrep_stage"]) == (reason, b"parser")
    assert (told.get("sitrep_key"), "sitrep_null" in told) == (junk.key, junk.value is None)
    assert (told["sitrep_attempt"], told["sitrep_timestamp"]) == (b"0", b"%d" % letter.timestamp)
    assert told["sitrep_error"] != b""
    assert set(junk.headers) <= set(letter.headers)
    assert (await workers.go_on(f"after {position.offset}"))["article"]["withdrawn"] is False


async def test_a_null_with_a_key_withdraws(workers: Workers) -> None:
    await workers.write(Junk(None, b"pulled article"))
    found = await workers.told_of("pulled article")
    assert (found["article"]["withdrawn"], found["groups"]) == (True, [])


async def test_a_broken_address_is_no_reason_to_refuse_an_article(workers: Workers) -> None:
    await workers.write(Junk(json.dumps({"id": "odd url", "url": "http://[", "body": NEWS}).encode(), b"odd url"))
    assert (await workers.told_of("odd url"))["article"]["outlet"]["name"] == "unnamed outlet"


async def test_an_article_of_nearly_two_megabytes_is_read_as_far_as_anybody_reads(workers: Workers) -> None:
    body = f"{NEWS} " * (1_900_000 // (len(NEWS) + 1))
    await workers.write(Junk(json.dumps({"id": "very long", "body": body}).encode(), b"very long"))
    found = await workers.told_of("very long", within=120)
    assert found["groups"]
    assert any("characters were read" in warning for warning in found["warnings"])


async def test_the_topic_refuses_more_than_two_megabytes(workers: Workers) -> None:
    with pytest.raises(MessageSizeTooLargeError):
        await workers.write(Junk(b"x" * (MAX_ARTICLE_BYTES + 200_000)))


async def test_what_only_compression_brought_in_is_too_large_and_kept_as_far_as_the_topic_takes_it(
    workers: Workers,
) -> None:
    three, six = (Junk(json.dumps({"body": "a" * size}).encode(), b"big") for size in (3_000_000, 6_000_000))
    kept, left_out = await workers.write(three, six, compression="gzip")
    letter = await workers.letter(kept)
    assert (letter.value, dict(letter.headers)["sitrep_reason"]) == (three.value, b"too_large")
    letter = await workers.letter(left_out)
    told = dict(letter.headers)
    assert (letter.value, told["sitrep_reason"]) == (b"", b"too_large")
    assert int(told["sitrep_left_out"]) > 6_000_000
    await workers.go_on("after the bombs")


@pytest.mark.parametrize(("what", "reason"), [("crash", "crashed:SIGSEGV"), ("hang", "timeout"), ("memory", "memory")])
async def test_a_text_that_breaks_its_child_costs_itself_alone(workers: Workers, what: str, reason: str) -> None:
    junk = Junk(json.dumps({"body": f"{NEWS} {TRIP}:{what}"}).encode(), what.encode())
    good = Junk(json.dumps({"id": f"beside {what}", "body": NEWS}).encode(), b"beside")
    [position, _] = await workers.write(junk, good)
    letter = await workers.letter(position, within=120)
    assert (letter.value, dict(letter.headers)["sitrep_reason"].decode()) == (junk.value, reason)
    await workers.told_of(f"beside {what}")
    await workers.go_on(f"after {what}")


@pytest.mark.parametrize(("topic", "stage"), [("reports", "correlator"), ("events", "projector")])
@pytest.mark.parametrize(
    ("value", "reason"),
    [(b"{", "not_json"), (b"", "not_json"), (b"[]", "not_an_object"), (None, "null"), (b"\xff", "not_json")],
)
async def test_junk_among_our_own_records_is_a_letter_too(
    workers: Workers, topic: str, stage: str, value: bytes | None, reason: str
) -> None:
    [position] = await workers.write(Junk(value, b"main"), topic=topic)
    letter = await workers.letter(position)
    told = dict(letter.headers)
    assert letter.value == (value or b"")
    assert (told["sitrep_stage"].decode(), told["sitrep_reason"].decode()) == (stage, reason)
    assert (told["sitrep_key"], "sitrep_null" in told) == (b"main", value is None)


async def test_ten_thousand_junk_records_stop_nobody(workers: Workers) -> None:
    positions = await workers.write(*(Junk(b"junk %d" % n) for n in range(10_000)))
    await workers.letter(positions[-1], within=240)
    await workers.go_on("after the flood")
    found = await workers.letters()
    assert [found[position].value for position in positions] == [b"junk %d" % n for n in range(10_000)]


async def test_an_article_behind_all_that_junk_is_in_a_view(workers: Workers) -> None:
    await workers.go_on("the last one", topic="incidents")


@pytest.mark.parametrize(
    ("service", "topic", "value"),
    [
        ("correlator", "reports", b'{"type": "report", "v": 99, "id": "x"}'),
        ("correlator", "reports", b'{"type": "rumour", "v": 1}'),
        ("projector", "events", b'{"type": "report_recorded", "v": 99, "id": "x"}'),
    ],
)
async def test_a_newer_version_among_our_own_records_stops_the_worker_and_is_no_letter(
    kafka: str, prefix: str, tmp_path: Path, service: str, topic: str, value: bytes
) -> None:
    await create_topics(kafka, prefix)
    await write(kafka, prefix + topic, [Junk(value, b"main")])
    env = {"KAFKA_BOOTSTRAP_SERVERS": kafka, "SITREP_HOME": tmp_path, "SITREP_TOPIC_PREFIX": prefix,
           "SITREP_GROUP_PREFIX": f"g.{prefix}"}  # fmt: skip
    for run in range(2):
        log = tmp_path / f"log{run}"
        assert start("worker", service, env=env, log=log).wait(STOPS_WITHIN_S) == 75
        assert "upgrade" in json.loads(log.read_text().splitlines()[-1])["why"]
    assert await letters(kafka, prefix) == {}
