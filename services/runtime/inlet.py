"""A bounded buffer between a source that pushes and a pump that takes what is there."""

import asyncio
from collections import deque
from typing import Generic, TypeVar

T = TypeVar("T")


class Inlet(Generic[T]):
    """`put` waits while it is full, `take` while it is empty. Once closed, puts are refused and takes end."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._items: deque[T] = deque()
        self._changed = asyncio.Condition()
        self._failure: BaseException | None = None
        self.closed = False

    def __len__(self) -> int:
        return len(self._items)

    async def put(self, item: T) -> bool:
        """False if it was closed: the item is not taken."""
        async with self._changed:
            await self._changed.wait_for(lambda: self.closed or len(self._items) < self._size)
            if not self.closed:
                self._items.append(item)
                self._changed.notify_all()
            return not self.closed

    async def take(self, limit: int) -> list[T]:
        """What is there, at most `limit`; empty when closed. Raises what it was closed with."""
        async with self._changed:
            await self._changed.wait_for(lambda: self.closed or self._items)
            if self._failure:
                raise self._failure
            if self.closed:
                return []
            taken = [self._items.popleft() for _ in range(min(limit, len(self._items)))]
            self._changed.notify_all()
            return taken

    async def close(self, failure: BaseException | None = None) -> list[T]:
        """What was left in it."""
        async with self._changed:
            if not self.closed:
                self.closed, self._failure = True, failure
            left = list(self._items)
            self._items.clear()
            self._changed.notify_all()
        return left
