"""The gazetteer: places of the world from 500 inhabitants (GeoNames, CC BY 4.0), one file that is memory-mapped.

`python -m services.parser.gazetteer` compiles it; `open_gazetteer` does so too where the file is missing.
Layout: magic, header length, header (JSON: counts, string tables, section offsets), then sections of
little-endian numbers: sorted keys (folded names), postings (row, primary?, hash of the strict fold), rows.
"""

import json
import mmap
import struct
import zlib
from bisect import bisect_left
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

from services.parser.fold import loose, strict, without_article

COMPILED = Path(__file__).parent / "data" / "compiled"
FILE = "gazetteer.bin"
MAGIC = b"SITREPG5"
ROW_BITS, HASH_BITS = 18, 13
MIN_LOOSE = 5


@dataclass(frozen=True, slots=True)
class Row:
    """A town or village. `admin1` is "RU.09"; `zone` an IANA name."""

    id: int
    name: str
    country: str
    admin1: str | None
    lat: float
    lon: float
    population: int
    zone: str


class Match(NamedTuple):
    """`quality`: 3 = primary name, 2 = other name, 1 = only alike after the loose fold."""

    row: Row
    quality: int


def hash_of(folded: str) -> int:
    return zlib.crc32(folded.encode()) & ((1 << HASH_BITS) - 1)


@dataclass(frozen=True)
class Gazetteer:
    """Read-only view of the compiled file, with an optional overlay of invented places for tests."""

    data: memoryview
    header: dict[str, list[str] | dict[str, list[int]]]
    overlay: tuple[Row, ...] = ()

    def find(self, name: str) -> tuple[Match, ...]:
        """All places of that name, best match and largest first."""
        folded = strict(name)
        found = {match.row.id: match for match in self._overlaid(folded)}
        for key in dict.fromkeys((folded, without_article(folded))):
            for match in self._matches(key):
                if match.row.id not in found or found[match.row.id].quality < match.quality:
                    found[match.row.id] = match
        return tuple(sorted(found.values(), key=lambda m: (-m.quality, -m.row.population, m.row.id)))

    def _overlaid(self, folded: str) -> list[Match]:
        return [Match(row, 3) for row in self.overlay if strict(row.name) == folded]

    def _matches(self, folded: str) -> list[Match]:
        if len(folded) < 2:
            return []
        at = self._position(loose(folded).encode())
        if at is None:
            return []
        wanted, found = hash_of(folded), []
        posts, start, end = self._postings, self._post_at[at], self._post_at[at + 1]
        for post in posts[start:end]:
            exact = post >> (ROW_BITS + 1) == wanted
            quality = (3 if post >> ROW_BITS & 1 else 2) if exact else 1
            if exact or len(folded) >= MIN_LOOSE:
                found.append(Match(self.row(post & ((1 << ROW_BITS) - 1)), quality))
        return found

    def _position(self, key: bytes) -> int | None:
        low, high = 0, len(self._key_at) - 1
        while low < high:
            middle = (low + high) // 2
            if bytes(self._keys[self._key_at[middle] : self._key_at[middle + 1]]) < key:
                low = middle + 1
            else:
                high = middle
        if low == len(self._key_at) - 1:
            return None
        return low if bytes(self._keys[self._key_at[low] : self._key_at[low + 1]]) == key else None

    def row(self, number: int) -> Row:
        names = self._section("names", "B")
        at = self._section("name_at", "I")
        country, admin1, zone = self._tables
        return Row(
            id=self._section("ids", "I")[number],
            name=bytes(names[at[number] : at[number + 1]]).decode(),
            country=country[self._section("countries", "H")[number]],
            admin1=admin1[self._section("admin1s", "H")[number]] or None,
            lat=round(self._section("lats", "f")[number], 5),
            lon=round(self._section("lons", "f")[number], 5),
            population=self._section("populations", "I")[number],
            zone=zone[self._section("zones", "H")[number]],
        )

    def seat(self, admin1: str) -> Row | None:
        """The largest town of a region."""
        number = self._seats.get(admin1)
        return None if number is None else self.row(number)

    def by_id(self, geonameid: int) -> Row | None:
        ids = self._section("ids", "I")
        at = bisect_left(ids, geonameid)
        if at < len(ids) and ids[at] == geonameid:
            return self.row(at)
        return next((row for row in self.overlay if row.id == geonameid), None)

    @cached_property
    def us_counties(self) -> dict[str, tuple[str, ...]]:
        """Folded name ("wapello county") -> states ("US.IA")."""
        found: dict[str, list[str]] = {}
        for entry in self.header["us_counties"]:
            state, name = str(entry).split(".", 1)
            found.setdefault(strict(name), []).append(f"US.{state}")
        return {name: tuple(states) for name, states in found.items()}

    @cached_property
    def _seats(self) -> dict[str, int]:
        regions, seats = self.header["admin1_table"], self.header["seats"]
        return {str(region): int(seat) for region, seat in zip(regions, seats, strict=True) if region}

    @cached_property
    def _tables(self) -> tuple[list[str], list[str], list[str]]:
        tables = [self.header[name] for name in ("country_table", "admin1_table", "zone_table")]
        country, admin1, zone = ([str(item) for item in table] for table in tables)
        return country, admin1, zone

    @cached_property
    def _keys(self) -> memoryview:
        return self._section("keys", "B")

    @cached_property
    def _key_at(self) -> "memoryview[int]":
        return self._section("key_at", "I")

    @cached_property
    def _postings(self) -> "memoryview[int]":
        return self._section("postings", "I")

    @cached_property
    def _post_at(self) -> "memoryview[int]":
        return self._section("post_at", "I")

    def _section(self, name: str, kind: str) -> memoryview:
        sections = self.header["sections"]
        assert isinstance(sections, dict)
        start, end = sections[name]
        return self.data[start:end].cast(kind)  # type: ignore[call-overload, no-any-return]


def open_gazetteer(folder: Path | None = None, overlay: tuple[Row, ...] = ()) -> Gazetteer:
    """Map the compiled file of `folder` (default: beside the lexicons), compiling it first where it is missing.

    Raises OSError if it can neither be read nor written.
    """
    path = (folder or COMPILED) / FILE
    if not _current(path):
        from services.parser.gazetteer_build import build  # only whoever compiles needs the large source

        build(path)
    with path.open("rb") as file:
        view = memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))
    (length,) = struct.unpack_from("<I", view, len(MAGIC))
    start = len(MAGIC) + 4
    return Gazetteer(view, json.loads(bytes(view[start : start + length])), overlay)


def _current(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            return file.read(len(MAGIC)) == MAGIC
    except FileNotFoundError:
        return False


if __name__ == "__main__":
    from services.parser.gazetteer_build import build

    build(COMPILED / FILE)
