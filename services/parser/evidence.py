"""How much speaks for a name being a place: the words around it, before anybody asks which place."""

from dataclasses import dataclass

from schemas.vocabulary import PlaceRelation
from services.parser.fold import strict
from services.parser.gazetteer import Match
from services.parser.place_lexicon import Area
from services.parser.reading import NOT_NAMES, Reading
from services.parser.tables import word_set
from services.parser.toponyms import DIRECTIONS, Toponym

SURE, LIKELY, PERHAPS = 2, 1, 0
COMPASS = word_set("compass")
SEASONS = word_set("seasons")
NEARBY = word_set("nearby")
BETWEEN = word_set("before_place") | word_set("compass")


@dataclass(frozen=True, slots=True)
class Sight:
    """A toponym in its field, with how much speaks for a place, and how it is related to what happens."""

    reading: Reading
    name: Toponym
    strength: int
    relation: PlaceRelation
    consumed: bool
    nearby: bool = False
    wider: Toponym | None = None
    inside: Toponym | None = None

    @property
    def field(self) -> str:
        return self.reading.clean.field

    @property
    def text(self) -> str:
        return self.reading.clean.text[self.start : self.end]

    @property
    def full(self) -> str:
        """The name with the word that says what it is."""
        return " ".join(self.text.split())

    @property
    def options(self) -> tuple[Match, ...]:
        """The gazetteer's, narrowed to the wider place that is named with it ("X, Y")."""
        if self.wider is None:
            return self.name.options
        area, land = self.wider.area, self.wider.country
        if area is None and land is None:  # "the X region", after its town
            return self.name.options
        narrowed = [
            m for m in self.name.options if (area and _lies_in(m, area)) or (land and m.row.country == land.code)
        ]
        return tuple(narrowed)

    @property
    def start(self) -> int:
        return self.reading.words[self.name.first].start

    @property
    def end(self) -> int:
        return self.reading.words[self.name.last - 1].end


def sights(
    reading: Reading, consumed: frozenset[int], names: frozenset[int], surnames: frozenset[str]
) -> tuple[Sight, ...]:
    """All candidates of a field that are not part of somebody's name."""
    found: list[Sight] = []
    for name in sorted(reading.places.values(), key=lambda n: n.first):
        if name.core[0] in names or (name.core[1] - name.core[0] == 1 and strict(name.name) in surnames):
            continue
        strength, relation, nearby = _evidence(reading, name, found[-1] if found else None)
        if strength >= PERHAPS:
            hidden = name.first in consumed or name.core[0] in consumed
            wider, inside = _wider_behind(reading, name), _town_behind(reading, name)
            found.append(Sight(reading, name, strength, relation, hidden, nearby, wider, inside))
    return tuple(found)


def _lies_in(match: Match, area: Area) -> bool:
    return match.row.admin1 == area.admin1 if area.admin1 else match.row.country == area.country


def _evidence(reading: Reading, name: Toponym, previous: Sight | None) -> tuple[int, PlaceRelation, bool]:
    cue, relation, nearby = _cue(reading, name.first)
    if _is_money(reading, name) or _is_bare_word(reading, name):
        return -1, relation, nearby
    if name.kind in ("country", "area", "adjective") or name.level in ("admin1", "admin2", "settlement"):
        return SURE, relation, nearby or _nearby_behind(reading, name.last)
    if name.level in ("local", "area"):
        return (SURE if cue else LIKELY), relation, nearby
    doubtful = _ordinary(reading, name) and cue < SURE and not _between_article_and_noun(reading, name)
    if _inside_longer_name(reading, name) or doubtful:
        return -1, relation, nearby
    if _wider_behind(reading, name) or (previous and _coordinated(reading, previous, name)):
        return SURE, relation if cue else (previous.relation if previous and not cue else relation), nearby
    if name.kind == "unknown":
        return SURE, relation, _nearby_behind(reading, name.last)
    if cue:
        return cue, relation, nearby or _nearby_behind(reading, name.last)
    premodifier = name.last < len(reading.words) and reading.joined(name.last) and not reading.words[name.last].capital
    return (LIKELY if premodifier or reading.words[name.last - 1].possessive else PERHAPS), relation, nearby


def _is_money(reading: Reading, name: Toponym) -> bool:
    """US$5, $US 5."""
    start, end = reading.words[name.first].start, reading.words[name.last - 1].end
    text = reading.clean.text
    return text[end : end + 1] == "$" or (start > 0 and text[start - 1] == "$")


