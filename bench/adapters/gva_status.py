"""What a view knows of a shooting, in the words of the scorer: killed, injured, date and town."""

from collections.abc import Sequence
from typing import Any

from schemas.casualties import CasualtyHead
from schemas.incident import Incident

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
    best = next((n for n in (head.best, head.low, head.high) if n is not None), None)
    if best is None:
        return None
    low = best if head.low is None else min(head.low, best)
    return low, best, best if head.high is None else max(head.high, best)


def _exactly(number: int) -> dict[str, int]:
    return {"low": number, "best": number, "high": number}


def _date(view: Incident) -> str | None:
    starts = [fact.when.start for fact in view.facts if fact.when and fact.when.start and fact.realis == "actual"]
    found = min(starts, default=None)
    return found.date().isoformat() if found else None


def _city(view: Incident) -> str | None:
    place = view.area.main
    return place.name if place is not None else None
