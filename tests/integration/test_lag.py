"""How far the services are, on a real broker; the services are groups that commit what we say."""

import asyncio
from pathlib import Path

import orjson
import pytest
from aiokafka import AIOKafkaConsumer
from aiokafka.structs import TopicPartition

from services.ingest.prepare import prepare
from services.ingest.producer import ArticleProducer
from services.runtime.admin import create_topics
from services.runtime.lag import Done, Lag
from services.runtime.records import TopicPartition as Lane
from services.runtime.settings import Settings
from tests.databases import Stores
from tests.eventually import eventually
from tests.integration.commands import sitrep

pytestmark = pytest.mark.kafka
ARTICLES = [prepare(b'{"id": "%d", "body": "Words."}' % n, "test") for n in range(20)]


@pytest.fixture
async def settings(kafka: str, prefix: str) -> Settings:
    await create_topics(kafka, prefix)
    return Settings(bootstrap_servers=kafka, topic_prefix=prefix, group_prefix=prefix)


async def commit(settings: Settings, service: str, offsets: dict[TopicPartition, int]) -> None:
    """As the service does when it has finished so much."""
    consumer = AIOKafkaConsumer(
        bootstrap_servers=settings.servers, group_id=settings.group(service), enable_auto_commit=False
    )
    await consumer.start()
    try:
        consumer.assign(list(offsets))
        await consumer.commit(offsets)
    finally:
        await consumer.stop()


async def test_everything_has_passed_when_every_service_has_committed_it(settings: Settings) -> None:
    async with ArticleProducer(settings.servers, settings.topic("articles")) as producer:
        await producer.publish(ARTICLES)
    told: list[Done] = []
    async with Lag(settings) as lag:
        ends = dict(await lag.ends("articles"))
        assert sum(ends.values()) == len(ARTICLES)
        passed = asyncio.create_task(lag.passed(told.append))
        last = max(tp for tp, end in ends.items() if end)
        await commit(settings, "parser", ends | {last: ends[last] - 1})
        await eventually(lambda: told and told[-1] == Done("parser", len(ARTICLES) - 1, len(ARTICLES)))
        assert not passed.done()
        await commit(settings, "parser", {last: ends[last]})
        await asyncio.wait_for(passed, 30)
    assert told[-1] == Done("projector", 0, 0)


async def test_a_group_has_joined_when_it_has_members(settings: Settings) -> None:
    async with Lag(settings) as lag:
        assert not await lag.joined("parser")
        consumer = AIOKafkaConsumer(
            settings.topic("articles"), bootstrap_servers=settings.servers, group_id=settings.group("parser")
        )
        await consumer.start()
        assert await eventually(lambda: lag.joined("parser"))
        await consumer.stop()
        assert await eventually(lambda: left(lag))


async def left(lag: Lag) -> bool:
    return not await lag.joined("parser")


async def test_a_store_tells_more_than_the_group(settings: Settings, stores: Stores) -> None:
    place = ("home", "database_url", "schema_prefix")
    there = settings.model_copy(update={name: getattr(stores.settings, name) for name in place})
    async with ArticleProducer(settings.servers, settings.topic("reports")) as producer:
        await producer.publish(ARTICLES)
    async with Lag(there) as lag:
        ends = {tp: end for tp, end in (await lag.ends("reports")).items() if end}
        tp = max(ends)
        waiting = {(s.topic, s.partition): s for s in await lag.standing()}
        assert (waiting[tp].source, waiting[tp].lag) == ("group", ends[tp])
        folded(stores, tp, ends[tp] - 1)
        found = {(s.topic, s.partition): s for s in await lag.standing()}
    assert (found[tp].source, found[tp].lag, found[tp].position) == ("store", 1, ends[tp] - 1)
    assert found[tp].first_ms == found[tp].last_ms
    assert sum(s.lag for s in found.values()) == len(ARTICLES) - ends[tp] + 1


def folded(stores: Stores, tp: TopicPartition, position: int) -> None:
    """As a correlator leaves its store that has worked on everything before `position`."""
    store = stores.open("correlator", "")
    with store.restored(store.claim(Lane(*tp), "test"), position, b"hash"):
        pass
    store.close()


async def test_the_command_tells_what_waits_and_judges_it(settings: Settings, tmp_path: Path) -> None:
    env: dict[str, object] = {
        "KAFKA_BOOTSTRAP_SERVERS": settings.servers, "SITREP_HOME": tmp_path,
        "SITREP_TOPIC_PREFIX": settings.topic_prefix, "SITREP_GROUP_PREFIX": settings.group_prefix,
    }  # fmt: skip
    async with ArticleProducer(settings.servers, settings.topic("articles")) as producer:
        await producer.publish(ARTICLES)
    told = await asyncio.to_thread(sitrep, "lag", "--json", "--max", "20", env=env)
    assert (told.returncode, orjson.loads(told.stdout)["total"]) == (0, len(ARTICLES))
    behind = await asyncio.to_thread(sitrep, "lag", "--max", "19", env=env)
    assert behind.returncode == 1
    assert b"total: 20 records wait (parser 20)" in behind.stdout
    nobody = await asyncio.to_thread(sitrep, "lag", env=env | {"KAFKA_BOOTSTRAP_SERVERS": "127.0.0.1:1"})
    assert nobody.returncode == 69
