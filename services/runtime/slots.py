"""Runs a function bytes -> bytes where it can neither hang nor kill the worker: one child process a slot.

`concurrent.futures` fails everything when one child dies and cannot end a hang. Here each slot has one child, one
pipe and one thread, and works on one input at a time.
"""

import asyncio
import importlib
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from typing import cast

from schemas.errors import InvalidRecord
from services.runtime.exits import Bug
from services.runtime.slot_child import DONE, INVALID, LENGTH, MEMORY, READY

START_WITHIN_S = 120.0


class SlotFailure(Exception):
    """`reason` = failed, timeout, memory, or crashed:<signal or exit code>."""

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(f"{reason}: {detail}")
        self.reason = reason
        self.detail = detail


class _Died(SlotFailure):
    """The child is gone: worth one more try alone."""


@dataclass(frozen=True, slots=True)
class Limits:
    """For one input: seconds of CPU in the child, and seconds in all. `memory` is the child's address space.

    The second is generous: on a busy machine an honest input waits for a processor.
    """

    cpu_s: float = 5.0
    wall_s: float = 40.0
    memory: int = 6 << 30
    inputs: int = 5_000


class _Child:
    """A child process and the pipe to it. Used by one thread at a time."""

    def __init__(self, function: str, limits: Limits) -> None:
        self._limits = limits
        self.worked = 0
        command = [sys.executable, "-m", "services.runtime.slot_child", function, str(limits.cpu_s), str(limits.memory)]
        path = os.pathsep.join(entry for entry in sys.path if entry)
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env={**os.environ, "PYTHONPATH": path}, bufsize=0
        )
        try:
            status, _ = self._answer(time.monotonic() + START_WITHIN_S)
        except _Died as error:
            raise Bug(f"a child for {function} did not start: {error}") from error
        assert status == READY

    def work(self, data: bytes) -> bytes:
        self.worked += 1
        deadline = time.monotonic() + self._limits.wall_s
        self._write(LENGTH.pack(len(data)) + data, deadline)
        status, answer = self._answer(deadline)
        if status == DONE:
            return answer
        if status == MEMORY:
            self.end()
            raise _Died("memory", f"more than {self._limits.memory} bytes")
        text = answer.decode("utf-8", "replace")
        if status == INVALID:
            reason, _, detail = text.partition("\n")
            raise InvalidRecord(reason, detail)
        raise SlotFailure("failed", text)

    def _write(self, data: bytes, deadline: float) -> None:
        assert self._process.stdin
        view, pipe = memoryview(data), self._process.stdin.fileno()
        os.set_blocking(pipe, False)
        while view:
            if not select.select([], [pipe], [], max(0.0, deadline - time.monotonic()))[1]:
                raise self._timeout("it did not read its input")
            try:
                view = view[os.write(pipe, view) :]
            except BrokenPipeError:
                raise self._gone() from None

    def _answer(self, deadline: float) -> tuple[bytes, bytes]:
        status = self._read(1, deadline)
        (length,) = LENGTH.unpack(self._read(LENGTH.size, deadline))
        return status, self._read(length, deadline)

    def _read(self, count: int, deadline: float) -> bytes:
        assert self._process.stdout
        pipe, parts = self._process.stdout.fileno(), bytearray()
        while len(parts) < count:
            if not select.select([pipe], [], [], max(0.0, deadline - time.monotonic()))[0]:
                raise self._timeout(f"no answer within {self._limits.wall_s} s")
            part = os.read(pipe, count - len(parts))
            if not part:
                raise self._gone()
            parts += part
        return bytes(parts)

    def _timeout(self, detail: str) -> _Died:
        self.end()
        return _Died("timeout", detail)

    def _gone(self) -> _Died:
        code = self._process.wait()
        self.end()
        if code == -signal.SIGPROF:
            return _Died("timeout", f"more than {self._limits.cpu_s} s of CPU")
        name = signal.Signals(-code).name if code < 0 else f"exit {code}"
        return _Died(f"crashed:{name}", "the child process died")

    @property
    def spent(self) -> bool:
        return self._process.poll() is not None or self.worked >= self._limits.inputs

    def end(self) -> None:
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe:
                with suppress(OSError):
                    pipe.close()


class _Slot:
    """Has a child, and a fresh one when that is spent."""

    def __init__(self, function: str, limits: Limits) -> None:
        self._function = function
        self._limits = limits
        self._child: _Child | None = None

    def work(self, data: bytes, fresh: bool = False) -> bytes:
        if self._child and (fresh or self._child.spent):
            self.end()
        if self._child is None:
            self._child = _Child(self._function, self._limits)
        try:
            return self._child.work(data)
        except _Died:
            self.end()
            raise

    def end(self) -> None:
        if self._child:
            self._child.end()
            self._child = None


class Slots:
    """`function` is "package.module:name", bytes -> bytes. With 0 slots it runs in a thread of this process.

    Started by `async with`.
    """

    def __init__(self, function: str, slots: int, limits: Limits | None = None) -> None:
        self._function = function
        self._inline: Callable[[bytes], bytes] | None = None
        self._all = [_Slot(function, limits or Limits()) for _ in range(slots)]
        self._free: asyncio.Queue[_Slot] = asyncio.Queue()
        self._alone = asyncio.Lock()
        self._threads = ThreadPoolExecutor(max_workers=max(1, slots), thread_name_prefix="slot")

    async def __aenter__(self) -> "Slots":
        for slot in self._all:
            self._free.put_nowait(slot)
        if not self._all:
            module, _, name = self._function.partition(":")
            self._inline = cast(Callable[[bytes], bytes], getattr(importlib.import_module(module), name))
        return self

    async def __aexit__(self, *error: object) -> None:
        for slot in self._all:
            slot.end()
        self._threads.shutdown(wait=False, cancel_futures=True)

    async def run(self, data: bytes) -> bytes:
        """Raises InvalidRecord as the function does, SlotFailure for its other failures, Bug if no child starts.

        What kills or hangs a child is tried once more, alone and in a fresh one.
        """
        if self._inline:
            return await self._in_process(self._inline, data)
        slot = await self._free.get()
        try:
            return await self._in_slot(slot, data)
        except _Died:
            pass
        finally:
            self._free.put_nowait(slot)
        return await self._run_alone(data)

    async def _run_alone(self, data: bytes) -> bytes:
        async with self._alone:
            held = [await self._free.get() for _ in self._all]
            try:
                return await self._in_slot(held[0], data, fresh=True)
            finally:
                for slot in held:
                    self._free.put_nowait(slot)

    async def _in_slot(self, slot: _Slot, data: bytes, fresh: bool = False) -> bytes:
        return await asyncio.get_running_loop().run_in_executor(self._threads, slot.work, data, fresh)

    async def _in_process(self, call: Callable[[bytes], bytes], data: bytes) -> bytes:
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, call, data)
        except InvalidRecord:
            raise
        except Exception as error:
            raise SlotFailure("failed", f"{type(error).__name__}: {error}") from error
