"""The stateful pump on memory: what it folds, what it refuses, what it leaves behind and takes over."""

import asyncio
from collections.abc import Mapping, Sequence

import pytest

from schemas.errors import UnknownVersion
from services.runtime.exits import Fenced, OperatorNeeded, TryAgain
from services.runtime.lanes import Restoring
from services.runtime.memory import MemoryPublisher, MemoryViewSender
from services.runtime.publish import Acked
from services.runtime.records import Out, Record, TopicPartition
from services.runtime.source_memory import MemorySource
from services.runtime.sources import Batch, Positions
from services.runtime.store import Tx, record_hash
from tests.eventually import eventually
from tests.runtime.desk import TOPICS, Desk
from tests.runtime.tiny import POISON, TinyHandler

LANE = TopicPartition("in", 0)
VALUES = [b"%d" % n for n in range(450)]


async def test_it_folds_every_lane_and_a_clean_stop_leaves_nothing_to_publish() -> None:
    desk = Desk()
    desk.feed(VALUES, 0)
    desk.feed([b"a", POISON, b"b"], 1)
    async with desk.running():
        await eventually(lambda: desk.store.position(LANE) == 450)
    assert desk.wrong() == []
    assert desk.broker.groups["tiny"].committed == {LANE: 450, TopicPartition("in", 1): 3}
    assert desk.store.read("SELECT count(*) FROM thing WHERE seq > published") == [(0,)]


async def test_it_goes_on_where_it_stopped() -> None:
    desk = Desk()
    for n in range(3):
        desk.feed(VALUES[n * 10 : n * 10 + 10])
        desk.source = MemorySource(desk.broker, ["in"], "tiny")
        async with desk.running():
            await desk.folded()
    assert desk.wrong() == []
    assert len(desk.broker.topic("events")) == 30


async def test_what_a_former_owner_left_is_published_at_the_assignment_without_new_input() -> None:
    desk = Desk()
    desk.feed(VALUES[:5])
    claim = desk.store.claim(LANE, "dead by now")
    with desk.store.transaction(claim, desk.broker.records(LANE)) as tx:
        TinyHandler(TOPICS).apply(tx, desk.broker.records(LANE))
    async with desk.running():
        await eventually(lambda: len(desk.broker.topic("events")) == 5)
    assert desk.wrong() == []


class Broken(MemoryPublisher):
    """Refuses the k-th record it is given, once."""

    def __init__(self, desk: Desk, at: int) -> None:
        super().__init__(desk.broker)
        self.left = at

    async def send(self, outs: Sequence[Out]) -> Acked:
        if 0 <= self.left < len(outs):
            await super().send(outs[: self.left])
            self.left = -1
            raise TryAgain("lost")
        self.left -= len(outs)
        return await super().send(outs)


@pytest.mark.parametrize("at", [0, 1, 4])
async def test_a_hole_in_what_is_acknowledged_marks_nothing(at: int) -> None:
    desk = Desk()
    desk.feed(VALUES[:5])
    desk.publisher = Broken(desk, at)
    assert isinstance(await desk.failed(), TryAgain)
    assert len(desk.store.pending(LANE, 99)) == 5
    desk.source = MemorySource(desk.broker, ["in"], "tiny")
    async with desk.running():
        await desk.folded()
    assert desk.wrong() == []
    assert len(desk.broker.topic("events")) == 5 + at


class Scripted(MemorySource):
    """Hands out what the test says."""

    def __init__(self, desk: Desk, *batches: Batch) -> None:
        super().__init__(desk.broker, ["in"], "tiny")
        self._script = batches

    async def start(self, positions: Positions | None) -> None:
        self._positions = positions

    async def batches(self):  # type: ignore[no-untyped-def]
        for batch in self._script:
            yield batch

    def current(self, generation: int) -> bool:
        return generation == 1


async def test_a_gap_ends_the_process_and_nothing_after_it_is_folded() -> None:
    desk = Desk()
    desk.feed(VALUES[:6])
    records = tuple(desk.broker.records(LANE))
    for missing in (records[2:], records[:2] + records[3:]):
        desk.source = Scripted(desk, Batch(LANE, 1), Batch(LANE, 1, missing))
        error = await desk.failed()
        assert isinstance(error, TryAgain)
        assert "gap" in error.why
        assert desk.store.position(LANE) == 0


async def test_repeated_records_are_dropped_and_an_older_generation_is_not_looked_at() -> None:
    desk = Desk()
    desk.feed(VALUES[:6])
    records = tuple(desk.broker.records(LANE))
    wrong = Record("in", 0, 0, 1, b"x", b"never fold this")
    batches = [Batch(LANE, 1), Batch(LANE, 0, (wrong,)), Batch(LANE, 1, records[:4]), Batch(LANE, 1, records[1:6])]
    desk.source = Scripted(desk, *batches)
    async with desk.running() as task:
        await task
    assert desk.wrong() == []
    assert len(desk.broker.topic("events")) == 6


async def test_records_of_a_partition_that_was_not_assigned_are_not_claimed() -> None:
    desk = Desk()
    desk.feed(VALUES[:6])
    desk.source = Scripted(desk, Batch(LANE, 1, tuple(desk.broker.records(LANE))))
    assert isinstance(await desk.failed(), TryAgain)
    assert desk.store.lane(LANE) == (0, None)


