"""A stateful service on a real Kafka, killed at every point and stopped as a zombie, against the fold of the log."""

import asyncio
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any, Literal

import pytest

from services.runtime.exits import TRY_AGAIN
from services.runtime.failpoints import KILLED
from services.runtime.kafka import KafkaLog, KafkaPublisher
from services.runtime.records import Out, Record, TopicPartition
from tests.databases import schema_prefix
from tests.eventually import eventually
from tests.runtime.tiny import differences, oracle, stored
from tests.runtime.tiny_worker import Config, opened
from tests.runtime.worlds import create_topic

pytestmark = [pytest.mark.kafka, pytest.mark.slow]
PARTITIONS = 2
TAKEOVER_S = 100
"""A group gives partitions away after a session; where a member died while joining, after the 30 s of a rebalance."""
POINTS = ("before_commit", "after_commit", "after_publish", "after_mark", "after_view")


class Cluster:
    """Topics of one test, workers on them, and what is in them."""

    def __init__(self, config: Config, partitions: int) -> None:
        self.config = config
        self.partitions = partitions
        self.publisher = KafkaPublisher(config.servers)
        self.log = KafkaLog(config.servers)
        self.workers: list[subprocess.Popen[bytes]] = []

    def worker(self, **changes: Any) -> "subprocess.Popen[bytes]":
        config = self.config.model_copy(update=changes)
        command = [sys.executable, "-m", "tests.runtime.tiny_worker", config.model_dump_json()]
        log = self.config.store.with_name(f"worker-{len(self.workers)}.log")
        with log.open("wb") as out:
            self.workers.append(subprocess.Popen(command, stdout=out, stderr=out))
        return self.workers[-1]

    def said(self) -> str:
        """The ends of the workers' logs, and how each ended."""
        ends = [f"worker {n}: {worker.poll()}" for n, worker in enumerate(self.workers)]
        logs = sorted(self.config.store.parent.glob("worker-*.log"))
        return "\n".join([*ends, *(f"{log.name}: {log.read_text()[-1500:]}" for log in logs)])

    async def ended(self, worker: "subprocess.Popen[bytes]", within: float = TAKEOVER_S) -> int:
        await eventually(lambda: worker.poll() is not None, within)
        return int(worker.returncode)

    async def feed(self, values: list[tuple[bytes, bytes]]) -> None:
        await self.publisher.send(
            [Out(self.config.topics.input, key, value, partition=key[0] % self.partitions) for key, value in values]
        )

    async def read(self, topic: str) -> list[Record]:
        records = []
        for part in range(1 if topic == self.config.topics.dead else self.partitions):
            tp = TopicPartition(topic, part)
            _, end = await self.log.bounds(tp)
            records += [record async for record in self.log.read(tp, 0, end)]
        return records

    async def count(self, topic: str) -> int:
        return len({(record.key, record.value) for record in await self.read(topic)})

    async def wrong(self) -> list[str]:
        topics = self.config.topics
        outputs = [await self.read(topic) for topic in (topics.events, topics.views, topics.dead)]
        return differences(oracle(await self.read(topics.input)), *outputs)


@asynccontextmanager
async def cluster(config: Config, partitions: int) -> AsyncIterator[Cluster]:
    topics = config.topics
    for topic in (topics.input, topics.events):
        await create_topic(config.servers, topic, partitions)
    await create_topic(config.servers, topics.views, partitions, {"cleanup.policy": "compact"})
    await create_topic(config.servers, topics.dead, 1)
    made = Cluster(config, partitions)
    await made.publisher.start()
    await made.log.start()
    try:
        yield made
    except BaseException as error:
        error.add_note(made.said())
        raise
    finally:
        for worker in made.workers:
            worker.kill()
            worker.wait()
        await made.log.close()
        await made.publisher.close()


def values(count: int, start: int = 0) -> list[tuple[bytes, bytes]]:
    return [(b"%d-key" % (n % 7), b"%d" % n) for n in range(start, start + count)]


@pytest.fixture(params=["faust on sqlite", "aiokafka on sqlite", "faust on postgresql"])
def config(request: pytest.FixtureRequest, kafka: str, prefix: str, tmp_path: Path) -> Config:
    kind, store = request.param.split(" on ")
    return configured(kafka, prefix, tmp_path, kind, request.getfixturevalue("postgres") if store != "sqlite" else None)


def configured(
    kafka: str, prefix: str, tmp_path: Path, kind: Literal["faust", "aiokafka"], database: str | None
) -> Config:
    return Config(
        servers=kafka, kind=kind, prefix=prefix, store=tmp_path / "tiny.sqlite", database=database,
        namespace=schema_prefix() + "tiny",
    )  # fmt: skip


