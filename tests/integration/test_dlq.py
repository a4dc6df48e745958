"""`sitrep dlq` on a real topic: what is open, what a retry puts where, what it takes to be gone."""

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from services.runtime.admin import create_topics
from services.runtime.broker import free_ports
from services.runtime.dead_letters import dead_letter
from services.runtime.kafka import KafkaPublisher
from services.runtime.records import Headers, Record
from tests.eventually import eventually
from tests.integration.commands import sitrep, start
from tests.integration.junk import Junk, letter_at, letters, write
from tests.integration.reading import records

pytestmark = pytest.mark.kafka
FIRST_CAME = 1_700_000_000_123
GOOD = b'{"id": "a1", "body": "Two miners were killed when a shaft collapsed near Arequipa on Monday, police said."}'
ODD = b'\xff\x00{"body": '


class Desk:
    """Topics of one test, and the command over them."""

    def __init__(self, servers: str, prefix: str, home: Path) -> None:
        self.servers = servers
        self.prefix = prefix
        self.env: dict[str, object] = {
            "KAFKA_BOOTSTRAP_SERVERS": servers, "SITREP_HOME": home, "SITREP_TOPIC_PREFIX": prefix,
            "SITREP_GROUP_PREFIX": f"g.{prefix}",
        }  # fmt: skip

    async def bury(
        self, value: bytes | None, key: bytes | None = b"k", headers: Headers = (), reason: str = "failed",
        topic: str = "articles", offset: int = 0,
    ) -> str:  # fmt: skip
        """The id of a letter as a service writes it."""
        record = Record(self.prefix + topic, 5, offset, FIRST_CAME, key, value, headers)
        out = dead_letter(record, f"{self.prefix}dead-letters", stage="parser", reason=reason, error="words")
        publisher = KafkaPublisher(self.servers)
        await publisher.start()
        await publisher.send([out])
        await publisher.close()
        return (out.key or b"").decode()

    def dlq(self, *args: str, data: bytes = b"") -> "subprocess.CompletedProcess[bytes]":
        return sitrep("dlq", *args, env=self.env, data=data)

    def listed(self, *args: str) -> list[dict[str, Any]]:
        done = self.dlq("list", "--json", *args)
        assert done.returncode == 0, done.stderr
        return [json.loads(line) for line in done.stdout.splitlines()]

    async def on(self, topic: str) -> list[Any]:
        return await records(self.servers, self.prefix + topic)


@pytest.fixture
async def desk(kafka: str, prefix: str, tmp_path: Path) -> Desk:
    await create_topics(kafka, prefix)
    return Desk(kafka, prefix, tmp_path)


@pytest.fixture
def parser(desk: Desk, tmp_path: Path) -> Iterator["subprocess.Popen[bytes]"]:
    process = start("worker", "parser", env=desk.env, log=tmp_path / "parser.log")
    yield process
    process.terminate()
    assert process.wait(60) == 0


async def test_the_open_letters_are_listed_and_what_is_resolved_is_gone(desk: Desk) -> None:
    assert desk.listed() == []
    ids = [await desk.bury(b"%d" % n, offset=n, reason="not_json" if n % 2 else "timeout") for n in range(5)]
    assert [each["id"] for each in desk.listed()] == ids
    assert [each["id"] for each in desk.listed("--limit", "2")] == ids[3:]
    assert [each["id"] for each in desk.listed("--reason", "timeout", "--stage", "parser")] == ids[::2]
    assert desk.listed("--stage", "projector") == []
    assert desk.dlq("drop", ids[0], ids[3][:13], "--reason", "a test of theirs").returncode == 0
    assert [each["id"] for each in desk.listed()] == [ids[1], ids[2], ids[4]]
    tombstones = [record for record in await desk.on("dead-letters") if record.value is None]
    assert dict(tombstones[0].headers) == {"sitrep_resolved": b"drop", "sitrep_words": b"a test of theirs"}


async def test_ids_come_through_a_pipe_and_a_dry_run_changes_nothing(desk: Desk) -> None:
    ids = [await desk.bury(b"%d" % n, offset=n) for n in range(3)]
    before = await desk.on("dead-letters")
    for args in (("drop", "-", "--dry-run"), ("retry", "-", "--dry-run"), ("retry", "--all", "--dry-run")):
        assert desk.dlq(*args, data="\n".join(ids).encode()).returncode == 0
    assert len(await desk.on("dead-letters")) == len(before)
    assert await desk.on("articles") == []
    assert desk.dlq("drop", "-", data="\n".join(ids).encode()).returncode == 0
    assert desk.listed() == []


async def test_show_tells_all_and_gives_the_bytes_back_unchanged(desk: Desk, tmp_path: Path) -> None:
    name = await desk.bury(ODD, b"\x1b[2J", (("x", b"\x1b]0;y\x07"),))
    done = desk.dlq("show", name[:8])
    assert done.returncode == 0
    assert b"\x1b" not in done.stdout
    assert b"ff 00 7b" in done.stdout
    assert desk.dlq("show", name, "--raw").stdout == ODD
    assert desk.dlq("show", name, "--raw", "-o", str(tmp_path / "value")).returncode == 0
    assert (tmp_path / "value").read_bytes() == ODD
    assert json.loads(desk.dlq("show", name, "--json").stdout)["headers"] == [{"name": "x", "value": "\x1b]0;y\x07"}]


