"""Slots: what hangs, crashes or eats memory costs its own input and nothing else."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from schemas.errors import InvalidRecord
from services.runtime.exits import Bug
from services.runtime.slots import Limits, SlotFailure, Slots

WORK = "tests.runtime.slot_functions:work"
LIMITS = Limits(cpu_s=0.3, wall_s=5, memory=2 << 30, inputs=4)


@pytest.fixture
async def slots() -> AsyncIterator[Slots]:
    async with Slots(WORK, 2, LIMITS) as started:
        yield started


async def reason(slots: Slots, data: bytes) -> str:
    with pytest.raises(SlotFailure) as caught:
        await slots.run(data)
    return caught.value.reason


async def test_it_answers_and_bytes_come_back_as_they_are(slots: Slots) -> None:
    for data in (b"", b"\x00\xff\n", bytes(3_000_000)):
        assert await slots.run(b"echo " + data) == data


@pytest.mark.parametrize(
    ("word", "expected"),
    [(b"hang", "timeout"), (b"crash", "crashed:SIGSEGV"), (b"memory", "memory"), (b"raise", "failed")],
)
async def test_a_bad_input_fails_with_its_reason_and_the_others_go_on(slots: Slots, word: bytes, expected: str) -> None:
    bad = asyncio.create_task(reason(slots, word))
    good = await asyncio.gather(*[slots.run(b"echo %d" % n) for n in range(10)])
    assert good == [b"%d" % n for n in range(10)]
    assert await bad == expected
    assert await slots.run(b"echo after") == b"after"


async def test_what_died_is_tried_once_more_in_a_fresh_child(slots: Slots, tmp_path: Path) -> None:
    assert await slots.run(b"once " + str(tmp_path / "tried").encode()) == b"second time"


async def test_the_deadline_is_time_of_the_processor_and_waiting_has_a_longer_one() -> None:
    async with Slots(WORK, 1, Limits(cpu_s=0.2, wall_s=1.0)) as slots:
        assert await slots.run(b"sleep 0.5") == b"slept"
        assert await reason(slots, b"sleep 30") == "timeout"


async def test_invalid_input_is_said_to_be_invalid(slots: Slots) -> None:
    with pytest.raises(InvalidRecord) as caught:
        await slots.run(b"invalid the detail\nin two lines")
    assert (caught.value.reason, caught.value.detail) == ("not-json", "the detail\nin two lines")


async def test_a_child_that_prints_does_not_spoil_its_answers(slots: Slots) -> None:
    assert await slots.run(b"print hello") == b"hello"


async def test_a_child_is_replaced_after_its_share_of_inputs() -> None:
    async with Slots(WORK, 1, LIMITS) as slots:
        pids = [await slots.run(b"pid") for _ in range(9)]
    assert len(set(pids[:4])) == len(set(pids[4:8])) == 1
    assert len(set(pids)) == 3


async def test_without_slots_it_runs_in_this_process() -> None:
    async with Slots(WORK, 0) as slots:
        assert await slots.run(b"echo here") == b"here"
        assert await reason(slots, b"raise") == "failed"
        with pytest.raises(InvalidRecord, match="detail"):
            await slots.run(b"invalid detail")


async def test_a_function_that_cannot_be_imported_is_not_the_inputs_fault() -> None:
    async with Slots("tests.runtime.nowhere:work", 1) as slots:
        with pytest.raises(Bug, match="did not start"):
            await slots.run(b"x")


async def test_what_a_child_loads_before_its_first_input_does_not_count_against_it() -> None:
    async with Slots("tests.runtime.slow_start:work", 1, Limits(cpu_s=0.2, wall_s=5, memory=2 << 30)) as slots:
        assert await slots.run(b"x") == b"ready: x"
