"""When and where an incident was, in the task's notation."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from pathlib import Path

from bench.adapters.muc4_documents import MONTHS
from bench.adapters.muc4_features import Line, Text
from bench.adapters.muc4_incidents import Told
from schemas.report import When

COUNTRIES = {
    "US": "UNITED STATES", "GB": "UNITED KINGDOM", "SU": "USSR", "RU": "USSR", "DE": "WEST GERMANY",
    "CN": "PEOPLES REP OF CHINA", "TW": "REPUBLIC OF CHINA", "KR": "REPUBLIC OF KOREA", "VA": "VATICAN CITY",
    "KP": "DEMOCRATIC PEOPLES REP OF KOREA", "ZA": "REPUBLIC OF SOUTH AFRICA", "CZ": "CZECHOSLOVAKIA",
    "RS": "YUGOSLAVIA",
}  # fmt: skip
WEST = timedelta(hours=6)
_LISTED = re.compile(r"^([A-Z][A-Z .]+): (?:.*: )?([^:(\n]+?) \(([A-Z ?]+)\)", re.MULTILINE)
FILES = ("containing-areas-part1.v5", "containing-areas-part2")
WIDTHS = {
    "NEIGHBORHOOD": 1, "DISTRICT": 1, "SECTOR": 1, "AIRPORT": 1, "UNIVERSITY": 1, "FARM": 1, "SCHOOL": 1, "JAIL": 1,
    "MUNICIPALITY": 3, "JURISDICTION": 3, "ZONE": 4, "AREA": 4, "VALLEY": 4, "RIVER": 4, "VOLCANO": 2, "MOUNTAIN": 3,
    "DEPARTMENT": 5, "PROVINCE": 5, "REGION": 5, "OFFICIAL REGION": 5, "STATE": 5,
}  # fmt: skip
CONCERNED = frozenset(
    {"EL SALVADOR", "GUATEMALA", "HONDURAS", "ARGENTINA", "BOLIVIA", "CHILE", "COLOMBIA", "ECUADOR", "PERU"}
)


@dataclass(frozen=True)
class Atlas:
    """`names`: code -> country as the task writes it. `listed`: place -> (country, kind) of the task's own list."""

    names: Mapping[str, str]
    listed: Mapping[str, tuple[tuple[str, str], ...]]

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        either = "|".join(re.escape(name) for name in sorted(self.listed, key=lambda n: (-len(n), n))) or "$^"
        return re.compile(rf"(?<![\w-])(?:{either})(?![\w-])")

    def lists(self, name: str, country: str) -> bool:
        """Whether the task knows the place; without a list every place is known."""
        return not self.listed or any(c == country for c, _ in self.listed.get(name, ()))

    def width(self, name: str, country: str, guess: int) -> int:
        """How wide a place is, by the narrowest of its kinds; `guess` if it is not listed."""
        kinds = [kind for c, kind in self.listed.get(name, ()) if c == country]
        return min((WIDTHS.get(kind, 2) for kind in kinds), default=guess)

    def country(self, code: str) -> str:
        return COUNTRIES.get(code, self.names.get(code, code).upper())


def atlas(data: Path, names: Mapping[str, str]) -> Atlas:
    """The lists of places in the task's folder, if it is there."""
    listed: dict[str, list[tuple[str, str]]] = {}
    for path in sorted((data / "TASK").rglob("*")):
        if path.name in FILES:
            for country, place, kind in _LISTED.findall(path.read_text(encoding="latin-1")):
                listed.setdefault(place.strip(), []).append((country, kind.strip(" ?")))
    return Atlas(names, {place: tuple(ones) for place, ones in listed.items() if len(place) > 3})


# --------------------------------------------------------------------------------------------------- place


@dataclass(frozen=True, slots=True)
class Spot:
    """A place named by a line: its country, how narrow it is (smaller is narrower) and where it stands."""

    country: str
    name: str | None
    width: int
    line: int
    at: int
    bound: bool


def location(text: Text, told: Sequence[Told], atlas: Atlas, home: str | None) -> str:
    """`home`: the country of the whole message. The narrowest place, those bound to an event first."""
    spots = [s for t in told for s in _spots(t.line, atlas, home)]
    country = _country(spots, home)
    inside = [s for s in spots if s.country == country and s.name]
    if not inside:
        return f"{country}: {CAPITALS[country]}" if country in CAPITALS and _says_capital(told) else country
    best = min(inside, key=lambda s: (s.width > 4, not s.bound, s.width, s.at))
    narrower = [s for s in inside if s.line == best.line and s.width < best.width]
    return f"{country}: {min(narrower, key=lambda s: (s.width, s.at)).name if narrower else best.name}"


CAPITALS = {
    "EL SALVADOR": "SAN SALVADOR", "GUATEMALA": "GUATEMALA CITY", "HONDURAS": "TEGUCIGALPA", "PERU": "LIMA",
    "ARGENTINA": "BUENOS AIRES", "BOLIVIA": "LA PAZ", "CHILE": "SANTIAGO", "COLOMBIA": "BOGOTA", "ECUADOR": "QUITO",
}  # fmt: skip


def _says_capital(told: Sequence[Told]) -> bool:
    return any("capital" in t.line.words for t in told)


def _country(spots: Sequence[Spot], home: str | None) -> str:
    votes = Counter(s.country for s in spots)
    if home and (not votes or votes[home]):
        return home
    own = [c for c in votes if c in CONCERNED]
    return max(own or sorted(votes), key=lambda c: votes[c]) if votes else "EL SALVADOR"


