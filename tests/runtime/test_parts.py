"""The small parts: ledger, flood limit, watchdog, inlet, dead letters, failpoints, store thread."""

import asyncio
import subprocess
import sys
import threading
import time
from functools import partial
from random import Random

import pytest
from hypothesis import given, strategies as st

from services.runtime.dead_letters import dead_letter
from services.runtime.exits import Bug, TryAgain
from services.runtime.flood import Flood
from services.runtime.inlet import Inlet
from services.runtime.ledger import Ledger
from services.runtime.records import Record
from services.runtime.store_thread import StoreThread
from services.runtime.watchdog import Watchdog
from tests.eventually import eventually


@given(st.sets(st.integers(0, 60), min_size=1), st.randoms(use_true_random=False))
def test_the_ledger_passes_only_what_is_finished_before(offsets: set[int], random: Random) -> None:
    """Gaps in the offsets are allowed: what was begun in order is what counts."""
    begun, ledger, finished, done = sorted(offsets), Ledger(), set[int](), 0
    assert all(ledger.begin(offset) for offset in begun)
    for offset in random.sample(begun, len(begun)):
        finished.add(offset)
        moved = ledger.finish(offset)
        prefix = [each for n, each in enumerate(begun) if finished.issuperset(begun[: n + 1])]
        assert moved == (prefix[-1] + 1 if prefix and prefix[-1] + 1 > done else None)
        done = moved or done
    assert (len(ledger), done) == (0, begun[-1] + 1)


def test_the_ledger_does_not_begin_a_record_twice() -> None:
    ledger = Ledger()
    assert [ledger.begin(offset) for offset in (5, 6, 5, 6, 7)] == [True, True, False, False, True]


def test_the_flood_limit_counts_failures_in_a_row() -> None:
    flood = Flood(in_a_row=3, share=1.0)
    for _ in range(5):
        flood.failed("x")
        flood.failed("x")
        flood.passed()
    flood.failed("x")
    flood.failed("x")
    with pytest.raises(Bug, match="the last: boom"):
        flood.failed("boom")


def test_the_flood_limit_counts_a_share_of_the_last() -> None:
    flood = Flood(in_a_row=100, share=0.1, last=100)
    for n in range(200):
        flood.failed("x") if n % 20 == 0 else flood.passed()
    for _ in range(6):
        flood.failed("x")
    with pytest.raises(Bug):
        flood.failed("x")


class Watch:
    """A watchdog with a hand on its clock."""

    def __init__(self) -> None:
        self.now = 0.0
        self.expired = 0
        self.dog = Watchdog(60, self._expire, lambda: self.now)

    def _expire(self) -> None:
        self.expired += 1

    def after(self, seconds: float) -> bool:
        self.now += seconds
        return self.dog.look()


def test_the_watchdog_expires_only_when_work_stands_still() -> None:
    watch = Watch()
    assert not watch.after(1000)
    watch.dog.pending(True)
    assert not watch.after(59)
    watch.dog.progress()
    watch.dog.pending(True)
    assert not watch.after(59)
    watch.dog.pending(False)
    assert not watch.after(1000)
    watch.dog.progress()
    assert not watch.after(1000)
    watch.dog.pending(True)
    assert watch.after(61)
    assert watch.expired == 1


def test_the_watchdog_ends_a_process_whose_loop_hangs() -> None:
    code = (
        "import time; from services.runtime.watchdog import Watchdog\n"
        "dog = Watchdog(0.2); dog.start(); dog.pending(True); time.sleep(60)"
    )
    done = subprocess.run([sys.executable, "-c", code], timeout=30, check=False, capture_output=True)
    assert done.returncode == 75


async def test_the_inlet_waits_while_full_and_hands_out_what_is_there() -> None:
    inlet: Inlet[int] = Inlet(3)
    putting = asyncio.create_task(_put(inlet, range(7)))
    taken: list[int] = []
    while len(taken) < 7:
        some = await inlet.take(2)
        assert 1 <= len(some) <= 2
        taken += some
    assert taken == list(range(7))
    assert await putting == [True] * 7


async def _put(inlet: Inlet[int], items: range) -> list[bool]:
    return [await inlet.put(item) for item in items]


