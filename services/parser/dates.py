"""Dates and times, against the day of publication in the zone of the story's place."""

import re
from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from typing import cast
from zoneinfo import ZoneInfo

from schemas.report import When
from schemas.vocabulary import TimeAnchor, TimePrecision
from services.parser.gates import Gated, begins, needles_of
from services.parser.mentions import DateMention
from services.parser.stamps import HOURS
from services.parser.stretches import Stretches
from services.parser.tables import rows

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
PARTS = {"morning": (6, 12), "afternoon": (12, 18), "evening": (18, 24), "night": (18, 30), "noon": (12, 13)}
OLD = timedelta(days=60)
NEAR = 60

_MONTH = (
    r"(?P<month>Jan(?:uary|\.)?|Feb(?:ruary|\.)?|Mar(?:ch|\.)?|Apr(?:il|\.)?|May|June?|July?|Aug(?:ust|\.)?|"
    r"Sep(?:t(?:ember|\.)?|\.)?|Oct(?:ober|\.)?|Nov(?:ember|\.)?|Dec(?:ember|\.)?)"
)
_YEAR = r"(?P<year>(?:19|20)\d\d)"
_TO = r"(?:\s*[-–]\s*|\s+(?:and|to)\s+)(?P<last>\d{1,2})"
_PART = r"(?:\s+(?P<part>morning|afternoon|evening|night))?"
_HOW = r"(?P<how>(?i:in|since|until|by|of|during|from|early|late|mid|end of|through))"
_HOW_YEAR = r"(?P<how>(?i:in|since|during|from|of|until|by|after|before))"
_HOW_DAY = r"(?P<how>(?i:on|last|next|this|until|till|by|from|since|late on|early on|late|early|before))"
_NTH = r"(?:st|nd|rd|th)?"
_WEEKDAY = r"(?P<weekday>(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day)(?!s)"
_DIGIT = re.compile(r"\d")
_MONTHS = tuple(month.capitalize() for month in MONTHS)
_DAYS = tuple(day.capitalize() for day in DAYS)
_YEARS = ("19", "20")
_FORMS: tuple[tuple[str, bool, Gated], ...] = (  # reader, whether there must be a digit, expression
    ("iso", True, Gated(re.compile(r"\b(?P<iso>(?:19|20)\d\d-\d\d-\d\d)\b"), _YEARS)),
    (
        "day", True,
        Gated(re.compile(rf"\b{_MONTH} (?P<day>\d{{1,2}}){_NTH}(?:{_TO})?\b(?!:\d)(?:,? {_YEAR})?"), _MONTHS),
    ),
    (
        "day", True,
        Gated(
            re.compile(rf"\b(?P<day>\d{{1,2}}){_NTH}(?:{_TO}{_NTH})? (?:of )?{_MONTH}(?:,? {_YEAR})?\b"), _MONTHS
        ),
    ),
    ("month", False, Gated(re.compile(rf"\b{_HOW}[ -]{_MONTH}(?:,? (?:of )?{_YEAR})?\b(?! \d)"), _MONTHS)),
    ("month", True, Gated(re.compile(rf"\b{_MONTH},? {_YEAR}\b"), _MONTHS)),
    (
        "year", True,
        Gated(re.compile(rf"\b{_HOW_YEAR} (?:(?:early|late|mid)[ -])?{_YEAR}\b(?![-–/,.]\d)"), _YEARS),
    ),
    ("weekday", False, Gated(re.compile(rf"\b(?:{_HOW_DAY} )?{_WEEKDAY}{_PART}\b"), _DAYS)),
)  # fmt: skip
_HALF = re.compile(r"[ap]\.m\.")
_CLOCK = re.compile(
    r"\b(?:(?:at|shortly before|shortly after|just before|just after|about|around|by|before|after|from) ){0,2}"
    r"(?:(?P<hour>[01]?\d|2[0-4])(?:[:.](?P<minute>[0-5]\d))? ?(?P<half>[ap]\.?m\b\.?)"
    r"|(?P<hour24>[01]?\d|2[0-3])[:.](?P<minute24>[0-5]\d)(?= ?(?:GMT|UTC|BST|CES?T|EES?T|MSK|local|hours|on\b|\())"
    r"|(?P<plain>[01]?\d|2[0-3]):(?P<plainm>[0-5]\d)\b(?![:\d])"
    r"|(?P<military>[012]\d[0-5]\d) ?(?=GMT|UTC)|(?P<word>noon|midday|midnight))"
    r"(?: ?\(?(?P<zone>GMT|UTC|BST|CES?T|EES?T|MSK|E[SD]T|C[SD]T|P[SD]T|IST|JST|AEST)\b\)?)?",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Reference:
    """The moment of publication, and the zone in which days are counted."""

    published: datetime
    zone: ZoneInfo | None = None

    @property
    def day(self) -> date:
        return self.published.astimezone(self.zone or UTC).date()

    def instant(self, day: date, hour: int = 0, minute: int = 0) -> datetime:
        local = datetime.combine(day, time(), self.zone or UTC).replace(tzinfo=self.zone or UTC)
        moved = datetime.combine(day + timedelta(days=hour // 24), time(hour % 24, minute), self.zone or UTC)
        return (moved if hour or minute else local).astimezone(UTC)


def dates(text: str, reference: Reference, offset: int = 0) -> tuple[DateMention, ...]:
    """All expressions of time of a text, in order; clock times know the day that is named beside them.

    `offset` is added to the offsets of all mentions.
    """
    try:
        found = [*_worded(text, reference), *_formed(text, reference)]
    except OverflowError:  # a year before 1 or after 9999
        found = []
    days = _longest(sorted(found, key=lambda m: (m.start, -m.end)))
    taken = Stretches((d.start, d.end) for d in days)
    clocks = [c for c in _clocks(text, reference, days) if not taken.overlap(c.start, c.end)]
    found = sorted((*days, *clocks), key=lambda m: m.start)
    return tuple(replace(m, start=m.start + offset, end=m.end + offset) for m in found)


def _longest(mentions: Sequence[DateMention]) -> list[DateMention]:
    kept: list[DateMention] = []
    for mention in mentions:
        if not kept or mention.start >= kept[-1].end:
            kept.append(mention)
        elif mention.end - mention.start > kept[-1].end - kept[-1].start:
            kept[-1] = mention
    return kept


@dataclass(frozen=True, slots=True)
class _Span:
    first: int
    last: int
    hours: tuple[int, int]
    precision: TimePrecision
    history: bool


@cache
def _words() -> tuple[Gated, dict[str, _Span]]:
    table = {}
    for words, first, last, early, late, precision, history in rows("dates.tsv", 7):
        table[words] = _Span(
            int(first), int(last), (int(early), int(late)), cast(TimePrecision, precision), history == "yes"
        )
    either = "|".join(re.escape(w).replace(r"\ ", r"\s+") for w in sorted(table, key=lambda w: (-len(w), w)))
    return Gated(re.compile(rf"\b{begins(table)}(?:{either})\b", re.I), needles_of(table)), table


def _worded(text: str, reference: Reference) -> Iterator[DateMention]:
    pattern, table = _words()
    for match in pattern.finditer(text, text.lower()):
        span = table[re.sub(r"\s+", " ", match.group().lower())]
        start = reference.instant(reference.day + timedelta(days=span.first), span.hours[0])
        end = reference.instant(reference.day + timedelta(days=span.last), span.hours[1])
        when = _when(match, start, end, span.precision, "published")
        yield DateMention(match.start(), match.end(), when, span.history)


def _formed(text: str, reference: Reference) -> Iterator[DateMention]:
    digits = _DIGIT.search(text) is not None
    for name, digit, pattern in _FORMS:
        if digit and not digits:
            continue
        read = _READERS[name]
        for match in pattern.finditer(text):
            try:
                mention = read(match, reference)
            except ValueError:  # 31 February
                continue
            if mention:
                yield mention


def _when(
    match: re.Match[str], start: datetime, end: datetime, precision: TimePrecision, anchor: TimeAnchor = "explicit"
) -> When:
    return When(precision=precision, anchor=anchor, start=start, end=end, text=match.group().strip())


def _iso(match: re.Match[str], reference: Reference) -> DateMention:
    return _whole_days(match, date.fromisoformat(match["iso"]), 1, reference)


def _day(match: re.Match[str], reference: Reference) -> DateMention:
    month, day = _month_of(match), int(match["day"])
    year = int(match["year"]) if match["year"] else _nearest_year(month, day, reference.day)
    first = date(year, month, day)
    length = int(match["last"]) - day + 1 if match["last"] else 1
    if length < 1:
        raise ValueError("a range that ends before it starts")
    return _whole_days(match, first, length, reference)


def _whole_days(match: re.Match[str], first: date, length: int, reference: Reference) -> DateMention:
    start, end = reference.instant(first), reference.instant(first + timedelta(days=length))
    when = _when(match, start, end, "day" if length == 1 else "range")
    return DateMention(match.start(), match.end(), when, reference.published - end > OLD)


def _nearest_year(month: int, day: int, today: date) -> int:
    """The year that brings the day closest to today: in January, December is last month."""
    years = [year for year in (today.year - 1, today.year, today.year + 1) if _exists(year, month, day)]
    if not years:
        raise ValueError("no such day")
    return min(years, key=lambda year: abs((date(year, month, day) - today).days))


def _exists(year: int, month: int, day: int) -> bool:
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True


def _month_of(match: re.Match[str]) -> int:
    return MONTHS.index(match["month"][:3].lower()) + 1


def _month(match: re.Match[str], reference: Reference) -> DateMention:
    month, today = _month_of(match), reference.day
    how = (match.groupdict().get("how") or "").lower()
    ahead = how in ("until", "by")
    year = (
        int(match["year"])
        if match["year"]
        else today.year - (month > today.month and not ahead) + (month < today.month and ahead)
    )
    first = date(year, month, 1)
    following = date(year + month // 12, month % 12 + 1, 1)
    end = today + timedelta(days=1) if how == "since" and first < today else following
    when = _when(match, reference.instant(first), reference.instant(end), "month")
    return DateMention(match.start(), match.end(), when, following <= today)


def _year(match: re.Match[str], reference: Reference) -> DateMention:
    year = int(match["year"])
    end = date(year + 1, 1, 1)
    if match["how"].lower() == "since":
        end = max(end, reference.day + timedelta(days=1))
    when = _when(match, reference.instant(date(year, 1, 1)), reference.instant(end), "year")
    return DateMention(match.start(), match.end(), when, year < reference.day.year)


def _weekday(match: re.Match[str], reference: Reference) -> DateMention:
    today, how = reference.day, (match["how"] or "").lower()
    back = (today.weekday() - DAYS.index(match["weekday"].lower())) % 7
    if how == "last" and back == 0:
        back = 7
    ahead = how in ("next", "until", "till", "by")
    day = today + timedelta(days=(-back) % 7 or 7) if ahead else today - timedelta(days=back)
    early, late = PARTS.get((match["part"] or "").lower(), (0, 24))
    precision: TimePrecision = "range" if match["part"] else "day"
    when = _when(match, reference.instant(day, early), reference.instant(day, late), precision, "published")
    return DateMention(match.start(), match.end(), when)


_READERS: dict[str, Callable[[re.Match[str], Reference], DateMention | None]] = {
    "iso": _iso, "day": _day, "month": _month, "year": _year, "weekday": _weekday,
}  # fmt: skip


def _clocks(text: str, reference: Reference, days: Sequence[DateMention]) -> Iterator[DateMention]:
    if _DIGIT.search(text) is None and "noon" not in text.lower() and "mid" not in text.lower():
        return
    for match in _CLOCK.finditer(text):
        hour, minute = _clock_of(match)
        beside = _beside(text, match, days)
        zone = match["zone"].upper() if match["zone"] else None
        at = _moment(reference, beside, hour, minute, zone)
        if beside is None and at > reference.published + timedelta(minutes=30):
            at -= timedelta(days=1)
        exact = minute or not match["half"]
        end = at + timedelta(minutes=1 if exact else 60)
        precision: TimePrecision = "minute" if exact else "hour"
        when = _when(match, at, end, precision, beside.when.anchor if beside else "published")
        yield DateMention(match.start(), match.end(), when, beside.history if beside else False)


def _clock_of(match: re.Match[str]) -> tuple[int, int]:
    if match["word"]:
        return (0 if match["word"].lower() == "midnight" else 12), 0
    if match["military"]:
        return int(match["military"][:2]), int(match["military"][2:])
    hour = int(match["hour"] or match["hour24"] or match["plain"])
    minute = int(match["minute"] or match["minute24"] or match["plainm"] or 0)
    if match["half"] and hour <= 12:
        hour = hour % 12 + (12 if match["half"][0].lower() == "p" else 0)
    return hour % 24, minute


def _moment(reference: Reference, beside: DateMention | None, hour: int, minute: int, zone: str | None) -> datetime:
    day = reference.day
    if beside and beside.when.start:
        day = beside.when.start.astimezone(reference.zone or UTC).date()
    if zone is None:
        return reference.instant(day, hour, minute)
    return datetime.combine(day, time(hour, minute), UTC) - timedelta(hours=HOURS.get(zone, 0.0))


def _beside(text: str, match: re.Match[str], days: Sequence[DateMention]) -> DateMention | None:
    """The day named nearest in the same sentence."""
    first = bisect_left(days, match.start() - NEAR, key=lambda d: d.end)
    near = [
        (max(d.start - match.end(), match.start() - d.end), d)
        for d in days[first : first + 8]
        if d.when.precision in ("day", "range") and -1 < max(d.start - match.end(), match.start() - d.end) < NEAR
        and "." not in _HALF.sub("", text[min(d.end, match.end()) : max(d.start, match.start())])
    ]  # fmt: skip
    return min(near, key=lambda pair: pair[0])[1] if near else None
