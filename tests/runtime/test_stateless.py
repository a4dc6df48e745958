"""The stateless pump on memory: a window that finishes out of order and commits in order; whose fault it was."""

import asyncio
from collections.abc import Sequence

import pytest

from schemas.errors import InvalidRecord
from services.runtime.exits import Bug, TryAgain
from services.runtime.memory import MemoryBroker, MemoryPublisher
from services.runtime.publish import Acked
from services.runtime.records import Out, Record, TopicPartition
from services.runtime.slots import SlotFailure
from services.runtime.source_memory import MemorySource
from services.runtime.stateless import Parse, StatelessParts, StatelessPump
from tests.eventually import eventually

LANE = TopicPartition("in", 0)
WINDOW = 4


class Desk:
    def __init__(self, parse: Parse) -> None:
        self.broker = MemoryBroker({"in": 1, "out": 1, "dead": 1}, lambda: 7)
        self.parse = parse
        self.source = MemorySource(self.broker, ["in"], "g")
        self.publisher = MemoryPublisher(self.broker)

    def feed(self, *values: bytes) -> None:
        for value in values:
            self.broker.append(Out("in", b"k", value))

    async def run(self) -> None:
        parts = StatelessParts(self.source, self.parse, self.publisher, "dead", WINDOW)
        async with asyncio.timeout(10):
            await StatelessPump("parser", parts).run()

    def values(self, topic: str) -> list[bytes | None]:
        return [record.value for record in self.broker.topic(topic)]

    @property
    def committed(self) -> int:
        return self.broker.groups["g"].committed.get(LANE, 0)


class Hands:
    """Parses what the test lets it parse."""

    def __init__(self) -> None:
        self.working: list[bytes] = []
        self._doors: dict[bytes, asyncio.Event] = {}

    async def __call__(self, record: Record) -> Sequence[Out]:
        value = record.value or b""
        self.working.append(value)
        await self._door(value).wait()
        self.working.remove(value)
        return [Out("out", b"k", value)]

    def _door(self, value: bytes) -> asyncio.Event:
        return self._doors.setdefault(value, asyncio.Event())

    def let(self, *values: bytes) -> None:
        for value in values:
            self._door(value).set()


async def test_the_window_is_worked_on_at_once_and_only_the_prefix_is_committed() -> None:
    hands = Hands()
    desk = Desk(hands)
    desk.feed(*(b"%d" % n for n in range(8)))
    running = asyncio.create_task(desk.run())
    await eventually(lambda: len(hands.working) == WINDOW)
    hands.let(b"1", b"3")
    await eventually(lambda: desk.values("out") == [b"1", b"3"] and len(hands.working) == WINDOW)
    assert desk.committed == 0
    hands.let(b"0")
    await eventually(lambda: desk.committed == 2)
    hands.let(*(b"%d" % n for n in range(8)))
    await eventually(lambda: desk.committed == 8)
    desk.source.stop()
    await running
    assert sorted(v for v in desk.values("out") if v) == [b"%d" % n for n in range(8)]


async def test_a_stop_finishes_what_is_in_work() -> None:
    hands = Hands()
    desk = Desk(hands)
    desk.feed(b"0", b"1")
    running = asyncio.create_task(desk.run())
    await eventually(lambda: len(hands.working) == 2)
    desk.source.stop()
    hands.let(b"0", b"1")
    await running
    assert (desk.values("out"), desk.committed) == ([b"0", b"1"], 2)


async def test_nothing_is_done_before_it_is_acknowledged() -> None:
    class Refusing(MemoryPublisher):
        async def send(self, outs: Sequence[Out]) -> Acked:
            raise TryAgain("not acknowledged")

    hands = Hands()
    desk = Desk(hands)
    desk.publisher = Refusing(desk.broker)
    desk.feed(b"0", b"1")
    hands.let(b"0", b"1")
    with pytest.raises(ExceptionGroup) as caught:
        await desk.run()
    assert caught.group_contains(TryAgain)
    assert desk.committed == 0


async def odd(record: Record) -> Sequence[Out]:
    """Three ways to fail, told by the value."""
    if record.value == b"junk":
        raise InvalidRecord("not-json", "junk")
    if record.value == b"bug":
        raise ZeroDivisionError("oops")
    if record.value == b"hang":
        raise SlotFailure("timeout", "too long")
    return [Out("out", b"k", record.value)]


async def finished(desk: Desk, count: int) -> None:
    running = asyncio.create_task(desk.run())
    await eventually(lambda: running.done() or desk.committed == count)
    desk.source.stop()
    await running


async def test_every_failure_is_a_dead_letter_with_its_reason_and_the_position_goes_on() -> None:
    desk = Desk(odd)
    desk.feed(b"a", b"junk", b"bug", b"hang", b"b")
    await finished(desk, 5)
    dead = {dict(r.headers)["sitrep_reason"]: (r.value, dict(r.headers)) for r in desk.broker.topic("dead")}
    assert {reason: value for reason, (value, _) in dead.items()} == {
        b"not-json": b"junk", b"failed": b"bug", b"timeout": b"hang"
    }  # fmt: skip
    assert dead[b"failed"][1]["sitrep_error"] == b"ZeroDivisionError: oops"
    assert {headers["sitrep_stage"] for _, headers in dead.values()} == {b"parser"}
    assert desk.values("out") == [b"a", b"b"]


async def test_strangers_junk_never_stops_the_desk() -> None:
    desk = Desk(odd)
    desk.feed(*[b"junk"] * 300, *[b"hang"] * 300)
    await finished(desk, 600)
    assert len(desk.values("dead")) == 600


async def test_our_own_failures_stop_it_when_they_flood() -> None:
    desk = Desk(odd)
    desk.feed(*[b"bug"] * 100)
    with pytest.raises(ExceptionGroup) as caught:
        await desk.run()
    assert caught.group_contains(Bug)
    assert len(desk.values("dead")) < 25
    assert desk.committed < 25


async def test_a_record_handed_out_again_is_not_worked_on_twice() -> None:
    hands = Hands()
    desk = Desk(hands)
    desk.feed(b"0", b"1")
    running = asyncio.create_task(desk.run())
    await eventually(lambda: len(hands.working) == 2)
    desk.source._next[LANE] = 0
    desk.feed(b"2")
    await eventually(lambda: len(hands.working) == 3)
    assert sorted(hands.working) == [b"0", b"1", b"2"]
    hands.let(b"0", b"1", b"2")
    await eventually(lambda: desk.committed == 3)
    desk.source.stop()
    await running


async def test_work_of_an_older_generation_commits_nothing() -> None:
    hands = Hands()
    desk = Desk(hands)
    desk.feed(b"0")
    running = asyncio.create_task(desk.run())
    await eventually(lambda: len(hands.working) == 1)
    desk.source.rebalance()
    await eventually(lambda: len(hands.working) == 2)
    assert hands.working == [b"0", b"0"]
    hands.let(b"0")
    await eventually(lambda: len(desk.values("out")) == 2)
    assert desk.committed == 1
    desk.source.stop()
    await running
