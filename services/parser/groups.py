"""Mention groups: the occurrences of a report that belong to one incident (domain model C, unit)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from math import asin, cos, radians, sin, sqrt

from schemas.ids import content_id
from schemas.ontology import ontology
from schemas.report import Family, Features, Genre, Group, GroupRole, Occurrence, Place, TimePrecision, When
from services.parser.merge import Made

NEAR_KM = 25.0
DAYS = timedelta(hours=48)
MAX_GROUPS = 8
TOGETHER: tuple[frozenset[Family], ...] = (
    frozenset({"conflict", "political_violence", "crime", "measures", "statements"}),
    frozenset({"political_violence", "crime", "protest", "measures", "statements"}),
    frozenset({"disaster", "accident", "measures", "statements"}),
    frozenset({"conflict", "accident", "measures", "statements"}),
)  # fmt: skip
FeaturesOf = Callable[[Sequence[str]], Features]


@dataclass
class _Open:
    """A group while occurrences are dealt out."""

    made: list[Made] = field(default_factory=list)
    background: bool = False
    piece: str = ""

    @property
    def places(self) -> list[Place]:
        return [m.occurrence.place for m in self.made if m.occurrence.place is not None]

    @property
    def families(self) -> set[Family]:
        return {ontology().of(m.occurrence.type).family for m in self.made}


@dataclass(frozen=True, slots=True)
class Grouped:
    groups: tuple[Group, ...]
    occurrences: tuple[Occurrence, ...]
    dropped: int


def group(
    article_id: str, made: Sequence[Made], genre: Genre, segment_of: Callable[[int], str], features: FeaturesOf
) -> Grouped:
    """Deals occurrences into groups and names those. `segment_of`: sentence number -> segment id."""
    opened = _deal(sorted(made, key=lambda m: m.first), genre, segment_of)
    current, old = [g for g in opened if not g.background], [g for g in opened if g.background]
    kept, rest = [*current[:MAX_GROUPS], *old[:MAX_GROUPS]], [*current[MAX_GROUPS:], *old[MAX_GROUPS:]]
    groups: list[Group] = []
    occurrences: list[Occurrence] = []
    ordinals: dict[tuple[str, str, str], int] = {}
    for number, one in enumerate(kept):
        made_group = _close(article_id, one, number, genre, len(kept), segment_of, features, ordinals)
        groups.append(made_group)
        occurrences += [replace(m.occurrence, group=made_group.id) for m in one.made]
    return Grouped(tuple(groups), tuple(occurrences), sum(len(one.made) for one in rest))


def _deal(made: Sequence[Made], genre: Genre, segment_of: Callable[[int], str]) -> list[_Open]:
    opened: list[_Open] = []
    placed = [m for m in made if m.occurrence.place is not None]
    for one in placed:
        home = next((g for g in opened if _fits(g, one, genre, segment_of)), None)
        if home is None:
            home = _Open(background=one.cluster.history, piece=segment_of(one.first[0]))
            opened.append(home)
        home.made.append(one)
    opened = _joined(opened)
    for one in made:
        if one.occurrence.place is None:
            _attach(opened, one, genre, segment_of)
    return sorted(opened, key=lambda g: (g.background, min(m.first for m in g.made)))


def _fits(group: _Open, one: Made, genre: Genre, segment_of: Callable[[int], str]) -> bool:
    if group.background != one.cluster.history:
        return False
    if genre == "roundup" and group.piece != segment_of(one.first[0]):
        return False
    place = one.occurrence.place
    near = place is not None and any(near_enough(place, other) for other in group.places)
    return (
        near and _together(group, one) and any(_same_days(m.occurrence.when, one.occurrence.when) for m in group.made)
    )


def _together(group: _Open, one: Made) -> bool:
    families = group.families | {ontology().of(one.occurrence.type).family}
    return any(families <= allowed for allowed in TOGETHER)


def near_enough(a: Place, b: Place) -> bool:
    """One place, one inside the other, of one admin1, or within 25 km."""
    if a.name == b.name or (a.id and a.id in b.within) or (b.id and b.id in a.within):
        return True
    if a.country and b.country and a.country == b.country and a.admin1 and a.admin1 == b.admin1:
        return True
    parents = {a.id, a.parent} & {b.id, b.parent} - {None}
    return bool(parents) or distance_km(a, b) <= NEAR_KM


def distance_km(a: Place, b: Place) -> float:
    if a.lat is None or a.lon is None or b.lat is None or b.lon is None:
        return float("inf")
    lat1, lat2, dlat, dlon = map(radians, (a.lat, b.lat, b.lat - a.lat, b.lon - a.lon))
    return 2 * 6371 * asin(sqrt(sin(dlat / 2) ** 2 + cos(lat1) * cos(lat2) * sin(dlon / 2) ** 2))


def _same_days(a: When, b: When) -> bool:
    if a.start is None or b.start is None:
        return True
    return abs(a.start - b.start) <= DAYS


def _joined(opened: Sequence[_Open]) -> list[_Open]:
    """A group that only has a country joins one inside it."""
    found = sorted(opened, key=lambda g: min(p.precision for p in g.places))
    kept: list[_Open] = []
    for one in found:
        wide = all(p.precision >= 6 for p in one.places)
        home = next((g for g in kept if wide and g.background == one.background and _holds(one, g)), None)
        if home is None:
            kept.append(one)
        else:
            home.made += one.made
    return kept


def _holds(wide: _Open, inner: _Open) -> bool:
    return any(w.id in p.within for w in wide.places if w.id for p in inner.places)


def _attach(opened: list[_Open], one: Made, genre: Genre, segment_of: Callable[[int], str]) -> None:
    """What has no place joins the nearest group before it, in a roundup only one of its own item."""
    piece = segment_of(one.first[0])
    fits = [g for g in opened if g.background == one.cluster.history and _together(g, one)]
    if genre == "roundup":
        fits = [g for g in fits if g.piece == piece]
    before = [g for g in fits if min(m.first for m in g.made) <= one.first]
    if fits:
        chosen = max(before, key=lambda g: max(m.first for m in g.made if m.first <= one.first)) if before else fits[0]
        chosen.made.append(one)
    else:
        opened.append(_Open([one], one.cluster.history, piece))


def _close(
    article_id: str,
    one: _Open,
    number: int,
    genre: Genre,
    total: int,
    segment_of: Callable[[int], str],
    features: FeaturesOf,
    ordinals: dict[tuple[str, str, str], int],
) -> Group:
    made = sorted(one.made, key=lambda m: m.first)
    place = _main_place(made)
    when = _when(made)
    families = tuple(sorted(one.families))
    cell = (place.id or place.name.casefold()) if place else ""
    day = when.start.date().isoformat() if when.start else ""
    key = cell, day, families[0]
    ordinals[key] = ordinals.get(key, -1) + 1
    segments = tuple(dict.fromkeys(segment_of(e.sentence) for m in made for e in m.cluster.events))
    return Group(
        id=content_id("group", article_id, *key, ordinals[key]), role=_role(one, number, genre, total),
        families=families,
        segment_ids=segments, when=when, features=features(segments), place=place, actors=_actors(made),
    )  # fmt: skip


def _role(one: _Open, number: int, genre: Genre, total: int) -> GroupRole:
    if one.background:
        return "background"
    return "main" if number == 0 and not (genre == "roundup" and total > 1) else "other"


def _main_place(made: Sequence[Made]) -> Place | None:
    """Where most mentions put it; the more exact and the earlier one of equals."""
    votes: dict[str, tuple[int, int, int, Place]] = {}
    for order, one in enumerate(made):
        place = one.occurrence.place
        if place is not None:
            key = place.id or place.name
            n = votes[key][0] if key in votes else 0
            votes[key] = (
                n + len(one.cluster.events),
                -place.precision,
                votes[key][2] if key in votes else -order,
                place,
            )
    return max(votes.values(), key=lambda v: v[:3])[3] if votes else None


def _when(made: Sequence[Made]) -> When:
    dated = [m.occurrence.when for m in made if m.occurrence.when.start is not None]
    explicit = [w for w in dated if w.anchor == "explicit"] or dated
    if not explicit:
        return made[0].occurrence.when
    starts: list[datetime] = [w.start for w in explicit if w.start is not None]
    ends: list[datetime] = [w.end or w.start for w in explicit if w.start is not None]
    precision: TimePrecision = explicit[0].precision if len(set(starts)) == 1 else "range"
    return When(precision=precision, anchor=explicit[0].anchor, start=min(starts), end=max(ends))


def _actors(made: Sequence[Made]) -> tuple[str, ...]:
    return tuple(sorted({p.actor_id for m in made for p in m.occurrence.participants if p.actor_id}))
