"""What an event costs the projector: python -m bench.projector_cost [--sizes 10,100] [--incidents 100] [--sample N].

Through the handler, one event a transaction, on SQLite in a file; CPU seconds of this process, so that the disk and
other processes do not count. `sizes`: one incident, the cost of its next events when it has so many reports.
`incidents`: so many open incidents of two reports each, a report for one of them at random, and then the same with
nine of ten reports for the newest 800, as news is.
"""

import argparse
import random
import sys
import tempfile
import time
import tracemalloc
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import median

from bench.projector_stories import Story
from schemas.codec import EVENTS
from schemas.events import IncidentEvent
from services.projector.handler import CACHED, SCHEMA, ProjectorHandler, ProjectorTopics
from services.runtime.records import Record, TopicPartition
from services.runtime.sqlite_store import SqliteStore

TP = TopicPartition("news.events", 0)
TOPICS = ProjectorTopics("news.incidents", "news.changes", "news.dead-letters")
REPORTS_EACH = 2
PATTERN = "i-pattern"
NEWEST = 800
"""Incidents that most reports are about."""


@dataclass(frozen=True, slots=True)
class Cost:
    """CPU milliseconds an event, and bytes of the view at the end."""

    name: str
    median: float
    p99: float
    view: int


class Desk:
    """A projector with a store of its own."""

    def __init__(self, home: Path) -> None:
        self.store = SqliteStore(home / "projector.sqlite", SCHEMA)
        self.handler = ProjectorHandler(TOPICS, generation=1)
        self.told: dict[int, int] = {}
        self._claim = self.store.claim(TP, "bench")
        self._offset = 0

    def feed(self, events: Sequence[IncidentEvent]) -> float:
        """CPU milliseconds for the events, as one transaction."""
        records = [self._record(event) for event in events]
        began = time.process_time()
        with self.store.transaction(self._claim, records) as tx:
            self.handler.apply(tx, records)
        return (time.process_time() - began) * 1000

    def _record(self, event: IncidentEvent) -> Record:
        self._offset += 1
        at = int(event.recorded_at.timestamp() * 1000)
        return Record(TP.topic, TP.partition, self._offset - 1, at, event.incident.encode(), EVENTS.encode(event))

    def pattern(self) -> None:
        """One incident as it lies in the store when memory has no room for it."""
        self.handler = ProjectorHandler(TOPICS, generation=1, cached=0)
        self.feed(list(Story(PATTERN).events(REPORTS_EACH)))
        self.handler = ProjectorHandler(TOPICS, generation=1)

    def multiply(self, numbers: range) -> None:
        """Copies of the pattern under other ids."""
        rows = {
            name: self.store.read(f"SELECT * FROM {name} WHERE {column}=?", (PATTERN,))
            for name, column in (
                ("event", "incident"),
                ("incident", "id"),
                ("shelf", "incident"),
                ("report", "incident"),
            )
        }
        with self.store.owned(self._claim) as tx:
            for n in numbers:
                for name, found in rows.items():
                    for row in found:
                        values = [_renamed(value, n) for value in row]
                        tx.execute(f"INSERT INTO {name} VALUES({', '.join('?' * len(values))})", values)

    def next(self, n: int) -> list[IncidentEvent]:
        """The next event of the copy with this number."""
        self.told[n] = self.told.get(n, 0) + 1
        *_, event = Story(PATTERN).events(REPORTS_EACH + self.told[n])
        return [replace(event, incident=_name(n))]

    def view_bytes(self, incident: str) -> int:
        ((size,),) = self.store.read("SELECT length(view) FROM incident WHERE id=?", (incident,))
        return int(size)


@contextmanager
def desk() -> Iterator[Desk]:
    with tempfile.TemporaryDirectory() as home:
        made = Desk(Path(home))
        yield made
        made.store.close()


def of_size(sizes: Sequence[int], sample: int) -> Iterator[Cost]:
    """One incident grows; around each size the next `sample` events are measured one by one."""
    with desk() as it:
        story, have = Story("i-large"), 0
        for size in sorted(sizes):
            while have < size:
                step = min(50, size - have)
                it.feed(list(story.events(step)))
                have += step
            costs = [it.feed([event]) for event in story.events(sample)]
            have += sample
            yield _cost(f"{size} reports", costs, it.view_bytes("i-large"))


def of_incidents(counts: Sequence[int], sample: int) -> Iterator[Cost]:
    """More and more open incidents, the newest in memory as far as it has room."""
    with desk() as it:
        it.pattern()
        have = 0
        for count in sorted(counts):
            it.multiply(range(have, count))
            have = count
            for n in range(max(0, count - CACHED), count):
                it.feed(it.next(n))
            choose = random.Random(count)
            for name, mostly in (("mostly new", min(count, NEWEST)), ("at random", count)):
                picked = [count - 1 - choose.randrange(choose.choice([mostly] * 9 + [count])) for _ in range(sample)]
                costs = [it.feed(it.next(n)) for n in picked]
                yield _cost(f"{count} incidents, {name}", costs, it.view_bytes(_name(picked[-1])))


def _name(n: int) -> str:
    return f"i-{n:07}"


def _renamed(value: object, n: int) -> object:
    if isinstance(value, bytes):
        return value.replace(PATTERN.encode(), _name(n).encode())
    return _name(n) if value == PATTERN else value


def memory(count: int, reports: int) -> float:
    """Bytes of memory that an open incident of so many reports takes in the cache."""
    with desk() as it:
        it.feed(list(Story("i-first").events(reports)))
        tracemalloc.start()
        for n in range(count):
            it.feed(list(Story(f"i-{n}").events(reports)))
        taken, _ = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return taken / count


def _cost(name: str, costs: Sequence[float], view: int) -> Cost:
    ordered = sorted(costs)
    return Cost(name, median(ordered), ordered[min(len(ordered) - 1, len(ordered) * 99 // 100)], view)


def table(costs: Sequence[Cost]) -> str:
    lines = [f"{'':<32}{'median ms':>10}{'p99 ms':>10}{'ratio':>8}{'view kB':>9}"]
    for cost in costs:
        ratio = cost.median / costs[0].median
        lines.append(f"{cost.name:<32}{cost.median:>10.2f}{cost.p99:>10.2f}{ratio:>8.2f}{cost.view / 1000:>9.1f}")
    return "\n".join(lines)


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.projector_cost", description=__doc__)
    parser.add_argument("--sizes", default="10,100,1000", help="reports of one incident (10,100,1000)")
    parser.add_argument("--incidents", default="100,1000", help="open incidents (100,1000)")
    parser.add_argument("--sample", type=int, default=100, help="events measured at each point (100)")
    args = parser.parse_args(argv)
    if args.sizes:
        print(table(list(of_size([int(size) for size in args.sizes.split(",")], args.sample))), flush=True)
    if args.incidents:
        print(table(list(of_incidents([int(count) for count in args.incidents.split(",")], args.sample))), flush=True)
    print(f"memory of an open incident of 10 reports: {memory(20, 10) / 1000:.0f} kB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
