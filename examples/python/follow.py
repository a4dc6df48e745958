"""Follow news.events: every event of every incident once and in order, one JSON line each.

    pip install aiokafka
    python follow.py --servers 127.0.0.1:29092 --state follow.json

The first start takes the current views from news.incidents, one line each, and goes on behind them; --from-start reads
every event instead. With --state a later start goes on where this one ended. Ctrl-C ends it. Nothing of sitrep is
imported: copy the file and make `show` do what you need. docs/consumers.md says why each step is there.
"""

import argparse
import asyncio
import json
import os
import signal
import sys
import time
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from aiokafka import AIOKafkaConsumer, TopicPartition

KNOWN = {
    "report_recorded", "report_replaced", "report_withdrawn", "report_moved", "report_unlinked", "incident_merged",
    "incident_split", "incident_renamed", "fact_reviewed", "fact_pinned", "command_rejected",
}  # fmt: skip
POLL_MS = 200
TRY_AGAIN = 75
Json = dict[str, Any]


class Stop(Exception):
    """The stream holds what this program must not guess at."""


@dataclass
class State:
    """What a restart needs: how far each incident was applied, and where to read on in each partition."""

    seqs: dict[str, int] = field(default_factory=dict)
    gone: list[str] = field(default_factory=list)  # incidents that were taken out of the views
    offsets: dict[str, int] = field(default_factory=dict)


@dataclass
class Held:
    """An event that came before its predecessor, and where it lies."""

    event: Json
    partition: str
    offset: int


class Follower:
    """Puts events into order and drops repeats. Knows nothing of Kafka."""

    def __init__(self, state: State) -> None:
        self.state = state
        self._held: dict[str, dict[int, Held]] = {}
        self._next: dict[str, int] = {}

    def begin(self, views: Iterable[tuple[str, Json | None]]) -> list[Json]:
        """Start behind the views: of each incident the highest (generation, seq); the lines for them.

        None is a tombstone. Views come in the order of their offsets.
        """
        best: dict[str, Json | None] = {}
        for incident, view in views:
            known = best.get(incident)
            if view is None or known is None or version(view) >= version(known):
                best[incident] = view
        for incident, view in best.items():
            if view is None:
                self.state.gone.append(incident)
            else:
                self.state.seqs[incident] = view["seq"]
        return [line(view, "view") for _, view in sorted(best.items()) if view is not None]

    def take(self, event: Json, partition: str, offset: int) -> list[Json]:
        """The events that are due now: none, this one, or this one and those that waited for it. Raises Stop."""
        self._next[partition] = offset + 1
        incident, seq = event["incident"], event["seq"]
        if event["type"] not in KNOWN or event["v"] != 1:
            self._next[partition] = offset
            raise Stop(f"type {event['type']} v {event['v']} at {partition}:{offset} is unknown here: update me")
        if not incident or incident in self.state.gone or seq <= self.state.seqs.get(incident, 0):
            return []  # of no incident, of one that is gone, or applied before
        self._held.setdefault(incident, {}).setdefault(seq, Held(event, partition, offset))
        return self._due(incident)

    def _due(self, incident: str) -> list[Json]:
        waiting, due = self._held[incident], []
        while (seq := self.state.seqs.get(incident, 0) + 1) in waiting:
            due.append(waiting.pop(seq).event)
            self.state.seqs[incident] = seq
        if not waiting:
            del self._held[incident]
        return due

    @property
    def held(self) -> list[Held]:
        """Events that still wait for their predecessor."""
        return [held for waiting in self._held.values() for held in waiting.values()]

    def checkpoint(self) -> State:
        """What to store: held events are not in it, so reading goes on at the first of them."""
        offsets = self.state.offsets | self._next
        for held in self.held:
            offsets[held.partition] = min(offsets[held.partition], held.offset)
        return State(self.state.seqs, self.state.gone, offsets)


def version(view: Json) -> tuple[int, int]:
    return view["generation"], view["seq"]


def line(record: Json, kind: str) -> Json:
    """What is printed of an event or a view. Fields that this program does not know are ignored."""
    title = record.get("title") or record.get("report", {}).get("article", {}).get("title")
    into = record.get("into") or record.get("merged_into")
    said: Json = {"incident": record.get("incident") or record["id"], "seq": record["seq"], "type": kind}
    said |= {"title": title} if title else {}
    said |= {"into": into} if into else {}
    return said | ({"undone": True} if record.get("undone") else {})


