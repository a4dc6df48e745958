"""Faust hands out one event of each partition in turn; the pump gets the events of a partition together."""

from types import SimpleNamespace

from hypothesis import given, strategies as st

from services.runtime.records import TopicPartition
from services.runtime.source_faust import sorted_out
from services.runtime.sources import Batch


def event(partition: int, generation: int, offset: int) -> SimpleNamespace:
    return SimpleNamespace(
        message=SimpleNamespace(topic="t", partition=partition, generation_id=generation, offset=offset)
    )


places = st.tuples(st.integers(0, 3), st.integers(1, 2))


@given(st.lists(places))
def test_the_events_of_a_partition_come_together_and_in_order(turns: list[tuple[int, int]]) -> None:
    items = [event(partition, generation, offset) for offset, (partition, generation) in enumerate(turns)]
    found = {place: [each.message.offset for each in events] for place, events in sorted_out(items)}
    assert len(list(sorted_out(items))) == len(set(turns))
    for partition, generation in set(turns):
        offsets = [offset for offset, place in enumerate(turns) if place == (partition, generation)]
        assert found[TopicPartition("t", partition), generation] == offsets


def test_an_assignment_comes_alone_before_its_events() -> None:
    first, second = TopicPartition("t", 0), TopicPartition("t", 1)
    items = [Batch(first, 1), Batch(second, 1), event(1, 1, 0), event(0, 1, 0), event(1, 1, 1)]
    assert [(place, len(events)) for place, events in sorted_out(items)] == [
        ((first, 1), 0), ((second, 1), 0), ((second, 1), 2), ((first, 1), 1),
    ]  # fmt: skip
