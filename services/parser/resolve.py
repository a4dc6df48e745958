"""Which place a name means, from what else the article names: never the largest namesake against the article."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from math import asin, cos, log2, log10, radians, sin, sqrt

from schemas.report import Place
from services.parser.fold import slug
from services.parser.gazetteer import Match, Row
from services.parser.place_lexicon import Area, PlaceLexicon
from services.parser.toponyms import Toponym

FAR_KM = 500.0
GREAT_TOWN, WORLD_TOWN = 100_000, 1_000_000
EARTH_KM = 6371.0
MOST_ANCHORS = 40
HOME = 0.25
REGION = 2.0  # the weight of a region that is named
NAMED_REGION, ANCHORED_REGION, COUNTRY_WEIGHT, MOST_KIN, ALIKE = 3.0, 1.0, 1.5, 1.5, -3.0  # in powers of ten
TOWN, NEAR, DISTRICT, PROVINCE, COUNTRY = 1, 2, 3, 4, 6


def distance_km(a: tuple[float, float], b: tuple[float, float]) -> float:
    """Great circle between (lat, lon) pairs in degrees."""
    lat_a, lat_b = radians(a[0]), radians(b[0])
    h = sin((lat_b - lat_a) / 2) ** 2 + cos(lat_a) * cos(lat_b) * sin(radians(b[1] - a[1]) / 2) ** 2
    return 2 * EARTH_KM * asin(min(1.0, sqrt(h)))


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What an article says about where it is: weights by country code and admin1, and the centre of its towns.

    `kin`: by admin1, how many of the article's names a region has, a name in n regions counting 1/n.
    """

    countries: Mapping[str, float] = field(default_factory=dict)
    admin1s: Mapping[str, float] = field(default_factory=dict)
    centre: tuple[float, float] | None = None
    kin: Mapping[str, float] = field(default_factory=dict)

    def far(self, row: Row) -> bool:
        return self.centre is not None and distance_km(self.centre, (row.lat, row.lon)) > FAR_KM


def choose(options: Sequence[Match], around: Surroundings, capital_of: str | None = None) -> Match | None:
    """Same admin1 > heavier country of the article > population; a town that is far off must be a great one.

    `capital_of`: the country whose capital bears the name: meant, unless it is far smaller than a namesake at hand.
    """
    if not around.countries:
        return _alone(options)
    capital = next((m for m in options if m.quality > 1 and m.row.country == capital_of), None) if capital_of else None
    if capital and (capital_of in around.countries or not any(_named_region(m, around) for m in options)):
        return capital
    fitting = [m for m in options if m.row.country in around.countries and (m.quality > 1 or _close(m, around))]
    fitting = [m for m in fitting if not around.far(m.row) or m.row.population >= GREAT_TOWN or _home(m, around)]
    if any(m.quality == 3 for m in fitting):
        fitting = [m for m in fitting if m.quality == 3 or m.row.population >= GREAT_TOWN]
    if fitting:
        return max(fitting, key=lambda m: (_score(m, around), m.row.population, -m.row.id))
    return next((m for m in options if m.quality > 1 and m.row.population >= WORLD_TOWN), None)


def _score(match: Match, around: Surroundings) -> float:
    """Decimal powers of inhabitants, and what the article says on top of them."""
    region = around.admin1s.get(match.row.admin1 or "", 0.0)
    named = NAMED_REGION if region >= REGION else ANCHORED_REGION if region else 0.0
    kin = min(around.kin.get(match.row.admin1 or "", 0.0), MOST_KIN)
    country = COUNTRY_WEIGHT * log2(1.0 + around.countries.get(match.row.country, 0.0))
    likeness = 0.0 if match.quality > 1 else ALIKE
    return log10(match.row.population + 100) + named + kin + country + likeness


def _close(match: Match, around: Surroundings) -> bool:
    """A loosely spelled name needs a reason: its region is named, or it lies where the others do."""
    near = around.centre is not None and distance_km(around.centre, (match.row.lat, match.row.lon)) < FAR_KM / 5
    return near or bool(around.admin1s.get(match.row.admin1 or ""))


def _home(match: Match, around: Surroundings) -> bool:
    return bool(around.admin1s.get(match.row.admin1 or "")) and match.quality > 1


def _named_region(match: Match, around: Surroundings) -> bool:
    """It lies in a region that the article names."""
    return match.quality > 1 and around.admin1s.get(match.row.admin1 or "", 0.0) >= REGION


def _alone(options: Sequence[Match]) -> Match | None:
    """Nothing else to go by: the largest, unless its namesakes in other countries are nearly as large."""
    exact = [m for m in options if m.quality == 3] or [m for m in options if m.quality == 2]
    exact.sort(key=lambda m: (-m.row.population, m.row.id))
    if not exact:
        return None
    rivals = [m for m in exact[1:] if m.row.country != exact[0].row.country]
    clear = not rivals or exact[0].row.population >= 5 * rivals[0].row.population
    return exact[0] if clear else None


def centre_of(rows: Iterable[Row]) -> tuple[float, float] | None:
    """The town that lies nearest to the others: one stray among them moves nothing."""
    known = list(rows)[:MOST_ANCHORS]
    if not known:
        return None
    points = [(row.lat, row.lon) for row in known]
    far = {pair: min(distance_km(*pair), FAR_KM) for pair in combinations(sorted(set(points)), 2)}
    spread = [sum(far.get((a, b), far.get((b, a), 0.0)) for b in points) for a in points]
    return points[spread.index(min(spread))]


