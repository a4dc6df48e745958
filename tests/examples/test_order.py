"""The Python example's order, without a broker: repeats, early records and restarts change no line."""

import random
from collections.abc import Sequence

import orjson
import pytest
from hypothesis import given, strategies as st

from examples.python.follow import Follower, State, Stop, line
from schemas.codec import EVENTS, INCIDENTS
from schemas.events import IncidentEvent
from tests.examples import stream
from tests.examples.stream import Line

PARTITION = "0"


def taken(follower: Follower, log: Sequence[IncidentEvent], start: int = 0) -> list[Line]:
    """The lines for the records of the log from there on."""
    lines = []
    for offset, event in enumerate(log[start:], start):
        due = follower.take(orjson.loads(EVENTS.encode(event)), PARTITION, offset)
        lines += [line(each, each["type"]) for each in due]
    return lines


orders = st.lists(st.sampled_from(stream.events()), max_size=20).flatmap(
    lambda twice: st.permutations([*stream.events(), *twice])
)


@given(log=orders)
def test_every_order_with_repeats_gives_each_event_once_and_in_order(log: list[IncidentEvent]) -> None:
    assert stream.by_incident(taken(Follower(State()), log)) == stream.expected(log)


@given(log=orders, share=st.floats(0, 1))
def test_a_restart_goes_on_where_the_checkpoint_says(log: list[IncidentEvent], share: float) -> None:
    cut = round(len(log) * share)
    first = Follower(State())
    lines = taken(first, log[:cut])
    stored = first.checkpoint()
    lines += taken(Follower(stored), log, stored.offsets.get(PARTITION, 0))
    assert stream.by_incident(lines) == stream.expected(log)


@pytest.mark.parametrize("seed", range(5))
def test_a_resent_stream_is_put_right_and_a_naive_consumer_is_wrong(seed: int) -> None:
    log = stream.muddled(stream.events(), seed)
    naive = stream.by_incident(stream.line(event) for event in log if event.incident)
    assert naive != stream.expected(log)
    assert stream.by_incident(taken(Follower(State()), log)) == stream.expected(log)


@given(cut=st.integers(0, 23), order=st.randoms())
def test_views_stand_for_the_events_before_them(cut: int, order: random.Random) -> None:
    views = stream.views_of(stream.events()[:cut])
    log = list(stream.events())
    order.shuffle(log)
    follower = Follower(State())
    lines = follower.begin([(view.id, orjson.loads(INCIDENTS.encode(view))) for view in views])
    assert stream.by_incident([*lines, *taken(follower, log)]) == stream.expected_behind(views, log)


def test_the_highest_generation_and_seq_counts_and_a_tombstone_ends_an_incident() -> None:
    def view(generation: int, seq: int) -> Line:
        return {"id": "i", "generation": generation, "seq": seq, "title": f"{generation}.{seq}"}

    follower = Follower(State())
    records = [
        ("i", view(1, 9)),
        ("i", view(2, 3)),
        ("i", view(2, 2)),
        ("i", view(1, 10)),
        ("j", view(1, 1)),
        ("j", None),
    ]
    assert [each["title"] for each in follower.begin(records)] == ["2.3"]
    assert (follower.state.seqs, follower.state.gone) == ({"i": 3}, ["j"])
    assert follower.take({"incident": "j", "seq": 2, "type": "incident_renamed", "v": 1}, PARTITION, 0) == []


@pytest.mark.parametrize("news", [{"type": "incident_sold", "v": 1}, {"type": "incident_renamed", "v": 2}])
def test_an_unknown_type_stops_it_there(news: Line) -> None:
    follower = Follower(State())
    with pytest.raises(Stop):
        follower.take({"incident": "i", "seq": 1} | news, PARTITION, 7)
    assert follower.checkpoint().offsets == {PARTITION: 7}


def test_unknown_fields_are_ignored() -> None:
    event = orjson.loads(EVENTS.encode(stream.events()[0]))
    assert line(event | {"mood": "grim"}, event["type"]) == stream.line(stream.events()[0])
