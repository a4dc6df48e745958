"""What the measurements make of records: passages, percentiles, rates, agreement with stories."""

from typing import Any

import orjson
import pytest

from bench.desk import Broken
from bench.hops import Passage, hops, passages, spread
from bench.rates import steady
from bench.stream import kept, result
from services.runtime.records import Record

AT = 1_900_000_000_000
MOMENT = "2030-03-17T17:46:40Z"


def record(topic: str, offset: int, after_ms: int, value: dict[str, Any], key: str = "k") -> Record:
    return Record(topic, 0, offset, AT + after_ms, key.encode(), orjson.dumps(value))


def event(offset: int, after_ms: int, of: int, incident: str, seq: int, **fields: Any) -> Record:
    """Of the report at offset `of`."""
    cause = {"partition": 0, "offset": of}
    return record(
        "events",
        offset,
        after_ms,
        {"id": f"{of} {incident}", "incident": incident, "seq": seq, "cause": cause, **fields},
    )


def view(offset: int, after_ms: int, incident: str, seq: int) -> Record:
    return record("incidents", offset, after_ms, {"id": incident, "seq": seq})


LOGS = {
    "articles": [record("articles", 0, 0, {}, "a"), record("articles", 1, 0, {}, "b")],
    "reports": [
        record("reports", 0, 30, {"type": "report", "article": {"id": "a", "received_at": MOMENT}}),
        record("reports", 1, 35, {"type": "command"}),
        record("reports", 2, 40, {"type": "report", "article": {"id": "b", "received_at": MOMENT}}),
    ],
    "events": [
        event(0, 50, 0, "i", 1, group={"role": "other"}),
        event(1, 55, 0, "j", 7, group={"role": "main"}),
        event(2, 90, 0, "j", 7, group={"role": "main"}),  # sent once more
        event(3, 60, 1, "i", 2, group="withdrawn"),
        event(4, 70, 2, "", 0),
    ],
    "incidents": [view(0, 58, "i", 1), view(1, 60, "j", 6), view(2, 95, "i", 2), view(3, 100, "j", 8)],
    "dead-letters": [],
}  # fmt: skip


def test_a_passage_ends_when_the_last_incident_shows_it() -> None:
    found = passages(LOGS)
    assert found == [
        Passage("a", AT, AT + 30, AT + 55, AT + 100, ("j", "i")),
        Passage("b", AT, AT + 40, AT + 70, None, ()),
    ]
    measured = hops(found)
    assert {name: each.p50 for name, each in measured.items()} == {
        "parse": 30, "correlate": 25, "project": 45, "article to view": 100,
    }  # fmt: skip


def test_the_result_of_a_stream() -> None:
    found, _ = result(LOGS)
    assert (found.articles, found.placed, found.incidents, found.seconds, found.rate) == (2, 1, 2, 0.1, 20.0)


@pytest.mark.parametrize(("count", "p50", "p99"), [(1, 1, 1), (2, 1, 2), (100, 50, 99), (200, 100, 198)])
def test_percentiles_are_values_that_were_measured(count: int, p50: int, p99: int) -> None:
    found = spread(list(range(count, 0, -1)))
    assert (found.p50, found.p99) == (p50, p99)


def test_nothing_measured_is_said() -> None:
    with pytest.raises(ValueError, match="nothing"):
        spread([])


def test_a_steady_rate_leaves_the_start_out() -> None:
    """Ten records slowly at the start, then 90 in 0.9 s."""
    written = [record("w", n, n * 1000 if n < 10 else 9000 + (n - 9) * 10, {}) for n in range(100)]
    assert steady(written, read=200) == pytest.approx(200.0)


def test_a_burst_in_one_moment_has_no_rate() -> None:
    with pytest.raises(Broken):
        steady([record("w", n, 0, {}) for n in range(9)], read=9)


def test_b_cubed_of_a_story_torn_and_a_story_mixed() -> None:
    placed = {"1/1": "i", "1/2": "i", "2/1": "i", "2/2": "j", "3/1": None}
    found = kept([Passage(a, 0, 0, 0, 0 if i else None, (i,) if i else ()) for a, i in placed.items()])
    assert found.precision == pytest.approx((2 / 3 + 2 / 3 + 1 / 3 + 1) / 4)
    assert found.recall == pytest.approx((1 + 1 + 1 / 2 + 1 / 2) / 4)
    assert (found.stories, found.whole) == (2, 1)
