"""Figures: what a comparator and its numbers say, what they overlap and how they add up (L3, L6, L7, L11)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Literal, NamedTuple

Comparator = Literal["=", ">=", ">", "<=", "<", "~", "range", "vague"]

VAGUE: Mapping[str, int] = {"several": 3, "dozens": 24, "scores": 40, "hundreds": 200}
"""L11: the least that a vague word stands for; a word that is not here stands for one."""


class Span(NamedTuple):
    """The whole numbers a figure may stand for; `high` None = no end."""

    low: int
    high: int | None

    def overlaps(self, other: "Span") -> bool:
        return _reaches(self.high, other.low) and _reaches(other.high, self.low)

    def within(self, other: "Span") -> bool:
        ends = other.high is None or (self.high is not None and self.high <= other.high)
        return other.low <= self.low and ends


def _reaches(high: int | None, low: int) -> bool:
    return high is None or low <= high


@dataclass(frozen=True, slots=True)
class Figure:
    """`n` = the number as stated ("more than 70": 70). `low`, `best`, `high` = what may be shown; None = not known.

    An upper bound ("up to 30") shows nothing but its `n`.
    """

    comparator: Comparator
    n: int
    low: int | None = None
    best: int | None = None
    high: int | None = None
    word: str | None = None
    span: Span = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        # Asked again and again, of figures that are looked up.
        object.__setattr__(self, "span", self._span())

    @property
    def value(self) -> int:
        """The one number that histories keep: of a range or open figure its low."""
        return self.n if self.low is None else self.low

    @property
    def upper_bound(self) -> bool:
        return self.comparator in ("<=", "<")

    @property
    def zero(self) -> bool:
        return self.span.high == 0

    def _span(self) -> Span:
        if self.comparator == "~":
            return Span(-(-9 * self.n // 10), 11 * self.n // 10)  # a tenth either way, whole numbers only
        if self.upper_bound:
            return Span(0, max(0, self.n - (self.comparator == "<")))
        return Span(self.low or 0, self.high)

    @property
    def numbers(self) -> tuple[int, int | None]:
        """What makes two figures the same number: the stated one, of a range both ends."""
        return self.n, self.high if self.comparator == "range" else None

    def plus(self, more: "Figure") -> "Figure":
        if self.best is not None and more.best is not None:
            return _point(self.best + more.best, about="~" in (self.comparator, more.comparator))
        high = None if self.span.high is None or more.span.high is None else self.span.high + more.span.high
        return _of_span(self.span.low + more.span.low, high)

    def minus(self, fewer: "Figure") -> "Figure":
        if self.best is not None and fewer.best is not None:
            return _point(max(0, self.best - fewer.best), about="~" in (self.comparator, fewer.comparator))
        most = fewer.span.high
        low = 0 if most is None else max(0, self.span.low - most)
        return _of_span(low, None if self.span.high is None else max(0, self.span.high - fewer.span.low))


@lru_cache(maxsize=20_000)
def figure(
    comparator: Comparator, low: int | None = None, best: int | None = None, high: int | None = None,
    word: str | None = None,
) -> Figure | None:  # fmt: skip
    """The figure of a count as a report carries it: the stated number in `best`, or as `low` or `high` bound.

    "more than 70" has low 70 here and 71 as the figure's `low`. None where no number is stated at all.
    """
    if comparator == "vague":
        least = VAGUE.get(word or "", 1) if low is None else low
        return Figure("vague", least, least, word=word)
    if comparator == "range" and low is not None and high is not None:
        return Figure("range", min(low, high), min(low, high), high=max(low, high))
    stated = _stated(comparator, low, best, high)
    if stated is None:
        return None
    if comparator in ("<=", "<"):
        return Figure(comparator, stated)
    if comparator in (">=", ">", "range"):
        return Figure(comparator, stated, stated + (comparator == ">"))
    return _point(stated, about=comparator == "~")


def _stated(comparator: Comparator, low: int | None, best: int | None, high: int | None) -> int | None:
    order = (high, best, low) if comparator in ("<=", "<") else (best, low, high)
    return next((number for number in order if number is not None), None)


def _point(n: int, about: bool) -> Figure:
    return Figure("~" if about else "=", n, n, n, n)


def _of_span(low: int, high: int | None) -> Figure:
    if high is None:
        return Figure(">=", low, low)
    return _point(low, about=False) if low == high else Figure("range", low, low, high=high)
