"""Each service against its own pure function, in the same run: python -m bench.rates [--count N] [--postgres] [--json].

Generated articles lie in the log before a service starts, one service runs at a time, and its rate is read off the
append times of what it writes, its start left out. Then the pure function does the same records in this process:
decode, the function, encode; no Kafka, no store. The parser has one slot, so that one core stands against one core.
The same in CPU time, of the service with its children, says what Kafka and store cost, also on a busy machine.
"""

import argparse
import asyncio
import json
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from bench.desk import Broken, Desk, embedded, running
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
from services.runtime.lag import Lag
from services.runtime.records import Record

ARTICLES_AN_INCIDENT = 12
SAMPLE_EVERY_S = 0.05
START_SHARE = 0.1
"""Of what a service writes, so much is not counted: connections and caches are being made."""


@dataclass(frozen=True, slots=True)
class Cost:
    """Of one record that is read: seconds of the clock and of the CPU. `cpu` None: the system does not tell."""

    wall: float
    cpu: float | None


@dataclass(frozen=True, slots=True)
class Rate:
    """What a record costs the service, and its pure function alone."""

    service: str
    records: int
    worker: Cost
    pure: Cost

    @property
    def ratio(self) -> float:
        """The service's rate, of that of its function."""
        return self.pure.wall / self.worker.wall

    @property
    def cpu_ratio(self) -> float | None:
        """The same by CPU time, which other work on the machine changes little."""
        return self.pure.cpu / self.worker.cpu if self.pure.cpu and self.worker.cpu else None


@dataclass(frozen=True, slots=True)
class Sample:
    """How much the service had written, and the CPU time it had used by then."""

    written: int
    cpu: float | None


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


def steady(records: Sequence[Record]) -> float:
    """Seconds a record, by the append times of what was written after the start. Raises Broken: too little."""
    times = sorted(record.timestamp_ms for record in records)
    began = times[int(len(times) * START_SHARE)]
    later = sum(at > began for at in times)
    if not later:
        raise Broken(f"all {len(times)} records have one time: give more articles")
    return (times[-1] - began) / 1000 / later


def steady_cpu(samples: Sequence[Sample]) -> float | None:
    """CPU seconds a record that was written, after the start; None if no two samples tell."""
    told = [(each.written, each.cpu) for each in samples if each.cpu is not None]
    whole = told[-1][0] if told else 0
    later = [(written, cpu) for written, cpu in told if written >= whole * START_SHARE]
    if not later or later[0][0] == whole:
        return None
    end = next(cpu for written, cpu in later if written == whole)
    return (end - later[0][1]) / (whole - later[0][0])


def timed(work: Callable[[Sequence[Record]], object], records: Sequence[Record]) -> Cost:
    """Seconds a record."""
    began, used = time.perf_counter(), time.process_time()
    work(records)
    return Cost((time.perf_counter() - began) / len(records), (time.process_time() - used) / len(records))


async def sampled(desk: Desk, stage: Stage) -> list[Sample]:
    """Looks until the service has done everything."""
    samples, resting = list[Sample](), asyncio.create_task(desk.at_rest(stage.service))
    async with Lag(desk.settings) as lag:
        while not resting.done():
            written = sum((await lag.ends(stage.writes)).values())
            samples.append(Sample(written, desk.cpu()))
            await asyncio.sleep(SAMPLE_EVERY_S)
    await resting
    return samples


async def measure(home: Path, stage: Stage) -> Rate:
    async with running(home, [stage.service]) as desk:
        samples = await sampled(desk, stage)
        records, written = await desk.records(stage.reads), await desk.records(stage.writes)
    each, cpu = len(written) / len(records), steady_cpu(samples)
    worker = Cost(steady(written) * each, None if cpu is None else cpu * each)
    return Rate(stage.service, len(records), worker, timed(stage.work, records))


async def every(count: int, postgres: bool) -> list[Rate]:
    lines, _ = generate(seed=5, count=count, incidents=max(1, count // ARTICLES_AN_INCIDENT))
    with embedded(postgres) as home:
        async with running(home, []) as desk:
            await desk.publish(prepare_all(ndjson(lines), "ndjson", via="bench"))
        return [await measure(home, stage) for stage in stages()]


def told(rates: Sequence[Rate]) -> str:
    heads = ("records", "worker/s", "pure/s", "ratio", "worker ms", "pure ms", "ratio")
    lines = [
        f"{'':<29}{'by the clock':>20}{'of CPU, a record':>30}",
        f"{'service':<12}" + "".join(f"{h:>10}" for h in heads),
    ]
    for rate in rates:
        clock = f"{1 / rate.worker.wall:>10.1f}{1 / rate.pure.wall:>10.1f}{rate.ratio:>10.2f}"
        of_cpu = "".join(
            f"{'-':>10}" if value is None else f"{value:>10.2f}"
            for value in (_ms(rate.worker.cpu), _ms(rate.pure.cpu), rate.cpu_ratio)
        )
        lines.append(f"{rate.service:<12}{rate.records:>10}{clock}{of_cpu}")
    return "\n".join(lines)


def _ms(seconds: float | None) -> float | None:
    return None if seconds is None else seconds * 1000


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.rates", description=__doc__)
    parser.add_argument("--count", type=int, default=2000, help="articles (default 2000)")
    parser.add_argument("--postgres", action="store_true", help="stores in a PostgreSQL, not in SQLite files")
    parser.add_argument("--json", action="store_true", help="one JSON object")
    args = parser.parse_args(argv)
    rates = asyncio.run(every(args.count, args.postgres))
    print(
        json.dumps([asdict(rate) | {"ratio": rate.ratio, "cpu_ratio": rate.cpu_ratio} for rate in rates])
        if args.json
        else told(rates)
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
