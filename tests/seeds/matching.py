"""When a record says the same as an expectation: names, places, figures. Each check answers in words."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from zoneinfo import ZoneInfo

from schemas.report import Count, Place, Speaker
from tests.seeds.records import Figure, Voice, Words

Speakers = Mapping[str, Voice]


def fold(text: str) -> str:
    """Lower case, no accents, no punctuation, no article in front: "The Guardian" and "o:guardian" share a word."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().casefold()
    words = re.sub(r"[^a-z0-9]+", " ", plain.replace("'s", "")).split()
    return " ".join(words[1:] if words[:1] == ["the"] else words)


def is_called(names: Iterable[str], texts: Iterable[str | None]) -> bool:
    """Whether one of the names stands, word for word, in one of the texts."""
    found = [f" {fold(text)} " for text in texts if text]
    return any(f" {fold(name)} " in text for name in names for text in found)


def is_speaker(speaker: Speaker, voice: Voice) -> bool:
    """Unnamed speakers are matched by being unnamed where the expectation names none."""
    if speaker.named not in voice.named:
        return False
    texts = (speaker.name, speaker.org, speaker.office, speaker.id, speaker.org_id)
    return not voice.names or is_called(voice.names, texts)


def is_placed(place: Place | None, wanted: Words) -> bool:
    return place is not None and bool({fold(place.name), fold(place.text)} & {fold(name) for name in wanted})


def is_group(group: str, wanted: Words) -> bool:
    """ "forces:*" stands for the forces of any side."""
    return any(group == name or (name.endswith("*") and group.startswith(name[:-1])) for name in wanted)


def is_figure(low: int | None, best: int | None, comparator: str, n: int) -> bool:
    """ "more than 70" is kept with a low of 70 or 71: both say it."""
    return low in {n, n + 1} if comparator == ">" else n in {low, best}


def count_faults(count: Count | None, wanted: Figure) -> list[str]:
    """What of the figure is otherwise, in words."""
    if count is None:
        return ["no count"]
    checks = [
        (count.outcome == wanted.outcome, f"outcome {count.outcome}"),
        (wanted.n is None or is_figure(count.low, count.best, count.comparator, wanted.n), f"figure {figure(count)}"),
        (not wanted.group or is_group(count.group, wanted.group), f"group {count.group}"),
        (not wanted.comparator or count.comparator in wanted.comparator, f"comparator {count.comparator}"),
        (not wanted.kind or count.kind in wanted.kind, f"kind {count.kind}"),
        (wanted.base in {None, count.base}, f"base {count.base}"),
        (wanted.indirect in {None, count.indirect}, f"indirect {count.indirect}"),
        (wanted.scope is None or (wanted.scope == "incident") == (count.scope == "incident"), f"scope {count.scope}"),
    ]
    return [fault for right, fault in checks if not right]


def figure(count: Count) -> str:
    return f"{count.comparator} {count.low}/{count.best}/{count.high}"


def is_day(at: datetime | None, wanted: date | None, zone: ZoneInfo) -> bool:
    """Whether a moment lies on a day at the place; both may be none."""
    return (at.astimezone(zone).date() if at else None) == wanted