@pytest.mark.parametrize("value", [ODD, b"", None, b"x" * 1_900_000], ids=["odd", "empty", "null", "large"])
async def test_a_retry_puts_the_record_back_as_it_was_then_closes_the_letter(desk: Desk, value: bytes | None) -> None:
    headers: Headers = (("ce_id", b"7"), ("x", b"\xff"))
    name = await desk.bury(value, b"\xfekey", headers)
    assert desk.dlq("retry", name).returncode == 0
    [again] = await desk.on("articles")
    assert (again.partition, again.key, again.value) == (5, b"\xfekey", value)
    assert again.headers == (*headers, ("sitrep_timestamp", b"%d" % FIRST_CAME), ("sitrep_attempt", b"1"))
    assert desk.listed() == []
    assert desk.dlq("retry", name).returncode == 66


async def test_a_retry_that_dies_before_its_tombstone_leaves_the_letter_open_and_loses_nothing(desk: Desk) -> None:
    name = await desk.bury(GOOD, b"a1")
    killed = sitrep("dlq", "retry", name, env={**desk.env, "SITREP_FAILPOINT": "dlq.after_send:1"})
    assert killed.returncode == 137
    assert [each["id"] for each in desk.listed()] == [name]
    assert desk.dlq("retry", name).returncode == 0
    once, again = await desk.on("articles")
    assert (once.key, once.value, once.headers) == (again.key, again.value, again.headers)
    assert desk.listed() == []


async def test_retry_all_takes_the_oldest_and_no_more_than_it_may(desk: Desk) -> None:
    ids = [await desk.bury(b"%d" % n, offset=n) for n in range(5)]
    assert desk.dlq("retry", "--all", "--limit", "3").returncode == 0
    assert [record.value for record in await desk.on("articles")] == [b"0", b"1", b"2"]
    assert [each["id"] for each in desk.listed()] == ids[3:]


async def test_what_cannot_be_retried_is_named_and_the_others_are(desk: Desk) -> None:
    worn = await desk.bury(b"a", headers=(("sitrep_attempt", b"5"),), offset=1)
    nothing = await desk.bury(None, None, offset=2)
    foreign = await desk.bury(b"c", topic="changes", offset=3)
    fine = await desk.bury(b"d", offset=4)
    done = desk.dlq("retry", "--all", "--json")
    assert (done.returncode, json.loads(done.stdout)["id"]) == (65, fine)
    assert all(name.encode() in done.stderr for name in (worn, nothing, foreign))
    assert [each["id"] for each in desk.listed()] == [worn, nothing, foreign]
    assert [record.value for record in await desk.on("articles")] == [b"d"]


async def test_a_name_of_nothing_is_66_and_no_broker_is_69(desk: Desk) -> None:
    for command in ("show", "retry", "drop"):
        assert desk.dlq(command, "00000000").returncode == 66
    nowhere = {"KAFKA_BOOTSTRAP_SERVERS": f"127.0.0.1:{free_ports(1)[0]}"}
    assert sitrep("dlq", "list", env=nowhere).returncode == 69
    missing = sitrep("dlq", "list", env={**desk.env, "SITREP_TOPIC_PREFIX": "none."})
    assert (missing.returncode, b"sitrep topics create" in missing.stderr) == (69, True)


async def test_a_record_that_fails_again_comes_back_with_one_attempt_more_until_it_is_enough(
    desk: Desk, parser: "subprocess.Popen[bytes]"
) -> None:
    [position] = await write(desk.servers, f"{desk.prefix}articles", [Junk(ODD, b"k")])
    first = dict((await letter_at(desk.servers, desk.prefix, position)).headers)["sitrep_timestamp"]
    for attempt in range(1, 6):
        assert desk.dlq("retry", "--all").returncode == 0
        letter = await _comes_back(desk, attempt)
        told = dict(letter.headers)
        assert (letter.value, told["sitrep_key"], told["sitrep_timestamp"]) == (ODD, b"k", first)
    worn = desk.dlq("retry", "--all")
    assert (worn.returncode, b"retried 5 times already" in worn.stderr) == (65, True)


async def _comes_back(desk: Desk, attempt: int) -> Any:
    """The one letter that is open, once it says that it was tried so often."""

    async def probe() -> list[Any]:
        found = (await letters(desk.servers, desk.prefix)).values()
        return [each for each in found if dict(each.headers)["sitrep_attempt"] == b"%d" % attempt]

    [letter] = await eventually(probe)
    return letter


async def test_what_was_no_fault_of_the_article_is_a_report_after_a_retry_and_as_old_as_it_is(
    desk: Desk, parser: "subprocess.Popen[bytes]"
) -> None:
    name = await desk.bury(GOOD, b"a1", reason="timeout")
    assert desk.dlq("retry", name).returncode == 0
    found = await eventually(lambda: desk.on("reports"), 60)
    article = json.loads(found[0].value)["article"]
    assert (article["id"], article["revision"]["ms"]) == ("a1", FIRST_CAME)
    assert desk.listed() == []
