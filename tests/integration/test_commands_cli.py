"""Commands of people through the command line, over a real broker and real workers: done, undone, refused, once."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import orjson
import pytest

from schemas.codec import INCIDENTS, REPORTS
from schemas.command import Command
from schemas.incident import Incident
from services.ingest.prepare import prepare, prepare_all
from tests.e2e.desk import Desk, running_desk
from tests.integration.commands import sitrep
from tests.integration.reading import records
from tests.projector.comparable import comparable

pytestmark = [pytest.mark.kafka, pytest.mark.slow]
SEEDS = Path(__file__).resolve().parents[2] / "seeds"
WHY = ("--reason", "seen from the desk", "--author", "ana")


ESSAY = orjson.dumps({
    "id": "essay/1", "title": "Ten years after the quake", "published": "2031-03-05T09:00:00Z",
    "body": "In 2014 an earthquake killed 40 people in Bergen. The city has been rebuilt since then.",
})  # fmt: skip


async def played(desk: Desk) -> None:
    """Two incidents: a ferry and a shooting."""
    for name in ("ferry", "shooting"):
        await desk.publish(prepare_all((SEEDS / name / "dispatches.ndjson").read_bytes(), "ndjson", via="test"))
    await desk.at_rest()


async def called(desk: Desk, *args: str, code: int = 0) -> str:
    done = await asyncio.to_thread(sitrep, *args, env=desk.env)
    assert done.returncode == code, (done.stdout + done.stderr).decode()
    return (done.stdout + done.stderr).decode()


async def ordered(desk: Desk, *args: str, code: int = 0) -> Any:
    """A command and its outcome; the views have it when this returns."""
    told = orjson.loads(await called(desk, *args, *WHY, "--json", code=code))
    await desk.at_rest()
    return told


async def view(desk: Desk, incident: str) -> Incident:
    return INCIDENTS.decode((await called(desk, "show", incident, "--json")).strip().encode())


async def listed(desk: Desk) -> dict[str, Incident]:
    lines = (await called(desk, "incidents", "--json")).splitlines()
    return {found.id: found for found in map(INCIDENTS.decode, (line.encode() for line in lines))}


async def back_and_forth(
    desk: Desk, incident: str, *args: str, holds: Callable[[dict[str, Incident]], bool], touched: int = 1
) -> None:
    """The command does what it should, and after its undo all incidents are as they were."""
    before = {name: comparable(it) for name, it in (await listed(desk)).items()}
    done = await ordered(desk, *args)
    assert (done["done"], done["author"], len(done["touched"])) == (True, "ana", touched)
    now = await listed(desk)
    assert holds(now)
    for each in done["touched"]:
        if each["incident"] in now:
            assert now[each["incident"]].seq == each["seq"]
    undone = await ordered(desk, "undo", incident, done["command"])
    assert undone["done"]
    assert {name: comparable(it) for name, it in (await listed(desk)).items()} == before


async def test_each_command_is_done_and_undone(kafka: str, prefix: str, tmp_path: Path) -> None:
    async with running_desk(kafka, prefix, tmp_path / "home") as desk:
        await played(desk)
        ferry, shooting = await view(desk, "harstad"), await view(desk, "shooting")
        fact = ferry.facts[0]
        other = next(status for status in ("disputed", "confirmed") if status != fact.status)

        def reviewed(now: dict[str, Incident]) -> bool:
            found = next(it for it in now[ferry.id].facts if it.id == fact.id)
            assert found.review
            assert (found.review.author, found.review.reason) == ("ana", "seen from the desk")
            return (found.status, found.rule, found.review.rules_say) == (other, "R0", fact.status)

        await back_and_forth(desk, ferry.id, "review", "harstad", "f1", other, holds=reviewed)
        await back_and_forth(desk, ferry.id, "pin", "harstad", "f1", holds=lambda now: ferry.id in now)
        await back_and_forth(
            desk,
            ferry.id,
            "rename",
            ferry.id,
            "Ferry disaster",
            holds=lambda now: now[ferry.id].title == "Ferry disaster",
        )
        await back_and_forth(
            desk, ferry.id, "merge", "harstad", shooting.id[:8], touched=2,
            holds=lambda now: len(now) == 1 and len(next(iter(now.values())).reports) == len(
                ferry.reports) + len(shooting.reports),
        )  # fmt: skip
        await back_and_forth(
            desk, ferry.id, "split", "harstad", "r1", "r2", touched=2,
            holds=lambda now: sorted(len(it.reports) for it in now.values())[0] == 2,
        )  # fmt: skip
        await back_and_forth(
            desk, shooting.id, "move", "harstad", "r1", "--into", "shooting", touched=2,
            holds=lambda now: ferry.reports[0].article in {ref.article for ref in now[shooting.id].reports},
        )  # fmt: skip

        gone = await ordered(desk, "withdraw", "harstad", ferry.reports[0].article)
        assert gone["done"]
        assert (await view(desk, ferry.id)).reports[0].withdrawn
        told = await ordered(desk, "undo", ferry.id, gone["command"], code=65)
        assert "cannot be undone" in told["why"]


async def test_a_command_is_refused_or_done_once(kafka: str, prefix: str, tmp_path: Path) -> None:
    async with running_desk(kafka, prefix, tmp_path / "home") as desk:
        await played(desk)
        ferry = await view(desk, "harstad")

        late = await ordered(desk, "rename", "harstad", "Late", "--expected-seq", str(ferry.seq - 1), code=65)
        assert late["why"] == f"the incident is at seq {ferry.seq}, expected {ferry.seq - 1}"
        assert (await view(desk, ferry.id)).title == ferry.title
        seq = (await view(desk, ferry.id)).seq
        assert (await ordered(desk, "rename", "harstad", "In time", "--expected-seq", str(seq)))["done"]
        assert "✖ refused" in await called(desk, "merge", ferry.id, ferry.id, *WHY, code=65)

        once = await ordered(desk, "rename", ferry.id, "Once", "--id", "rename-1")
        assert await ordered(desk, "rename", ferry.id, "Once", "--id", "rename-1") == once
        assert "another command ('rename')" in await called(
            desk, "pin", ferry.id, "f1", "--id", "rename-1", *WHY, code=65
        )
        await called(desk, "rename", ferry.id, "Later", "--id", "rename-2", "--no-wait", *WHY)
        later = await ordered(desk, "rename", ferry.id, "Later", "--id", "rename-2")
        assert (later["done"], (await view(desk, ferry.id)).title) == (True, "Later")

        found = await records(kafka, prefix + "reports")
        commands = [(r, c) for r in found if isinstance(c := REPORTS.decode(r.value), Command)]
        assert [c.id for _, c in commands].count("rename-1") == 1
        for record, command in commands:
            headers = dict(record.headers)
            assert record.key == b"main"
            assert (headers["ce_id"], headers["ce_type"]) == (command.id.encode(), b"sitrep.command.v1")
            assert (command.author, command.reason) == ("ana", "seen from the desk")


async def test_without_a_correlator_the_command_waits_in_the_log(kafka: str, prefix: str, tmp_path: Path) -> None:
    async with running_desk(kafka, prefix, tmp_path / "home") as desk:
        await played(desk)
        ferry = await view(desk, "harstad")
        correlator = desk.workers.pop("correlator")
        correlator.terminate()
        assert await asyncio.to_thread(correlator.wait, 60) == 0
        rename = ("rename", ferry.id, "Waited for", "--id", "rename-3", *WHY)
        assert "not decided within 1 s" in await called(desk, *rename, "--within", "1", code=75)
        desk.start("correlator")
        told = await ordered(desk, *rename[:5])
        assert (told["done"], (await view(desk, ferry.id)).title) == (True, "Waited for")
        assert "nothing waits" in await called(desk, "queue")
        await desk.publish([prepare(ESSAY, "test")])
        await desk.at_rest()
        (item,) = map(orjson.loads, (await called(desk, "queue", "--json")).splitlines())
        assert (item["kind"], item["article"]) == ("unlinked", "essay/1")
