"""A correlator that was stopped in the middle of 500 articles and wakes when another has its lane.

It is refused and ends, and the oracle holds. That the fence is what refuses it shows in tests/runtime/test_faults.py,
with a fold that is not idempotent by itself: this correlator decides a report that came before to nothing anyway.
"""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pytest

from bench.newsgen import generate, ndjson
from services.ingest.prepare import prepare_all
from services.runtime.exits import TRY_AGAIN
from tests.e2e.desk import Desk, running_desk
from tests.e2e.oracle import Parse, sound
from tests.e2e.shared_correlator import Config
from tests.eventually import eventually
from tests.integration.reading import records

pytestmark = [
    pytest.mark.kafka, pytest.mark.slow,
    pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="needs /proc to see that a process is stopped"),
]  # fmt: skip
ARTICLES = 500
TAKEOVER_S = 100


class Correlators:
    """Correlators that share one store."""

    def __init__(self, config: Config) -> None:
        self._config = config
        self.processes: list[subprocess.Popen[bytes]] = []

    def start(self, stop_at: int | None = None) -> "subprocess.Popen[bytes]":
        config = self._config.model_copy(update={"stop_at": stop_at})
        command = [sys.executable, "-m", "tests.e2e.shared_correlator", config.model_dump_json()]
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
        self.processes.append(process)
        return process


@contextmanager
def correlators(config: Config) -> Iterator[Correlators]:
    made = Correlators(config)
    try:
        yield made
    finally:
        for process in made.processes:
            process.kill()
            process.wait()


def is_stopped(process: "subprocess.Popen[bytes]") -> bool:
    return Path(f"/proc/{process.pid}/stat").read_text().rsplit(")")[-1].split()[0] == "T"


async def more_than(kafka: str, topic: str, count: int) -> bool:
    return len(await records(kafka, topic)) > count


async def wake_a_zombie(desk: Desk, kafka: str, made: Correlators) -> "subprocess.Popen[bytes]":
    """The woken correlator: all that lay before it when it stopped, and more, was decided by another since."""
    lines, _ = generate(seed=7, count=ARTICLES, incidents=40)
    prepared = prepare_all(ndjson(lines), "ndjson", via="test")
    events = desk.settings.topic("events")
    zombie = made.start(stop_at=4)
    publishing = asyncio.create_task(desk.publish(prepared))
    await eventually(lambda: is_stopped(zombie), TAKEOVER_S)
    before = len(await records(kafka, events))
    made.start()
    await eventually(partial(more_than, kafka, events, before + 100), TAKEOVER_S)
    os.kill(zombie.pid, signal.SIGCONT)
    await publishing
    return zombie


async def test_the_store_refuses_it(kafka: str, prefix: str, tmp_path: Path, parse_with: Parse) -> None:
    config = Config(servers=kafka, prefix=prefix, store=tmp_path / "shared.sqlite")
    async with running_desk(kafka, prefix, tmp_path / "home", ("parser", "projector")) as desk:
        with correlators(config) as made:
            zombie = await wake_a_zombie(desk, kafka, made)
            await eventually(lambda: zombie.poll() is not None, TAKEOVER_S)
            assert zombie.returncode == TRY_AGAIN
            await desk.at_rest(within=240)
            logs = await eventually(partial(sound, kafka, prefix, parse_with), within=90, what="the oracle holds")
    assert logs is not None
    assert len(logs.values("articles")) == ARTICLES
