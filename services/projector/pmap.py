"""A map that is a value: `with_item` and `without` give another one, and the old one stands. No order is promised.

Two levels: a change copies one small part and the list of parts, so it costs about the same for ten items and for
ten thousand.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Generic, TypeVar

K = TypeVar("K")
V = TypeVar("V")
PART = 48
"""Items in a part on average before the number of parts doubles."""


class PMap(Mapping[K, V], Generic[K, V]):
    """Compares equal to any mapping of the same items."""

    __slots__ = ("_parts", "_size")

    def __init__(self, items: Iterable[tuple[K, V]] = ()) -> None:
        known = dict(items)
        count = 1
        while count * PART < len(known):
            count *= 2
        self._parts = _split(known, count)
        self._size = len(known)

    def __getitem__(self, key: K) -> V:
        return self._parts[hash(key) & (len(self._parts) - 1)][key]

    def __iter__(self) -> Iterator[K]:
        for part in self._parts:
            yield from part

    def __len__(self) -> int:
        return self._size

    def with_item(self, key: K, value: V) -> "PMap[K, V]":
        n = hash(key) & (len(self._parts) - 1)
        part = self._parts[n]
        grown = self._changed(n, {**part, key: value}, self._size + (key not in part))
        return PMap(grown.items()) if grown._size > PART * len(grown._parts) else grown

    def without(self, key: K) -> "PMap[K, V]":
        """The map itself where the key is not in it."""
        n = hash(key) & (len(self._parts) - 1)
        if key not in self._parts[n]:
            return self
        return self._changed(n, {k: v for k, v in self._parts[n].items() if k != key}, self._size - 1)

    def _changed(self, n: int, part: dict[K, V], size: int) -> "PMap[K, V]":
        made: PMap[K, V] = PMap.__new__(PMap)
        made._parts = (*self._parts[:n], part, *self._parts[n + 1 :])
        made._size = size
        return made

    def __reduce__(self) -> tuple[type["PMap[K, V]"], tuple[list[tuple[K, V]]]]:
        """Hashes of strings differ from process to process: what is stored are the items."""
        return PMap, (list(self.items()),)

    def __repr__(self) -> str:
        return f"PMap({dict(self)!r})"


def _split(items: Mapping[K, V], count: int) -> tuple[dict[K, V], ...]:
    parts: tuple[dict[K, V], ...] = tuple({} for _ in range(count))
    for key, value in items.items():
        parts[hash(key) & (count - 1)][key] = value
    return parts
