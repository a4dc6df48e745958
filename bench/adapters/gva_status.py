"""What a view knows of a shooting, in the words of the scorer: killed, injured, date and town."""

from collections import Counter
from collections.abc import Sequence
from datetime import date
from typing import Any

from schemas.casualties import CasualtyHead
from schemas.incident import Fact, Incident

HARM = frozenset({"shooting", "homicide", "attack", "stabbing"})
TOWN = 2  # Place.precision of a town or near one
COUNTED = ("killed", "injured")


def status(view: Incident) -> dict[str, Any]:
    """The line of one predicted incident."""
    counts = {outcome: figure([h for h in view.casualties if h.outcome == outcome]) for outcome in COUNTED}
    if any(counts.values()):  # a report that counts the hurt and names no dead tells of none
        counts = {outcome: found or _exactly(0) for outcome, found in counts.items()}
    return {"incident": view.id, **counts, "date": _date(view), "city": _city(view)}


def figure(heads: Sequence[CasualtyHead]) -> dict[str, int] | None:
    """The sum over groups; None where nobody gave a number."""
    ranges = [found for head in heads if not head.indirect and (found := _range(head)) is not None]
    if not ranges:
        return None
    low, best, high = (sum(column) for column in zip(*ranges, strict=True))
    return {"low": low, "best": best, "high": high}


def _range(head: CasualtyHead) -> tuple[int, int, int] | None:
    bounds = _bounds(head.low, head.best, head.high)
    claims = [
        found for row in (*head.outside, *head.rows) if (found := _bounds(row.low, row.best, row.high)) is not None
    ]
    return bounds or max(claims, key=lambda found: found[1], default=None)


def _bounds(low: int | None, best: int | None, high: int | None) -> tuple[int, int, int] | None:
    """With the nearest number for what is not known; None where nothing is."""
    middle = next((n for n in (best, low, high) if n is not None), None)
    if middle is None:
        return None
    return middle if low is None else min(low, middle), middle, middle if high is None else max(high, middle)


def _exactly(number: int) -> dict[str, int]:
    return {"low": number, "best": number, "high": number}


def _date(view: Incident) -> str | None:
    """The day that most facts of harm begin on, a named day before an inferred one, then the earliest."""
    days: Counter[date] = Counter()
    for fact in _harm(view):
        if fact.when.start is not None:
            named = fact.when.anchor == "explicit" and fact.when.precision != "unknown"
            days[fact.when.start.date()] += 10 * named + fact.origins_for
    return min(days, key=lambda day: (-days[day], day)).isoformat() if days else None


def _city(view: Incident) -> str | None:
    """The town that most facts of harm name, else the middle of the incident's area."""
    towns = Counter(
        f.place.name for f in _harm(view) if f.place and f.place.precision <= TOWN and f.place.lat is not None
    )
    if towns:
        return min(towns, key=lambda name: (-towns[name], name))
    return view.area.main.name if view.area.main is not None else None


def _harm(view: Incident) -> list[Fact]:
    """Facts of what happened to people, else all that happened."""
    actual = [fact for fact in view.facts if fact.realis == "actual"]
    return [fact for fact in actual if fact.type in HARM] or actual
