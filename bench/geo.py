"""Place names of LGL and GeoVirus: how many are found, and how many of them are put within 161 km of where they lie.

python -m bench.geo --data DIR [--corpus LGL] [--limit N]

* Recognition F1: a place of ours and one of gold are the same if their spans overlap; each counts once.
* Within 161 km (100 miles): of the gold names with coordinates that we found; beside it the most populous namesake of
  the gazetteer for the same names. A country or province of ours has no point: it is right where gold's point lies in
  it, as the nearest town of the gazetteer does; so for the look-up.
"""

import argparse
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from math import asin, cos, radians, sin, sqrt
from pathlib import Path

import numpy as np
import orjson

from bench.geo_corpora import FILES, Text, Toponym, corpus
from schemas.article import Article, from_wire
from schemas.report import Place
from services.parser import clean, lexical
from services.parser.gazetteer import Gazetteer, Row
from services.parser.parse import Parser, load
from services.parser.resolve import COUNTRY, PROVINCE
from services.parser.tables import rows, values

LIMIT_KM = 161.0
EARTH_KM = 6371.0


@dataclass(frozen=True, slots=True)
class Point:
    """A place as it is judged: a point, or the id of an area ("c:US", "a1:US.OH") that a point may lie in."""

    lat: float | None
    lon: float | None
    area: str | None = None


@dataclass(slots=True)
class Tally:
    """`found`: gold names that we found too; `judged`: those of them with coordinates."""

    gold: int = 0
    ours: int = 0
    found: int = 0
    judged: int = 0
    near: int = 0
    near_by_size: int = 0

    def line(self, name: str) -> str:
        precision, recall = 100 * self.found / max(1, self.ours), 100 * self.found / max(1, self.gold)
        f = 2 * precision * recall / max(1e-9, precision + recall)
        near, by_size = (100 * n / max(1, self.judged) for n in (self.near, self.near_by_size))
        return f"{name} recognition F1 {f:.1f} | {name} within 161 km {near:.1f} | {name} most populous {by_size:.1f}"


class Towns:
    """The nearest town of the gazetteer to a point: whose areas the point lies in."""

    def __init__(self, gazetteer: Gazetteer) -> None:
        number, self._rows = 0, []
        while (row := _row(gazetteer, number)) is not None:
            self._rows.append(row)
            number += 1
        self._lat = np.radians([row.lat for row in self._rows])
        self._lon = np.radians([row.lon for row in self._rows])

    def areas(self, lat: float, lon: float) -> frozenset[str]:
        a = np.sin((self._lat - radians(lat)) / 2) ** 2
        a += cos(radians(lat)) * np.cos(self._lat) * np.sin((self._lon - radians(lon)) / 2) ** 2
        row = self._rows[int(a.argmin())]
        return frozenset(area for area in (f"c:{row.country}", f"a1:{row.admin1}" if row.admin1 else "") if area)


def _row(gazetteer: Gazetteer, number: int) -> Row | None:
    try:
        return gazetteer.row(number)
    except (IndexError, ValueError):
        return None


def km(a_lat: float, a_lon: float, b_lat: float, b_lon: float) -> float:
    """On a sphere."""
    half = sin(radians(b_lat - a_lat) / 2) ** 2
    half += cos(radians(a_lat)) * cos(radians(b_lat)) * sin(radians(b_lon - a_lon) / 2) ** 2
    return 2 * EARTH_KM * asin(sqrt(min(1.0, half)))


def is_near(point: Point | None, gold: Toponym, towns: Towns) -> bool:
    """Whether a place of ours is where gold says."""
    if point is None or gold.lat is None or gold.lon is None:
        return False
    if point.area is not None:
        return point.area in towns.areas(gold.lat, gold.lon)
    return point.lat is not None and point.lon is not None and km(point.lat, point.lon, gold.lat, gold.lon) <= LIMIT_KM


def point_of(place: Place) -> Point:
    """Provinces and countries are areas; an unresolved place has neither point nor area."""
    if place.precision >= PROVINCE and place.id and place.precision in (PROVINCE, COUNTRY):
        return Point(None, None, place.id)
    return Point(place.lat, place.lon)


def article_of(text: Text) -> Article:
    value = {"id": text.id, "title": "", "body": text.text, "outlet": text.site or "unknown"}
    value |= {"published": text.day} if text.day else {}
    return from_wire(orjson.dumps(value), None, {}, 0)


def places(parser: Parser, text: Text) -> list[tuple[int, int, Place]]:
    """The places we find, in offsets of the text."""
    layout = clean.layout(article_of(text), parser.lexicon)
    _, body = lexical.scan_both(layout, parser.lexicon)
    origin = layout.body.origin
    return [(origin[m.start], origin[m.end - 1] + 1, m.place) for m in body.places]


def by_size(gazetteer: Gazetteer) -> Callable[[str], Point | None]:
    """The plain look-up: a country or province of that name, else the most populous town."""
    areas: dict[str, str] = {}
    for code, names, people, _ in rows("countries.tsv", 4):
        areas |= {name.casefold(): f"c:{code}" for cell in (names, people) for name in values(cell)}
    for names, code, _ in rows("us_states.tsv", 3):
        for name in (*values(names), code):
            areas.setdefault(name.casefold(), f"a1:US.{code}")

    def point(name: str) -> Point | None:
        area = areas.get(name.casefold())
        if area is not None:
            return Point(None, None, area)
        towns = [match.row for match in gazetteer.find(name)]
        best = max(towns, key=lambda row: (row.population, -row.id), default=None)
        return Point(best.lat, best.lon) if best is not None else None

    return point


def pairs(ours: Sequence[tuple[int, int, Place]], gold: Sequence[Toponym]) -> Iterator[tuple[Place, Toponym]]:
    """Overlapping spans, each used once, in the order of the text."""
    free = list(ours)
    for toponym in gold:
        hit = next((o for o in free if o[0] < toponym.end and o[1] > toponym.start), None)
        if hit is not None:
            free.remove(hit)
            yield hit[2], toponym


def measure(parser: Parser, texts: Sequence[Text], towns: Towns) -> Tally:
    look_up, tally = by_size(parser.lexicon.places.gazetteer), Tally()
    for text in texts:
        ours = places(parser, text)
        tally.gold += len(text.toponyms)
        tally.ours += len(ours)
        for place, toponym in pairs(ours, text.toponyms):
            tally.found += 1
            if toponym.lat is not None:
                tally.judged += 1
                tally.near += is_near(point_of(place), toponym, towns)
                tally.near_by_size += is_near(look_up(toponym.phrase), toponym, towns)
    return tally


def main(argv: Sequence[str] | None = None) -> int:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    arguments.add_argument("--data", type=Path, required=True, help="folder with Corpora")
    arguments.add_argument("--corpus", choices=tuple(FILES), action="append")
    arguments.add_argument("--limit", type=int, help="so many texts of each corpus")
    asked = arguments.parse_args(argv)
    parser = load()
    towns = Towns(parser.lexicon.places.gazetteer)
    lines = []
    for name in asked.corpus or FILES:
        tally = measure(parser, list(corpus(asked.data, name))[: asked.limit], towns)
        print(f"{name}: {tally}")
        lines.append(tally.line(name))
    print(" | ".join(lines))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
