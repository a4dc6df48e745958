"""Building a store anew out of the log, beside the one in use, and putting it in its place at once.

Silent: what the fold emits is dropped, because the former owner sent it, and what that one had not sent yet comes over
with its outbox. So the fold ends where the former store stood, and a service that starts afterwards goes on from there
as if nothing had happened. Interrupted at any moment, the store in use is as it was.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from services.runtime.exits import OperatorNeeded, TryAgain
from services.runtime.lanes import check_log
from services.runtime.pump import StatefulHandler
from services.runtime.records import Out, Record, TopicPartition
from services.runtime.sources import LogReader
from services.runtime.store import Claim, Row, Store, Tx

CHUNK = 200
OWNER = "rebuild"
Lanes = Mapping[TopicPartition, tuple[int, bytes | None]]
"""Position and hash of the record before it, by lane."""
Told = Callable[[int], None]
"""Gets how many more records were folded."""

CARRY = (
    # What was sent and not, so that nothing is lost and a log that lost its tail can be sent it again.
    "INSERT INTO {new}.outbox(lane_topic, lane_part, out_topic, out_part, key, value, headers, ts, sent_at)"
    " SELECT lane_topic, lane_part, out_topic, out_part, key, value, headers, ts, sent_at FROM {old}.outbox ORDER BY n",
    "INSERT INTO {new}.out_mark SELECT * FROM {old}.out_mark",
    "INSERT INTO {new}.meta SELECT * FROM {old}.meta",
    # Whoever owns a lane of the former store is fenced.
    "UPDATE {new}.lane SET epoch=1+(SELECT o.epoch FROM {old}.lane o WHERE o.topic=lane.topic AND o.part=lane.part)"
    " WHERE EXISTS(SELECT 1 FROM {old}.lane o WHERE o.topic=lane.topic AND o.part=lane.part)",
)
"""Statements that bring over what the log does not hold. {new} and {old} are the names of the two schemas."""


class Beside(Protocol):
    """The place of a store in which another one is built. Used by `with`: what was not put in place is dropped."""

    @property
    def fresh(self) -> Store:
        """The new store, empty."""
        ...

    def lanes(self) -> Lanes | None:
        """Where the store in use stands; None: there is none that can be read."""
        ...

    def put_in_place(self, carry: Sequence[str], expected: Lanes) -> bool:
        """Run the statements and take the place of the store in use, all or nothing. False, and nothing was done: its
        lanes have moved beyond `expected`. `fresh` cannot be used afterwards."""
        ...


class Silent:
    """A transaction that sends nothing."""

    def __init__(self, tx: Tx) -> None:
        self._tx = tx

    @property
    def lane(self) -> TopicPartition:
        return self._tx.lane

    def execute(self, sql: str, parameters: Sequence[Any] = ()) -> int:
        return self._tx.execute(sql, parameters)

    def many(self, sql: str, rows: Sequence[Sequence[Any]]) -> None:
        self._tx.many(sql, rows)

    def query(self, sql: str, parameters: Sequence[Any] = ()) -> list[Row]:
        return self._tx.query(sql, parameters)

    def emit(self, out: Out) -> None:
        """It was sent by whoever folded this first."""


@dataclass(frozen=True)
class Rebuild:
    """`fallback`: how far the log was folded and everything of it sent, by lane: asked where the store in use cannot
    be read. `carry` = the service's own statements, run after CARRY."""

    beside: Beside
    handler: StatefulHandler
    log: LogReader
    fallback: Mapping[TopicPartition, int]
    carry: Sequence[str] = ()

    async def run(self, folded: Told) -> None:
        """Raises OperatorNeeded where the log is not the one that was folded, or has lost its beginning."""
        while True:
            former = self.beside.lanes()
            upto = {tp: pos for tp, (pos, _) in former.items()} if former is not None else self.fallback
            for tp in sorted(upto):
                await self._lane(tp, upto[tp], former, folded)
            self.handler.forget()
            statements = [*CARRY, *self.carry] if former is not None else []
            if self.beside.put_in_place(statements, former or {}):
                return

    async def _lane(self, tp: TopicPartition, upto: int, former: Lanes | None, folded: Told) -> None:
        claim = self.beside.fresh.claim(tp, OWNER)
        pos = claim.pos
        if pos == upto:
            return
        if former is not None:
            await check_log(self.log, tp, *former[tp])
        start, end = await self.log.bounds(tp)
        if start > pos:
            raise OperatorNeeded(f"{tp.topic}/{tp.partition} begins at {start}: what lay before cannot be folded again")
        chunk: list[Record] = []
        async for record in self.log.read(tp, pos, min(upto, end)):
            chunk.append(record)
            if len(chunk) == CHUNK:
                claim = self._fold(claim, chunk, folded)
                chunk = []
        if chunk:
            self._fold(claim, chunk, folded)

    def _fold(self, claim: Claim, chunk: Sequence[Record], folded: Told) -> Claim:
        expected = range(claim.pos, claim.pos + len(chunk))
        if [record.offset for record in chunk] != list(expected):
            raise TryAgain(f"{claim.tp.topic}/{claim.tp.partition}: gap behind {claim.pos}")
        try:
            with self.beside.fresh.transaction(claim, chunk) as tx:
                self.handler.apply(Silent(tx), chunk)
        except BaseException:
            self.handler.forget()
            raise
        folded(len(chunk))
        return Claim(claim.tp, claim.epoch, chunk[-1].offset + 1, None)
