"""Which names are places here, and which places: PlaceMentions of an article, and what actors need to know of them."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from schemas.report import Place
from schemas.vocabulary import PlaceRelation
from services.parser import resolve
from services.parser.cast import Setting
from services.parser.fold import strict
from services.parser.gazetteer import Row
from services.parser.mentions import PlaceMention
from services.parser.reading import NOT_NAMES, Reading
from services.parser.resolve import Surroundings, choose, surroundings
from services.parser.toponyms import Toponym

SURE, LIKELY, PERHAPS = 2, 1, 0
KNOWN_TOWN, LARGE_TOWN = 5_000, 50_000
ANCHOR = 15_000
PROVINCE_SHARE = 0.4


@dataclass(frozen=True, slots=True)
class Sight:
    """A toponym in its field, with how much speaks for a place, and how it is related to what happens."""

    reading: Reading
    name: Toponym
    strength: int
    relation: PlaceRelation
    consumed: bool
    nearby: bool = False

    @property
    def start(self) -> int:
        return self.reading.words[self.name.first].start

    @property
    def end(self) -> int:
        return self.reading.words[self.name.last - 1].end


@dataclass(frozen=True)
class Geography:
    """The places of an article. `within_titles`: (field, word) of names inside titles, no places of their own."""

    around: Surroundings
    resolved: Mapping[tuple[str, int], Place]
    mentions: Mapping[str, tuple[PlaceMention, ...]]
    setting: Setting
    zone: str | None = None


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
            found.append(
                Sight(reading, name, strength, relation, name.first in consumed or name.core[0] in consumed, nearby)
            )
    return tuple(found)


def _evidence(reading: Reading, name: Toponym, previous: Sight | None) -> tuple[int, PlaceRelation, bool]:
    cue, relation, nearby = _cue(reading, name.first)
    if name.kind in ("country", "area", "adjective") or name.level in ("admin1", "admin2", "settlement"):
        return SURE, relation, nearby or _nearby_behind(reading, name.last)
    if name.level in ("local", "area"):
        return (SURE if cue else LIKELY), relation, nearby
    if _inside_longer_name(reading, name) or (_ordinary(reading, name) and cue < SURE):
        return -1, relation, nearby
    if _wider_behind(reading, name) or (previous and _coordinated(reading, previous, name)):
        return SURE, relation if cue else (previous.relation if previous and not cue else relation), nearby
    if name.kind == "unknown":
        return SURE, relation, _nearby_behind(reading, name.last)
    if cue:
        return cue, relation, nearby or _nearby_behind(reading, name.last)
    premodifier = name.last < len(reading.words) and reading.joined(name.last) and not reading.words[name.last].capital
    return (LIKELY if premodifier or reading.words[name.last - 1].possessive else PERHAPS), relation, nearby


def _cue(reading: Reading, first: int) -> tuple[int, PlaceRelation, bool]:
    at = first - 1
    nearby = reading.lower(at) in ("nearby", "neighbouring", "neighboring")
    while (
        at > 0
        and reading.lower(at) in ("the", "nearby", "neighbouring", "neighboring", "both", "downtown", "rural")
        and reading.joined(at + 1)
    ):
        nearby = nearby or reading.lower(at) in ("nearby", "neighbouring", "neighboring")
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
        if strange and at not in reading.covered and at not in reading.entries and not reading.title(at):
            return True
    return False


def _ordinary(reading: Reading, name: Toponym) -> bool:
    """A word, a given name, an acronym: a place only after a sure cue."""
    if name.core[1] - name.core[0] > 1:
        return False
    word = reading.words[name.core[0]]
    known = reading.lexicon.frequency.get(word.lower) is not None or word.lower in reading.lexicon.places.given_names
    return known or (word.text.isupper() and len(word.text) < 5) or name.core[0] in reading.entries


def _wider_behind(reading: Reading, name: Toponym) -> bool:
    wider = reading.places.get(name.last)
    return wider is not None and reading.words[name.last].gap == ", " and wider.kind in ("country", "area")


def _coordinated(reading: Reading, previous: Sight, name: Toponym) -> bool:
    """ "X and Y", "X, Y and Z" behind a place for sure."""
    if previous.strength < SURE or previous.name.kind == "adjective":
        return False
    between = reading.clean.text[previous.end : reading.words[name.first].start]
    return between in (", ", " and ", ", and ", " or ")


@dataclass
class _Map:
    """Resolution in reading order: what was resolved last is the parent of what cannot be."""

    around: Surroundings
    lexicon_of: Reading
    last: Place | None = None
    last_town: Place | None = None
    last_admin: Place | None = None
    known: dict[str, Place] = field(default_factory=dict)

    def place(self, sight: Sight) -> Place | None:
        text = sight.reading.clean.text[sight.start : sight.end]
        found = self._place(sight, text)
        if found:
            found = replace(found, text=text, relation=sight.relation)
            self._remember(found, sight.consumed)
        return found

    def _remember(self, place: Place, consumed: bool) -> None:
        if not consumed:
            self.last = place
            if place.precision == resolve.TOWN and not (place.id or "").startswith("x:"):
                self.last_town = place
        if place.precision in (resolve.DISTRICT, resolve.PROVINCE):
            self.last_admin = place

    def _place(self, sight: Sight, text: str) -> Place | None:
        name = sight.name
        if name.country and name.kind in ("country", "adjective"):
            return resolve.country(name.country.code, name.country.name, text)
        if name.kind == "area" and name.area:
            return resolve.area(name.area, text)
        if name.level in ("local", "area") or (name.kind == "unknown" and name.level != "admin2"):
            return self._without_gazetteer(sight, text)
        match = choose(name.options, self.around)
        if match is None:
            return self._without_gazetteer(sight, text) if self._keeps(sight) else None
        if not self._accepts(sight, match.row):
            return None
        return self._leveled(name, match.row, text)

    def _leveled(self, name: Toponym, row: Row, text: str) -> Place:
        if name.level == "admin1":
            seat = self.lexicon_of.lexicon.places.gazetteer.seat(row.admin1 or "")
            leads = seat is None or row.population >= PROVINCE_SHARE * seat.population
            if row.admin1 and leads:
                return resolve.province(row.admin1, _full(name, text), text, row)
            return resolve.district(row, _full(name, text), text)
        if name.level == "admin2":
            return resolve.district(row, _full(name, text), text)
        return resolve.town(row, text)

    def _accepts(self, sight: Sight, row: Row) -> bool:
        if sight.strength == SURE or strict(sight.name.name) in self.known:
            return True
        size = KNOWN_TOWN if sight.strength == LIKELY else LARGE_TOWN
        return row.population >= size

    def _keeps(self, sight: Sight) -> bool:
        """An unresolved name is kept only if the text says that it is a place."""
        return sight.strength == SURE and (
            sight.name.level is not None or sight.nearby or sight.relation in ("in", "near")
        )

    def _without_gazetteer(self, sight: Sight, text: str) -> Place:
        name = sight.name
        shown = sight.name.name if name.level not in ("local", "area") else text
        known = self.known.get(f"x {strict(shown)}")
        if known:
            return known
        if name.level == "local":
            found = resolve.unresolved(shown, text, self.last_town, resolve.TOWN)
        elif sight.nearby or (self.last_town and name.level == "settlement"):
            found = resolve.unresolved(shown, text, self.last_town or self.last_admin or self._home())
        else:
            outer = self.last_admin or self._home()
            found = resolve.unresolved(shown, text, outer, outer.precision if outer else 7)
        self.known[f"x {strict(shown)}"] = found
        return found

    def _home(self) -> Place | None:
        code = max(self.around.countries, key=lambda c: (self.around.countries[c], c), default=None)
        return resolve.country(code, self.lexicon_of.lexicon.places.country_names.get(code, code), "") if code else None


def _full(name: Toponym, text: str) -> str:
    return text if name.last > name.core[1] else f"{name.name} {name.level}" if name.level == "admin1" else text


def geography(
    fields: Sequence[tuple[Sight, ...]], reading: Reading, home: str | None, dateline: Place | None
) -> Geography:
    """Resolve the sights of all fields, the body first: a title leans on it."""
    every = [sight for field_ in fields for sight in field_]
    around = _surroundings(every, reading, home, dateline)
    drawn = _Map(around, reading, last_town=dateline)
    resolved: dict[tuple[str, int], Place] = {}
    for number in range(2):  # a name once accepted is accepted wherever it stands
        resolved.clear()
        drawn.last = drawn.last_admin = None
        drawn.last_town = dateline
        for sight in every:
            place = drawn.place(sight)
            if place is not None:
                resolved[sight.reading.clean.field, sight.name.first] = place
                if sight.strength == SURE and number == 0:
                    drawn.known.setdefault(strict(sight.name.name), place)
    mentions = {name: tuple(_mentions(every, resolved, name)) for name in ("title", "body")}
    return Geography(
        around, resolved, mentions, _setting(every, resolved, dateline), _zone(reading, mentions, dateline)
    )


def _surroundings(every: Sequence[Sight], reading: Reading, home: str | None, dateline: Place | None) -> Surroundings:
    lexicon = reading.lexicon.places
    names = [sight.name for sight in every]
    first = surroundings(names, lexicon, home, dateline)
    anchors: list[Row] = []
    for sight in every:
        if sight.name.kind != "town" or sight.strength < LIKELY or sight.name.level == "local":
            continue
        match = choose(sight.name.options, first)
        sure = match and match.quality > 1 and (sight.strength == SURE or match.row.population >= ANCHOR)
        if match and sure:
            anchors.append(match.row)
    centre = resolve.centre_of(anchors)
    anchors = [row for row in anchors if not _strays(row, centre, first)]
    return surroundings(names, lexicon, home, dateline, anchors)


def _strays(row: Row, centre: tuple[float, float] | None, first: Surroundings) -> bool:
    """A small town far from the others, in a region that nobody named."""
    small = row.population < resolve.GREAT_TOWN and not first.admin1s.get(row.admin1 or "")
    return small and centre is not None and resolve.distance_km(centre, (row.lat, row.lon)) > resolve.FAR_KM


def _mentions(every: Sequence[Sight], resolved: Mapping[tuple[str, int], Place], name: str) -> Iterator[PlaceMention]:
    for sight in every:
        place = resolved.get((name, sight.name.first))
        if sight.reading.clean.field == name and place and not sight.consumed and sight.name.kind != "adjective":
            yield PlaceMention(sight.start, sight.end, place)


def _setting(every: Sequence[Sight], resolved: Mapping[tuple[str, int], Place], dateline: Place | None) -> Setting:
    countries: Counter[str] = Counter()
    admin1s: Counter[str] = Counter()
    towns: list[Place] = [dateline] if dateline else []
    for sight in every:
        place = resolved.get((sight.reading.clean.field, sight.name.first))
        if place and place.country:
            countries[place.country] += 1
            if place.admin1:
                admin1s[place.admin1] += 1
            if place.precision == resolve.TOWN and sight.name.kind == "town":
                towns.append(place)
    frequent = Counter(place.id for place in towns)
    town = max(towns, key=lambda p: (frequent[p.id], -towns.index(p)), default=None)
    return Setting(_first(countries), len(countries) == 1, _first(admin1s), town)


def _first(counted: Counter[str]) -> str | None:
    return min(counted, key=lambda key: (-counted[key], key), default=None)


def _zone(reading: Reading, mentions: Mapping[str, Sequence[PlaceMention]], dateline: Place | None) -> str | None:
    """The clock of the first town that is named, else of the region's seat, else of the dateline."""
    gazetteer = reading.lexicon.places.gazetteer
    places = [mention.place for field_ in ("body", "title") for mention in mentions[field_]]
    for place in [*places, *([dateline] if dateline else [])]:
        if place.id and place.id.startswith("g:"):
            row = gazetteer.by_id(int(place.id[2:]))
            return row.zone if row else None
        seat = gazetteer.seat(place.id[3:]) if place.id and place.id.startswith("a1:") else None
        if seat:
            return seat.zone
    return None
