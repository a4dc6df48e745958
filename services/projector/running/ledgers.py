"""Figures, measures and control kept up to date: what an event says a word about is computed anew, nothing else."""

from collections import defaultdict
from collections.abc import Hashable
from typing import Generic, TypeVar

from schemas.incident import Area, CasualtyHead, Control, Measure
from services.projector.area import place_key
from services.projector.frame import Frame
from services.projector.holding import act_on, claimed_place, control_of, is_measure, measure_of
from services.projector.ledger import Made, count_of, shown_head, statement
from services.projector.rules.count_terms import HeadKey, Statement
from services.projector.rules.counts import with_deductions
from services.projector.rules.measures import MeasureRow, MeasureStatement, in_order, rows_of_one
from services.projector.rules.positions import Position, Sides
from services.projector.running.bags import Ordered
from services.projector.running.chapter import Chapter
from services.projector.running.items import Item
from services.projector.scopes import inside
from services.projector.state import Entry
from services.projector.voices import last_named

K = TypeVar("K", bound=Hashable)
R = TypeVar("R")


def position_of(item: Item) -> Position:
    assert item.position is not None
    return item.position


class _Kept(Generic[K, R]):
    """Results by key, and the keys whose result is to be found anew."""

    def __init__(self) -> None:
        self.results: dict[K, R] = {}
        self.stale: set[K] = set()

    def renewed(self, key: K, result: R | None) -> None:
        if result is None:
            self.results.pop(key, None)
        else:
            self.results[key] = result


class Figures:
    """Casualty heads. A figure's scope hangs on the area: all are asked anew where what they ask of it changes."""

    def __init__(self) -> None:
        self._items: dict[str, Item] = {}
        self._said: dict[str, tuple[Statement, ...]] = {}
        self._chapters: dict[HeadKey, Chapter] = {}
        self._kept: _Kept[HeadKey, CasualtyHead] = _Kept()
        self._made: dict[HeadKey, Made] = {}
        self._fresh: set[str] = set()
        self._asked: Hashable = None
        self._sides = Sides()
        self._names: dict[str, str] = {}
        self._outlets: dict[str, str] = {}

    def put(self, item: Item) -> None:
        if count_of(item.entry) is None:
            return
        self._items[item.key] = item
        self._names[item.key] = last_named(item.entry.assertion).name
        self._outlets[item.key] = item.entry.header.article.outlet.name
        self._fresh.add(item.key)

    def __len__(self) -> int:
        return len(self._kept.results)

    def take(self, item: Item) -> None:
        if self._items.pop(item.key, None) is None:
            return
        del self._names[item.key], self._outlets[item.key]
        self._fresh.discard(item.key)
        self._unsay(item.key)

    def _unsay(self, key: str) -> None:
        for said in self._said.pop(key, ()):
            self._chapters[said.key].take(said)
            self._kept.stale.add(said.key)

    def settle(self, frame: Frame, area: Area) -> tuple[CasualtyHead, ...]:
        main = area.main
        asked = (main and place_key(main), main and main.id, main and main.within, inside(area))
        if asked != self._asked:
            self._asked = asked
            self._fresh = set(self._items)
        if frame.sides != self._sides:
            self._sides = frame.sides
            self._kept.stale |= self._chapters.keys()
        for key in self._fresh:
            self._say(self._items[key], frame, area)
        self._fresh = set()
        for head in self._kept.stale:
            self._kept.renewed(head, self._head(head, frame))
        self._kept.stale = set()
        return tuple(self._kept.results[key] for key in sorted(self._kept.results))

    def _say(self, item: Item, frame: Frame, area: Area) -> None:
        count = count_of(item.entry)
        assert count is not None
        said = tuple(with_deductions([statement(item.entry, count, position_of(item), frame, area)]))
        if said == self._said.get(item.key):
            return
        self._unsay(item.key)
        self._said[item.key] = said
        for it in said:
            self._chapters.setdefault(it.key, Chapter(it.key)).put(it)
            self._kept.stale.add(it.key)

    def _head(self, key: HeadKey, frame: Frame) -> CasualtyHead | None:
        chapter = self._chapters[key]
        if not chapter:
            del self._chapters[key]
            self._made.pop(key, None)
            return None
        head = chapter.head(frame.sides)
        if head is None:
            return None
        rows = {id(row) for row in head.rows}
        made = self._made[key] = {which: it for which, it in self._made.get(key, {}).items() if which in rows}
        return shown_head(head, self._names, self._outlets, made)


MeasureKey = tuple[str, str | None]


class Measures:
    """Rows of measures, by name and area."""

    def __init__(self) -> None:
        self._entries: dict[str, Entry] = {}
        self._said: dict[str, MeasureStatement] = {}
        self._by_key: dict[MeasureKey, dict[str, MeasureStatement]] = defaultdict(dict)
        self._kept: _Kept[MeasureKey, list[tuple[int, MeasureRow]]] = _Kept()
        self._made: dict[int, tuple[MeasureRow, Measure]] = {}
        self._shown: tuple[Measure, ...] = ()
        self._sides = Sides()

    def put(self, item: Item) -> None:
        if is_measure(item.entry):
            said = self._said[item.key] = act_on(item.entry, position_of(item))
            self._entries[item.key] = item.entry
            self._by_key[said.name, said.area][said.id] = said
            self._kept.stale.add((said.name, said.area))

    def take(self, item: Item) -> None:
        said = self._said.pop(item.key, None)
        if said is not None:
            del self._entries[item.key], self._by_key[said.name, said.area][said.id]
            self._kept.stale.add((said.name, said.area))

    def settle(self, frame: Frame) -> tuple[Measure, ...]:
        if frame.sides != self._sides:
            self._sides = frame.sides
            self._kept.stale |= self._by_key.keys()
        for key in self._kept.stale:
            for _, row in self._kept.results.get(key, ()):
                self._made.pop(id(row), None)  # its entries may be others, with the same words
            self._kept.renewed(key, rows_of_one(self._by_key[key].values(), frame.sides) or None)
        if self._kept.stale:
            rows = in_order(row for key in sorted(self._kept.results, key=repr) for row in self._kept.results[key])
            former, self._made = self._made, {}
            for row in rows:
                was = former.get(id(row))
                self._made[id(row)] = was if was and was[0] is row else (row, measure_of(row, self._entries))
            self._shown = tuple(shown for _, shown in self._made.values())
        self._kept.stale = set()
        return self._shown


class Controls:
    """Who holds which place."""

    def __init__(self) -> None:
        self._by_place: dict[str, Ordered[Item]] = defaultdict(Ordered)
        self._kept: _Kept[str, Control] = _Kept()
        self._frame: Frame | None = None

    def put(self, item: Item) -> None:
        if key := claimed_place(item.entry):
            self._by_place[key].put(item.order, item)
            self._kept.stale.add(key)

    def take(self, item: Item) -> None:
        if key := claimed_place(item.entry):
            self._by_place[key].take(item.order)
            self._kept.stale.add(key)

    def settle(self, frame: Frame) -> tuple[Control, ...]:
        if self._frame is None or frame.sides != self._frame.sides:
            self._kept.stale |= self._by_place.keys()
        self._frame = frame
        for key in self._kept.stale:
            told = self._by_place[key].listed()
            found = control_of([(item.entry, position_of(item)) for item in told], frame) if told else None
            self._kept.renewed(key, found)
        self._kept.stale = set()
        return tuple(self._kept.results[key] for key in sorted(self._kept.results))
