"""What a figure is about: whose people, and the whole incident or a part of it."""

from schemas.incident import Area
from schemas.report import Count, Occurrence, Place
from services.projector.area import place_key
from services.projector.frame import Frame

WHOLE = "incident"
FORCES = "forces:"


def group_of(count: Count, frame: Frame) -> str:
    """`forces:<actor>` becomes `forces:<side>`, and those of the side that came are the attackers."""
    if not count.group.startswith(FORCES):
        return count.group
    actor = count.group.removeprefix(FORCES)
    side = frame.actor_side(actor) or actor
    return "attackers" if side == frame.attackers else FORCES + side


def scope_of(count: Count, occurrence: Occurrence, area: Area) -> str:
    """A figure for the main place or what contains it is the incident's; one for another place is a part."""
    if count.scope not in {WHOLE, ""} and not _is_place(count.scope, occurrence.place):
        return count.scope
    place = occurrence.place
    if place is None or area.main is None or _reaches(place, area.main):
        return WHOLE
    return WHOLE if _only_one_inside(place, area) else place_key(place)


def _is_place(scope: str, place: Place | None) -> bool:
    return place is not None and scope in {place.id, *place.within, place_key(place)}


def _reaches(place: Place, main: Place) -> bool:
    """Whether the place is the main one or contains it."""
    return place_key(place) == place_key(main) or (place.id is not None and place.id in main.within)


def _only_one_inside(place: Place, area: Area) -> bool:
    """A street of the town, where nobody tells of another street: the same incident seen closer."""
    if area.main is None or area.main.id is None or area.main.id not in place.within:
        return False
    return inside(area) <= {place_key(place)}


def inside(area: Area) -> frozenset[str]:
    """Keys of the places inside the main one."""
    main = area.main
    if main is None or main.id is None:
        return frozenset()
    return frozenset(place_key(p) for p in area.places if main.id in p.within and place_key(p) != place_key(main))
