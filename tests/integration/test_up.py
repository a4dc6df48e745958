"""`sitrep up` as people run it: a Kafka of its own, every service, the demonstration; faults while it runs."""

import json
import os
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

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


async def test_it_stays_up_through_faults_until_ctrl_c(env: dict[str, str], tmp_path: Path) -> None:
    log = tmp_path / "up.log"
    process = start("up", env=env, log=log)
    try:
        await eventually(lambda: UP in log.read_text(), 120, "everything is up")
        second = sitrep("up", env=env)
        assert (second.returncode, b"runs already" in second.stderr) == (69, True)
        os.kill(worker_pid("projector", process.pid), signal.SIGKILL)
        await eventually(lambda: "projector was killed by SIGKILL" in log.read_text())
        assert sitrep("publish", "-", env=env, data=ARTICLE).returncode == 0
        await eventually(lambda: articles_in_views(env) == {"a-1"}, 60, "the article is in a view")
    finally:
        process.send_signal(signal.SIGINT)
        code = process.wait(90)
    assert code == 0, log.read_text()
    assert children_of(process.pid) == []
    assert broker_of(Path(env["SITREP_HOME"]), Path(env["SITREP_JARS"])).running() is None


async def test_services_end_when_it_is_killed_and_the_next_one_takes_over(env: dict[str, str], tmp_path: Path) -> None:
    log = tmp_path / "up.log"
    killed = start("up", env=env, log=log)
    await eventually(lambda: UP in log.read_text(), 120, "everything is up")
    workers = [worker_pid(name, killed.pid) for name in ("ingest", "parser", "correlator", "projector")]
    killed.kill()
    killed.wait()
    await eventually(lambda: not any(alive(pid) for pid in workers), 60, "the services end with it")
    following = start("up", env=env, log=log)
    await eventually(lambda: UP in log.read_text(), 120, "everything is up again")
    assert "a former run left behind" in log.read_text()
    following.send_signal(signal.SIGTERM)
    assert following.wait(90) == 0, log.read_text()


def articles_in_views(env: dict[str, str]) -> set[str]:
    views = [json.loads(line) for line in sitrep("incidents", "--json", env=env).stdout.splitlines()]
    return {report["article"] for view in views for report in view["reports"]}


def children_of(pid: int) -> list[str]:
    """What its children are called."""
    told = subprocess.run(["ps", "-eo", "pid=,ppid=,args="], capture_output=True, text=True, check=True).stdout
    rows = [line.split(None, 2) for line in told.splitlines()]
    return [f"{child} {args}" for child, parent, args in (row for row in rows if len(row) == 3) if int(parent) == pid]


def worker_pid(name: str, parent: int) -> int:
    found = [row for row in children_of(parent) if f"worker {name} " in row + " "]
    assert len(found) == 1, found
    return int(found[0].split()[0])


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True
