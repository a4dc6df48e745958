"""What of a partition is finished when work finishes out of order: the contiguous prefix, in order of arrival."""

from collections import deque


class Ledger:
    """One partition in one generation."""

    def __init__(self) -> None:
        self._open: deque[int] = deque()
        self._finished: set[int] = set()
        self._next = -1

    def begin(self, offset: int) -> bool:
        """False if this record was begun before (the source went back)."""
        if offset < self._next:
            return False
        self._open.append(offset)
        self._next = offset + 1
        return True

    def finish(self, offset: int) -> int | None:
        """The next offset after everything that is finished, if this moved it."""
        self._finished.add(offset)
        moved = None
        while self._open and self._open[0] in self._finished:
            first = self._open.popleft()
            self._finished.remove(first)
            moved = first + 1
        return moved

    def __len__(self) -> int:
        """How many records are in work, or wait for an earlier one."""
        return len(self._open)
