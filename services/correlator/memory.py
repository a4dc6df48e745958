"""A ledger in memory: for dry runs, tests, and as the plain statement of what the stored one must do."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar

from services.correlator.ledger import Cell, Deed, Hit, IncidentRow, Placement, Probe, Standing, TieKind

K = TypeVar("K")
Buckets = dict[tuple[str, str], dict[int, set[str]]]


@dataclass(slots=True)
class MemoryLedger:
    """Equality compares everything a ledger holds, so that tests can ask whether two histories end alike."""

    counters: dict[int, int] = field(default_factory=dict)
    clocks: dict[str, datetime] = field(default_factory=dict)
    articles: dict[tuple[str, str], Standing] = field(default_factory=dict)
    places: dict[tuple[str, str], dict[str, Placement]] = field(default_factory=dict)
    groups: dict[tuple[str, str], Placement] = field(default_factory=dict)
    contents: dict[str, dict[tuple[str, str], Placement]] = field(default_factory=lambda: defaultdict(dict))
    incidents: dict[str, IncidentRow] = field(default_factory=dict)
    buckets: Buckets = field(default_factory=lambda: defaultdict(lambda: defaultdict(set)))
    cells: dict[tuple[str, str], set[Cell]] = field(default_factory=lambda: defaultdict(set))
    bands: dict[tuple[str, int], set[str]] = field(default_factory=lambda: defaultdict(set))
    banded: dict[tuple[str, str], frozenset[int]] = field(default_factory=dict)
    texts: dict[tuple[str, str], set[str]] = field(default_factory=lambda: defaultdict(set))
    commands: dict[tuple[str, str], list[Deed]] = field(default_factory=dict)
    ties: dict[tuple[str, str, str], TieKind] = field(default_factory=dict)

    def counter(self, lane: int) -> int:
        return self.counters.get(lane, 0)

    def clock(self, desk: str) -> datetime | None:
        return self.clocks.get(desk)

    def article(self, desk: str, article: str) -> Standing | None:
        return self.articles.get((desk, article))

    def placements(self, desk: str, article: str) -> Sequence[Placement]:
        found = self.places.get((desk, article), {})
        return [found[group] for group in sorted(found)]

    def placed(self, desk: str, group: str) -> Placement | None:
        return self.groups.get((desk, group))

    def members(self, incident: str, limit: int | None = None) -> Sequence[Placement]:
        found = self.contents.get(incident, {})
        return [found[key] for key in sorted(found)[:limit]]

    def incident(self, incident: str) -> IncidentRow | None:
        return self.incidents.get(incident)

    def near(self, desk: str, probe: Probe) -> Sequence[Hit]:
        days = self.buckets.get((desk, probe.bucket), {})
        close = [day for day in days if abs(day - probe.day) <= probe.days]
        hits = [Hit(name, day) for day in close for name in days[day]]
        hits.sort(key=lambda hit: (abs(hit.day - probe.day), hit.day, hit.incident))
        return hits[: probe.limit]

    def alike(self, desk: str, bands: Iterable[int], limit: int) -> Sequence[str]:
        shared = Counter(name for band in set(bands) for name in sorted(self.bands.get((desk, band), ()))[:limit])
        return sorted(shared, key=lambda name: (-shared[name], name))[:limit]

    def text_family(self, desk: str, family: str) -> Sequence[str]:
        return sorted(self.texts.get((desk, family), ()))

    def command(self, desk: str, command: str) -> Sequence[Deed] | None:
        return self.commands.get((desk, command))

    def tie(self, desk: str, a: str, b: str) -> TieKind | None:
        return self.ties.get((desk, min(a, b), max(a, b)))

    def put_counter(self, lane: int, n: int) -> None:
        self.counters[lane] = n

    def put_clock(self, desk: str, at: datetime) -> None:
        self.clocks[desk] = at

    def put_article(self, standing: Standing, bands: Iterable[int]) -> None:
        key = standing.desk, standing.article
        old = self.articles.get(key)
        if old is not None and old.text_family is not None:
            _discard(self.texts, (standing.desk, old.text_family), standing.article)
        if standing.text_family is not None:
            self.texts[standing.desk, standing.text_family].add(standing.article)
        for band in self.banded.pop(key, frozenset()):
            _discard(self.bands, (standing.desk, band), standing.article)
        if new := frozenset(bands):
            self.banded[key] = new
        for band in new:
            self.bands[standing.desk, band].add(standing.article)
        self.articles[key] = standing

    def put_placement(self, placement: Placement) -> None:
        self.drop_placement(placement.desk, placement.article, placement.group.id)
        self.places.setdefault((placement.desk, placement.article), {})[placement.group.id] = placement
        self.groups[placement.desk, placement.group.id] = placement
        self.contents[placement.incident][placement.article, placement.group.id] = placement

    def drop_placement(self, desk: str, article: str, group: str) -> None:
        old = self.places.get((desk, article), {}).pop(group, None)
        if old is None:
            return
        if not self.places[desk, article]:
            del self.places[desk, article]
        del self.groups[desk, group]
        del self.contents[old.incident][article, group]
        if not self.contents[old.incident]:
            del self.contents[old.incident]

    def put_incident(self, row: IncidentRow) -> None:
        self.incidents[row.incident] = row

    def add_cells(self, desk: str, incident: str, cells: Iterable[Cell]) -> None:
        for cell in cells:
            self.cells[desk, incident].add(cell)
            self.buckets[desk, cell.bucket][cell.day].add(incident)

    def clear_cells(self, desk: str, incident: str) -> None:
        for cell in self.cells.pop((desk, incident), set()):
            days = self.buckets[desk, cell.bucket]
            _discard(days, cell.day, incident)
            if not days:
                del self.buckets[desk, cell.bucket]

    def put_deed(self, desk: str, command: str, deed: Deed) -> None:
        self.commands.setdefault((desk, command), []).append(deed)

    def put_tie(self, desk: str, a: str, b: str, kind: TieKind | None) -> None:
        key = desk, min(a, b), max(a, b)
        if kind is None:
            self.ties.pop(key, None)
        else:
            self.ties[key] = kind


def _discard(sets: dict[K, set[str]], key: K, value: str) -> None:
    sets[key].discard(value)
    if not sets[key]:
        del sets[key]