async def test_killed_at_every_point_nothing_is_lost_and_nothing_counts_twice(config: Config) -> None:
    async with cluster(config, PARTITIONS) as made:
        killing = asyncio.Event()
        feeding = asyncio.create_task(feed_until(made, killing))
        for point in POINTS:
            assert await made.ended(made.worker(failpoint=f"tiny.{point}:3")) == KILLED, point
        killed = made.worker()
        before = await made.count(config.topics.events)
        await eventually(lambda: more_than(made, before))
        killed.kill()
        await made.ended(killed)
        killing.set()
        count = await feeding
        await made.feed([(b"0-key", b"poison")])
        last = made.worker()
        await eventually(lambda: finished(made, count), 60)
        last.terminate()
        assert await made.ended(last) == 0
        assert await made.wrong() == []
        store = opened(config)
        assert stored(store) == oracle(await made.read(config.topics.input)).final
        store.close()


async def feed_until(made: Cluster, done: asyncio.Event) -> int:
    """In small pieces, so that batches go on to come however long a start takes; how many records."""
    count = 0
    while not done.is_set():
        await made.feed(values(20, count))
        count += 20
        with suppress(TimeoutError):
            await asyncio.wait_for(done.wait(), 0.2)
    return count


async def more_than(made: Cluster, count: int) -> bool:
    return await made.count(made.config.topics.events) > count


async def finished(made: Cluster, count: int) -> bool:
    return await made.count(made.config.topics.events) >= count and not await made.wrong()


async def finished_in_the_end(made: Cluster, count: int) -> bool:
    """A successor that the group lost sight of (its session is short here) ends with 75 and is started anew."""
    last = made.workers[-1]
    if last.poll() is not None:
        assert last.returncode == TRY_AGAIN
        made.worker()
    return await finished(made, count)


async def zombie(made: Cluster) -> "subprocess.Popen[bytes]":
    """A worker that was stopped in front of its second batch; its successor has folded that batch and another key."""
    first = made.worker(stop_at=2)
    await made.feed([(b"a", b"0")])  # one record is one batch
    await eventually(lambda: more_than(made, 0), TAKEOVER_S)
    await made.feed([(b"a", b"%d" % n) for n in range(1, 20)])
    await eventually(lambda: stopped(first), TAKEOVER_S)
    successor = made.worker()
    await eventually(lambda: more_than(made, 19), TAKEOVER_S)
    await made.feed([(b"b", b"%d" % n) for n in range(10)])
    await eventually(lambda: more_than(made, 29), TAKEOVER_S)
    first.send_signal(signal.SIGCONT)
    return successor


def stopped(worker: "subprocess.Popen[bytes]") -> bool:
    return Path(f"/proc/{worker.pid}/stat").read_text().split()[2] == "T"


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="needs /proc to see that a process is stopped")
async def test_a_zombie_is_fenced_and_ends(config: Config) -> None:
    async with cluster(config.model_copy(update={"exclusive": False}), 1) as made:
        await zombie(made)
        assert await made.ended(made.workers[0]) == TRY_AGAIN
        await made.feed([(b"b", b"%d" % n) for n in range(10, 20)])
        await eventually(lambda: finished_in_the_end(made, 40), TAKEOVER_S)
        made.workers[-1].terminate()
        assert await made.ended(made.workers[-1]) == 0
        assert await made.wrong() == []


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="needs /proc to see that a process is stopped")
@pytest.mark.parametrize("on", ["sqlite", "postgresql"])
async def test_without_the_compare_and_set_the_zombie_writes_a_second_history(
    kafka: str, prefix: str, tmp_path: Path, on: str, request: pytest.FixtureRequest
) -> None:
    database = request.getfixturevalue("postgres") if on == "postgresql" else None
    config = configured(kafka, prefix, tmp_path, "faust", database)
    async with cluster(config.model_copy(update={"exclusive": False, "compare_and_set": False}), 1) as made:
        successor = await zombie(made)
        await eventually(lambda: ended_or_conflicting(made))  # the fence of its views may end it, too late
        successor.kill()
        made.worker()
        await eventually(lambda: conflicting(made))


async def ended_or_conflicting(made: Cluster) -> bool:
    return made.workers[0].poll() is not None or await conflicting(made)


async def conflicting(made: Cluster) -> bool:
    return any("in conflict with the fold" in line for line in await made.wrong())
