"""Which places the names of an article mean: PlaceMentions, and what actors need to know of places."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from schemas.report import Place
from services.parser import resolve
from services.parser.cast import Setting
from services.parser.evidence import LIKELY, SURE, Sight
from services.parser.fold import strict
from services.parser.gazetteer import Match, Row
from services.parser.mentions import PlaceMention
from services.parser.place_lexicon import PlaceLexicon
from services.parser.resolve import Surroundings, choose, surroundings
from services.parser.toponyms import Toponym

KNOWN_TOWN, LARGE_TOWN, ANCHOR = 5_000, 50_000, 15_000
PROVINCE_SHARE = 0.4
HERE, ROUNDS = 1.0, 2  # the weight of a country that the article names; times that all names are read


@dataclass(frozen=True)
class Geography:
    """The places of an article. `resolved` by (field, first word of the name), those inside titles too."""

    around: Surroundings
    resolved: Mapping[tuple[str, int], Place]
    mentions: Mapping[str, tuple[PlaceMention, ...]]
    setting: Setting
    zone: str | None = None


@dataclass(frozen=True, slots=True)
class Frame:
    """What is known of the article's place beside its text."""

    lexicon: PlaceLexicon
    home: str | None = None
    dateline: Place | None = None
    institutions: tuple[str, ...] = ()


@dataclass
class _Map:
    """Resolution in reading order: what was resolved last is the parent of what cannot be."""

    around: Surroundings
    lexicon: PlaceLexicon
    first_town: Place | None = None
    last_town: Place | None = None
    last_admin: Place | None = None
    known: dict[str, Place] = field(default_factory=dict)
    unresolved: dict[str, Place] = field(default_factory=dict)

    def restart(self, dateline: Place | None) -> None:
        """Once more from the top, now that all names are known."""
        self.first_town = self.first_town or self.last_town
        self.last_town, self.last_admin = dateline, None
        self.unresolved.clear()

    def place(self, sight: Sight) -> Place | None:
        text = sight.text
        found = self._place(sight, text)
        if found is None:
            return None
        if found.text != text or found.relation != sight.relation:
            found = replace(found, text=text, relation=sight.relation)
        if found.precision == resolve.TOWN and found.id and found.id.startswith("g:"):
            self.first_town = self.first_town or found
            if not sight.consumed:
                self.last_town = found
        elif found.precision in (resolve.DISTRICT, resolve.PROVINCE):
            self.last_admin = found
        return found

    def _place(self, sight: Sight, text: str) -> Place | None:
        name = sight.name
        if name.states:
            return self._county(sight, text)
        if name.country and name.area and self._weight(name.area.country) > self._weight(name.country.code):
            return resolve.area(name.area, text)
        if name.country and name.kind in ("country", "adjective"):
            return resolve.country(name.country.code, name.country.name, text)
        if name.kind == "area" and name.area and not (name.options and self._weight(name.area.country) < 1.0):
            return resolve.area(name.area, text)
        if name.level in ("local", "area") or name.kind == "unknown":
            return self._without_gazetteer(sight, text)
        match = self._match(sight)
        if match is None:
            return self._without_gazetteer(sight, text) if self._keeps(sight) else None
        return self._leveled(sight, match.row, text) if self._accepts(sight, match.row) else None

    def _weight(self, country: str) -> float:
        return self.around.countries.get(country, 0.0)

    def _county(self, sight: Sight, text: str) -> Place | None:
        """A US county in the state that is named with it, or in one that the article names, or in the only one."""
        states = sight.name.states
        if sight.wider and sight.wider.area and sight.wider.area.admin1 in states:
            return resolve.us_county(sight.wider.area.admin1, sight.full, text)
        named = [state for state in states if self.around.admin1s.get(state)]
        best = max(named, key=lambda state: (self.around.admin1s[state], state), default=None)
        if best is None and (len(states) > 1 or (self.around.countries and not self._weight("US"))):
            return None
        return resolve.us_county(best or states[0], sight.full, text)

    def _match(self, sight: Sight) -> Match | None:
        capital = self.lexicon.capitals.get(sight.name.name) if sight.name.level is None and not sight.wider else None
        around = self.around if sight.wider is None else replace(self.around, centre=None)
        return choose(sight.options, around, capital.code if capital else None)

    def _leveled(self, sight: Sight, row: Row, text: str) -> Place:
        if sight.name.level in ("admin1", "admin2"):
            return self._region(sight.name, row, sight.full, text)
        return resolve.town(row, text)

    def _region(self, name: Toponym, row: Row, full: str, text: str = "") -> Place:
        """ "The X region": the province that X is the seat of, or the district around it."""
        if name.level == "admin1":
            seat = self.lexicon.gazetteer.seat(row.admin1 or "")
            if row.admin1 and (seat is None or row.population >= PROVINCE_SHARE * seat.population):
                return resolve.province(row.admin1, full, text, row)
        return resolve.district(row, full, text)

    def _accepts(self, sight: Sight, row: Row) -> bool:
        if sight.strength == SURE or strict(sight.name.name) in self.known:
            return True
        if sight.strength != LIKELY:
            return row.population >= LARGE_TOWN
        return row.population >= KNOWN_TOWN or self._weight(row.country) >= HERE

    def _keeps(self, sight: Sight) -> bool:
        """An unresolved name is kept only if the text says that it is a place."""
        told = sight.name.level is not None or sight.nearby or sight.wider is not None
        return sight.strength == SURE and (told or sight.relation in ("in", "near"))

    def _without_gazetteer(self, sight: Sight, text: str) -> Place:
        name = sight.name
        shown = text if name.level in ("local", "area") else name.name
        known = self.unresolved.get(strict(shown))
        if known:
            return known
        found = self._child(sight, shown, text)
        self.unresolved[strict(shown)] = found
        return found

    def _child(self, sight: Sight, shown: str, text: str) -> Place:
        level = sight.name.level
        if sight.wider:
            outer = self._wider(sight) or self.last_admin or self._home()
            return resolve.unresolved(shown, text, outer, outer.precision if outer else 7)
        if level == "local":
            return resolve.unresolved(shown, text, sight_town(sight, self) or self.last_town or self.first_town, 1)
        if level == "area":
            outer = self.last_admin or self._home()
            return resolve.unresolved(shown, text, outer, max(outer.precision if outer else 7, 5))
        beside = self.last_town if sight.nearby or level == "settlement" else None
        if beside:
            return resolve.unresolved(shown, text, beside)
        outer = self.last_admin or self._home()
        return resolve.unresolved(shown, text, outer, outer.precision if outer else 7)

    def _wider(self, sight: Sight) -> Place | None:
        wider = sight.wider
        if wider and wider.area:
            return resolve.area(wider.area, wider.name)
        if wider and wider.kind == "town":
            match = choose(wider.options, self.around)
            return self._region(wider, match.row, wider.name) if match else None
        return resolve.country(wider.country.code, wider.country.name, "") if wider and wider.country else None

    def _home(self) -> Place | None:
        code = min(self.around.countries, key=lambda c: (-self.around.countries[c], c), default=None)
        return resolve.country(code, self.lexicon.country_names.get(code, code), "") if code else None


