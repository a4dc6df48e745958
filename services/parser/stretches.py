"""Stretches of a text, asked in logarithmic time whether another one overlaps or lies inside."""

from bisect import bisect_right
from collections.abc import Iterable


class Stretches:
    """Half-open stretches that do not overlap each other (of those that do, all count)."""

    def __init__(self, stretches: Iterable[tuple[int, int]]) -> None:
        merged: list[tuple[int, int]] = []
        for start, end in sorted(stretches):
            if merged and start < merged[-1][1]:
                merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
            elif end > start:
                merged.append((start, end))
        self._starts = [start for start, _ in merged]
        self._ends = [end for _, end in merged]

    def overlap(self, start: int, end: int) -> bool:
        at = bisect_right(self._ends, start)
        return at < len(self._starts) and self._starts[at] < end

    def hold(self, start: int, end: int) -> bool:
        """Whether one stretch holds all of start to end."""
        at = bisect_right(self._starts, start) - 1
        return at >= 0 and end <= self._ends[at]

    def __len__(self) -> int:
        return len(self._starts)
