"""The services as child processes: started, watched, started again when that helps, stopped together.

A child that asks to be tried again (75), misses something (69) or was killed is started anew after 1, 2, 4 … 30 s; one
that stops for a bug (70) or for a person (78) stays down. The broker of ours is such a child too.
"""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from services.runtime.exits import OK, OPERATOR, TRY_AGAIN, UNAVAILABLE
from services.runtime.logging import append_to

LONGEST_PAUSE_S = 30.0
SETTLED_S = 60.0
"""A child that ran so long had got over what made it fail."""
STOP_WITHIN_S = 50.0  # a worker ends itself after 45
POLL_S = 0.05
TAIL_BYTES = 8192
AGAIN = frozenset({UNAVAILABLE, TRY_AGAIN})


def pause_before_restart(code: int, failures: int) -> float | None:
    """Seconds until a child that ended with `code`, for the `failures`th time in a row, is started again; None: not."""
    if code not in AGAIN and code >= 0:
        return None
    return min(LONGEST_PAUSE_S, 2.0 ** (failures - 1))


def advice(name: str, code: int, log: Path) -> str:
    """What a person can do about a child that stays down."""
    if code == OPERATOR:
        return f"{name} needs a person; put right what it says, then start again. Its log: {log}"
    if code == OK:
        return f"{name} was told to stop; start again to have it back"
    return f"{name} stopped for a bug or too many failures, so that nothing is drained away. Its log: {log}"


@dataclass
class Child:
    """One process. `always`: start it again however it ended. `due`: when it is to be started (monotonic seconds);
    None while it runs or stays down."""

    name: str
    launch: Callable[[], "subprocess.Popen[bytes]"]
    log: Path
    always: bool = False
    process: "subprocess.Popen[bytes] | None" = None
    due: float | None = 0.0
    began: float = 0.0
    failures: int = 0
    ended_with: int | None = None

    @property
    def down(self) -> bool:
        """It ended and is not going to be started again."""
        return self.process is None and self.due is None

    def start(self, now: float) -> None:
        self.process = self.launch()
        self.began, self.due = now, None

    def why(self) -> str:
        """What it said when it ended."""
        return last_word(self.log)


class Children:
    """All services of one `sitrep up`. `tell` gets a line for people whenever one ends."""

    def __init__(self, children: Sequence[Child], tell: Callable[[str], None]) -> None:
        self.children = children
        self._tell = tell

    def tick(self, now: float | None = None) -> None:
        """Start what is due, note what has ended. Call it several times a second."""
        now = time.monotonic() if now is None else now
        for child in self.children:
            if child.process is not None and child.process.poll() is not None:
                self._ended(child, child.process, now)
            if child.due is not None and now >= child.due:
                child.start(now)

    def _ended(self, child: Child, process: "subprocess.Popen[bytes]", now: float) -> None:
        code = child.ended_with = process.returncode
        _close(process)
        child.process = None
        child.failures = 1 if now - child.began > SETTLED_S else child.failures + 1
        pause = pause_before_restart(TRY_AGAIN if child.always else code, child.failures)
        child.due = None if pause is None else now + pause
        ended = f"was killed by {signal.Signals(-code).name}" if code < 0 else f"ended ({code})"
        said = f": {child.why()}" if code > 0 else ""
        after = advice(child.name, code, child.log) if pause is None else f"starting it again in {pause:.0f} s"
        self._tell(f"{child.name} {ended}{said}\n  {after}")

    def down(self) -> list[Child]:
        """Those that stay down."""
        return [child for child in self.children if child.down]

    def stop(self, within: float = STOP_WITHIN_S) -> None:
        """Ask all to end, the first in the flow first; kill what has not ended in time."""
        running = [(child, child.process) for child in self.children if child.process is not None]
        for child, process in running:
            process.send_signal(signal.SIGTERM)
            child.due = None
        deadline = time.monotonic() + within
        for child, process in running:
            try:
                process.wait(max(POLL_S, deadline - time.monotonic()))
            except (subprocess.TimeoutExpired, KeyboardInterrupt):
                self._tell(f"{child.name} did not end in time and was killed")
                process.kill()
                process.wait()
            _close(process)
            child.process, child.ended_with = None, process.returncode


def _close(process: "subprocess.Popen[bytes]") -> None:
    if process.stdin:
        process.stdin.close()


def worker(name: str, logs: Path) -> Child:
    """The service of that name, in this Python."""
    log = logs / f"{name}.log"
    return Child(
        name, lambda: spawn([sys.executable, "-m", "services.cli.main", "worker", name, "--until-eof"], log), log
    )


def spawn(command: Sequence[str], log: Path) -> "subprocess.Popen[bytes]":
    """In a session of its own, so that Ctrl-C reaches us first. Its standard input is a pipe of ours: when we are gone,
    however we went, it ends too."""
    with append_to(log) as file:
        return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=file, stderr=file, start_new_session=True)


def last_word(log: Path) -> str:
    """The reason in the last line of a log of ours; else that line."""
    try:
        with log.open("rb") as file:
            file.seek(max(0, file.seek(0, os.SEEK_END) - TAIL_BYTES))
            lines = file.read().decode("utf-8", "replace").strip().splitlines()
    except OSError:
        return ""
    last = lines[-1] if lines else ""
    try:
        said = json.loads(last)
    except ValueError:
        return last[:300]
    return str(said.get("why") or said.get("event") or last) if isinstance(said, dict) else last[:300]
