"""Creates the topics of the table and says where a cluster differs from it."""

import asyncio
import time
from collections.abc import Mapping

from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.errors import KafkaError, TopicAlreadyExistsError, for_code

from schemas.topics import TOPICS
from services.runtime.exits import Unavailable


async def connect(servers: str, within: float = 30) -> AIOKafkaAdminClient:
    """A started client; the caller closes it. Raises Unavailable if nobody answers."""
    deadline = time.monotonic() + within
    while True:
        client = AIOKafkaAdminClient(bootstrap_servers=servers, request_timeout_ms=10_000)
        try:
            await client.start()
        except (KafkaError, OSError) as error:
            await client.close()
            if time.monotonic() > deadline:
                raise Unavailable(f"no Kafka answers at {servers}: {error}") from error
            await asyncio.sleep(0.2)
        else:
            return client


async def create_topics(servers: str, prefix: str, counts: Mapping[str, int] | None = None) -> list[str]:
    """Create what is missing; the names created. Existing topics are never altered."""
    client = await connect(servers)
    try:
        brokers = (await client.describe_cluster())["brokers"]
        replicas = min(3, len(brokers))
        new = [
            NewTopic(
                prefix + topic.name,
                (counts or {}).get(topic.name, topic.partitions),
                replicas,
                topic_configs=topic.config(single_node=len(brokers) == 1),
            )
            for topic in TOPICS.values()
        ]
        existing = set(await client.list_topics())
        missing = [topic for topic in new if topic.name not in existing]
        if missing:
            _raise(await client.create_topics(missing))
        return [topic.name for topic in missing]
    finally:
        await client.close()


def _raise(response: object) -> None:
    for name, code, *rest in getattr(response, "topic_errors", ()):
        error = for_code(code)
        if error is not TopicAlreadyExistsError and code != 0:
            raise Unavailable(f"topic {name} could not be created: {error.__name__} {rest}")


async def check_topics(servers: str, prefix: str) -> list[str]:
    """What differs from the table, one line each; empty = all is well."""
    client = await connect(servers)
    try:
        found = {meta["topic"]: meta for meta in await client.describe_topics()}
    finally:
        await client.close()
    lines = []
    for topic in TOPICS.values():
        meta = found.get(prefix + topic.name)
        if meta is None:
            lines.append(f"{prefix}{topic.name}: missing; run sitrep topics create")
        elif len(meta["partitions"]) != topic.partitions:
            lines.append(
                f"{prefix}{topic.name}: {len(meta['partitions'])} partitions, the table says {topic.partitions}"
            )
    return lines


async def partition_counts(servers: str, topics: list[str]) -> dict[str, int]:
    """Partitions of each topic. Raises Unavailable if one is missing."""
    client = await connect(servers)
    try:
        found = {meta["topic"]: len(meta["partitions"]) for meta in await client.describe_topics(topics)}
    finally:
        await client.close()
    missing = [topic for topic in topics if not found.get(topic)]
    if missing:
        raise Unavailable(f"no topic {', '.join(missing)}: run sitrep topics create")
    return found