def sight_town(sight: Sight, drawn: _Map) -> Place | None:
    """The town of "Mill Street in X"."""
    if sight.inside is None:
        return None
    match = choose(sight.inside.options, drawn.around)
    return resolve.town(match.row, sight.inside.name) if match else None


def geography(fields: Sequence[tuple[Sight, ...]], frame: Frame) -> Geography:
    """Resolve the sights of all fields, the body first: a title leans on it."""
    every = [sight for group in fields for sight in group]
    around = _surroundings(every, frame)
    drawn = _Map(around, frame.lexicon, last_town=frame.dateline)
    resolved: dict[tuple[str, int], Place] = {}
    for _ in range(ROUNDS):  # a name once accepted is accepted wherever it stands
        resolved.clear()
        drawn.restart(frame.dateline)
        for sight in every:
            place = drawn.place(sight)
            if place is not None:
                resolved[sight.field, sight.name.first] = place
                if sight.strength == SURE:
                    drawn.known.setdefault(strict(sight.name.name), place)
    mentions = {name: tuple(_mentions(every, resolved, name)) for name in ("title", "body")}
    return Geography(around, resolved, mentions, _setting(every, resolved, frame), _zone(mentions, frame))


def _surroundings(every: Sequence[Sight], frame: Frame) -> Surroundings:
    names = [sight.name for sight in every]
    votes = _votes(every, frame)
    kin = _kin(every)
    first = surroundings(names, frame.dateline, votes, kin)
    anchors: list[Row] = []
    for sight in every:
        if sight.name.kind != "town" or sight.strength < LIKELY or sight.name.level == "local":
            continue
        match = choose(sight.options, first)
        if match and match.quality > 1 and (sight.strength == SURE or match.row.population >= ANCHOR):
            anchors.append(match.row)
    centre = resolve.centre_of(anchors)
    anchors = [row for row in anchors if not _strays(row, centre, first)]
    return surroundings(names, frame.dateline, votes, kin, anchors)