def town(row: Row, text: str) -> Place:
    """A town lies in the district that bears its name; whether there is one, the gazetteer does not say."""
    id_, admin1 = f"g:{row.id}", f"a1:{row.admin1}" if row.admin1 else None
    return Place(
        text=text, name=row.name, precision=TOWN, id=id_, admin1=admin1, country=row.country, lat=row.lat, lon=row.lon,
        within=tuple(i for i in (id_, district_id(row), admin1, f"c:{row.country}") if i),
    )  # fmt: skip


def district_id(seat: Row) -> str:
    return f"a2:{seat.admin1 or seat.country}.{slug(seat.name)}"


def country(code: str, name: str, text: str) -> Place:
    return Place(text=text, name=name, precision=COUNTRY, id=f"c:{code}", country=code, within=(f"c:{code}",))


def province(admin1: str, name: str, text: str, seat: Row | None) -> Place:
    """`seat` draws it: a region has no outline here."""
    code, id_ = admin1.split(".")[0], f"a1:{admin1}"
    return Place(
        text=text, name=name, precision=PROVINCE, id=id_, admin1=id_, country=code, lat=seat.lat if seat else None,
        lon=seat.lon if seat else None, within=(id_, f"c:{code}"),
    )  # fmt: skip


def area(found: Area, text: str) -> Place:
    if found.district and found.town:
        return district(found.town, found.name, text, found.name)
    if found.admin1:
        return province(found.admin1, found.name, text, found.town)
    id_ = f"x:{slug(found.name)}"
    return Place(
        text=text, name=found.name, precision=PROVINCE + 1, id=id_, country=found.country,
        parent=f"c:{found.country}", within=(id_, f"c:{found.country}"),
    )  # fmt: skip


def us_county(state: str, name: str, text: str) -> Place:
    """`state`: "US.IA". No coordinates are known."""
    id_ = f"a2:{state}.{slug(name)}"
    return Place(
        text=text, name=name, precision=DISTRICT, id=id_, admin2=id_, admin1=f"a1:{state}", country="US",
        within=(id_, f"a1:{state}", "c:US"),
    )  # fmt: skip


def district(seat: Row, name: str, text: str, own: str | None = None) -> Place:
    """The district of a town; `own`: its name where it is not the town's."""
    id_ = f"a2:{seat.admin1 or seat.country}.{slug(own)}" if own else district_id(seat)
    admin1 = f"a1:{seat.admin1}" if seat.admin1 else None
    return Place(
        text=text, name=name, precision=DISTRICT, id=id_, admin2=id_, admin1=admin1, country=seat.country,
        lat=seat.lat, lon=seat.lon, within=tuple(i for i in (id_, admin1, f"c:{seat.country}") if i),
    )  # fmt: skip


def unresolved(name: str, text: str, parent: Place | None, precision: int = NEAR) -> Place:
    """A place by name and by what it lies in or near to. `within` goes on with the parent's, of a town its region's."""
    id_ = f"x:{slug(name)}"
    outer = parent.within if parent else ()
    if precision == NEAR and parent and parent.precision <= NEAR:
        outer = tuple(i for i in parent.within if i[:2] in ("a1", "a2", "c:"))
    return Place(
        text=text, name=name, precision=precision, id=id_, parent=parent.id if parent else None,
        admin2=parent.admin2 if parent else None, admin1=parent.admin1 if parent else None,
        country=parent.country if parent else None, lat=parent.lat if parent and precision <= NEAR else None,
        lon=parent.lon if parent and precision <= NEAR else None, within=(id_, *outer),
    )  # fmt: skip


def surroundings(
    names: Iterable[Toponym], dateline: Place | None, votes: Mapping[str, float], kin: Mapping[str, float],
    towns: Iterable[Row] = (),
) -> Surroundings:  # fmt: skip
    """Weights from countries, peoples and regions named, the dateline, `votes` (by country) and towns that are sure."""
    countries, admin1s = dict(votes), dict[str, float]()
    known = list(towns)
    weights = [_weight_of(name) for name in names] + [(row.country, row.admin1, 1.0) for row in known]
    if dateline:
        weights.append((dateline.country, (dateline.admin1 or "")[3:] or None, 2.0))
    for country_, admin1, weight in weights:
        if country_:
            countries[country_] = countries.get(country_, 0.0) + weight
        if admin1:
            admin1s[admin1] = admin1s.get(admin1, 0.0) + weight
    return Surroundings(countries, admin1s, centre_of(known), kin)


def _weight_of(name: Toponym) -> tuple[str | None, str | None, float]:
    if name.country and name.area:
        return None, None, 0.0  # Georgia: what else is named decides
    if name.country:
        return name.country.code, None, 2.0 if name.kind == "country" else 1.0
    if name.states:
        return "US", None, 1.0
    if name.area:
        doubtful = name.area.district and name.options
        return name.area.country, name.area.admin1, 0.25 if doubtful else 2.0
    return None, None, 0.0


def town_of(name: str, outer: str | None, home: str | None, lexicon: PlaceLexicon) -> tuple[Place, str] | None:
    """A dateline's town with its zone: in the region or country named behind it, else at home, else the largest."""
    options = lexicon.towns(name.title() if name.isupper() else name)
    if not options:
        return None
    land, region = (lexicon.countries.get(outer), lexicon.areas.get(outer)) if outer else (None, None)
    if region:
        options = tuple(m for m in options if m.row.admin1 == region.admin1) or options
    elif land:
        options = tuple(m for m in options if m.row.country == land.code) or options
    best = options[0]
    if home and not (region or land):
        at_home = [m for m in options if m.row.country == home and m.quality > 1]
        best = at_home[0] if at_home and best.row.population < 10 * at_home[0].row.population else best
    if best.quality == 1:
        return None
    capital = lexicon.capitals.get(name)
    if capital and not outer:
        best = next((m for m in options if m.row.country == capital.code), best)
    return town(best.row, name.title() if name.isupper() else name), best.row.zone
