"""Time stamps of live blogs: "10:45 GMT", "14.20 BST – ...", "9:05am"."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

_STAMP = re.compile(
    r"^(?:updated (?:at )?|posted (?:at )?|\[)?(?P<hour>[01]?\d|2[0-3])[:.h](?P<minute>[0-5]\d) ?(?P<half>[ap]\.?m\.?)?"
    r"(?: ?\(?(?P<zone>GMT|UTC|BST|CET|CEST|EET|EEST|MSK|EST|EDT|CST|CDT|PST|PDT|IST|AEST|JST)\)?)?\]?"
    r"(?P<close>\s*[-–—:|]\s*|\s*\n|\s*$|\s+(?=[A-Z“\"]))",
    re.I,
)
HOURS = {
    "GMT": 0.0, "UTC": 0.0, "BST": 1.0, "CET": 1.0, "CEST": 2.0, "EET": 2.0, "EEST": 3.0, "MSK": 3.0, "IST": 5.5,
    "JST": 9.0, "AEST": 10.0, "EST": -5.0, "EDT": -4.0, "CST": -6.0, "CDT": -5.0, "PST": -8.0, "PDT": -7.0,
}  # fmt: skip
LATER = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Stamp:
    at: datetime
    length: int


def stamp_at(text: str, published: datetime, zone: str | None) -> Stamp | None:
    """The stamp that opens a paragraph. Stamps later than the publication belong to the day before."""
    match = _STAMP.match(text)
    if not match:
        return None
    bare = not (match["half"] or match["zone"])
    if bare and match["close"].strip() == "" and "\n" not in match["close"] and match.end() < len(text):
        return None  # "7.30 People ..." may be anything
    at = _at(match, published, zone)
    return Stamp(at - timedelta(days=1) if at > published + LATER else at, match.end())


def _at(match: re.Match[str], published: datetime, zone: str | None) -> datetime:
    hour, minute = int(match["hour"]), int(match["minute"])
    half = (match["half"] or "").lower()[:1]
    if half and hour <= 12:
        hour = hour % 12 + (12 if half == "p" else 0)
    if match["zone"]:
        offset = timedelta(hours=HOURS[match["zone"].upper()])
        day = (published + offset).replace(hour=hour, minute=minute, second=0, microsecond=0, tzinfo=UTC)
        return day - offset
    local = published.astimezone(ZoneInfo(zone)) if zone else published
    return local.replace(hour=hour, minute=minute, second=0, microsecond=0).astimezone(UTC)