async def run_once(desk: Desk) -> None:
    before = epochs(desk)
    async with desk.running():
        await eventually(lambda: epochs(desk) == before + 1)
        await desk.folded()
    desk.source = MemorySource(desk.broker, ["in"], "tiny")


def epochs(desk: Desk) -> int:
    """How often the lane was claimed."""
    rows = desk.store.read("SELECT epoch FROM lane WHERE topic=? AND part=?", LANE)
    return int(rows[0][0]) if rows else 0


@pytest.mark.parametrize("length", [0, 5, 40, 400])
async def test_a_log_that_was_created_anew_is_not_read(length: int) -> None:
    desk = Desk()
    desk.feed(VALUES[:40])
    await run_once(desk)
    desk.broker.recreate("in")
    desk.feed([b"other %d" % n for n in range(length)])
    error = await desk.failed()
    assert isinstance(error, OperatorNeeded)
    assert "re-created" in error.why
    assert desk.store.position(LANE) == 40


async def test_a_log_that_is_created_anew_under_a_running_pump_is_not_read() -> None:
    desk = Desk()
    desk.feed(VALUES[:40])
    desk.source = source = MemorySource(desk.broker, ["in"], "tiny")
    failing = asyncio.create_task(desk.failed())
    await desk.folded()
    desk.broker.recreate("in")
    source._next[LANE] = 0  # where a reset to the earliest offset leads
    desk.feed([b"other"])
    assert isinstance(await failing, OperatorNeeded)
    assert desk.store.position(LANE) == 40


async def test_retention_may_pass_the_last_record_but_not_the_next() -> None:
    desk = Desk()
    desk.feed(VALUES[:40])
    await run_once(desk)
    desk.broker.trim(LANE, 40)
    desk.feed(VALUES[40:50])
    await run_once(desk)
    assert desk.store.position(LANE) == 50
    desk.feed(VALUES[50:60])
    desk.broker.trim(LANE, 51)
    error = await desk.failed()
    assert isinstance(error, OperatorNeeded)
    assert "gone unread" in error.why


async def test_output_that_the_broker_lost_is_sent_again() -> None:
    desk = Desk()
    desk.feed(VALUES[:10])
    await run_once(desk)
    desk.broker.cut(TopicPartition("events", 0), 7)
    assert desk.wrong() != []
    await run_once(desk)
    assert desk.wrong() == []


async def test_a_restore_comes_after_the_claim_and_moves_the_lane() -> None:
    """It stands for a service that finds its own decisions in the log: here, the first 20 records are decided."""
    desk = Desk(partitions=1)
    desk.feed(VALUES[:30], keys=1)
    seen: list[int] = []

    async def restore(lane: Restoring) -> None:
        seen.append(lane.claim.epoch)
        if lane.claim.pos >= 20:
            return
        records = [record async for record in lane.log.read(lane.claim.tp, 0, 20)]

        def fold() -> None:
            with lane.store.restored(lane.claim, 20, record_hash(records[-1])) as tx:
                TinyHandler(TOPICS).apply(tx, records)

        await lane.in_thread(fold)

    desk.restore = restore
    for expected in ([1], [1, 2]):
        await run_once(desk)
        assert seen == expected
        assert desk.wrong() == []


async def test_an_unknown_version_or_a_bug_rolls_back_and_ends_the_process() -> None:
    for error in (UnknownVersion("newer", "v 9"), ZeroDivisionError()):
        desk = Desk()
        desk.feed(VALUES[:5])

        def apply(tx: Tx, records: Sequence[Record], error: Exception = error) -> None:
            tx.emit(Out("events", b"k", b"never"))
            raise error

        desk.handler.apply = apply  # type: ignore[method-assign]
        assert await desk.failed() is error
        assert (desk.store.position(LANE), desk.store.pending(LANE, 9)) == (0, [])


async def test_a_former_owner_of_the_views_is_refused_and_ends() -> None:
    desk = Desk(partitions=1)
    desk.feed(VALUES[:5])
    failing = asyncio.create_task(desk.failed())
    await desk.folded()
    await eventually(lambda: desk.store.read("SELECT count(*) FROM thing WHERE seq > published") == [(0,)])
    await MemoryViewSender(desk.broker, "v0").start()
    desk.feed(VALUES[5:10])
    assert isinstance(await failing, Fenced)


async def test_a_rebalance_claims_again_and_goes_on() -> None:
    desk = Desk()
    desk.source = source = MemorySource(desk.broker, ["in"], "tiny")
    async with desk.running():
        for start in range(0, 50, 10):
            desk.feed(VALUES[start : start + 10])
            await desk.folded()
            source.rebalance()
        await eventually(lambda: epochs(desk) == 6)
    assert desk.wrong() == []


async def test_positions_answer_for_every_partition() -> None:
    desk = Desk()
    asked: list[Mapping[TopicPartition, int]] = []

    class Asking(MemorySource):
        async def start(self, positions: Positions | None) -> None:
            assert positions
            asked.append(await positions([LANE, TopicPartition("in", 1)]))
            await super().start(positions)

    desk.feed(VALUES[:5])
    await run_once(desk)
    desk.source = Asking(desk.broker, ["in"], "tiny")
    async with desk.running():
        await desk.folded()
    assert asked == [{LANE: 5, TopicPartition("in", 1): 0}]
