"""Waiting for an effect, with a deadline. Nothing else in the tests sleeps."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import TypeVar, overload

T = TypeVar("T")
PAUSE = 0.05


@overload
async def eventually(probe: Callable[[], Awaitable[T]], within: float = 30, what: str = "") -> T: ...
@overload
async def eventually(probe: Callable[[], T], within: float = 30, what: str = "") -> T: ...
async def eventually(probe: Callable[[], Awaitable[T | None] | T | None], within: float = 30, what: str = "") -> T:
    """The first truthy answer of `probe`. Raises AssertionError with the last answer when time is up."""
    deadline = time.monotonic() + within
    while True:
        answer = probe()
        result = await answer if isinstance(answer, Awaitable) else answer
        if result:
            return result
        if time.monotonic() > deadline:
            raise AssertionError(f"not within {within} s: {what or probe} (last: {result!r})")
        await asyncio.sleep(PAUSE)