def _spots(line: Line, atlas: Atlas, home: str | None) -> Iterator[Spot]:
    bound = {e.place.text for e in line.events if e.place}
    taken: set[str] = set()
    people = [(m.start, m.end) for m in line.scene.actors if (m.speaker.id or "").startswith("p:")]
    for mention in line.scene.places:
        place = mention.place
        if any(a <= mention.start < b for a, b in people) and not _ends_title(line, mention.start):
            continue
        if place.country and place.precision != 7:
            name = None if place.precision >= 6 else _named(line.scene.text[mention.start : mention.end])
            country = atlas.country(place.country)
            if name is None or atlas.lists(name, country):
                taken.add(name or "")
                width = atlas.width(name, country, place.precision) if name else place.precision
                yield Spot(country, name, width, line.at, mention.start, place.text in bound)
    raw = line.scene.text[line.sentence.start : line.sentence.end].upper()
    for match in atlas.pattern.finditer(raw.replace("\n", " ")):
        name = match.group()
        countries = [country for country, _ in atlas.listed[name]]
        country = home if home in countries else countries[0]
        at = line.sentence.start + match.start()
        if any(a <= at < b for a, b in people) and not _ends_title(line, at):
            continue
        if name not in taken and (country == home or len(set(countries)) == 1):
            yield Spot(country, name, atlas.width(name, country, 2), line.at, at, False)


def _ends_title(line: Line, at: int) -> bool:
    """ "the mayor of TOWN" names a town inside somebody's title."""
    return line.scene.text[max(0, at - 4) : at].lower().endswith(("of ", "in "))


_AROUND = re.compile(
    r"^(?:THE )?(?:(?:CITY|TOWN|MUNICIPALITY|VILLAGE|DEPARTMENT|PROVINCE|PORT) OF )?"
    r"|(?: (?:DEPARTMENT|PROVINCE|CITY|NEIGHBORHOOD|REGION|MUNICIPALITY|TOWN|VILLAGE|STATE|AREA))+$"
)


def _named(text: str) -> str:
    words = " ".join(text.upper().split())
    return words if words in WHOLE else _AROUND.sub("", words)


WHOLE = frozenset({"GUATEMALA CITY", "MEXICO CITY", "PANAMA CITY"})


def home_country(text: Text, dateline: str, atlas: Atlas) -> str | None:
    """The country most spoken of; those that the task is about, places and the dateline weigh more."""
    votes: Counter[str] = Counter()
    for line in text.lines:
        weight = 3 if line.events else 2
        codes = [(m.place.country, weight) for m in line.scene.places]
        codes += [(line.scene.rules.demonyms.get(t.text), 1) for t in line.sentence.tokens]
        for code, worth in codes:
            if code:
                name = atlas.country(code)
                votes[name] += worth * (4 if name in CONCERNED else 1)
    town = re.sub(r"[(,].*", "", dateline).strip()
    for country, _ in atlas.listed.get(town, ())[:1]:
        votes[country] += 8
    return min(votes, key=lambda c: (-votes[c], c)) if votes else None


# ---------------------------------------------------------------------------------------------------- date


def incident_date(text: Text, told: Sequence[Told]) -> str:
    """The day of the first event that has one; "on or before the message" where nothing is said."""
    written = text.published.date()
    whens = [w for t in told for w in _bound(t.line)]
    whens += [w for t in told for w in _named_days(t.line, written)]
    exact = next((w for w in whens if w.precision in {"day", "hour", "minute"} and not _weekday(w)), None)
    some = exact or next((w for w in whens if w.precision in {"range", "week", "month"}), None)
    if some is None or some.start is None or some.end is None:
        return f"- {_shown(written)}"
    first, last = _days(some)
    if _weekday(some):
        return f"- {_shown(written)}"
    return _shown(first) if first >= last else f"{_shown(first)} - {_shown(last)}"


def _bound(line: Line) -> Iterator[When]:
    for event in line.events:
        if event.type not in NO_INCIDENT and event.when is not None and event.when.start is not None:
            yield event.when


def _named_days(line: Line, written: date) -> Iterator[When]:
    """Days that hang on no event; "today" is as often the day of somebody's words."""
    for mention in line.scene.dates:
        if mention.when.start is not None and "today" not in (mention.when.text or "").lower():
            yield mention.when


NO_INCIDENT = frozenset(
    {"agreement_talks", "investigation", "arrest", "prosecution", "deployment", "demonstration", "threat_demand"}
)


def _weekday(when: When) -> bool:
    words = (when.text or "").lower()
    return any(day in words for day in ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"))


def _days(when: When) -> tuple[date, date]:
    """First and last day. Days are those of the Americas: a day that starts at five in the world is one of theirs."""
    if when.start is None or when.end is None:
        raise ValueError("no time")
    shift = timedelta(hours=when.start.hour) if when.precision == "day" else WEST
    if when.start.hour == 0:
        shift = timedelta(0)
    first, last = (when.start - shift).date(), (when.end - shift - timedelta(minutes=1)).date()
    if when.precision == "range" and (when.end - when.start) < timedelta(hours=12) and "night" not in (when.text or ""):
        last = first
    return first, last


def _shown(day: date) -> str:
    return f"{day.day:02} {MONTHS[day.month - 1]} {day.year % 100:02}"
