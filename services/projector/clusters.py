"""Which occurrences of different reports are one: components over compatible type, place, time, actors (domain C)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from schemas.ontology import ontology
from schemas.report import Occurrence, Place
from services.projector.rules.positions import Sides

SLACK = timedelta(hours=24)
PLANS = {"planned", "possible"}
APART = {"deployment"}
"""Types whose subtypes are different things: troops that come, and an operation against them."""


@dataclass(frozen=True, slots=True)
class Cluster:
    """Occurrences that are one, sorted by id; the first id names the cluster."""

    occurrences: tuple[Occurrence, ...]

    @property
    def id(self) -> str:
        return self.occurrences[0].id


def realis_class(occurrence: Occurrence) -> str:
    """Plans never support an actual fact; ongoing and actual are one."""
    if occurrence.realis in PLANS:
        return "plan"
    return "attempted" if occurrence.realis == "attempted" else "actual"


def cluster(occurrences: Iterable[Occurrence], actor_sides: Mapping[str, str], sides: Sides) -> tuple[Cluster, ...]:
    """A partition that depends on the set of occurrences only."""
    items = sorted({occurrence.id: occurrence for occurrence in occurrences}.values(), key=lambda o: o.id)
    placed = [o for o in items if is_located(o)]
    groups = _components(placed, actor_sides, sides)
    for loose in (o for o in items if not is_located(o)):
        _join(groups, loose, actor_sides, sides)
    found = (Cluster(tuple(sorted(group, key=lambda o: o.id))) for group in groups)
    return tuple(sorted(found, key=lambda c: c.id))


def is_located(occurrence: Occurrence) -> bool:
    return occurrence.place is not None and bool(occurrence.place.within or occurrence.place.id)


def _components(items: Sequence[Occurrence], actor_sides: Mapping[str, str], sides: Sides) -> list[list[Occurrence]]:
    groups: list[list[Occurrence]] = []
    for item in items:
        touching = [group for group in groups if any(same(item, other, actor_sides, sides) for other in group)]
        merged = [item, *(o for group in touching for o in group)]
        groups = [group for group in groups if group not in touching] + [merged]
    return groups


def _join(groups: list[list[Occurrence]], loose: Occurrence, actor_sides: Mapping[str, str], sides: Sides) -> None:
    """An unplaced occurrence joins only where exactly one cluster fits; else it stays apart."""
    fitting = [group for group in groups if any(same(loose, other, actor_sides, sides) for other in group)]
    if len(fitting) == 1:
        fitting[0].append(loose)
    else:
        groups.append([loose])


def same(a: Occurrence, b: Occurrence, actor_sides: Mapping[str, str], sides: Sides) -> bool:
    return (
        realis_class(a) == realis_class(b)
        and ontology().compatible(a.type, b.type)
        and (a.type != b.type or a.subtype == b.subtype or a.type not in APART)
        and _places_meet(a.place, b.place)
        and _times_meet(a, b)
        and not _rivals(a, b, actor_sides, sides)
    )


def _places_meet(a: Place | None, b: Place | None) -> bool:
    if a is None or b is None:
        return True
    ids_a, ids_b = place_ids(a), place_ids(b)
    return not ids_a or not ids_b or ids_a[0] in ids_b or ids_b[0] in ids_a


def place_ids(place: Place) -> tuple[str, ...]:
    return place.within or ((place.id,) if place.id else ())


def _times_meet(a: Occurrence, b: Occurrence) -> bool:
    if a.when.start is None or b.when.start is None:
        return True
    end_a, end_b = a.when.end or a.when.start, b.when.end or b.when.start
    return a.when.start <= end_b + SLACK and b.when.start <= end_a + SLACK


def _rivals(a: Occurrence, b: Occurrence, actor_sides: Mapping[str, str], sides: Sides) -> bool:
    """Opposed actors in one role: two occurrences, not one told twice. A clash has both as actors."""
    if "armed_clash" in (a.type, b.type):
        return False
    return any(sides.opposed(actor_sides.get(x), actor_sides.get(y)) for x in _actors(a) for y in _actors(b))


def _actors(occurrence: Occurrence) -> tuple[str, ...]:
    return tuple(p.actor_id for p in occurrence.participants if p.role == "actor" and p.actor_id)
