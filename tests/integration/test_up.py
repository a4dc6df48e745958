"""`sitrep up` as people run it: a Kafka of its own, every service, the demonstration; faults while it runs."""

import json
import os
import signal
import subprocess
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from services.cli.worker import SERVICES
from services.runtime.broker import Broker, free_ports, stop_running
from tests.eventually import eventually
from tests.integration.commands import sitrep, start

pytestmark = [pytest.mark.kafka, pytest.mark.slow]
UP = "Everything is up"
BODY = "A ferry sank off Bergen on Monday, killing four people, police said."
ARTICLE = json.dumps({"id": "a-1", "title": "Ferry sinks", "body": BODY}).encode()


@pytest.fixture
def env(tmp_path: Path, jars: Path) -> Iterator[dict[str, str]]:
    """Settings for a folder and ports of its own; no broker is left behind."""
    port, controller, ingest = free_ports(3)
    names = {"KAFKA": port, "CONTROLLER": controller, "INGEST": ingest}
    yield {
        "SITREP_HOME": str(tmp_path / "home"), "SITREP_JARS": str(jars),
        **{f"SITREP_{name}_PORT": str(number) for name, number in names.items()},
    }  # fmt: skip
    stop_running(broker_of(tmp_path / "home", jars))


def broker_of(home: Path, jars: Path) -> Broker:
    return Broker(home, jars, 0, 0)


def test_the_demonstration_ends_with_the_view_and_the_second_time_finds_it(env: dict[str, str]) -> None:
    first = sitrep("up", "--demo", "--exit", env=env, within=240)
    assert first.returncode == 0, first.stderr.decode()
    told = first.stderr.decode()
    assert "in the views after" in told
    assert "dead letters" not in told
    assert "CASUALTIES" in first.stdout.decode()
    again = sitrep("up", "--demo", "--exit", env=env, within=240)
    assert again.returncode == 0
    assert "in the views already" in again.stderr.decode()
    assert again.stdout == first.stdout
    assert broker_of(Path(env["SITREP_HOME"]), Path(env["SITREP_JARS"])).running() is None


@asynccontextmanager
async def running(env: dict[str, str], log: Path) -> AsyncIterator["subprocess.Popen[bytes]"]:
    """`sitrep up`, when it says that everything is up. Ended here if the test has not done so."""
    process = start("up", env=env, log=log)
    try:
        await eventually(lambda: UP in said(log) or process.poll() is not None, 120, "everything is up")
        assert process.poll() is None, said(log)
        yield process
    except AssertionError as error:
        error.add_note(said(log))
        raise
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(90)


async def test_it_stays_up_through_faults_until_ctrl_c(env: dict[str, str], tmp_path: Path) -> None:
    log = tmp_path / "up.log"
    async with running(env, log) as process:
        second = sitrep("up", env=env)
        assert (second.returncode, b"runs already" in second.stderr) == (69, True)
        os.kill((await workers(process))["projector"], signal.SIGKILL)
        await eventually(lambda: "projector was killed by SIGKILL" in said(log))
        assert sitrep("publish", "-", env=env, data=ARTICLE).returncode == 0
        await eventually(lambda: articles_in_views(env) == {"a-1"}, 60, "the article is in a view")
    assert process.returncode == 0, said(log)
    assert children_of(process.pid) == []
    assert broker_of(Path(env["SITREP_HOME"]), Path(env["SITREP_JARS"])).running() is None


async def test_services_end_when_it_is_killed_and_the_next_one_takes_over(env: dict[str, str], tmp_path: Path) -> None:
    async with running(env, tmp_path / "first.log") as killed:
        services = await workers(killed)
        killed.kill()
        await eventually(lambda: not any(alive(pid) for pid in services.values()), 60, "the services end with it")
    async with running(env, tmp_path / "second.log") as following:
        assert "a former run left behind" in said(tmp_path / "second.log")
        following.terminate()
        assert following.wait(90) == 0, said(tmp_path / "second.log")


async def workers(up: "subprocess.Popen[bytes]") -> dict[str, int]:
    """The process of each service, when all of them run."""

    def found() -> dict[str, int]:
        rows = [row.split() for row in children_of(up.pid) if " worker " in row]
        return {row[row.index("worker") + 1]: int(row[0]) for row in rows}

    await eventually(lambda: found().keys() == set(SERVICES), 60, "all services run")
    return found()


def said(log: Path) -> str:
    return log.read_text()


def articles_in_views(env: dict[str, str]) -> set[str]:
    views = [json.loads(line) for line in sitrep("incidents", "--json", env=env).stdout.splitlines()]
    return {report["article"] for view in views for report in view["reports"]}


def children_of(pid: int) -> list[str]:
    """What its children are called."""
    told = subprocess.run(["ps", "-ww", "-eo", "pid=,ppid=,args="], capture_output=True, text=True, check=True).stdout
    rows = [line.split(None, 2) for line in told.splitlines()]
    return [f"{child} {args}" for child, parent, args in (row for row in rows if len(row) == 3) if int(parent) == pid]


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True
