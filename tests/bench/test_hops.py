"""What the measurements make of records: passages, percentiles, rates, agreement with stories."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import orjson
import pytest

from bench.cpu import cpu_seconds
from bench.desk import Broken
from bench.hops import Passage, hops, passages, spread
from bench.rates import Sample, steady, steady_cpu
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
    assert steady(written) == pytest.approx(0.01)


def test_the_cpu_of_a_record_is_that_between_start_and_last_record() -> None:
    samples = [Sample(0, 1.0), Sample(20, 3.0), Sample(60, 4.0), Sample(100, 5.0), Sample(100, 6.0)]
    assert steady_cpu(samples) == pytest.approx(2 / 80)


@pytest.mark.parametrize("samples", [[], [Sample(0, None), Sample(9, None)], [Sample(0, 1.0), Sample(9, 2.0)]])
def test_too_few_samples_tell_no_cpu(samples: list[Sample]) -> None:
    assert steady_cpu(samples) is None


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="needs /proc")
def test_cpu_counts_children_that_have_ended() -> None:
    before = cpu_seconds(os.getpid()) or 0.0
    subprocess.run([sys.executable, "-c", "import time\nwhile time.process_time() < 0.5: pass"], check=True)
    assert (cpu_seconds(os.getpid()) or 0.0) - before >= 0.4
    assert cpu_seconds(0) is None


def test_a_burst_in_one_moment_has_no_rate() -> None:
    with pytest.raises(Broken):
        steady([record("w", n, 0, {}) for n in range(9)])


def test_b_cubed_of_a_story_torn_and_a_story_mixed() -> None:
    placed = {"1/1": "i", "1/2": "i", "2/1": "i", "2/2": "j", "3/1": None}
    found = kept([Passage(a, 0, 0, 0, 0 if i else None, (i,) if i else ()) for a, i in placed.items()])
    assert found.precision == pytest.approx((2 / 3 + 2 / 3 + 1 / 3 + 1) / 4)
    assert found.recall == pytest.approx((1 + 1 + 1 / 2 + 1 / 2) / 4)
    assert (found.stories, found.whole) == (2, 1)
