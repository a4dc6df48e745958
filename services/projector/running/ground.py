"""Where and when, kept up to date: the running form of `area`."""

from bisect import bisect_right, insort
from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Any

from schemas.incident import Area
from schemas.ontology import ontology
from schemas.report import Occurrence, Place, When
from services.projector.area import DATED, EXACT, MAX_PLACES, PINNED, main_type, place_key
from services.projector.clusters import realis_class
from services.projector.running.bags import LastWord, Ordered, Tally, drop
from services.projector.running.items import Item
from services.projector.state import Entry


class Ground:
    """All over the entries; what is actual is kept apart."""

    def __init__(self) -> None:
        self._types: LastWord[str, tuple[str, str]] = LastWord()
        self._told: Tally[tuple[str, str]] = Tally()
        self._by_type: Tally[str] = Tally()
        self._pairs: dict[tuple[str, str], Ordered[Occurrence]] = {}
        self._places: dict[str, Ordered[Place]] = defaultdict(Ordered)
        self._placed: Tally[tuple[str, str]] = Tally()
        self._times: dict[str, list[datetime]] = defaultdict(list)

    def put(self, item: Item) -> None:
        for name, at in _times(item):
            insort(self._times[name], at)
        if not _actual(item):
            return
        occurrence, article = item.entry.occurrence, item.entry.header.article.id
        self._retyped(occurrence.id, lambda: self._types.put(occurrence.id, (occurrence.type, article), item.order))
        pair = self._pairs.setdefault((article, occurrence.id), Ordered())
        self._unplace(pair)
        pair.put(item.order, occurrence)
        self._place(pair)

    def take(self, item: Item) -> None:
        for name, at in _times(item):
            drop(self._times[name], at)
        if not _actual(item):
            return
        occurrence, article = item.entry.occurrence, item.entry.header.article.id
        self._retyped(occurrence.id, lambda: self._types.take(occurrence.id, (occurrence.type, article), item.order))
        pair = self._pairs[article, occurrence.id]
        self._unplace(pair)
        pair.take(item.order)
        self._place(pair)
        if not pair.keys:
            del self._pairs[article, occurrence.id]

    def _retyped(self, occurrence: str, change: Any) -> None:
        was = self._types.last.get(occurrence)
        if not change():
            return
        now = self._types.last.get(occurrence)
        if was is not None and self._told.take(was):
            self._by_type.take(was[0])
        if now is not None and self._told.put(now):
            self._by_type.put(now[0])

    def _place(self, pair: Ordered[Occurrence]) -> None:
        place = pair.final.place if pair.keys else None
        if place is not None:
            key = place_key(place)
            self._places[key].put((place.precision, place.text, pair.keys[0]), place)
            self._placed.put((key, pair.final.type))

    def _unplace(self, pair: Ordered[Occurrence]) -> None:
        place = pair.final.place if pair.keys else None
        if place is None:
            return
        key = place_key(place)
        self._places[key].take((place.precision, place.text, pair.keys[0]))
        self._placed.take((key, pair.final.type))
        if not self._places[key].keys:
            del self._places[key]

    def kind(self, entries: Callable[[], Sequence[Entry]]) -> str:
        """As `main_type`; all entries are needed only where nothing actual is left."""
        if not self._by_type:
            return main_type(entries())
        least = max(self._by_type.values()) / 3
        return max((t for t, n in self._by_type.items() if n >= least), key=lambda t: (ontology().of(t).weight, t))

    def area(self, kind: str) -> Area:
        if not self._places:
            return Area(main=None, places=())
        seen = {key: _best(places) for key, places in self._places.items()}
        told: dict[str, int] = defaultdict(int)
        for (key, type_), count in self._placed.items():
            told[key] += 3 * count if type_ == kind else count
        main = max(seen, key=lambda key: (seen[key].precision <= EXACT, bool(seen[key].id), told[key], key))
        ordered = sorted(seen, key=lambda key: (-told[key], key))[:MAX_PLACES]
        return Area(main=seen[main], places=tuple(seen[key] for key in ordered))

    def window(self) -> When:
        starts, ends, said = self._times["start"], self._times["end"], self._times["said"]
        if starts:
            return When(precision="range", anchor="explicit", start=starts[0], end=ends[-1])
        if not said:
            return When(precision="unknown", anchor="published")
        return When(precision="range", anchor="published", start=said[0], end=said[-1])

    def days(self) -> tuple[date, date] | None:
        found = self._times["middle"] or self._times["said"]
        return (found[0].date(), found[-1].date()) if found else None

    @property
    def last_said(self) -> datetime | None:
        return self._last("live")

    @property
    def last_actual(self) -> datetime | None:
        return self._last("violent")

    def _last(self, name: str) -> datetime | None:
        return self._times[name][-1] if self._times[name] else None


def _best(places: Ordered[Place]) -> Place:
    """The most precise one by the shortest name; of equals that of the pair which was told of last."""
    precision, text, _ = places.keys[0]
    same = bisect_right(places.keys, (precision, text), key=lambda key: key[:2])
    return places.items[places.keys[same - 1]]


def _actual(item: Item) -> bool:
    return item.live and realis_class(item.entry.occurrence) == "actual"


def _times(item: Item) -> list[tuple[str, datetime]]:
    """The moments that an entry adds, by what they are moments of."""
    found = [("said", item.said)]
    if item.live:
        found.append(("live", item.said))
    if not _actual(item):
        return found
    when = item.entry.occurrence.when
    if ontology().of(item.entry.occurrence.type).violence:
        found.append(("violent", when.start or item.said))
    if when.start and when.precision in DATED:
        found += [("start", when.start), ("end", when.end or when.start)]
    if when.start and when.precision in PINNED:
        found.append(("middle", when.start + (when.end - when.start) / 2 if when.end else when.start))
    return found
