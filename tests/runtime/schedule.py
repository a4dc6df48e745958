"""Seeded schedules: two owners of the same lanes, stepped one at a time, stalled, crashed, with sends that fail.

Every effect of the pump passes a gate. The scheduler opens one gate at a time; an owner whose gates stay shut is a
process that was stopped (a zombie, if it goes on later) or killed (if it never does).
"""

import asyncio
import random
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from services.runtime.exits import Exit, TryAgain
from services.runtime.memory import MemoryBroker, MemoryLog, MemoryPublisher, MemoryViewSender
from services.runtime.publish import Acked, ViewSender
from services.runtime.pump import Parts, StatefulPump
from services.runtime.records import Out, Record, TopicPartition
from services.runtime.source_memory import MemorySource
from services.runtime.sql_store import SqlStore
from services.runtime.sqlite_store import SqliteStore
from tests.runtime.desk import TOPICS, broker
from tests.runtime.tiny import POISON, SCHEMA, TinyHandler, TinyViews, differences, oracle, stored

T = TypeVar("T")
LANES = 2
TOO_LONG = 5_000


class Owner:
    """A process: a pump whose effects wait at gates."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.dead = False
        self.stopped_until = 0
        self.gates: list[asyncio.Future[None]] = []
        self.at_views: set[asyncio.Future[None]] = set()
        self.task: asyncio.Task[None] | None = None

    async def gate(self, at_view: bool = False) -> None:
        if self.dead:
            raise asyncio.CancelledError
        opened = asyncio.get_running_loop().create_future()
        self.gates.append(opened)
        if at_view:
            self.at_views.add(opened)
        try:
            await opened
        finally:
            if opened in self.gates:  # cancelled while it waited
                self.gates.remove(opened)

    def open(self, gate: "asyncio.Future[None]") -> None:
        self.gates.remove(gate)
        gate.set_result(None)

    @property
    def ended(self) -> bool:
        return self.task is None or self.task.done()

    async def in_thread(self, work: Callable[[], T], /) -> T:
        await self.gate()
        result = work()
        await self.gate()  # done, but the answer may get lost
        return result


class Publisher(MemoryPublisher):
    """Each record passes a gate of its own; now and then one does not arrive, those after it do."""

    def __init__(self, world: "World", owner: Owner) -> None:
        super().__init__(world.broker)
        self._world = world
        self._owner = owner

    async def send(self, outs: Sequence[Out]) -> Acked:
        acked: Acked = []
        lost = False
        for out in outs:
            await self._owner.gate()
            if self._world.loses_a_send():
                lost = True
            else:
                acked += await super().send([out])
        await self._owner.gate()
        if lost and not self._world.rules.hides_lost_sends:
            raise TryAgain("not acknowledged")
        return acked


class Sender(MemoryViewSender):
    def __init__(self, world: "World", owner: Owner, lane: TopicPartition) -> None:
        super().__init__(world.broker, f"view-{lane.partition}")
        self._world = world
        self._owner = owner

    async def start(self) -> None:
        await self._owner.gate()
        await super().start()
        await self._owner.gate()

    async def send(self, outs: Sequence[Out]) -> None:
        await self._owner.gate(at_view=True)
        if not self._world.rules.fences_views:
            await super().start()
        await super().send(outs)
        await self._owner.gate()


class Log(MemoryLog):
    def __init__(self, world: "World", owner: Owner) -> None:
        super().__init__(world.broker)
        self._owner = owner

    async def bounds(self, tp: TopicPartition) -> tuple[int, int]:
        await self._owner.gate()
        return await super().bounds(tp)

    async def read(self, tp: TopicPartition, start: int, end: int) -> AsyncIterator[Record]:
        await self._owner.gate()
        async for record in super().read(tp, start, end):
            yield record


class TakesTheirWord(SqlStore):
    """Of a store: it believes whoever says that the lane is his."""

    ADVANCE = "UPDATE lane SET pos=?, last_hash=? WHERE topic=? AND part=? AND ? IS NOT NULL AND ? IS NOT NULL"
    OWNED = "UPDATE lane SET owner=owner WHERE topic=? AND part=? AND ? IS NOT NULL"


class NoCompareAndSet(TakesTheirWord, SqliteStore):
    """The mistake, on SQLite."""


@dataclass(frozen=True)
class Rules:
    """What a schedule is played with; the defaults are ours, each change is a mistake the suite must see."""

    store: type[SqliteStore] = SqliteStore
    hides_lost_sends: bool = False
    fences_views: bool = True


@dataclass
class Budget:
    """How much may go wrong in one schedule."""

    crashes: int = 3
    starts: int = 4
    lost_sends: int = 2


@dataclass
class World:
    """One schedule: everything in it follows from the seed."""

    seed: int
    rules: Rules
    inputs: int = 16
    broker: MemoryBroker = field(default_factory=lambda: broker(LANES))
    budget: Budget = field(default_factory=Budget)

    def __post_init__(self) -> None:
        self.random = random.Random(self.seed)
        self.feeding = self.random.choice((0.02, 0.1, 0.5))
        self.store = self.rules.store(None, SCHEMA)
        self.owners: list[Owner] = []
        self.problems: list[str] = []
        self.fed = 0
        self.turns = 0
        self.started = 0
        self.graveyard: list[Owner] = []
        self._checked: dict[TopicPartition, int] = {}

    def loses_a_send(self) -> bool:
        lost = self.budget.lost_sends > 0 and self.random.random() < 0.05
        self.budget.lost_sends -= lost
        return lost

    def feed(self) -> None:
        self.fed += 1
        lane, key = self.random.randrange(LANES), self.random.randrange(2)
        value = POISON if self.random.random() < 0.1 else b"%d" % self.fed
        self.broker.append(Out("in", b"%d-%d" % (lane, key), value, partition=lane))

    def start(self) -> None:
        self.started += 1
        owner = Owner(f"owner {self.started}")
        parts = Parts(
            MemorySource(self.broker, ["in"], owner.name),  # a group of its own: a zombie does not hear of the others
            self.store, TinyHandler(TOPICS), Publisher(self, owner), Log(self, owner), owner.in_thread,
            views=TinyViews(TOPICS), sender=self._sender(owner),
        )  # fmt: skip
        owner.task = asyncio.create_task(StatefulPump("tiny", parts).run())
        self.owners.append(owner)

    def _sender(self, owner: Owner) -> Callable[[TopicPartition], ViewSender]:
        return lambda lane: Sender(self, owner, lane)

    async def play(self) -> list[str]:
        """What was wrong, while it ran and at rest."""
        self.start()
        self.start()
        favourite = self.owners[0]
        while await self._turn(favourite):
            if self.owners and self.random.random() < 0.15:
                favourite = self.random.choice(self.owners)
        self._check_rest()
        await self._end()
        return self.problems

    async def _turn(self, favourite: Owner) -> bool:
        """One step of one owner, or of the world; False at rest."""
        await settled()
        self._collect()
        self.turns += 1
        waiting = [owner for owner in self.owners if owner.gates and not owner.dead]
        able = [owner for owner in waiting if owner.stopped_until <= self.turns] or waiting
        if self.fed < self.inputs and (not able or self.random.random() < self.feeding):
            self.feed()
            return True
        if not able:
            return self._revived()
        self._step(favourite if favourite in able else self.random.choice(able))
        return True

    def _step(self, owner: Owner) -> None:
        """Open a gate, or stop or kill the owner in front of it: more often where it is about to send a view."""
        gate = self.random.choice(owner.gates)
        stops = 0.3 if gate in owner.at_views else 0.03
        if self.budget.crashes and self.random.random() < 0.03:
            self.budget.crashes -= 1
            owner.dead = True
        elif self.random.random() < stops:
            owner.stopped_until = self.turns + self.random.randrange(300)
        else:
            owner.open(gate)
        self._check_commits()

    def _collect(self) -> None:
        """An owner that ended is started again, as a supervisor does; anything but TryAgain is wrong."""
        for owner in [owner for owner in self.owners if owner.ended or owner.dead]:
            if owner.ended and owner.task and (error := ending(owner.task)) and not isinstance(error, TryAgain):
                self.problems.append(f"{owner.name} ended by {error!r}")
            self._replace(owner)

    def _replace(self, owner: Owner) -> None:
        self.owners.remove(owner)
        self.graveyard.append(owner)
        if self.budget.starts:
            self.budget.starts -= 1
            self.start()

    def _revived(self) -> bool:
        """Nobody can move: at rest if an owner lives and all is done, else one more comes."""
        if self.owners and self._complete():
            return False
        if self.turns < TOO_LONG:
            self.start()
            return True
        self.problems.append("stuck")
        return False

    def _complete(self) -> bool:
        lanes = self.broker.tps("in")
        folded = all(self.store.position(lane) == self.broker.bounds(lane)[1] for lane in lanes)
        clean = not any(self.store.pending(lane, 1) for lane in lanes)
        return folded and clean and self.store.read("SELECT count(*) FROM thing WHERE seq > published") == [(0,)]

    def _check_commits(self) -> None:
        """T1: after every commit the store is the fold of what its lanes have passed."""
        positions = {lane: self.store.position(lane) for lane in self.broker.tps("in")}
        if positions == self._checked:
            return
        self._checked = positions
        passed = [record for lane, pos in positions.items() for record in self.broker.records(lane, 0, pos)]
        if stored(self.store) != oracle(passed).final:
            self.problems.append(f"at {positions} the store is not the fold")

    def _check_rest(self) -> None:
        truth = oracle(self.broker.topic("in"))
        self.problems += differences(truth, *(self.broker.topic(name) for name in ("events", "views", "dead")))

    async def _end(self) -> None:
        every = [*self.owners, *self.graveyard]
        for owner in every:
            owner.dead = True
        tasks: list[asyncio.Task[Any]] = [owner.task for owner in every if owner.task]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        self.store.close()


def ending(task: "asyncio.Task[None]") -> BaseException | None:
    """Why a task ended: the one error in its group."""
    if task.cancelled():
        return None
    error = task.exception()
    while isinstance(error, BaseExceptionGroup):
        error = sorted(error.exceptions, key=lambda each: not isinstance(each, Exit))[0]
    return error


async def settled() -> None:
    """Until every task waits: the loop has nothing more to run than us."""
    ready: Any = getattr(asyncio.get_running_loop(), "_ready")  # noqa: B009
    await asyncio.sleep(0)
    while ready:  # noqa: ASYNC110  there is no event for "nothing to do"
        await asyncio.sleep(0)
