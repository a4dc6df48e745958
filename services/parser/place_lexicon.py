"""Countries, regions and the words around place names, with the gazetteer."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import cast

from schemas.vocabulary import PlaceRelation
from services.parser.gazetteer import Gazetteer, Match, Row
from services.parser.tables import rows, values
from services.parser.words import Phrases, phrases

GIVEN_NAMES = "given_names.txt"


@dataclass(frozen=True, slots=True)
class Country:
    code: str
    name: str


@dataclass(frozen=True, slots=True)
class Area:
    """A region by name. `admin1` "RU.09", or absent where only the country is known; `town`: to draw it; `short`: an
    abbreviation, only behind a comma ("X, Ill."); `district`: smaller than an admin1."""

    name: str
    country: str
    admin1: str | None
    town: Row | None = None
    short: bool = False
    district: bool = False


@dataclass(frozen=True, slots=True)
class PlaceWord:
    level: str
    before: bool
    after: bool


@dataclass(frozen=True)
class PlaceLexicon:
    """`capitals` maps a capital's folded name to the country whose government the press calls by it."""

    gazetteer: Gazetteer
    countries: Phrases[Country]
    adjectives: Phrases[Country]
    areas: Phrases[Area]
    capitals: Phrases[Country]
    place_words: Mapping[str, PlaceWord]
    cues: Mapping[str, tuple[int, PlaceRelation]]
    common: frozenset[str]
    given_names: frozenset[str]
    country_names: Mapping[str, str]
    spellings: tuple[str, ...]

    @cached_property
    def _found(self) -> dict[str, tuple[Match, ...]]:
        return {}

    def towns(self, name: str) -> tuple[Match, ...]:
        """Gazetteer matches of a name, remembered: names repeat within an article."""
        known = self._found.get(name)
        if known is None:
            if len(self._found) > 20_000:
                self._found.clear()
            known = self._found[name] = self.gazetteer.find(name)
        return known


def place_lexicon(gazetteer: Gazetteer, common: frozenset[str]) -> PlaceLexicon:
    lands = [
        (Country(code, values(names)[0]), names, people, seats)
        for code, names, people, seats in rows("countries.tsv", 4)
    ]
    given = {name.lower() for (line,) in rows(GIVEN_NAMES, 1) for name in line.split()}
    areas = _areas(gazetteer)
    return PlaceLexicon(
        gazetteer=gazetteer,
        countries=phrases((name, land) for land, names, _, _ in lands for name in values(names)),
        adjectives=phrases((word, land) for land, _, people, _ in lands for word in values(people)),
        areas=phrases(areas),
        capitals=phrases((seat, land) for land, _, _, seats in lands for seat in values(seats)),
        place_words=dict(_place_words()),
        cues=dict(_cues()),
        common=common,
        given_names=frozenset(given),
        country_names={land.code: land.name for land, *_ in lands},
        spellings=tuple(
            name for _, names, people, seats in lands for cell in (names, people, seats) for name in values(cell)
        ) + tuple(name for name, _ in areas),
    )  # fmt: skip


def _place_words() -> Iterator[tuple[str, PlaceWord]]:
    for word, level, at in rows("place_words.tsv", 3):
        yield word, PlaceWord(level, at != "after", at != "before")


def _cues() -> Iterator[tuple[str, tuple[int, PlaceRelation]]]:
    for cue, strength, relation in rows("place_cues.tsv", 3):
        yield cue, (int(strength), cast(PlaceRelation, relation))


def _areas(gazetteer: Gazetteer) -> list[tuple[str, Area]]:
    found = []
    for names, country, town in rows("regions.tsv", 3):
        capital = _town(gazetteer, town, country)
        admin1 = capital.admin1 if capital else None
        found += [(name, Area(values(names)[0], country, admin1, capital)) for name in values(names)]
    for names, country, town in rows("districts.tsv", 3):
        capital = _town(gazetteer, town, country)
        admin1 = capital.admin1 if capital else None
        found += [(name, Area(values(names)[0], country, admin1, capital, district=True)) for name in values(names)]
    for names, code, town in rows("us_states.tsv", 3):
        capital = _town(gazetteer, town, "US", f"US.{code}")
        found += [
            (name, Area(values(names)[0], "US", f"US.{code}", capital, name.endswith(".") or name == code))
            for name in (*values(names), code)
        ]
    return found


def _town(gazetteer: Gazetteer, name: str, country: str, admin1: str | None = None) -> Row | None:
    if name in ("", "-"):
        return None
    rows_of = [match.row for match in gazetteer.find(name) if match.row.country == country]
    return next((row for row in rows_of if admin1 in (None, row.admin1)), None)
