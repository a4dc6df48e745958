"""Places meant by a common noun: "the town", "the region" are the last of their level."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from schemas.report import Place
from services.parser.mentions import PlaceMention
from services.parser.reading import Reading
from services.parser.resolve import DISTRICT, NEAR, PROVINCE

LEVELS = {"settlement": (1, NEAR), "admin2": (DISTRICT, DISTRICT), "admin1": (PROVINCE, PROVINCE)}
BETWEEN = frozenset(
    {"same", "whole", "entire", "border", "small", "southern", "northern", "eastern", "western", "besieged"}
)


def places_meant(reading: Reading, known: Sequence[PlaceMention]) -> Iterator[PlaceMention]:
    for at, word in enumerate(reading.words):
        found = reading.lexicon.places.place_words.get(word.lower)
        if (
            not found
            or not found.before
            or found.level not in LEVELS
            or word.capital
            or word.lower in ("state", "port", "capital", "republic")
        ):
            continue
        first = _article(reading, at)
        if first is None or reading.lower(at + 1) == "of":
            continue
        place = _last(known, reading.words[first].start, *LEVELS[found.level])
        if place:
            start = reading.words[first].start
            yield PlaceMention(
                start, word.end, replace(place, text=reading.clean.text[start : word.end], relation="in")
            )


def _article(reading: Reading, at: int) -> int | None:
    first = at - 1
    while first > 0 and reading.lower(first) in BETWEEN and reading.joined(first + 1):
        first -= 1
    return first if first >= 0 and reading.lower(first) == "the" and reading.joined(first + 1) else None


def _last(known: Sequence[PlaceMention], before: int, finest: int, coarsest: int) -> Place | None:
    fitting = [m.place for m in known if m.start < before and finest <= m.place.precision <= coarsest]
    towns = [place for place in fitting if place.precision > 1 or not _is_local(place)]
    return towns[-1] if towns else None


def _is_local(place: Place) -> bool:
    return bool(place.id and place.id.startswith("x:") and place.precision == 1)
