"""The topic table keeps its rules, and our partitioner is Kafka's."""

from collections.abc import Callable, Mapping
from dataclasses import replace

import pytest
from aiokafka.partitioner import murmur2 as aiokafka_murmur2
from hypothesis import given, strategies as st

from schemas.article import MAX_ARTICLE_BYTES
from schemas.topics import CREATE, FOR_EVER, LOG_APPEND, MIB, SAME_MAP, TOPICS, Topic, murmur2, partition_of

TRUTH = ("articles", "reports", "events")
Table = Mapping[str, Topic]


def truth_is_kept_for_ever(table: Table) -> bool:
    kept = [(table[name].cleanup, table[name].retention_ms, table[name].flush_each) for name in TRUTH]
    return kept == [("delete", FOR_EVER, True)] * len(TRUTH)


def the_broker_dates_what_came_from_outside(table: Table) -> bool:
    dated = {name for name, topic in table.items() if topic.timestamps == LOG_APPEND}
    return dated == {"articles", "reports"} and all(
        topic.timestamps in (LOG_APPEND, CREATE) for topic in table.values()
    )


def views_lie_where_their_events_lie(table: Table) -> bool:
    return len({(table[name].partitions, table[name].key) for name in SAME_MAP}) == 1


def decisions_have_one_writer(table: Table) -> bool:
    return (table["events"].writers, table["incidents"].writers, table["changes"].writers) == (
        ("correlator",), ("projector",), ("projector",),
    )  # fmt: skip


def articles_fit_and_nothing_is_larger_than_the_broker_takes(table: Table) -> bool:
    rest = {topic.max_bytes for name, topic in table.items() if name != "articles"}
    return MAX_ARTICLE_BYTES < table["articles"].max_bytes == 2 * MIB and rest == {4 * MIB}


def every_topic_is_named_and_used(table: Table) -> bool:
    return all(
        name == topic.name and topic.records and topic.writers and topic.readers and topic.key and topic.partitions > 0
        for name, topic in table.items()
    )


RULES: list[tuple[Callable[[Table], bool], str, Callable[[Topic], Topic]]] = [
    (truth_is_kept_for_ever, "reports", lambda topic: replace(topic, retention_ms=1)),
    (the_broker_dates_what_came_from_outside, "articles", lambda topic: replace(topic, timestamps=CREATE)),
    (views_lie_where_their_events_lie, "incidents", lambda topic: replace(topic, partitions=4)),
    (decisions_have_one_writer, "events", lambda topic: replace(topic, writers=("correlator", "api"))),
    (articles_fit_and_nothing_is_larger_than_the_broker_takes, "events", lambda topic: replace(topic, max_bytes=1)),
    (every_topic_is_named_and_used, "changes", lambda topic: replace(topic, readers=())),
]


@pytest.mark.parametrize(("rule", "name", "spoil"), RULES, ids=[rule.__name__ for rule, _, _ in RULES])
def test_the_table_keeps_each_rule_and_a_spoiled_one_does_not(
    rule: Callable[[Table], bool], name: str, spoil: Callable[[Topic], Topic]
) -> None:
    assert rule(TOPICS)
    assert not rule({**TOPICS, name: spoil(TOPICS[name])})


def test_records_are_flushed_one_by_one_only_where_one_node_is_all_there_is() -> None:
    assert TOPICS["events"].config(single_node=True)["flush.messages"] == "1"
    assert "flush.messages" not in TOPICS["events"].config(single_node=False)
    assert "flush.messages" not in TOPICS["incidents"].config(single_node=True)
    assert TOPICS["incidents"].config(single_node=True)["delete.retention.ms"] == str(30 * 86_400_000)


@pytest.mark.parametrize(
    ("key", "signed"),
    [  # from Apache Kafka's own UtilsTest
        (b"21", -973932308),
        (b"foobar", -790332482),
        (b"a-little-bit-long-string", -985981536),
        (b"a-little-bit-longer-string", -1486304829),
        (b"lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8", -58897971),
        (b"abc", 479470107),
    ],
)
def test_murmur2_is_that_of_the_java_client(key: bytes, signed: int) -> None:
    assert murmur2(key) == signed & 0xFFFFFFFF


@given(st.binary(min_size=1, max_size=100), st.integers(1, 64))
def test_a_key_lies_where_other_clients_put_it(key: bytes, partitions: int) -> None:
    assert partition_of(key, partitions) == (aiokafka_murmur2(key) & 0x7FFFFFFF) % partitions
