"""The stored ledger does what the plain one does: the same decisions, the same rows, through any restart."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from schemas.codec import EVENTS
from schemas.events import IncidentEvent
from services.correlator.decide import decide
from services.correlator.fold import apply
from services.correlator.ledger import Cell, Deed, Hit, Ledger, Probe
from services.correlator.memory import MemoryLedger
from services.correlator.tables import SCHEMA, Recent, StoredLedger
from services.runtime.records import Out, TopicPartition
from services.runtime.store import Row, Tx
from tests.correlator.build import Desk
from tests.correlator.history import decided, history
from tests.databases import Stores, stores_of

TP = TopicPartition("news.reports", 0)


class Stored:
    """A ledger in a store."""

    def __init__(self, stores: Stores) -> None:
        self.store = stores.open("correlator", SCHEMA)
        self.claim = self.store.claim(TP, "test")
        self.recent = Recent()

    @contextmanager
    def ledger(self) -> Iterator[StoredLedger]:
        with self.store.owned(self.claim) as tx:
            yield StoredLedger(tx, self.recent)


@pytest.fixture
def stored(stores: Stores) -> Iterator[Stored]:
    found = Stored(stores)
    yield found
    found.store.close()


@pytest.fixture(params=["memory", "stored"])
def ledger(request: pytest.FixtureRequest, stored: Stored) -> Iterator[Ledger]:
    if request.param == "memory":
        yield MemoryLedger()
        return
    with stored.ledger() as found:
        yield found


def same(one: Ledger, other: Ledger, events: list[IncidentEvent]) -> None:
    """Every row that the history can have touched."""
    incidents = {event.incident for event in events if event.incident}
    for incident in incidents:
        assert one.incident(incident) == other.incident(incident)
        assert one.members(incident) == other.members(incident)
    for event in events:
        assert one.command("main", event.cause.id) == other.command("main", event.cause.id)
    for article in {p.article for incident in incidents for p in one.members(incident)} | {"05 shelled", "b"}:
        assert one.article("main", article) == other.article("main", article)
        assert one.placements("main", article) == other.placements("main", article)
    assert one.counter(0) == other.counter(0)
    assert one.clock("main") == other.clock("main")


@pytest.mark.parametrize("forgetful", [False, True], ids=["cached", "forgetful"])
def test_the_stored_ledger_decides_as_the_plain_one(stored: Stored, forgetful: bool) -> None:
    plain = Desk()
    events: list[IncidentEvent] = []
    for record in history():
        stamp = plain.stamp(record)
        with stored.ledger() as ledger:
            made = decide(ledger, record, stamp)
            for event in made:
                apply(ledger, event)
        assert list(made) == plain.feed(record)
        events += made
        if forgetful:
            stored.recent.clear()
    with stored.ledger() as ledger:
        same(ledger, plain.ledger, events)


def test_the_history_touches_every_kind_of_event_but_pins() -> None:
    assert {event.type for event in decided().events} == {
        "report_recorded", "report_replaced", "report_withdrawn", "report_moved", "report_unlinked", "incident_merged",
        "incident_split", "incident_renamed", "fact_reviewed", "command_rejected",
    }  # fmt: skip


def test_a_ledger_is_restored_from_encoded_events(stored: Stored) -> None:
    desk = decided()
    with stored.ledger() as ledger:
        for event in desk.events:
            apply(ledger, EVENTS.decode(EVENTS.encode(event)))
        same(ledger, desk.ledger, desk.events)


def test_near_gives_the_nearest_days_first_and_no_more_than_asked(ledger: Ledger) -> None:
    for day, name in ((10, "a"), (12, "b"), (8, "c"), (30, "d"), (12, "e")):
        ledger.add_cells("main", name, [Cell("p:osk", day)])
    ledger.add_cells("other", "x", [Cell("p:osk", 10)])
    assert ledger.near("main", Probe("p:osk", 11, 5, 9)) == [Hit("a", 10), Hit("b", 12), Hit("e", 12), Hit("c", 8)]
    assert ledger.near("main", Probe("p:osk", 11, 5, 2)) == [Hit("a", 10), Hit("b", 12)]
    ledger.clear_cells("main", "a")
    assert ledger.near("main", Probe("p:osk", 11, 5, 1)) == [Hit("b", 12)]
    assert ledger.near("main", Probe("p:nowhere", 11, 5, 1)) == []


def test_ties_have_no_direction_and_can_be_taken_back(ledger: Ledger) -> None:
    ledger.put_tie("main", "b", "a", "cannot")
    assert ledger.tie("main", "a", "b") == "cannot"
    ledger.put_tie("main", "a", "b", "must")
    assert ledger.tie("main", "b", "a") == "must"
    ledger.put_tie("main", "a", "b", None)
    assert ledger.tie("main", "a", "b") is None


def test_deeds_keep_their_order(ledger: Ledger) -> None:
    assert ledger.command("main", "c") is None
    deeds = [Deed(type=f"t{n}", incident="i") for n in range(12)]
    for deed in deeds:
        ledger.put_deed("main", "c", deed)
    assert ledger.command("main", "c") == deeds
    assert ledger.command("other", "c") is None


def test_a_new_ledger_is_empty(ledger: Ledger) -> None:
    assert ledger.counter(0) == 0
    assert ledger.clock("main") is None
    assert ledger.article("main", "a") is None
    assert ledger.incident("i") is None
    assert ledger.placed("main", "g") is None
    assert ledger.alike("main", [], 5) == []
    assert ledger.text_family("main", "f") == []


def test_no_statement_scans_a_desk(tmp_path: Path) -> None:
    """Flat cost: every look-up names more of an index than the desk. SQLite tells its plan without statistics."""
    stored = Stored(stores_of("sqlite", tmp_path, str))
    seen: set[str] = set()
    with stored.ledger() as ledger:
        desk = Desk(StoredLedger(Watched(ledger.tx, seen)))
        desk.feed(*history())
        plans = {
            (statement, plan[3])
            for statement in seen
            for plan in ledger.tx.query(f"EXPLAIN QUERY PLAN {statement}", ("",) * statement.count("?"))
        }
    searches = {(statement, plan) for statement, plan in plans if plan.startswith(("SCAN", "SEARCH"))}
    assert len(searches) >= 10
    stored.store.close()
    bounded = ("SCAN onwards", "SCAN backwards")  # what a look-up with a limit gave
    bad = {
        (s, p)
        for s, p in searches
        if (p.startswith("SCAN") and p not in bounded) or (p.endswith("(desk=?)") and "FROM desk" not in s)
    }
    assert not bad


@dataclass(frozen=True)
class Watched:
    """A transaction that remembers what it was asked."""

    tx: Tx
    seen: set[str]

    @property
    def lane(self) -> TopicPartition:
        return self.tx.lane

    def execute(self, sql: str, parameters: Sequence[Any] = ()) -> int:
        self.seen.add(sql)
        return self.tx.execute(sql, parameters)

    def many(self, sql: str, rows: Sequence[Sequence[Any]]) -> None:
        self.seen.add(sql)
        self.tx.many(sql, rows)

    def query(self, sql: str, parameters: Sequence[Any] = ()) -> list[Row]:
        self.seen.add(sql)
        return self.tx.query(sql, parameters)

    def emit(self, out: Out) -> None:
        self.tx.emit(out)