def _kin(every: Sequence[Sight]) -> dict[str, float]:
    """How many of the article's names each region has; a name that many regions have says little."""
    regions: dict[str, set[str]] = {}
    for sight in every:
        if sight.name.kind == "town" and sight.strength >= LIKELY and sight.name.level != "local":
            regions[strict(sight.name.name)] = {m.row.admin1 for m in sight.options if m.quality == 3 and m.row.admin1}
    counted: dict[str, float] = {}
    for _, found in sorted(regions.items()):
        for region in sorted(found):
            counted[region] = counted.get(region, 0.0) + 1.0 / len(found)
    return counted


def _votes(every: Sequence[Sight], frame: Frame) -> dict[str, float]:
    """Countries that nobody named: of institutions, of the outlet, and of towns whose name only one country has."""
    votes = {code: 1.0 for code in frame.institutions}
    told: dict[str, set[str]] = {}
    for sight in every:
        lands = {match.row.country for match in sight.options if match.quality > 1}
        if sight.strength == SURE and len(lands) == 1:
            told.setdefault(lands.pop(), set()).add(strict(sight.name.name))
    for code, names in sorted(told.items()):
        if len(names) > 1 or code == frame.home or code in votes:
            votes[code] = votes.get(code, 0.0) + 1.0
    if frame.home:
        votes[frame.home] = votes.get(frame.home, 0.0) + resolve.HOME
    return votes


def _strays(row: Row, centre: tuple[float, float] | None, first: Surroundings) -> bool:
    """A small town far from the others, in a region that nobody named."""
    small = row.population < resolve.GREAT_TOWN and not first.admin1s.get(row.admin1 or "")
    return small and centre is not None and resolve.distance_km(centre, (row.lat, row.lon)) > resolve.FAR_KM


def _mentions(every: Sequence[Sight], resolved: Mapping[tuple[str, int], Place], name: str) -> Iterator[PlaceMention]:
    for sight in every:
        place = resolved.get((name, sight.name.first))
        if sight.field == name and place and not sight.consumed and sight.name.kind != "adjective":
            yield PlaceMention(sight.start, sight.end, place)


def _setting(every: Sequence[Sight], resolved: Mapping[tuple[str, int], Place], frame: Frame) -> Setting:
    countries: Counter[str] = Counter()
    admin1s: Counter[str] = Counter()
    towns: list[Place] = [frame.dateline] if frame.dateline else []
    for sight in every:
        place = resolved.get((sight.field, sight.name.first))
        if place and place.country:
            countries[place.country] += 1
            if place.admin1:
                admin1s[place.admin1] += 1
            if place.precision == resolve.TOWN and sight.name.kind == "town":
                towns.append(place)
    frequent = Counter(place.id for place in towns)
    town = max(towns, key=lambda p: frequent[p.id], default=None)  # of equals the first
    country = _most(countries) or (frame.dateline.country if frame.dateline else None) or frame.home
    return Setting(country, len(countries) <= 1, _most(admin1s), town)


def _most(counted: Counter[str]) -> str | None:
    return min(counted, key=lambda key: (-counted[key], key), default=None)


def _zone(mentions: Mapping[str, Sequence[PlaceMention]], frame: Frame) -> str | None:
    """The clock of the first town or region that is named, else of the dateline."""
    places = [mention.place for name in ("body", "title") for mention in mentions[name]]
    for place in [*places, *([frame.dateline] if frame.dateline else [])]:
        row = _row(place, frame.lexicon)
        if row:
            return row.zone
    return None


def _row(place: Place, lexicon: PlaceLexicon) -> Row | None:
    if place.id and place.id.startswith("g:"):
        return lexicon.gazetteer.by_id(int(place.id[2:]))
    return lexicon.gazetteer.seat(place.admin1[3:]) if place.admin1 else None
