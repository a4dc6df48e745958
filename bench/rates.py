"""Each service against its own pure function, in the same run: python -m bench.rates [--count N] [--json].

Generated articles lie in the log before a service starts, one service runs at a time, and its rate is read off the
append times of what it writes, its start left out. Then the pure function does the same records in this process:
decode, the function, encode; no Kafka, no store. The parser has one slot, so that one core stands against one core.
"""

import argparse
import asyncio
import json
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from bench.desk import Broken, embedded_kafka, running
from bench.newsgen import generate, ndjson
from schemas.article import from_wire
from schemas.codec import CHANGES, EVENTS, INCIDENTS, REPORTS
from services.correlator.decide import decide
from services.correlator.fold import apply
from services.correlator.handler import stamp
from services.correlator.memory import MemoryLedger
from services.ingest.prepare import prepare_all
from services.parser.parse import load, parse
from services.projector.project import Projection, project
from services.runtime.records import Record

ARTICLES_AN_INCIDENT = 12
START_SHARE = 0.1
"""Of what a service writes, so much is not counted: connections and caches are being made."""


@dataclass(frozen=True, slots=True)
class Rate:
    """Records a second that were read, by the service and by its pure function alone."""

    service: str
    records: int
    worker: float
    pure: float

    @property
    def ratio(self) -> float:
        return self.worker / self.pure


@dataclass(frozen=True, slots=True)
class Stage:
    """A service, what it reads and writes, and its work without Kafka and store: `work(records)`."""

    service: str
    reads: str
    writes: str
    work: Callable[[Sequence[Record]], object]


def parsing() -> Callable[[Sequence[Record]], object]:
    parser = load()

    def one(record: Record) -> bytes:
        article = from_wire(record.value, record.key, dict(record.headers), record.timestamp_ms)
        return REPORTS.encode(parse(article, parser))

    return lambda records: [one(record) for record in records]


def deciding(records: Sequence[Record]) -> int:
    ledger, size = MemoryLedger(), 0
    for record in records:
        found = REPORTS.decode(record.value)
        for event in decide(ledger, found, stamp(ledger, record, found)):
            apply(ledger, event)
            size += len(EVENTS.encode(event))
    return size


def projecting(records: Sequence[Record]) -> int:
    folded: dict[str, Projection] = {}
    size = 0
    for record in records:
        event = EVENTS.decode(record.value)
        if event.incident:
            folded[event.incident], change = project(folded.get(event.incident), event)
            size += len(CHANGES.encode(change)) + len(INCIDENTS.encode(folded[event.incident].view))
    return size


def stages() -> Iterator[Stage]:
    yield Stage("parser", "articles", "reports", parsing())
    yield Stage("correlator", "reports", "events", deciding)
    yield Stage("projector", "events", "changes", projecting)


def steady(records: Sequence[Record], read: int) -> float:
    """Records read a second, by the append times of what was written after the start. Raises Broken: too little."""
    times = sorted(record.timestamp_ms for record in records)
    began = times[int(len(times) * START_SHARE)]
    later = sum(at > began for at in times)
    if not later:
        raise Broken(f"all {len(times)} records have one time: give more articles")
    return read * later / len(times) / ((times[-1] - began) / 1000)


def timed(work: Callable[[Sequence[Record]], object], records: Sequence[Record]) -> float:
    """Records a second."""
    began = time.perf_counter()
    work(records)
    return len(records) / (time.perf_counter() - began)


async def measure(home: Path, stage: Stage) -> Rate:
    async with running(home, [stage.service]) as desk:
        await desk.at_rest(stage.service)
        records, written = await desk.records(stage.reads), await desk.records(stage.writes)
    return Rate(stage.service, len(records), steady(written, len(records)), timed(stage.work, records))


async def every(count: int) -> list[Rate]:
    lines, _ = generate(seed=5, count=count, incidents=max(1, count // ARTICLES_AN_INCIDENT))
    with embedded_kafka() as home:
        async with running(home, []) as desk:
            await desk.publish(prepare_all(ndjson(lines), "ndjson", via="bench"))
        return [await measure(home, stage) for stage in stages()]


def told(rates: Sequence[Rate]) -> str:
    lines = [f"{'service':<12}{'records':>8}{'worker/s':>10}{'pure/s':>10}{'ratio':>8}"]
    lines += [f"{r.service:<12}{r.records:>8}{r.worker:>10.1f}{r.pure:>10.1f}{r.ratio:>8.2f}" for r in rates]
    return "\n".join(lines)


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.rates", description=__doc__)
    parser.add_argument("--count", type=int, default=2000, help="articles (default 2000)")
    parser.add_argument("--json", action="store_true", help="one JSON object")
    args = parser.parse_args(argv)
    rates = asyncio.run(every(args.count))
    print(json.dumps([asdict(rate) | {"ratio": rate.ratio} for rate in rates]) if args.json else told(rates))
    return 0


if __name__ == "__main__":
    sys.exit(main())