def show(lines: Iterable[Json]) -> None:
    """Your work goes here. What it writes and the checkpoint belong into one transaction, if you have one."""
    for each in lines:
        print(json.dumps(each, ensure_ascii=False, separators=(",", ":")))
    sys.stdout.flush()


def load(path: Path | None) -> State | None:
    return State(**json.loads(path.read_text("utf-8"))) if path and path.exists() else None


def save(path: Path | None, state: State) -> None:
    """Whole or not at all."""
    if path:
        part = path.with_suffix(".part")
        part.write_text(json.dumps(asdict(state)), "utf-8")
        os.replace(part, path)


def reader(servers: str, topic: str) -> AIOKafkaConsumer:
    """Of all partitions, in no group: positions are ours. Events are not transactional and any view that was sent was
    true, so read_uncommitted, the default, is right."""
    return AIOKafkaConsumer(
        topic, bootstrap_servers=servers, group_id=None, enable_auto_commit=False, auto_offset_reset="none",
        max_partition_fetch_bytes=4 << 20,
    )  # fmt: skip


async def at_end(consumer: AIOKafkaConsumer) -> bool:
    ends = await consumer.end_offsets(consumer.assignment())
    return all([await consumer.position(tp) >= end for tp, end in ends.items()])


async def views(servers: str, topic: str) -> list[tuple[str, Json | None]]:
    """Every record of news.incidents that lies there now."""
    found: list[tuple[str, Json | None]] = []
    async with reader(servers, topic) as consumer:
        await consumer.seek_to_beginning()
        while not await at_end(consumer):
            for batch in (await consumer.getmany(timeout_ms=POLL_MS)).values():
                found += [(m.key.decode(), json.loads(m.value) if m.value else None) for m in batch]
    return found


async def start_at(consumer: AIOKafkaConsumer, offsets: dict[str, int]) -> None:
    """Where the checkpoint says; a partition it does not know from its start."""
    await consumer.seek_to_beginning()
    for tp in consumer.assignment():
        if str(tp.partition) in offsets:
            consumer.seek(tp, offsets[str(tp.partition)])


def apply(follower: Follower, batches: dict[TopicPartition, list[Any]]) -> int:
    """Show what is due. The number of events shown."""
    shown = 0
    for tp, batch in batches.items():
        for message in batch:
            due = follower.take(json.loads(message.value), str(tp.partition), message.offset)
            show(line(event, event["type"]) for event in due)
            shown += len(due)
    return shown


async def follow(args: argparse.Namespace, follower: Follower, stop: asyncio.Event) -> None:
    shown, last = 0, time.monotonic()
    async with reader(args.servers, args.prefix + "events") as consumer:
        await start_at(consumer, follower.state.offsets)
        while not stop.is_set() and (args.count is None or shown < args.count):
            batches = await consumer.getmany(timeout_ms=POLL_MS)
            try:
                shown += apply(follower, batches)
            finally:
                save(args.state, follower.checkpoint())
            last = time.monotonic() if batches else last
            idle = time.monotonic() - last
            if args.until_idle is not None and idle >= args.until_idle and await at_end(consumer):
                return


async def run(args: argparse.Namespace) -> int:
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    state = load(args.state)
    follower = Follower(state or State())
    if state is None and not args.from_start:
        show(follower.begin(await views(args.servers, args.prefix + "incidents")))
    try:
        await follow(args, follower, stop)
    except Stop as error:
        print(error, file=sys.stderr)
        return TRY_AGAIN
    if follower.held:
        print(f"{len(follower.held)} events wait for a predecessor that has not come", file=sys.stderr)
    return 0


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--servers", default="127.0.0.1:29092")
    parser.add_argument("--prefix", default="news.", help="in front of every topic's name")
    parser.add_argument("--state", type=Path, metavar="FILE", help="where to go on; written after every batch")
    parser.add_argument("--from-start", action="store_true", help="read every event, begin with no view")
    parser.add_argument("--until-idle", type=float, metavar="SECONDS", help="end when nothing came for so long")
    parser.add_argument("--count", type=int, metavar="N", help="end after N events (and what came with them)")
    return asyncio.run(run(parser.parse_args()))


if __name__ == "__main__":
    sys.exit(main())