def _is_bare_word(reading: Reading, name: Toponym) -> bool:
    """ "North", "the Meeting", "Spring": words that are towns somewhere."""
    if name.kind != "town" or name.level is not None or name.core[1] - name.core[0] > 1:
        return False
    word = reading.lower(name.core[0])
    articled = reading.lower(name.first - 1) == "the" and word in reading.lexicon.frequency
    return articled or word in DIRECTIONS or word in SEASONS


def _cue(reading: Reading, first: int) -> tuple[int, PlaceRelation, bool]:
    at = first - 1
    nearby = reading.lower(at) in NEARBY
    while at > 0 and reading.lower(at) in BETWEEN and reading.joined(at + 1):
        nearby = nearby or reading.lower(at) in NEARBY
        at -= 1
    if at < 0 or not reading.joined(at + 1):
        return 0, "in", nearby
    cues = reading.lexicon.places.cues
    pair = f"{reading.lower(at - 1)} {reading.lower(at)}"
    strength, word = cues.get(pair) or cues.get(reading.lower(at)) or (0, "in")
    relation: PlaceRelation = "near" if nearby and word == "in" and strength == 0 else word
    return (SURE if nearby else strength), relation, nearby


def _nearby_behind(reading: Reading, last: int) -> bool:
    """ "In X, a village nearby, ..."."""
    if last >= len(reading.words) or reading.words[last].gap != ", ":
        return False
    for at in range(last, min(last + 5, len(reading.words))):
        if at > last and not reading.joined(at):
            return False
        if reading.lower(at) in ("nearby", "near", "close"):
            return True
    return False


def _inside_longer_name(reading: Reading, name: Toponym) -> bool:
    """A capital on either side that is no title, office or place."""
    for at in (name.first - 1, name.last):
        if at < 0 or at >= len(reading.words) or not reading.joined(max(at, name.first)):
            continue
        if at == name.last and reading.words[name.last - 1].possessive:
            continue
        word = reading.words[at]
        strange = word.capital and not word.first and word.lower not in NOT_NAMES and len(word.text) > 1
        if word.lower in COMPASS or (reading.clean.field == "title" and word.lower in reading.lexicon.frequency):
            continue
        beside = reading.covered.get(at)
        alien = beside is None or (beside.kind == "town" and beside.level is None)
        if strange and alien and at not in reading.entries and not reading.title(at):
            return True
    return False


def _ordinary(reading: Reading, name: Toponym) -> bool:
    """A word, a given name, an acronym: a place only after a sure cue."""
    if name.core[1] - name.core[0] > 1:
        return False
    word = reading.words[name.core[0]]
    known = reading.lexicon.frequency.get(word.lower) is not None or word.lower in reading.lexicon.places.given_names
    return known or (word.text.isupper() and len(word.text) < 5) or name.core[0] in reading.entries


def _between_article_and_noun(reading: Reading, name: Toponym) -> bool:
    """ "a Charlotte woman": a given name does not stand there."""
    given = reading.lower(name.core[0]) in reading.lexicon.places.given_names
    behind = name.last < len(reading.words) and reading.joined(name.last) and not reading.words[name.last].capital
    return given and behind and reading.lower(name.first - 1) in ("a", "an", "the") and reading.joined(name.first)


def _area_around(reading: Reading, at: int) -> Toponym | None:
    """ "the village of X in the Y region"."""
    if reading.lower(at) != "in" or not reading.joined(at):
        return None
    first = at + 2 if reading.lower(at + 1) == "the" else at + 1
    return reading.places.get(first) if reading.joined(first) else None


def _wider_behind(reading: Reading, name: Toponym) -> Toponym | None:
    """The region or country of "X, Y"."""
    wider = reading.places.get(name.last)
    if name.level == "settlement" and wider is None:
        wider = _area_around(reading, name.last)
        named = wider and wider.kind == "town" and wider.level in ("admin1", "admin2")
        return wider if wider and (wider.kind == "area" or named) else None
    if name.kind not in ("town", "unknown") or wider is None or reading.words[name.last].gap != ", ":
        return None
    return wider if wider.kind in ("country", "area") else None


def _town_behind(reading: Reading, name: Toponym) -> Toponym | None:
    """The town of "Mill Street in X"."""
    if name.level != "local" or reading.lower(name.last) not in ("in", "of") or not reading.joined(name.last):
        return None
    town = reading.places.get(name.last + 1)
    return town if town and town.kind == "town" else None


def _coordinated(reading: Reading, previous: Sight, name: Toponym) -> bool:
    """ "X and Y", "X, Y and Z" behind a place for sure."""
    if previous.strength < SURE or previous.name.kind == "adjective":
        return False
    between = reading.clean.text[previous.end : reading.words[name.first].start]
    return between in (", ", " and ", ", and ", " or ")
