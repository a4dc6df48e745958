"""Publish to view on an idle system: python -m bench.latency [--count N] [--pause SECONDS] [--postgres] [--json].

One article at a time goes to POST /articles; measured is the time from the acknowledgement (HTTP 202) until a reader of
news.incidents has the changed view, and where it was spent: parse, correlate and project by the broker's append times,
the rest is the way of the record to the reader. Articles are generated (bench/newsgen.py); those that change no view
are counted apart.
"""

import argparse
import asyncio
import json
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

import aiohttp
import orjson

from bench.desk import Broken, Desk, embedded, running
from bench.hops import Spread, hops, passages, spread, table
from bench.newsgen import generate
from bench.newsstory import Line
from bench.watcher import Watcher, watching

SERVICES = ("ingest", "parser", "correlator", "projector")
TOPICS = ("articles", "reports", "events", "incidents")
ARTICLES_AN_INCIDENT = 10


@dataclass(frozen=True, slots=True)
class Result:
    """Times in ms. `ack`: from the request to its 202; `to_view`: from there to the reader's view."""

    articles: int
    unchanged: int
    ack: Spread
    to_view: Spread
    hops: Mapping[str, Spread]


@dataclass(frozen=True, slots=True)
class Taken:
    """Of one article, in seconds; `to_view` None: no view changed."""

    ack: float
    to_view: float | None


async def one(session: aiohttp.ClientSession, url: str, line: Line, watcher: Watcher) -> Taken:
    began = time.time()
    async with session.post(url, data=orjson.dumps(line.record), headers={"content-type": "application/json"}) as said:
        if said.status != 202:
            raise Broken(f"POST /articles answered {said.status}: {await said.text()}")
    acknowledged = time.time()
    shown = await watcher.shown(line.id)
    return Taken(acknowledged - began, None if shown is None else shown - acknowledged)


async def every(desk: Desk, lines: Sequence[Line], pause: float) -> list[Taken]:
    """One after the other, each when the one before it has been shown and the system has come to rest."""
    url = f"http://{desk.settings.host}:{desk.settings.ingest_port}/articles"
    taken = []
    async with aiohttp.ClientSession() as session, watching(desk) as watcher:
        for line in lines:
            taken.append(await one(session, url, line, watcher))
            await asyncio.sleep(pause)
    return taken


async def measure(count: int, warm: int, pause: float, postgres: bool) -> Result:
    lines, _ = generate(seed=11, count=count + warm, incidents=max(1, (count + warm) // ARTICLES_AN_INCIDENT))
    with embedded(postgres) as home:
        async with running(home, SERVICES) as desk:
            await desk.warm_up()
            taken = (await every(desk, lines, pause))[warm:]
            found = passages({topic: await desk.records(topic) for topic in TOPICS})
    seen = [each.to_view * 1000 for each in taken if each.to_view is not None]
    later = sorted(found, key=lambda passage: passage.appended)[-count:]
    return Result(
        articles=len(taken), unchanged=len(taken) - len(seen), ack=spread([each.ack * 1000 for each in taken]),
        to_view=spread(seen), hops=hops(later),
    )  # fmt: skip


def told(found: Result) -> str:
    return "\n".join([
        f"{found.articles} articles one by one, {found.unchanged} of them changed no view",
        f"request to acknowledgement      p50 {found.ack.p50:6.1f} ms   p99 {found.ack.p99:6.1f} ms",
        f"acknowledgement to reader's view p50 {found.to_view.p50:6.1f} ms   p99 {found.to_view.p99:6.1f} ms",
        "", *table(found.hops),
    ])  # fmt: skip


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.latency", description=__doc__)
    parser.add_argument("--count", type=int, default=150, help="articles that are measured (default 150)")
    parser.add_argument("--warm", type=int, default=20, help="articles before them, not measured (default 20)")
    parser.add_argument("--pause", type=float, default=0.1, help="seconds between articles (default 0.1)")
    parser.add_argument("--postgres", action="store_true", help="stores in a PostgreSQL, not in SQLite files")
    parser.add_argument("--json", action="store_true", help="one JSON object")
    args = parser.parse_args(argv)
    found = asyncio.run(measure(args.count, args.warm, args.pause, args.postgres))
    print(json.dumps(asdict(found)) if args.json else told(found))
    return 0


if __name__ == "__main__":
    sys.exit(main())
