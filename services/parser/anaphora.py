"""Places meant by a common noun: "the town", "the region" are the last of their level."""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import replace

from schemas.report import Place
from services.parser.mentions import PlaceMention
from services.parser.reading import Reading
from services.parser.resolve import DISTRICT, NEAR, PROVINCE
from services.parser.tables import word_set

LEVELS = {"settlement": (1, NEAR), "admin2": (DISTRICT, DISTRICT), "admin1": (PROVINCE, PROVINCE)}
SIZES = {
    "village": (0, 30_000),
    "hamlet": (0, 5_000),
    "settlement": (0, 60_000),
    "locality": (0, 30_000),
    "city": (8_000, 10**9),
}
LOOK_BACK = 60
BETWEEN = word_set("before_noun")


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
        finest, coarsest = LEVELS[found.level]
        behind = bisect_left(known, word.start, key=lambda m: m.start)
        near = known[max(0, behind - LOOK_BACK) : behind]
        fitting = [m.place for m in near if finest <= m.place.precision <= coarsest]
        place = next((p for p in reversed(fitting) if not _is_local(p) and _is_so_large(word.lower, p, reading)), None)
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


def _is_so_large(word: str, place: Place, reading: Reading) -> bool:
    """A metropolis is no village, a hamlet no city; of a place outside the gazetteer nobody knows."""
    number = place.id[2:] if place.id and place.id.startswith("g:") else None
    row = reading.lexicon.places.gazetteer.by_id(int(number)) if number else None
    if row is None:
        return True
    least, most = SIZES.get(word, (0, 10**9))
    return least <= row.population <= most


def _is_local(place: Place) -> bool:
    return bool(place.id and place.id.startswith("x:") and place.precision == 1)
