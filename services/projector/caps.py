"""What a view shows where there is too much: bounded lists, and how many there are in all. Under 256 kB whatever comes.

The last are shown of what has an order of time, the first of what is sorted by weight. Facts share a budget of bytes:
the more there is to show, the fewer voices of each, then the fewer facts.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import accumulate
from operator import itemgetter
from typing import NamedTuple, TypeVar

from schemas.incident import (
    Area,
    CasualtyHead,
    CasualtyRow,
    Control,
    Fact,
    FactTotals,
    Incident,
    Measure,
    Totals,
    Voice,
)

T = TypeVar("T")

MAX_VOICES = 40
MAX_OCCURRENCES = 12
MAX_REPORTS = 100
MAX_PLACES = 30
MAX_CORRECTIONS = 20
MAX_ORPHANS = 40
MAX_HEADS = 20
MAX_ROWS = 60
MAX_PREVIOUS = 6
MAX_MEASURES = 30
MAX_ASSERTIONS = 6
MAX_CONTROL = 20
MAX_CLAIMS = 40
LEAST = 3
"""What each head or place may show, however many there are."""

FACTS_BYTES = 120_000


class Level(NamedTuple):
    """How many facts, and how many voices of each on either side."""

    facts: int
    voices: int


ROOM = ((200, 40), (200, 12), (200, 6), (150, 4), (120, 3), (100, 2), (80, 2), (80, 1), (50, 1), (25, 1))
LEVELS = tuple(Level(*room) for room in ROOM)


def weights(fact: Fact) -> tuple[int, ...]:
    """Bytes of the fact at each level, about: never less than it takes."""
    base = 1000 + 4 * len(fact.text) + 40 * len(fact.occurrences) + sum(40 + 4 * len(side) for side in fact.sides_for)
    sides = [_sums(voices) for voices in (fact.supporting, fact.opposing, fact.withheld)]
    return tuple(base + sum(side[min(level.voices, len(side) - 1)] for side in sides) for level in LEVELS)


def _sums(voices: Sequence[Voice]) -> list[int]:
    """The bytes of the last none, one, two … of them."""
    return list(accumulate((_weight(voice) for voice in reversed(voices)), initial=0))


def _weight(voice: Voice) -> int:
    names = "".join((voice.speaker, voice.origin, voice.outlet, voice.article, voice.side or "", *voice.chain))
    return 360 + 4 * len(voice.chain) + _size(names) + _size(voice.quote)


def _size(text: str) -> int:
    plain = len(text) if text.isascii() else len(text.encode())
    return plain + text.count('"') + text.count("\\") + 5 * text.count("\n")


def level_of(weighed: Sequence[Sequence[int]]) -> Level:
    """The most that fits; `weighed` = the weights of the facts in their order, as many as are ever shown."""
    for number, level in enumerate(LEVELS):
        if sum(map(itemgetter(number), weighed[: level.facts])) <= FACTS_BYTES:
            return level
    return LEVELS[-1]


def cut(fact: Fact, voices: int) -> Fact:
    """The fact with the last so many voices on each side; the fact itself where it has no more."""
    if max(len(fact.supporting), len(fact.opposing), len(fact.withheld)) <= voices:
        return fact
    known = fact.totals or FactTotals()
    totals = FactTotals(
        occurrences=known.occurrences,
        supporting=known.supporting or _total(fact.supporting, voices),
        opposing=known.opposing or _total(fact.opposing, voices),
        withheld=known.withheld or _total(fact.withheld, voices),
    )
    return replace(
        fact, supporting=fact.supporting[-voices:], opposing=fact.opposing[-voices:], withheld=fact.withheld[-voices:],
        totals=totals,
    )  # fmt: skip


def fact_totals(occurrences: int, supporting: int, opposing: int, withheld: int) -> FactTotals | None:
    """Of a fact as it is made; None where nothing is left out."""
    voices = (supporting, opposing, withheld)
    if occurrences <= MAX_OCCURRENCES and max(voices) <= MAX_VOICES:
        return None
    pro, con, kept = (count if count > MAX_VOICES else None for count in voices)
    return FactTotals(
        occurrences=occurrences if occurrences > MAX_OCCURRENCES else None, supporting=pro, opposing=con, withheld=kept
    )


def _total(items: Sequence[object], shown: int) -> int | None:
    return len(items) if len(items) > shown else None


def heads(every: Sequence[CasualtyHead]) -> tuple[CasualtyHead, ...]:
    shown = every[:MAX_HEADS]
    share = max(LEAST, MAX_ROWS // max(1, len(shown)))
    return tuple(_head(head, share) for head in shown)


def _head(head: CasualtyHead, share: int) -> CasualtyHead:
    rows, outside = _rows(head.rows[-share:]), _rows(head.outside[-share:])
    if rows == head.rows and outside == head.outside:
        return head
    return replace(
        head,
        rows=rows,
        outside=outside,
        rows_total=head.rows_total or _total(head.rows, share),
        outside_total=head.outside_total or _total(head.outside, share),
    )


def _rows(rows: tuple[CasualtyRow, ...]) -> tuple[CasualtyRow, ...]:
    return tuple(
        replace(row, previous=row.previous[-MAX_PREVIOUS:], previous_total=len(row.previous))
        if len(row.previous) > MAX_PREVIOUS
        else row
        for row in rows
    )


def measures(every: Sequence[Measure]) -> tuple[Measure, ...]:
    return tuple(
        replace(it, assertions=it.assertions[-MAX_ASSERTIONS:], assertions_total=len(it.assertions))
        if len(it.assertions) > MAX_ASSERTIONS
        else it
        for it in every[-MAX_MEASURES:]
    )


def control(every: Sequence[Control]) -> tuple[Control, ...]:
    shown = every[:MAX_CONTROL]
    share = max(LEAST, MAX_CLAIMS // max(1, len(shown)))
    return tuple(
        replace(it, claims=it.claims[-share:], assessments=it.assessments[-share:], claims_total=len(it.claims))
        if len(it.claims) > share or len(it.assessments) > share
        else it
        for it in shown
    )


class Many(NamedTuple):
    """What there is in all, where a view does not hold it."""

    facts: int
    heads: int
    actors: int
    reports: int


def capped(view: Incident, many: Many) -> Incident:
    """The view with its short lists bounded; facts, actors and reports are so already."""
    totals = Totals(
        places=_total(view.area.places, MAX_PLACES), facts=_over(many.facts, view.facts),
        casualties=many.heads if many.heads > MAX_HEADS else None, control=_total(view.control, MAX_CONTROL),
        measures=_total(view.measures, MAX_MEASURES), actors=_over(many.actors, view.actors),
        reports=_over(many.reports, view.reports), corrections=_total(view.corrections, MAX_CORRECTIONS),
        orphaned_reviews=_total(view.orphaned_reviews, MAX_ORPHANS),
    )  # fmt: skip
    return replace(
        view, area=Area(main=view.area.main, places=view.area.places[:MAX_PLACES]), casualties=heads(view.casualties),
        control=control(view.control), measures=measures(view.measures),
        corrections=view.corrections[-MAX_CORRECTIONS:], orphaned_reviews=view.orphaned_reviews[:MAX_ORPHANS],
        totals=None if totals == Totals() else totals,
    )  # fmt: skip


def _over(count: int, shown: Sequence[object]) -> int | None:
    return count if count > len(shown) else None


def shown_facts(every: Sequence[T], weigh: Callable[[T], Sequence[int]]) -> tuple[Sequence[T], int]:
    """The facts that are shown, of the first in order, and how many voices of each."""
    first = every[: LEVELS[0].facts]
    level = level_of([weigh(it) for it in first])
    return first[: level.facts], level.voices
