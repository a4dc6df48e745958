"""Small collections that take things in and out again: sorted lists, counters that forget zeros, last words."""

from bisect import bisect_left, insort
from collections.abc import Hashable
from typing import Any, Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V", bound=Hashable)
T = TypeVar("T")


def drop(ordered: list[Any], key: Any) -> None:
    """Take one out of a sorted list that has it."""
    at = bisect_left(ordered, key)
    assert ordered[at] == key
    del ordered[at]


class Tally(dict[K, int]):
    """How often each was put in. `put` and `take` say whether it came or went altogether."""

    def put(self, key: K) -> bool:
        self[key] = self.get(key, 0) + 1
        return self[key] == 1

    def take(self, key: K) -> bool:
        if self[key] == 1:
            del self[key]
            return True
        self[key] -= 1
        return False


class LastWord(Generic[K, V]):
    """What was said last of each key, by the order of speech."""

    def __init__(self) -> None:
        self._said: dict[K, dict[V, list[Any]]] = {}
        self.last: dict[K, V] = {}

    def put(self, key: K, value: V, order: Any) -> bool:
        """Whether the last word changed."""
        insort(self._said.setdefault(key, {}).setdefault(value, []), order)
        return self._settle(key)

    def take(self, key: K, value: V, order: Any) -> bool:
        values = self._said[key]
        drop(values[value], order)
        if not values[value]:
            del values[value]
        return self._settle(key)

    def _settle(self, key: K) -> bool:
        values, was = self._said[key], self.last.get(key)
        if not values:
            del self._said[key], self.last[key]
            return True
        now = next(iter(values)) if len(values) == 1 else max(values, key=lambda value: values[value][-1])
        self.last[key] = now
        return was is None or now != was


class Ordered(Generic[T]):
    """Things by a key that orders them and is theirs alone."""

    __slots__ = ("items", "keys")

    def __init__(self) -> None:
        self.keys: list[Any] = []
        self.items: dict[Any, T] = {}

    def put(self, key: Any, item: T) -> None:
        insort(self.keys, key)
        self.items[key] = item

    def take(self, key: Any) -> T:
        drop(self.keys, key)
        return self.items.pop(key)

    def __len__(self) -> int:
        return len(self.keys)

    @property
    def first(self) -> T:
        return self.items[self.keys[0]]

    @property
    def final(self) -> T:
        return self.items[self.keys[-1]]

    def listed(self) -> list[T]:
        return [self.items[key] for key in self.keys]