async def test_a_closed_inlet_refuses_ends_and_gives_back_what_was_left() -> None:
    inlet: Inlet[int] = Inlet(2)
    putting = asyncio.create_task(_put(inlet, range(3)))
    await eventually(lambda: len(inlet) == 2)
    assert await inlet.close() == [0, 1]
    assert await putting == [True, True, False]
    assert await inlet.take(5) == []
    failed: Inlet[int] = Inlet(2)
    taking = asyncio.create_task(failed.take(1))
    await failed.close(TryAgain("gone"))
    with pytest.raises(TryAgain, match="gone"):
        await taking


def test_a_dead_letter_keeps_the_bytes_and_says_where_they_lay() -> None:
    record = Record("news.articles", 3, 41, 1_684_832_400_123, b"\xffkey", b"\x00junk", (("trace", b"1"),))
    out = dead_letter(record, "news.dead-letters", stage="parser", reason="not-json", error="ünclear" * 1000)
    headers = dict(out.headers)
    assert (out.topic, out.value) == ("news.dead-letters", b"\x00junk")
    assert len(headers.pop("sitrep_error")) < 5000
    assert headers == {
        "sitrep_reason": b"not-json", "sitrep_stage": b"parser", "sitrep_topic": b"news.articles",
        "sitrep_partition": b"3", "sitrep_offset": b"41", "sitrep_timestamp": b"1684832400123",
        "sitrep_key": b"\xffkey", "sitrep_attempt": b"0", "trace": b"1",
    }  # fmt: skip


def test_a_dead_letters_key_is_the_same_for_the_same_record_in_the_same_log_only() -> None:
    def key(record: Record, stage: str = "parser") -> bytes | None:
        return dead_letter(record, "dead", stage=stage, reason="r", error="e").key

    record = Record("t", 3, 41, 1, b"k", b"v")
    assert key(record) == key(Record("t", 3, 41, 1, b"k", b"v", (("x", b"y"),)))
    others = [
        Record("t", 3, 42, 1, b"k", b"v"),
        Record("t", 3, 41, 1, b"k", b"other"),
        Record("t", 2, 41, 1, b"k", b"v"),
    ]
    assert len({key(record), key(record, "correlator"), *(key(other) for other in others)}) == 5


def test_a_null_value_does_not_close_its_own_letter() -> None:
    out = dead_letter(Record("t", 0, 0, 1, None, None), "dead", stage="parser", reason="empty", error="")
    assert out.value == b""
    assert dict(out.headers)["sitrep_null"] == b"1"
    assert "sitrep_key" not in dict(out.headers)


def test_a_retry_keeps_its_first_append_time_and_its_attempt() -> None:
    headers = (("sitrep_timestamp", b"7"), ("sitrep_attempt", b"2"), ("sitrep_offset", b"9"), ("trace", b"1"))
    out = dead_letter(Record("t", 0, 50, 99, b"k", b"v", headers), "dead", stage="parser", reason="r", error="e")
    found = dict(out.headers)
    assert (found["sitrep_timestamp"], found["sitrep_attempt"], found["sitrep_offset"]) == (b"7", b"2", b"50")
    assert len(out.headers) == len(found)


@pytest.mark.parametrize(("spec", "passes"), [("tiny.point:3", 2), ("tiny.point", 0), ("other.point:1", 5)])
def test_a_failpoint_kills_at_its_pass(spec: str, passes: int) -> None:
    code = (
        f"from services.runtime.failpoints import arm, failpoint\narm({spec!r})\n"
        "for n in range(5): failpoint('tiny.point'); print(n, flush=True)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == (0 if spec.startswith("other") else 137)
    assert len(done.stdout.splitlines()) == passes


async def test_the_store_thread_runs_one_call_after_another_and_hands_back_errors() -> None:
    thread, running = StoreThread(), threading.Lock()

    def work(n: int) -> int:
        with_lock = running.acquire(blocking=False)
        time.sleep(0.001)
        if with_lock:
            running.release()
        assert with_lock
        return n if n != 3 else 1 // 0

    results = await asyncio.gather(*[thread(partial(work, n)) for n in range(6)], return_exceptions=True)
    assert [r for r in results if isinstance(r, int)] == [0, 1, 2, 4, 5]
    assert isinstance(results[3], ZeroDivisionError)
    thread.close()
