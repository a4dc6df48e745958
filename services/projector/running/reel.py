"""A book of figures that is read in the order of speech, with marks to go back to when a late word comes."""

from bisect import bisect_left, insort
from collections.abc import Sequence
from typing import Any, NamedTuple

from services.projector.rules.count_rows import Book, Told, speech_order
from services.projector.rules.count_terms import Statement

EVERY = 16
DENSE = 32
"""So many marks back every one is kept, of the older ones each eighth: late words come soon after their like."""


class _Mark(NamedTuple):
    read: int
    standing: dict[Any, Any]
    bounds: dict[Any, Any]
    told: int


class Reel:
    """`book` is read up to the end by `wind`. `untouched`: so much of what officials told is as it was then."""

    def __init__(self) -> None:
        self.book = Book()
        self._keys: list[Any] = []
        self._said: dict[Any, Statement] = {}
        self._read = 0
        self._marks: list[_Mark] = []
        self.untouched = 0

    def __len__(self) -> int:
        return len(self._keys)

    def put(self, said: Statement) -> None:
        key = speech_order(said)
        self._back(bisect_left(self._keys, key))
        insort(self._keys, key)
        self._said[key] = said

    def take(self, said: Statement) -> None:
        key = speech_order(said)
        at = bisect_left(self._keys, key)
        self._back(at)
        del self._keys[at], self._said[key]

    def _back(self, upto: int) -> None:
        """To the last mark before what changes, unless that is not read yet."""
        if upto >= self._read:
            return
        while self._marks and self._marks[-1].read > upto:
            self._marks.pop()
        mark = self._marks[-1] if self._marks else _Mark(0, {}, {}, 0)
        self.book = Book(dict(mark.standing), dict(mark.bounds), self.book.told)
        del self.book.told[mark.told :]
        self.untouched = min(self.untouched, mark.told)
        self._read = mark.read

    def wind(self) -> None:
        for key in self._keys[self._read :]:
            if self._read % EVERY == 0 and (not self._marks or self._marks[-1].read < self._read):
                self._mark()
            self.book.read(self._said[key])
            self._read += 1

    def told_anew(self, former: Sequence[Told]) -> tuple[list[Told], list[Told]]:
        """What of the former words of officials is no more, and what stands in its place."""
        since, told = self.untouched, self.book.told
        while since < min(len(former), len(told)) and former[since] == told[since]:
            since += 1
        self.untouched = len(told)
        return [*former[since:]], told[since:]

    def _mark(self) -> None:
        book = self.book
        self._marks.append(_Mark(self._read, dict(book.standing), dict(book.bounds), len(book.told)))
        if len(self._marks) > DENSE and self._marks[-DENSE].read % (8 * EVERY):
            del self._marks[-DENSE]
