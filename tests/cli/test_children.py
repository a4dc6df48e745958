"""What `sitrep up` does with its services: the rule on values, then real processes."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from services.cli.children import Child, Children, advice, last_word, pause_before_restart, spawn
from tests.eventually import eventually

READY = "import sys, time, signal\nprint('ready', flush=True)\n"
PATIENT = READY + "signal.pause()"
STUBBORN = "import signal\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\n" + READY + "while True: signal.pause()"
LINKED = (
    "import threading\nfrom services.cli.worker import _end_with_parent\n"
    "threading.Thread(target=_end_with_parent, daemon=True).start()\n" + PATIENT
)


@pytest.mark.parametrize(
    ("code", "failures", "pause"),
    [
        (75, 1, 1), (75, 2, 2), (75, 5, 16), (75, 6, 30), (75, 60, 30), (69, 1, 1), (-9, 1, 1), (-15, 3, 4),
        (0, 1, None), (70, 1, None), (78, 1, None), (1, 1, None),
    ],
)  # fmt: skip
def test_who_is_started_again_and_when(code: int, failures: int, pause: float | None) -> None:
    assert pause_before_restart(code, failures) == pause


class Told:
    """One child of Python code, and what people are told."""

    def __init__(self, code: str, folder: Path) -> None:
        self.lines: list[str] = []
        self.log = folder / "child.log"
        self.child = Child("child", lambda: spawn([sys.executable, "-c", code], self.log), self.log)
        self.all = Children([self.child], self.lines.append)

    @property
    def pid(self) -> int:
        assert self.child.process
        return self.child.process.pid

    def ready(self) -> bool:
        return self.log.exists() and "ready" in self.log.read_text()

    def ended(self, now: float) -> bool:
        self.all.tick(now)
        return self.child.process is None


async def test_a_child_that_asks_to_be_tried_again_is_started_after_a_pause(tmp_path: Path) -> None:
    told = Told("import sys; sys.exit(75)", tmp_path)
    told.all.tick(100)
    await eventually(lambda: told.ended(101))
    assert (told.child.due, told.child.failures) == (102, 1)
    told.all.tick(101.9)
    assert told.child.process is None
    told.all.tick(102)
    assert told.child.process is not None
    await eventually(lambda: told.ended(103))
    assert (told.child.due, told.child.failures) == (105, 2)
    assert "starting it again in 2 s" in told.lines[-1]


async def test_a_child_that_ran_long_has_no_failures_behind_it(tmp_path: Path) -> None:
    told = Told("import sys; sys.exit(75)", tmp_path)
    told.child.failures = 5
    told.all.tick(100)
    await eventually(lambda: told.ended(200))
    assert told.child.failures == 1


@pytest.mark.parametrize("code", [70, 78])
async def test_a_child_that_stops_for_good_stays_down_and_people_are_told_why(tmp_path: Path, code: int) -> None:
    told = Told(
        f'import sys; sys.stderr.write(\'{{"event": "stopped", "why": "the log"}}\'); sys.exit({code})', tmp_path
    )
    told.all.tick(100)
    await eventually(lambda: told.ended(101))
    told.all.tick(10_000)
    assert told.all.down() == [told.child]
    assert f"child ended ({code}): the log" in told.lines[0]
    assert advice("child", code, told.log) in told.lines[0]


async def test_a_killed_child_comes_back(tmp_path: Path) -> None:
    told = Told(PATIENT, tmp_path)
    told.all.tick(100)
    await eventually(told.ready)
    os.kill(told.pid, signal.SIGKILL)
    await eventually(lambda: told.ended(101))
    assert "was killed by SIGKILL" in told.lines[0]
    told.all.tick(102)
    assert told.child.process is not None
    told.all.stop()


async def test_stop_ends_a_child_and_kills_one_that_does_not_listen(tmp_path: Path) -> None:
    patient, stubborn = Told(PATIENT, tmp_path / "a"), Told(STUBBORN, tmp_path / "b")
    for told in (patient, stubborn):
        told.all.tick(100)
        await eventually(told.ready)
    patient.all.stop()
    assert (patient.child.ended_with, patient.lines) == (-signal.SIGTERM, [])
    stubborn.all.stop(within=0.2)
    assert stubborn.child.ended_with == -signal.SIGKILL
    assert "was killed" in stubborn.lines[0]


async def test_a_worker_ends_when_its_parent_is_gone(tmp_path: Path) -> None:
    process: subprocess.Popen[bytes] = spawn([sys.executable, "-c", LINKED], tmp_path / "log")
    await eventually(lambda: "ready" in (tmp_path / "log").read_text())
    assert process.poll() is None
    assert process.stdin
    process.stdin.close()
    assert process.wait(10) == -signal.SIGTERM


def test_the_last_word_of_a_log(tmp_path: Path) -> None:
    log = tmp_path / "log"
    assert last_word(log) == ""
    log.write_text('{"event": "stopped", "why": "no disk"}\n')
    assert last_word(log) == "no disk"
    log.write_text("x" * 20_000 + '\n{"event": "ready"}\n')
    assert last_word(log) == "ready"
    log.write_text("Traceback\nValueError: what\n")
    assert last_word(log) == "ValueError: what"
