"""How far the services are, on a real broker; the services are groups that commit what we say."""

import asyncio

import pytest
from aiokafka import AIOKafkaConsumer
from aiokafka.structs import TopicPartition

from services.ingest.prepare import prepare
from services.ingest.producer import ArticleProducer
from services.runtime.admin import create_topics
from services.runtime.lag import Done, Lag
from services.runtime.settings import Settings
from tests.eventually import eventually

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
