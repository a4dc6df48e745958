"""Where and when an incident is, and what it is called: from the live occurrences of its main groups."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date, datetime

from schemas.incident import Area
from schemas.ontology import ontology
from schemas.report import Family, Occurrence, Place, When
from services.projector.clusters import realis_class
from services.projector.state import Entry

MAX_PLACES = 50
EXACT = 2
DATED = frozenset({"minute", "hour", "day", "range"})
PINNED = frozenset({"minute", "hour", "day"})


def live_occurrences(entries: Iterable[Entry]) -> dict[str, tuple[Occurrence, str]]:
    """Occurrence and article of every live entry that tells of something actual."""
    return {
        e.occurrence.id: (e.occurrence, e.header.article.id)
        for e in entries
        if e.withdrawn is None and realis_class(e.occurrence) == "actual"
    }


def main_type(entries: Sequence[Entry]) -> str:
    """The weightiest type told of in at least a third as many articles as the most told one; ties by name."""
    live = live_occurrences(entries) or {e.occurrence.id: (e.occurrence, e.header.article.id) for e in entries}
    told = Counter(kind for kind, _ in {(o.type, article) for o, article in live.values()})
    if not told:
        return "threat_demand"
    least = max(told.values()) / 3
    return max((t for t, n in told.items() if n >= least), key=lambda t: (ontology().of(t).weight, t))


def area(entries: Sequence[Entry], kind: str) -> Area:
    """Places of actual occurrences; the main one is where most articles put the occurrences of the main type."""
    seen: dict[str, Place] = {}
    told: Counter[str] = Counter()
    for occurrence, article_kind in _placed(entries):
        place = occurrence.place
        if place is None:
            continue
        key = place_key(place)
        seen[key] = min(place, seen.get(key, place), key=lambda p: (p.precision, p.text))
        told[key] += 3 if article_kind == kind else 1
    if not seen:
        return Area(main=None, places=())
    main = max(seen, key=lambda key: (seen[key].precision <= EXACT, bool(seen[key].id), told[key], key))
    ordered = sorted(seen, key=lambda key: (-told[key], key))[:MAX_PLACES]
    return Area(main=seen[main], places=tuple(seen[key] for key in ordered))


def _placed(entries: Iterable[Entry]) -> list[tuple[Occurrence, str]]:
    found = {
        (e.header.article.id, e.occurrence.id): e.occurrence
        for e in entries
        if e.withdrawn is None and e.role != "background" and realis_class(e.occurrence) == "actual"
    }
    return [(occurrence, occurrence.type) for occurrence in found.values()]


def place_key(place: Place) -> str:
    return place.id or f"t:{place.name.casefold()}"


def window(entries: Sequence[Entry]) -> When:
    """From the first to the last actual occurrence whose day is known; else the days of what was said."""
    live = [e.occurrence.when for e in entries if e.withdrawn is None and realis_class(e.occurrence) == "actual"]
    dated = [w for w in live if w.start and w.precision in DATED]
    if dated:
        starts = [w.start for w in dated if w.start]
        ends = [w.end or w.start for w in dated if w.start]
        return When(precision="range", anchor="explicit", start=min(starts), end=max(e for e in ends if e))
    said = [entry.said for entry in entries]
    if not said:
        return When(precision="unknown", anchor="published")
    return When(precision="range", anchor="published", start=min(said), end=max(said))


def days(entries: Sequence[Entry]) -> tuple[date, date] | None:
    """The first and the last day of the window as people on the spot count them: a day's middle names the day."""
    live = [e.occurrence.when for e in entries if e.withdrawn is None and realis_class(e.occurrence) == "actual"]
    dated = [w for w in live if w.start and w.precision in PINNED]
    middles = [w.start + (w.end - w.start) / 2 if w.end else w.start for w in dated if w.start]
    found = [middle.date() for middle in middles] or [entry.said.date() for entry in entries]
    return (min(found), max(found)) if found else None


def family_of(kind: str) -> Family:
    return ontology().of(kind).family


def last_actual(entries: Iterable[Entry]) -> datetime | None:
    """When something actual or going on was last said to happen."""
    told = [e for e in entries if e.withdrawn is None and realis_class(e.occurrence) == "actual"]
    happened = [e.occurrence.when.start or e.said for e in told if ontology().of(e.occurrence.type).violence]
    return max(happened, default=None)
