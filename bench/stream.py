"""Real texts through a real broker and real workers: python -m bench.stream [--data DIR] [--limit N] [--postgres].

The source articles of DIR/stories.jsonl (default: ../shared/data/wikinewssum), id = story/n. First all at once: rate,
dead letters, incidents, and the time of each hop with the waiting in it. Then, on topics of their own, one after the
other: the time of each hop without waiting. The stories are what Wikinews wrote from the articles; an incident is
something narrower, so how many were kept whole is for information.
"""

import argparse
import asyncio
import json
import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import orjson

from bench.desk import ROOT, Desk, embedded, running
from bench.hops import Passage, Spread, hops, passages, table
from bench.watcher import watching
from services.ingest.prepare import Prepared, prepare
from services.runtime.records import Record

SERVICES = ("parser", "correlator", "projector")
TOPICS = ("articles", "reports", "events", "incidents", "dead-letters")


@dataclass(frozen=True, slots=True)
class Result:
    """Of one pass. `rate` in articles a second, from the first append to the last record it led to."""

    articles: int
    seconds: float
    rate: float
    dead_letters: int
    placed: int
    incidents: int
    hops: Mapping[str, Spread]


@dataclass(frozen=True, slots=True)
class Kept:
    """How incidents and stories agree, over articles that reached an incident; of stories, those with two of them."""

    precision: float
    recall: float
    f1: float
    stories: int
    whole: int


def texts(data: Path, limit: int | None) -> list[Prepared]:
    """The source articles of each story. Raises OSError where the file is missing."""
    stories = [json.loads(line) for line in (data / "stories.jsonl").read_text("utf-8").splitlines()]
    records = [
        {"id": f"{number}/{n}", "title": source.get("title"), "body": source["maintext"], "url": source.get("url"),
         "language": source.get("language")}
        for number, story in enumerate(stories, 1)
        for n, source in enumerate(story["sources"], 1)
    ]  # fmt: skip
    told = [{name: value for name, value in record.items() if value} for record in records[:limit]]
    return [prepare(orjson.dumps(record), "bench") for record in told]


def kept(found: Sequence[Passage]) -> Kept:
    """B-cubed of the main incident of each article against its story (the part of its id before the slash)."""
    incident = {p.article: p.incidents[0] for p in found if p.incidents}
    story = {article: article.partition("/")[0] for article in incident}
    precision = _b_cubed(incident, story)
    recall = _b_cubed(story, incident)
    members = [{incident[a] for a in incident if story[a] == name} for name, size in _sizes(story).items() if size > 1]
    total = precision + recall
    return Kept(
        precision, recall, 2 * precision * recall / total if total else 0.0,
        stories=len(members), whole=sum(len(incidents) == 1 for incidents in members),
    )  # fmt: skip


def _b_cubed(clusters: Mapping[str, str], truth: Mapping[str, str]) -> float:
    """Mean share of an article's cluster that is of its own kind."""
    shares = []
    for article, cluster in clusters.items():
        same = [other for other in clusters if clusters[other] == cluster]
        shares.append(sum(truth[other] == truth[article] for other in same) / len(same))
    return sum(shares) / len(shares) if shares else 0.0


def _sizes(story: Mapping[str, str]) -> dict[str, int]:
    names = list(story.values())
    return {name: names.count(name) for name in names}


async def one_pass(home: Path, articles: Sequence[Prepared], name: str, at_once: bool) -> tuple[Result, list[Passage]]:
    async with running(home, SERVICES, name) as desk:
        await desk.warm_up()
        await (all_at_once if at_once else one_by_one)(desk, articles)
        logs = {topic: await desk.records(topic) for topic in TOPICS}
    return result(logs)


async def all_at_once(desk: Desk, articles: Sequence[Prepared]) -> None:
    await desk.publish(articles)
    await desk.at_rest()


async def one_by_one(desk: Desk, articles: Sequence[Prepared]) -> None:
    async with watching(desk) as watcher:
        for article in articles:
            await desk.publish([article])
            await watcher.shown(article.id)


def result(logs: Mapping[str, Sequence[Record]]) -> tuple[Result, list[Passage]]:
    """What the logs of a desk say; its warm-up does not count."""
    found = [passage for passage in passages(logs) if passage.article != "warm-up"]
    last = max(max(p.decided, p.shown or 0) for p in found)
    seconds = (last - min(p.appended for p in found)) / 1000
    dead = len({record.key for record in logs["dead-letters"]})
    incidents = {incident for p in found for incident in p.incidents}
    return Result(
        articles=len(found), seconds=seconds, rate=len(found) / seconds, dead_letters=dead,
        placed=sum(bool(p.incidents) for p in found), incidents=len(incidents), hops=hops(found),
    ), found  # fmt: skip


def told(burst: Result, single: Result, kept: Kept) -> str:
    return "\n".join([
        f"{burst.articles} articles at once: {burst.seconds:.1f} s, {burst.rate:.1f} articles/s;"
        f" {burst.dead_letters} dead letters",
        f"{burst.placed} of them in {burst.incidents} incidents; of {kept.stories} stories with several of these"
        f" {kept.whole} in one incident",
        f"B-cubed against the stories: P {kept.precision:.2f} R {kept.recall:.2f} F {kept.f1:.2f}",
        "", "all at once, waiting included:", *table(burst.hops),
        "", f"one by one ({single.articles} articles):", *table(single.hops),
    ])  # fmt: skip


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.stream", description=__doc__)
    parser.add_argument("--data", type=Path, help="folder with stories.jsonl")
    parser.add_argument("--limit", type=int, metavar="N", help="the first N articles only")
    parser.add_argument("--postgres", action="store_true", help="stores in a PostgreSQL, not in SQLite files")
    parser.add_argument("--json", action="store_true", help="one JSON object")
    args = parser.parse_args(argv)
    beside = Path(os.environ.get("SITREP_SHARED", ROOT.parent / "shared"))
    try:
        articles = texts(args.data or beside / "data" / "wikinewssum", args.limit)
    except OSError as error:
        parser.error(f"{error}; --data names the folder")
    with embedded(args.postgres) as home:
        burst, found = asyncio.run(one_pass(home, articles, "burst", at_once=True))
        single, _ = asyncio.run(one_pass(home, articles, "single", at_once=False))
    agreed = kept(found)
    if args.json:
        print(json.dumps({"at_once": asdict(burst), "one_by_one": asdict(single), "stories": asdict(agreed)}))
    else:
        print(told(burst, single, agreed))
    return 0


if __name__ == "__main__":
    sys.exit(main())
