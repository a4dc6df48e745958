"""Seeded schedules of kill -9, SIGTERM and SIGSTOP over running services: T1 to T5 hold (runtime B7)."""

import asyncio
import json
import os
import signal
import sqlite3
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, closing
from functools import partial
from pathlib import Path

import pytest

from bench.newsgen import generate, ndjson
from services.ingest.prepare import Prepared, prepare_all
from services.runtime.kafka import KafkaPublisher
from services.runtime.lag import Lag
from services.runtime.records import Out
from tests.e2e.desk import SERVICES, Desk, running_desk
from tests.e2e.oracle import Logs, Parse, read_logs
from tests.eventually import eventually
from tests.faults.schedule import SIGNALS, STOPPED_S, Fault, schedule
from tests.faults.theorems import breaches

pytestmark = [pytest.mark.kafka, pytest.mark.faults, pytest.mark.slow]
ARTICLES, INCIDENTS, FAULTS = 240, 24, 8
DESKS = ("main", "north", "south", "coast")
"""A desk is a lane of the correlator, so several keep both instances of it busy."""
TWICE = (*SERVICES, *(f"{name}-2" for name in SERVICES))
WRITES = {"parser": "reports", "correlator": "events", "projector": "incidents"}


def articles(seed: int) -> list[Prepared]:
    """Generated, dealt out to the desks by incident."""
    lines, _ = generate(seed=seed, count=ARTICLES, incidents=INCIDENTS)
    told = [json.loads(line) for line in ndjson(lines).splitlines()]
    for each in told:
        each["desk"] = DESKS[int(each["id"].split("/")[1]) % len(DESKS)]
    return prepare_all("\n".join(json.dumps(each) for each in told).encode(), "ndjson", via="test")


async def junk(kafka: str, topic: str, seed: int) -> None:
    publisher = KafkaPublisher(kafka)
    await publisher.start()
    await publisher.send([Out(topic, None, b"junk %d {" % seed)])
    await publisher.close()


async def written(desk: Desk, worker: str) -> int:
    """Records that the worker's service has written so far, those that were compacted away included."""
    async with Lag(desk.settings) as lag:
        return sum((await lag.ends(WRITES[worker.split("-")[0]])).values())


async def more_than(desk: Desk, worker: str, count: int) -> bool:
    return await written(desk, worker) > count


@asynccontextmanager
async def tended(desk: Desk) -> AsyncIterator[None]:
    """Whatever ends is started again meanwhile."""

    async def tend() -> None:
        while True:
            desk.tend()
            await asyncio.sleep(0.2)

    task = asyncio.create_task(tend())
    try:
        yield
    finally:
        task.cancel()
        await asyncio.wait([task])
        if not task.cancelled() and (error := task.exception()):
            raise error


async def strike(desk: Desk, fault: Fault) -> None:
    process = desk.workers[fault.worker]
    if process.poll() is not None:
        return  # it is just being started again
    if fault.kind in SIGNALS:
        desk.kill(fault.worker, SIGNALS[fault.kind])
        return
    os.kill(process.pid, signal.SIGSTOP)
    await asyncio.sleep(STOPPED_S[fault.kind])
    os.kill(process.pid, signal.SIGCONT)


async def under_fire(desk: Desk, kafka: str, faults: Sequence[Fault], told: Sequence[Prepared]) -> None:
    """A share of the articles before each fault, so that it strikes while there is work."""
    share = -(-len(told) // len(faults))
    for number, fault in enumerate(faults):
        before = await written(desk, fault.worker)
        await desk.publish(told[number * share : (number + 1) * share])
        await junk(kafka, desk.settings.topic("articles"), number)
        await eventually(partial(more_than, desk, fault.worker, before), within=120, what=f"work before {fault}")
        await strike(desk, fault)


async def hold(desk: Desk, kafka: str, parse: Parse) -> list[str]:
    """At rest: what is not as the theorems say; asked again while the last views are on their way."""
    found: list[str] = []

    async def holds() -> bool:
        found[:] = breaches(desk.settings, await read_logs(kafka, desk.settings.topic_prefix), parse)
        return not found

    try:
        await eventually(holds, within=60)
    except AssertionError:
        return found
    return []


async def run(kafka: str, prefix: str, home: Path, seed: int, parse: Parse, url: str | None) -> tuple[Desk, list[str]]:
    workers = TWICE if url else SERVICES
    async with running_desk(kafka, prefix, home, workers, url) as desk:
        async with tended(desk):
            await under_fire(desk, kafka, schedule(seed, workers, FAULTS), articles(seed))
        await desk.at_rest(within=300)
        return desk, await hold(desk, kafka, parse)


async def test_one_instance_of_each_service_on_sqlite(
    kafka: str, prefix: str, tmp_path: Path, seed: int, parse_with: Parse
) -> None:
    desk, wrong = await run(kafka, prefix, tmp_path / "home", seed, parse_with, None)
    assert wrong == []
    assert desk.restarts >= 1


async def test_two_instances_of_each_service_on_postgresql(
    kafka: str, postgres: str, prefix: str, tmp_path: Path, seed: int, parse_with: Parse
) -> None:
    desk, wrong = await run(kafka, prefix, tmp_path / "home", seed, parse_with, postgres)
    assert wrong == []
    assert desk.restarts >= 1


async def test_the_theorems_see_what_is_lost_doubled_and_altered(
    kafka: str, prefix: str, tmp_path: Path, parse_with: Parse
) -> None:
    async with running_desk(kafka, prefix, tmp_path / "home") as desk:
        await desk.publish(articles(1)[:12])
        await desk.at_rest()
        assert await hold(desk, kafka, parse_with) == []
    logs, settings = await read_logs(kafka, prefix), desk.settings
    for topic, sign in (("events", "is lost"), ("incidents", "T3"), ("reports", "missing")):
        found = breaches(settings, Logs({**logs.topics, topic: logs.topics[topic][:-1]}), parse_with)
        assert any(sign in line for line in found)
    with closing(sqlite3.connect(settings.store("projector"))) as db, db:
        db.execute("UPDATE incident SET view=view || 'x' WHERE id=(SELECT MIN(id) FROM incident)")
    assert any(line.startswith("T1 projector") for line in breaches(settings, logs, parse_with))
    with closing(sqlite3.connect(settings.store("correlator"))) as db, db:
        db.execute("DELETE FROM placement WHERE part=(SELECT MIN(part) FROM placement)")
    assert any(line.startswith("T1 correlator: placement") for line in breaches(settings, logs, parse_with))
