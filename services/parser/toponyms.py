"""Names in a text that may be places, before anybody decides which place, or whether one is meant at all."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from services.parser.fold import strict
from services.parser.gazetteer import Match
from services.parser.place_lexicon import Area, Country, PlaceLexicon, PlaceWord
from services.parser.tables import word_set
from services.parser.words import Word

Kind = Literal["country", "adjective", "area", "town", "unknown"]
LONGEST = 4
LINKS = word_set("place_links")
DIRECTIONS = word_set("directions")


@dataclass(frozen=True, slots=True)
class Toponym:
    """Words `first` to `last` (exclusive). `level`: what a word beside it makes of it (admin1, admin2, settlement,
    local, area); `core` is the name alone. `options` are the gazetteer's; `states`: where there is a
    US county of that name. Country and area both: a name that may be either."""

    first: int
    last: int
    kind: Kind
    name: str
    core: tuple[int, int]
    country: Country | None = None
    area: Area | None = None
    options: tuple[Match, ...] = ()
    level: str | None = None
    states: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        return f"{self.level or ''}:{self.name.lower()}"


def toponyms(words: Sequence[Word], lexicon: PlaceLexicon) -> tuple[Toponym, ...]:
    """The longest candidates in order; none overlap."""
    found: list[Toponym] = []
    at = 0
    while at < len(words):
        candidate = _candidate(words, at, lexicon)
        if candidate is None:
            at += 1
            continue
        widened = _widened(words, candidate, lexicon, found[-1].last if found else 0)
        found.append(widened)
        at = max(widened.last, at + 1)
    return tuple(found)


def _candidate(words: Sequence[Word], at: int, lexicon: PlaceLexicon) -> Toponym | None:
    if not words[at].capital or words[at].text == "I":
        return None
    known = _listed(words, at, lexicon)
    town = _town(words, at, lexicon)
    local = _local(words, at, lexicon)
    if local and (town is None or local.last > town.last) and (known is None or local.last > known.last):
        return local
    if known and (town is None or known.last >= town.last):
        return known
    return town or known or _unknown(words, at, lexicon)


def _unknown(words: Sequence[Word], at: int, lexicon: PlaceLexicon) -> Toponym | None:
    """ "village of NAME", "NAME, a village": a name no gazetteer has, with a word that makes a place of it."""
    if words[at].first and words[at].lower in lexicon.common:
        return None
    size = 1
    while size < LONGEST and at + size < len(words) and words[at + size].joined and words[at + size].capital:
        if words[at + size - 1].possessive:
            break
        size += 1
    name = " ".join(w.text for w in words[at : at + size])
    if _called_place(words, at, lexicon) or _apposed_place(words, at + size, lexicon):
        return _at(at, size, "unknown", name)
    return None


def _local(words: Sequence[Word], at: int, lexicon: PlaceLexicon) -> Toponym | None:
    """ "Lower Mill Lane", "Harrow Bridge"."""
    if words[at].first and words[at].lower in lexicon.common:
        return None
    size = 1
    while size < LONGEST and at + size < len(words) and _goes_on(words, at + size):
        size += 1
    local = _local_in(words, at, size, lexicon)
    return _at(at, local, "unknown", " ".join(w.text for w in words[at : at + local])) if local else None


def _local_in(words: Sequence[Word], at: int, size: int, lexicon: PlaceLexicon) -> int | None:
    """How many words make "Lower Mill Lane": they end in a street's or building's word with a capital."""
    for length in range(2, size + 1):
        found = lexicon.place_words.get(words[at + length - 1].lower)
        if (
            found
            and found.level in ("local", "area")
            and found.after
            and (at + length == len(words) or not _goes_on(words, at + length))
        ):
            return length
    return None


def _goes_on(words: Sequence[Word], at: int) -> bool:
    return words[at].joined and words[at].capital and not words[at - 1].possessive


def _called_place(words: Sequence[Word], at: int, lexicon: PlaceLexicon) -> bool:
    if at < 2 or words[at - 1].lower != "of" or not words[at].joined:
        return False
    found = lexicon.place_words.get(words[at - 2].lower)
    return found is not None and found.before and found.level in ("settlement", "admin2")


def _apposed_place(words: Sequence[Word], at: int, lexicon: PlaceLexicon) -> bool:
    """ ", a village ..."."""
    if at + 1 >= len(words) or words[at].gap != ", " or words[at].lower not in ("a", "the", "another"):
        return False
    for word in words[at + 1 : at + 4]:
        found = lexicon.place_words.get(word.lower)
        if found and found.before and found.level == "settlement":
            return word.lower not in ("community", "port", "capital")
        if not word.joined or word.capital:
            return False
    return False


def _listed(words: Sequence[Word], at: int, lexicon: PlaceLexicon) -> Toponym | None:
    """A country, a people, a region or a US county by name, the longest of them."""
    found: list[Toponym] = []
    country = lexicon.countries.longest(words, at)
    if country:
        size, land = country
        found.append(_at(at, size, "country", land.name, country=land))
    adjective = lexicon.adjectives.longest(words, at)
    if adjective:
        size, land = adjective
        found.append(_at(at, size, "adjective", land.name, country=land))
    area = lexicon.areas.longest(words, at)
    if area and (not area[1].short or words[at].gap == ", "):
        size, region = area
        namesake = country[1] if country and country[0] == size else None
        options = _options(words, at, size, lexicon) if region.district else ()
        found = [other for other in found if other.last > at + size or namesake is None]
        kind: Kind = "country" if namesake else "area"
        found.append(_at(at, size, kind, region.name, namesake, region, options))
    county = _county(words, at, lexicon)
    return county or max(found, key=lambda t: t.last, default=None)


def _options(words: Sequence[Word], at: int, size: int, lexicon: PlaceLexicon) -> tuple[Match, ...]:
    return lexicon.towns(" ".join(word.text for word in words[at : at + size]))


def _county(words: Sequence[Word], at: int, lexicon: PlaceLexicon) -> Toponym | None:
    for size in range(2, min(LONGEST, len(words) - at) + 1):
        word = words[at + size - 1]
        if not (word.joined and word.capital) or words[at + size - 2].possessive:
            return None
        if word.text in ("County", "Parish"):
            name = " ".join(w.text for w in words[at : at + size])
            states = lexicon.gazetteer.us_counties.get(strict(name), ())
            return replace(_at(at, size, "unknown", name), level="admin2", states=states) if states else None
    return None


def _at(
    at: int, size: int, kind: Kind, name: str, country: Country | None = None, area: Area | None = None,
    options: tuple[Match, ...] = (),
) -> Toponym:  # fmt: skip
    return Toponym(at, at + size, kind, name, (at, at + size), country, area, options)


def _town(words: Sequence[Word], at: int, lexicon: PlaceLexicon) -> Toponym | None:
    for size in range(_reach(words, at), 0, -1):
        last = words[at + size - 1]
        if last.lower in LINKS and not last.capital:
            continue
        name = " ".join(word.text for word in words[at : at + size])
        options = lexicon.towns(name)
        if options and (size == 1 or options[0].quality > 1):
            return _at(at, size, "town", name, options=options)
    return None


def _reach(words: Sequence[Word], at: int) -> int:
    size = 1
    while size < LONGEST and at + size < len(words):
        word = words[at + size]
        if words[at + size - 1].possessive or not word.joined or not (word.capital or word.lower in LINKS):
            break
        size += 1
    return size


def _widened(words: Sequence[Word], found: Toponym, lexicon: PlaceLexicon, floor: int) -> Toponym:
    """With the word that says what it is: "X region", "town of X", "village X"; "the Republic of X"."""
    after = _word_at(words, found.last, lexicon)
    if found.states:
        return found
    if found.kind == "unknown":
        return _leveled_unknown(words, found, lexicon, floor)
    behind = after and after.after and words[found.last].joined and not words[found.last - 1].possessive
    if after and behind and (found.kind == "town" or (found.kind == "area" and after.level == "admin1")):
        if after.level == "local" and not words[found.last].capital:
            return found
        return _leveled(found, found.first, found.last + 1, after.level)
    before = _before(words, found.first, lexicon, floor)
    if before and found.kind in ("town", "area"):
        return _leveled(found, before[0], found.last, before[1].level)
    return found


def _leveled_unknown(words: Sequence[Word], found: Toponym, lexicon: PlaceLexicon, floor: int) -> Toponym:
    ending = lexicon.place_words.get(words[found.last - 1].lower)
    if ending and found.last - found.first > 1 and ending.level in ("local", "area"):
        return _leveled(found, found.first, found.last, ending.level)
    before = _before(words, found.first, lexicon, floor)
    return _leveled(
        found, before[0] if before else found.first, found.last, before[1].level if before else "settlement"
    )


def _word_at(words: Sequence[Word], at: int, lexicon: PlaceLexicon) -> PlaceWord | None:
    return lexicon.place_words.get(words[at].lower) if at < len(words) else None


def _before(words: Sequence[Word], first: int, lexicon: PlaceLexicon, floor: int) -> tuple[int, PlaceWord] | None:
    """The place word of "town of X", "town X" and where it stands."""
    if first - 1 < floor or not words[first].joined:
        return None
    at = first - 1
    if words[at].lower == "of" and at - 1 >= floor and words[at].joined:
        at -= 1
        found = lexicon.place_words.get(words[at].lower)
        return (at, found) if found and found.before else None
    found = lexicon.place_words.get(words[at].lower)
    if found and found.before and found.level in ("settlement", "admin1", "admin2") and not words[at].first:
        return at, found
    return None


def _leveled(found: Toponym, first: int, last: int, level: str) -> Toponym:
    return Toponym(
        first, last, found.kind, found.name, found.core, found.country, found.area, found.options, level,
    )  # fmt: skip
