"""Places as the linker sees them: how two relate, how far apart they are, in which cells of a grid they lie."""

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from schemas.report import Place

PlaceRelation = Literal["same", "near", "province", "country", "abroad"]
NEAREST_FIRST: tuple[PlaceRelation, ...] = ("same", "near", "province", "country", "abroad")
PROVINCE_PRECISION = 4  # UCDP: admin1
DISTRICT_PRECISION = 3
NEAR_KM = 25.0
EARTH_KM = 6371.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """`id` is the place id, else its folded name. `within` = ids of what contains it, without the country."""

    id: str
    precision: int
    within: tuple[str, ...] = ()
    admin1: str | None = None
    country: str | None = None
    lat: float | None = None
    lon: float | None = None

    @property
    def exact(self) -> bool:
        """A point that a distance can be measured from."""
        return self.lat is not None and self.lon is not None and self.precision <= DISTRICT_PRECISION


def spot(place: Place) -> Spot | None:
    """The spot of a place; None for countries and vaguer ones, which say nothing about where."""
    if place.precision > PROVINCE_PRECISION:
        return None
    own = place.id or f"t:{place.name.casefold()}"
    above = {*place.within, place.parent or own} - {own}
    return Spot(
        id=own, precision=place.precision, within=tuple(sorted(a for a in above if not a.startswith("c:"))),
        admin1=place.admin1, country=place.country, lat=place.lat, lon=place.lon,
    )  # fmt: skip


def relation(ours: Iterable[Spot], theirs: Iterable[Spot]) -> PlaceRelation | None:
    """The closest relation of any two; None if one side has no place or nothing is known of it."""
    others = tuple(theirs)
    found = {kind for a in ours for b in others if (kind := _relation(a, b)) is not None}
    return next((kind for kind in NEAREST_FIRST if kind in found), None)


def _relation(a: Spot, b: Spot) -> PlaceRelation | None:
    if a.id == b.id:
        return "same" if a.precision < PROVINCE_PRECISION else "near"
    if a.id in b.within or b.id in a.within:
        return "near"
    apart = _km(a, b)
    if apart is not None and apart <= NEAR_KM:
        return "near"
    if not a.country or not b.country:
        return None
    if a.country != b.country:
        return "abroad"
    return "province" if a.admin1 and a.admin1 == b.admin1 else "country"


def distance_km(ours: Iterable[Spot], theirs: Iterable[Spot]) -> float | None:
    """The shortest distance; 0 where one contains the other's exact place; None if either has no exact place."""
    mine = [a for a in ours if a.exact]
    area = [b for b in theirs if b.exact]
    inside = any(a.id == b.id or a.id in b.within or b.id in a.within for a in mine for b in area)
    if inside:
        return 0.0
    return min((d for a in mine for b in area if (d := _km(a, b)) is not None), default=None)


def _km(a: Spot, b: Spot) -> float | None:
    """Great-circle distance of two points."""
    if a.lat is None or a.lon is None or b.lat is None or b.lon is None or not (a.exact and b.exact):
        return None
    north, east = math.radians(b.lat - a.lat) / 2, math.radians(b.lon - a.lon) / 2
    chord = math.sin(north) ** 2 + math.cos(math.radians(a.lat)) * math.cos(math.radians(b.lat)) * math.sin(east) ** 2
    return 2 * EARTH_KM * math.asin(min(1.0, math.sqrt(chord)))


def cell(at: Spot, degrees: float) -> tuple[int, int] | None:
    """The cell of a grid over the globe; columns widen towards the poles, so that a cell stays about square."""
    if at.lat is None or at.lon is None or not at.exact:
        return None
    row = math.floor(at.lat / degrees)
    return row, _column(row, at.lon, degrees)


def neighbours(at: Spot, degrees: float) -> Iterator[tuple[int, int]]:
    """The cell of the spot and the eight around it."""
    if at.lat is None or at.lon is None or not at.exact:
        return
    middle = math.floor(at.lat / degrees)
    for row in (middle - 1, middle, middle + 1):
        width = _width(row, degrees)
        for step in (-1, 0, 1):
            yield row, _column(row, at.lon + step * width, degrees)


def _width(row: int, degrees: float) -> float:
    return degrees / max(0.1, math.cos(math.radians((row + 0.5) * degrees)))


def _column(row: int, lon: float, degrees: float) -> int:
    return math.floor(((lon + 180) % 360) / _width(row, degrees))
