"""Occurrences that `clusters.same` cannot tell apart are one shape; which shapes are the same is asked once a pair."""

from bisect import insort
from collections import defaultdict
from collections.abc import Hashable, Iterator, Mapping

from schemas.ontology import ontology
from schemas.report import Occurrence
from services.projector.clusters import APART, is_located, place_ids, realis_class, same
from services.projector.frame import Frame
from services.projector.rules.positions import Sides
from services.projector.running.bags import drop


class Shape:
    """`near` = other shapes that are the same; `number` counts shapes as they come.

    Not `self_same`: rivals in one role, so that the shape is never the same as another of its kind.
    """

    __slots__ = ("key", "located", "members", "near", "number", "sample", "self_same")

    def __init__(self, key: Hashable, sample: Occurrence, number: int, self_same: bool) -> None:
        self.key = key
        self.sample = sample
        self.number = number
        self.self_same = self_same
        self.located = is_located(sample)
        self.members: list[str] = []
        self.near: set[Shape] = set()


class Shapes:
    """`came` and `went` = shapes since they were emptied."""

    def __init__(self) -> None:
        self.of: dict[str, Shape] = {}
        self.came: list[Shape] = []
        self.went: list[Shape] = []
        self._all: dict[Hashable, Shape] = {}
        self._kinds: dict[tuple[str, str], set[Shape]] = defaultdict(set)
        self._sides: Mapping[str, str] = {}
        self._stand = Sides()
        self._frame: Frame | None = None
        self._count = 0

    def __iter__(self) -> Iterator[Shape]:
        return iter(self._all.values())

    def rival(self, frame: Frame) -> bool:
        """Takes the sides over; whether any two shapes may be rivals now that were not, or the other way round."""
        if frame is self._frame:
            return False
        self._frame = frame
        sides = {actor: side for actor, side in frame.side_of.items() if side} | dict(frame.home_of)
        actors = {who for shape in self for who in _actors(shape.sample)}
        was = (self._stand.opposed_pairs, {who: self._sides.get(who) for who in actors})
        self._sides, self._stand = sides, frame.sides
        return was != (self._stand.opposed_pairs, {who: self._sides.get(who) for who in actors})

    def enter(self, occurrence: Occurrence) -> Shape:
        key = _key(occurrence)
        if (shape := self._all.get(key)) is None:
            alike = self._same(occurrence, occurrence)
            key = key if alike else (key, occurrence.id)
            shape = self._all.get(key) or self._new(key, occurrence, alike)
        insort(shape.members, occurrence.id)
        self.of[occurrence.id] = shape
        return shape

    def leave(self, occurrence: str) -> Shape:
        shape = self.of.pop(occurrence)
        drop(shape.members, occurrence)
        if not shape.members:
            del self._all[shape.key]
            self._kinds[_kind(shape.sample)].discard(shape)
            for other in shape.near:
                other.near.discard(shape)
            self.went.append(shape)
        return shape

    def _new(self, key: Hashable, occurrence: Occurrence, alike: bool) -> Shape:
        self._count += 1
        shape = self._all[key] = Shape(key, occurrence, self._count, alike)
        realis, type_ = _kind(occurrence)
        for (other_realis, other), shapes in self._kinds.items():
            if other_realis == realis and ontology().compatible(type_, other):
                shape.near |= {it for it in shapes if self._same(occurrence, it.sample)}
        for it in shape.near:
            it.near.add(shape)
        self._kinds[realis, type_].add(shape)
        self.came.append(shape)
        return shape

    def _same(self, a: Occurrence, b: Occurrence) -> bool:
        return same(a, b, self._sides, self._stand)


def _kind(occurrence: Occurrence) -> tuple[str, str]:
    return realis_class(occurrence), occurrence.type


def _actors(occurrence: Occurrence) -> tuple[str, ...]:
    return tuple(p.actor_id for p in occurrence.participants if p.role == "actor" and p.actor_id)


def _key(occurrence: Occurrence) -> Hashable:
    """All that `same` asks."""
    subtype = occurrence.subtype if occurrence.type in APART else None
    where = place_ids(occurrence.place) if occurrence.place else ()
    when = occurrence.when
    return (
        realis_class(occurrence), occurrence.type, subtype, where, when.start, when.end or when.start,
        frozenset(_actors(occurrence)),
    )  # fmt: skip
