"""When and where an incident was, in the task's notation."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
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
WEST = timedelta(hours=3)
_LISTED = re.compile(r"^([A-Z][A-Z .]+): (?:.*: )?([^:(\n]+?) \(([A-Z ?]+)\)", re.MULTILINE)
_KINDS = ("CITY", "TOWN", "MUNICIPALITY", "VILLAGE", "PORT", "HAMLET", "NEIGHBORHOOD", "DISTRICT", "SUBURB")
FILES = ("containing-areas-part1.v5", "containing-areas-part2")
UPWARD = ("DEPARTMENT", "PROVINCE", "REGION", "OFFICIAL REGION", "STATE")


@dataclass(frozen=True)
class Atlas:
    """`names`: code -> country as the task writes it. `listed`: place -> (country, kind) of the task's own list."""

    names: Mapping[str, str]
    listed: Mapping[str, tuple[tuple[str, str], ...]]

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        either = "|".join(re.escape(name) for name in sorted(self.listed, key=lambda n: (-len(n), n))) or "$^"
        return re.compile(rf"(?<![\w-])(?:{either})(?![\w-])")

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
    at: int
    bound: bool


def location(text: Text, told: Sequence[Told], atlas: Atlas, home: str | None) -> str:
    """`home`: the country of the whole message. The narrowest place, those bound to an event first."""
    spots = [s for t in told for s in _spots(t.line, atlas, home)]
    country = _country(spots, home)
    inside = [s for s in spots if s.country == country and s.name]
    if not inside:
        return country
    best = min(inside, key=lambda s: (s.width > 4, not s.bound, s.width, s.at))
    return f"{country}: {best.name}"


def _country(spots: Sequence[Spot], home: str | None) -> str:
    votes = Counter(s.country for s in spots)
    if home and (not votes or votes[home]):
        return home
    return votes.most_common(1)[0][0] if votes else "EL SALVADOR"


def _spots(line: Line, atlas: Atlas, home: str | None) -> Iterator[Spot]:
    bound = {e.place.text for e in line.events if e.place}
    taken: set[str] = set()
    for mention in line.scene.places:
        place = mention.place
        if place.country and mention.place.precision != 7:
            name = None if place.precision >= 6 else _named(line.scene.text[mention.start : mention.end])
            taken.add(name or "")
            yield Spot(atlas.country(place.country), name, place.precision, mention.start, place.text in bound)
    raw = line.scene.text[line.sentence.start : line.sentence.end].upper()
    for match in atlas.pattern.finditer(raw.replace("\n", " ")):
        name = match.group()
        if name not in taken:
            for country, kind in atlas.listed[name]:
                if country == home or len(atlas.listed[name]) == 1:
                    yield Spot(country, name, 4 if kind in UPWARD else 2, line.sentence.start + match.start(), False)
                    break


def _named(text: str) -> str:
    words = " ".join(text.upper().split())
    return re.sub(r"^(?:THE )|(?: (?:DEPARTMENT|PROVINCE|CITY|NEIGHBORHOOD|REGION))$", "", words)


def home_country(text: Text, dateline: str, atlas: Atlas) -> str | None:
    """The country most named, an incident's country counts twice."""
    votes: Counter[str] = Counter()
    for line in text.lines:
        for mention in line.scene.places:
            if mention.place.country:
                votes[atlas.country(mention.place.country)] += 2 if line.events else 1
    return min(votes, key=lambda c: (-votes[c], c)) if votes else None


# ---------------------------------------------------------------------------------------------------- date


def incident_date(text: Text, told: Sequence[Told]) -> str:
    """The day of the first event that has one; "on or before the message" where nothing is said."""
    written = text.published.date()
    whens = [w for t in told for w in _whens(t.line)]
    exact = next((w for w in whens if w.precision in {"day", "hour", "minute"} and not _weekday(w)), None)
    some = exact or next((w for w in whens if w.precision in {"range", "week", "month"}), None)
    if some is None or some.start is None or some.end is None:
        return f"- {_shown(written)}"
    first, last = _day(some.start), _day(some.end - timedelta(minutes=1))
    if _weekday(some):
        return f"- {_shown(written)}"
    if some.precision == "range" and (last - first).days == 1 and "night" not in (some.text or ""):
        last = first
    return _shown(first) if first >= last else f"{_shown(first)} - {_shown(last)}"


def _whens(line: Line) -> Iterator[When]:
    for event in line.events:
        if event.when is not None and event.when.start is not None:
            yield event.when
    for mention in line.scene.dates:
        yield mention.when


def _weekday(when: When) -> bool:
    words = (when.text or "").lower()
    return any(day in words for day in ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"))


def _day(moment: datetime) -> date:
    """Days are those of the Americas; a moment at midnight is one of no known zone."""
    return (moment - WEST).date() if moment.hour else moment.date()


def _shown(day: date) -> str:
    return f"{day.day:02} {MONTHS[day.month - 1]} {day.year % 100:02}"
