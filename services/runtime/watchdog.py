"""Ends a process that has work and does not get on with it. Heartbeats come from elsewhere, so only this notices."""

import os
import threading
import time
from collections.abc import Callable

import structlog

from services.runtime.exits import TRY_AGAIN

log = structlog.get_logger()
LIMIT_S = 60.0


def _end() -> None:
    log.error("stalled", limit_s=LIMIT_S, why="work is pending and nothing has moved")
    os._exit(TRY_AGAIN)  # a hung thread would hold up every other way out


class Watchdog:
    """`pending` while there is work, `progress` at every step. Its thread looks once a second."""

    def __init__(
        self,
        limit_s: float = LIMIT_S,
        expire: Callable[[], None] = _end,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._limit = limit_s
        self._expire = expire
        self._clock = clock
        self._since: float | None = None
        self._over = threading.Event()

    def pending(self, work: bool) -> None:
        """Whether there is work; a change to True starts the time."""
        if not work:
            self._since = None
        elif self._since is None:
            self._since = self._clock()

    def progress(self) -> None:
        if self._since is not None:
            self._since = self._clock()

    def look(self) -> bool:
        """True (and expired) if there was work for longer than the limit without progress."""
        since = self._since
        stalled = since is not None and self._clock() - since > self._limit
        if stalled:
            self._expire()
        return stalled

    def start(self) -> None:
        threading.Thread(target=self._run, name="watchdog", daemon=True).start()

    def stop(self) -> None:
        self._over.set()

    def _run(self) -> None:
        while not self._over.wait(1.0):
            if self.look():
                return
