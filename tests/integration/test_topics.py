"""Topics on a real broker: created once, checked, never altered."""

import pytest
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from schemas.topics import TOPICS
from services.runtime.admin import check_topics, create_topics, partition_counts
from services.runtime.exits import Unavailable, WrongSetting
from tests.eventually import eventually

pytestmark = pytest.mark.kafka


async def test_created_topics_pass_the_check_and_are_created_once(kafka: str, prefix: str) -> None:
    assert await create_topics(kafka, prefix) == [prefix + name for name in TOPICS]
    assert await create_topics(kafka, prefix) == []
    assert await check_topics(kafka, prefix) == []


async def test_the_check_names_what_is_missing_and_what_differs(kafka: str, prefix: str) -> None:
    await create_topics(kafka, prefix, {"events": 3, "incidents": 3})
    client = AIOKafkaAdminClient(bootstrap_servers=kafka)
    await client.start()
    await client.delete_topics([prefix + "changes"])
    await client.close()

    expected = [
        f"{prefix}changes: missing; run sitrep topics create",
        f"{prefix}events: partitions 3, the table says 8",
        f"{prefix}incidents: partitions 3, the table says 8",
    ]

    async def all_named() -> bool:
        return sorted(await check_topics(kafka, prefix)) == expected

    assert await eventually(all_named)


async def test_the_check_reads_the_configuration_too(kafka: str, prefix: str) -> None:
    client = AIOKafkaAdminClient(bootstrap_servers=kafka)
    await client.start()
    await client.create_topics([NewTopic(prefix + "articles", 8, 1, topic_configs={"retention.ms": "1000"})])
    await client.close()
    await create_topics(kafka, prefix)
    lines = await check_topics(kafka, prefix)
    assert f"{prefix}articles: retention.ms 1000, the table says -1" in lines
    assert f"{prefix}articles: message.timestamp.type CreateTime, the table says LogAppendTime" in lines
    assert all(line.startswith(f"{prefix}articles: ") for line in lines)


async def test_events_and_views_must_have_the_same_number_of_partitions(kafka: str, prefix: str) -> None:
    with pytest.raises(WrongSetting, match="events and incidents"):
        await create_topics(kafka, prefix, {"events": 3})
    with pytest.raises(WrongSetting, match="no topic is called nowhere"):
        await create_topics(kafka, prefix, {"nowhere": 3})


async def test_an_unknown_topic_is_said_to_be_missing(kafka: str) -> None:
    with pytest.raises(Unavailable, match="no topic nowhere"):
        await partition_counts(kafka, ["nowhere"])
