"""kill -9 of each worker in the middle of 500 articles: the oracle holds and nothing is lost (runtime A1)."""

import asyncio
from functools import partial
from pathlib import Path

import pytest

from bench.newsgen import generate, ndjson
from services.ingest.prepare import prepare_all
from tests.e2e.desk import SERVICES, Desk, running_desk
from tests.e2e.oracle import Parse, sound
from tests.eventually import eventually
from tests.integration.reading import records

pytestmark = [pytest.mark.kafka, pytest.mark.slow]
ARTICLES = 500
WRITES = {"parser": "reports", "correlator": "events", "projector": "changes"}


async def has(kafka: str, topic: str, least: int) -> bool:
    return len(await records(kafka, topic)) >= least


def restarted(desk: Desk, times: int) -> bool:
    desk.tend()
    return desk.restarts >= times


async def test_every_worker_is_killed_in_the_middle(kafka: str, prefix: str, tmp_path: Path, parse_with: Parse) -> None:
    lines, _ = generate(seed=7, count=ARTICLES, incidents=40)
    prepared = prepare_all(ndjson(lines), "ndjson", via="test")
    async with running_desk(kafka, prefix, tmp_path / "home") as desk:
        publishing = asyncio.create_task(desk.publish(prepared))
        for number, service in enumerate(SERVICES, 1):
            await eventually(partial(has, kafka, prefix + WRITES[service], number * 60), within=120)
            desk.kill(service)
            await eventually(partial(restarted, desk, number))
        await publishing
        await desk.at_rest(within=240)
        logs = await eventually(partial(sound, kafka, prefix, parse_with), within=90, what="the oracle holds")
    assert logs is not None
    assert desk.restarts >= len(SERVICES)
    assert len(logs.values("articles")) == ARTICLES
    assert logs.values("dead-letters") == []
