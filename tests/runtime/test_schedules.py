"""Nothing is lost and nothing counts twice, in every one of many seeded schedules; and the suite sees each mistake.

SITREP_SCHEDULES says how many seeds are played (300).
"""

import logging
import os
from collections.abc import AsyncIterator

import pytest
import structlog

from services.runtime import publish, source_memory
from tests.runtime.schedule import NoCompareAndSet, Rules, World

SCHEDULES = int(os.environ.get("SITREP_SCHEDULES", "300"))


@pytest.fixture(autouse=True)
async def fast(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[None]:
    """No pause between views, small batches, no log: the schedule alone says what comes when."""
    monkeypatch.setattr(publish, "VIEW_PAUSE_S", 0)
    monkeypatch.setattr(source_memory, "MAX_BATCH", 3)
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    yield
    structlog.reset_defaults()


async def test_every_schedule_ends_as_the_fold_of_the_log() -> None:
    for seed in range(SCHEDULES):
        problems = await World(seed, Rules()).play()
        assert problems == [], f"seed {seed}"


async def first_seen(rules: Rules, what: str) -> int:
    """The first seed that shows the mistake."""
    for seed in range(SCHEDULES):
        if any(what in problem for problem in await World(seed, rules).play()):
            return seed
    raise AssertionError(f"no seed of {SCHEDULES} shows it")


async def test_without_the_compare_and_set_a_zombie_writes_a_second_history() -> None:
    await first_seen(Rules(store=NoCompareAndSet), "in conflict with the fold")


async def test_marking_past_a_hole_loses_events() -> None:
    await first_seen(Rules(hides_lost_sends=True), "lost")


async def test_without_the_fence_an_old_view_comes_last() -> None:
    await first_seen(Rules(fences_views=False), "last views differ")


async def test_a_schedule_can_be_played_again() -> None:
    for seed in range(20):
        first, second = (World(seed, Rules(store=NoCompareAndSet)) for _ in range(2))
        assert await first.play() == await second.play()
        assert first.broker.topic("events") == second.broker.topic("events")
