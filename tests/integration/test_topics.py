"""Topics on a real broker: created once, checked, never altered."""

import pytest
from aiokafka.admin import AIOKafkaAdminClient

from schemas.topics import TOPICS
from services.runtime.admin import check_topics, create_topics, partition_counts
from services.runtime.exits import Unavailable
from tests.eventually import eventually

pytestmark = pytest.mark.kafka


async def test_created_topics_pass_the_check_and_are_created_once(kafka: str, prefix: str) -> None:
    assert await create_topics(kafka, prefix) == [prefix + name for name in TOPICS]
    assert await create_topics(kafka, prefix) == []
    assert await check_topics(kafka, prefix) == []


async def test_the_check_names_what_is_missing_and_what_differs(kafka: str, prefix: str) -> None:
    await create_topics(kafka, prefix, {"events": 3})
    client = AIOKafkaAdminClient(bootstrap_servers=kafka)
    await client.start()
    await client.delete_topics([prefix + "changes"])
    await client.close()

    async def both() -> bool:
        lines = sorted(await check_topics(kafka, prefix))
        return [line.split(": ")[1].split(",")[0] for line in lines] == ["missing; run sitrep topics create", "3 partitions"]

    assert await eventually(both)


async def test_an_unknown_topic_is_said_to_be_missing(kafka: str) -> None:
    with pytest.raises(Unavailable, match="no topic nowhere"):
        await partition_counts(kafka, ["nowhere"])
