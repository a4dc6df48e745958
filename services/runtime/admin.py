"""Creates the topics of the table and says where a cluster differs from it."""

import asyncio
import time
from collections.abc import Mapping
from dataclasses import replace

from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from aiokafka.errors import KafkaError, TopicAlreadyExistsError, for_code

from schemas.topics import SAME_MAP, TOPICS, Topic
from services.runtime.exits import Unavailable, WrongSetting


async def connect(servers: str, within: float = 10) -> AIOKafkaAdminClient:
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


def wanted(counts: Mapping[str, int] | None = None) -> list[Topic]:
    """The table with the counts of this installation. Raises WrongSetting."""
    unknown = set(counts or {}) - set(TOPICS)
    if unknown:
        raise WrongSetting(f"SITREP_PARTITIONS: no topic is called {', '.join(sorted(unknown))}")
    topics = {
        name: replace(topic, partitions=(counts or {}).get(name, topic.partitions)) for name, topic in TOPICS.items()
    }
    if len({topics[name].partitions for name in SAME_MAP}) > 1:
        raise WrongSetting(f"SITREP_PARTITIONS: {' and '.join(SAME_MAP)} have the same number, or views go astray")
    return list(topics.values())


async def create_topics(servers: str, prefix: str, counts: Mapping[str, int] | None = None) -> list[str]:
    """Create what is missing; the names created. Existing topics are never altered."""
    topics = wanted(counts)
    client = await connect(servers)
    try:
        nodes = await _nodes(client)
        existing = set(await client.list_topics())
        missing = [
            NewTopic(prefix + topic.name, topic.partitions, min(3, nodes), topic_configs=topic.config(nodes == 1))
            for topic in topics
            if prefix + topic.name not in existing
        ]
        if missing:
            _raise(await client.create_topics(missing))
            await _visible(client, [topic.name for topic in missing])
        return [topic.name for topic in missing]
    finally:
        await client.close()


async def _visible(client: AIOKafkaAdminClient, names: list[str], within: float = 30) -> None:
    """The controller has made them; return when every partition has a leader that clients are told of."""
    deadline = time.monotonic() + within
    while time.monotonic() < deadline:
        found = [meta for meta in await client.describe_topics(names) if meta["partitions"]]
        if len(found) == len(names) and all(part["leader"] >= 0 for meta in found for part in meta["partitions"]):
            return
        await asyncio.sleep(0.05)
    raise Unavailable(f"topics {', '.join(names)} have no leaders {within:.0f} s after they were created")


async def _nodes(client: AIOKafkaAdminClient) -> int:
    return len((await client.describe_cluster())["brokers"])


def _raise(response: object) -> None:
    for name, code, *rest in getattr(response, "topic_errors", ()):
        error = for_code(code)
        if error is not TopicAlreadyExistsError and code != 0:
            raise Unavailable(f"topic {name} could not be created: {error.__name__} {rest}")


async def check_topics(servers: str, prefix: str, counts: Mapping[str, int] | None = None) -> list[str]:
    """What differs from the table, one line each; empty = all is well."""
    topics = wanted(counts)
    client = await connect(servers)
    try:
        nodes = await _nodes(client)
        found = {meta["topic"]: len(meta["partitions"]) for meta in await client.describe_topics()}
        there = [topic for topic in topics if prefix + topic.name in found]
        lines = [f"{prefix}{topic.name}: missing; run sitrep topics create" for topic in topics if topic not in there]
        for topic in there:
            has = await _config(client, prefix + topic.name)
            lines += _differences(prefix, topic, found[prefix + topic.name], has, nodes == 1)
    finally:
        await client.close()
    return lines


def _differences(prefix: str, topic: Topic, partitions: int, has: Mapping[str, str], single: bool) -> list[str]:
    pairs = [("partitions", str(partitions), str(topic.partitions))]
    pairs += [(name, has.get(name, "unset"), value) for name, value in topic.config(single).items()]
    return [
        f"{prefix}{topic.name}: {name} {is_now}, the table says {value}"
        for name, is_now, value in pairs
        if is_now != value
    ]


async def _config(client: AIOKafkaAdminClient, topic: str) -> dict[str, str]:
    responses = await client.describe_configs([ConfigResource(ConfigResourceType.TOPIC, topic)])
    entries = [entry for response in responses for resource in response.resources for entry in resource[4]]
    return {entry[0]: entry[1] for entry in entries}


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
