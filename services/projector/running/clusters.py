"""The clusters of an incident kept up to date, with what their facts ask of them."""

from bisect import insort
from collections.abc import Iterable
from typing import NamedTuple

from schemas.report import Occurrence
from services.projector.facts import rank
from services.projector.frame import Frame
from services.projector.pmap import PMap
from services.projector.running.bags import Ordered, Tally, drop
from services.projector.running.groups import Home, Partition
from services.projector.running.items import Item
from services.projector.running.shapes import Shapes


class Cluster:
    """`ids` sorted; `known` = the ids as a value that outlives changes; `realis` = the kinds told of."""

    __slots__ = ("ids", "known", "occurrences", "ranked", "realis")

    def __init__(self) -> None:
        self.ids: list[str] = []
        self.known: PMap[str, None] = PMap()
        self.occurrences: dict[str, Occurrence] = {}
        self.ranked: list[tuple[int, bool, bool, str]] = []
        self.realis: Tally[str] = Tally()

    def put(self, occurrence: Occurrence) -> None:
        insort(self.ids, occurrence.id)
        insort(self.ranked, rank(occurrence))
        self.occurrences[occurrence.id] = occurrence
        self.realis.put(occurrence.realis)
        self.known = self.known.with_item(occurrence.id, None)

    def take(self, occurrence: str) -> None:
        was = self.occurrences.pop(occurrence)
        drop(self.ids, occurrence)
        drop(self.ranked, rank(was))
        self.realis.take(was.realis)
        self.known = self.known.without(occurrence)

    @property
    def id(self) -> str:
        return self.ids[0]

    @property
    def head(self) -> Occurrence:
        return self.occurrences[self.ranked[0][-1]]


class Move(NamedTuple):
    """An occurrence whose home changed; None: it is new, or gone."""

    occurrence: str
    old: Home | None
    new: Home | None


class Clusters:
    """`items` of each occurrence by the order of speech; the last one's occurrence counts."""

    def __init__(self) -> None:
        self.items: dict[str, Ordered[Item]] = {}
        self.home: dict[str, Home] = {}
        self.found: dict[Home, Cluster] = {}
        self._now: dict[str, Occurrence] = {}
        self._dirty: dict[str, None] = {}
        self._shapes = Shapes()
        self._partition = Partition()

    def put(self, item: Item) -> None:
        occurrence = item.entry.occurrence.id
        self.items.setdefault(occurrence, Ordered()).put(item.order, item)
        self._dirty[occurrence] = None

    def take(self, item: Item) -> None:
        occurrence = item.entry.occurrence.id
        self.items[occurrence].take(item.order)
        if not self.items[occurrence].keys:
            del self.items[occurrence]
        self._dirty[occurrence] = None

    def settle(self, frame: Frame) -> tuple[list[Move], set[Home]]:
        """What moved, and the homes whose content changed."""
        other_rivals = self._shapes.rival(frame)
        changed = self._renew()
        if other_rivals:
            self._again(frame)
        moved = self._partition.settle(self._shapes.came, self._shapes.went)
        self._shapes.came, self._shapes.went = [], []
        targets = dict(self._partition.homes(moved))
        for occurrence in changed:
            shape = self._shapes.of.get(occurrence)
            if shape and occurrence not in targets:
                home = self._partition.home(shape, occurrence)
                targets |= {occurrence: home} if home is not None else dict(self._partition.homes([shape]))
        return self._moved(changed, targets)

    def _renew(self) -> set[str]:
        """Shapes of what is new or other than before; the occurrences of which this is so."""
        changed = set()
        for occurrence in self._dirty:
            was = self._now.get(occurrence)
            now = self.items[occurrence].final.entry.occurrence if occurrence in self.items else None
            if was == now:
                continue
            changed.add(occurrence)
            if was:
                self._shapes.leave(occurrence)
                del self._now[occurrence]
            if now:
                self._shapes.enter(now)
                self._now[occurrence] = now
        self._dirty = {}
        return changed

    def _again(self, frame: Frame) -> None:
        """All shapes anew: what are rivals has changed."""
        self._shapes, self._partition = Shapes(), Partition()
        self._shapes.rival(frame)
        for occurrence in self._now.values():
            self._shapes.enter(occurrence)

    def _moved(self, changed: Iterable[str], targets: dict[str, Home]) -> tuple[list[Move], set[Home]]:
        moves, touched = [], set()
        for occurrence in dict.fromkeys((*changed, *targets)):
            old, new = self.home.get(occurrence), targets.get(occurrence)
            if old == new and occurrence not in changed:
                continue
            if old is not None:
                self.found[old].take(occurrence)
                touched.add(old)
                del self.home[occurrence]
            if new is not None:
                self.found.setdefault(new, Cluster()).put(self._now[occurrence])
                self.home[occurrence] = new
                touched.add(new)
            if old != new:
                moves.append(Move(occurrence, old, new))
        for home in [home for home in touched if not self.found[home].ids]:
            del self.found[home]
        return moves, touched
