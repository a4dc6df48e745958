"""Restoring a ledger from the correlator's own decisions in news.events: a dropped store, an old backup, a new machine.

At each claim the events after the last ones known to be published are read. Decisions beyond the ledger's own are
folded, as far as they are contiguous and complete; whatever follows is decided anew, to the same events.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import structlog

from schemas.codec import EVENTS
from schemas.events import IncidentEvent
from schemas.topics import TOPICS
from services.correlator.drafts import algorithm_version
from services.correlator.fold import apply
from services.correlator.tables import StoredLedger
from services.runtime.exits import OperatorNeeded
from services.runtime.lanes import Restoring
from services.runtime.records import TopicPartition
from services.runtime.sources import record_at
from services.runtime.store import record_hash

log = structlog.get_logger()
Decisions = Mapping[int, Mapping[int, bytes]]
"""Encoded events by decision number and part."""


def complete_prefix(decisions: Decisions, after: int) -> list[IncidentEvent]:
    """The events of the decisions that follow `after` without a hole, in order."""
    found: list[IncidentEvent] = []
    n = after + 1
    while n in decisions:
        parts = [EVENTS.decode(decisions[n][part]) for part in sorted(decisions[n])]
        if len(parts) != parts[0].decision.of:
            break
        found += parts
        n += 1
    return found


def check_version(decisions: Decisions, last: int) -> None:
    """Decisions beyond the prefix will be made again: only the version that made them makes the same ones."""
    for n in sorted(decisions):
        if n > last:
            other = EVENTS.decode(next(iter(decisions[n].values()))).decision.version
            if other != algorithm_version():
                raise OperatorNeeded(
                    f"decision {n} was made by version {other} and is published in part; run that version once to drain"
                )


@dataclass(frozen=True)
class Restore:
    """The hook of the runtime. `events` = full name of the topic."""

    events: str
    partitions: int = field(default_factory=lambda: TOPICS["events"].partitions)

    async def __call__(self, lane: Restoring) -> None:
        counter = await lane.in_thread(lambda: self._counter(lane))
        decisions = await self._read(lane, counter)
        told = complete_prefix(decisions, counter)
        check_version(decisions, told[-1].decision.n if told else counter)
        if told:
            await self._fold(lane, told)

    def _counter(self, lane: Restoring) -> int:
        rows = lane.store.read("SELECT n FROM counter WHERE lane_part=?", (lane.claim.tp.partition,))
        return int(rows[0][0]) if rows else 0

    async def _read(self, lane: Restoring, counter: int) -> Decisions:
        """Decisions of this lane that the ledger has not made, from the last published offsets to the end."""
        marks = await lane.in_thread(lambda: lane.store.out_marks(lane.claim.tp))
        found: dict[int, dict[int, bytes]] = defaultdict(dict)
        for partition in range(self.partitions):
            tp = TopicPartition(self.events, partition)
            start, end = await lane.log.bounds(tp)
            async for record in lane.log.read(tp, max(start, marks.get(tp, -1) + 1), end):
                event = EVENTS.decode(record.value)
                made = event.decision
                if made.lane == lane.claim.tp.partition and made.n > counter and record.value is not None:
                    found[made.n].setdefault(made.part, record.value)
        return found

    async def _fold(self, lane: Restoring, told: Sequence[IncidentEvent]) -> None:
        claim, cause = lane.claim, told[-1].cause
        last = await record_at(lane.log, claim.tp, cause.offset)
        if last is None or cause.topic != claim.tp.topic:
            raise OperatorNeeded(f"{cause.topic}/{cause.partition}: {cause.offset} was decided, but is not in the log")

        def write() -> None:
            with lane.store.restored(claim, cause.offset + 1, record_hash(last)) as tx:
                ledger = StoredLedger(tx)
                for event in told:
                    apply(ledger, event)

        await lane.in_thread(write)
        log.info("restored", partition=claim.tp.partition, events=len(told), pos=cause.offset + 1)
