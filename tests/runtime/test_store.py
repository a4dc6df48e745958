"""What every store must do, on SQLite and on PostgreSQL."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager

import pytest

from services.runtime.exits import Fenced, OperatorNeeded
from services.runtime.records import Out, Record, TopicPartition
from services.runtime.sql_store import KEEP_SENT_S
from services.runtime.store import Store, Tx, expect_meta, record_hash
from tests.databases import Stores

TP = TopicPartition("in", 3)
SCHEMA = "CREATE TABLE IF NOT EXISTS note(id BIGINT PRIMARY KEY, text TEXT NOT NULL);"


class Clock:
    now = 1_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def store(stores: Stores, clock: Clock) -> Iterator[Store]:
    store = stores.open("tiny", SCHEMA, clock)
    yield store
    store.close()


def records(start: int, count: int, tp: TopicPartition = TP) -> list[Record]:
    return [Record(*tp, offset, 5000 + offset, b"k", b"%d" % offset) for offset in range(start, start + count)]


def emitted(store: Store, count: int = 3) -> None:
    claim = store.claim(TP, "me")
    with store.transaction(claim, records(claim.pos, count)) as tx:
        for n in range(count):
            tx.emit(Out("out", b"k%d" % n, b"%d" % n))


def test_a_lane_begins_at_nought_and_each_claim_has_a_new_epoch(store: Store) -> None:
    first, second = store.claim(TP, "a"), store.claim(TP, "b")
    assert (first.pos, first.last_hash, second.epoch) == (0, None, first.epoch + 1)
    assert store.position(TopicPartition("in", 4)) == 0


def test_a_transaction_moves_the_lane_and_keeps_the_last_hash(store: Store) -> None:
    claim = store.claim(TP, "me")
    with store.transaction(claim, records(0, 3)) as tx:
        tx.execute("INSERT INTO note(id, text) VALUES(?, ?)", (1, "one"))
        assert tx.lane == TP
    assert store.lane(TP) == (3, record_hash(records(2, 1)[0]))
    assert store.claim(TP, "next").pos == 3
    assert store.read("SELECT id, text FROM note") == [(1, "one")]


def _fail_after_writing(tx: Tx) -> None:
    tx.execute("INSERT INTO note(id, text) VALUES(1, 'one')")
    tx.emit(Out("out", b"k", b"v"))
    raise ZeroDivisionError


def test_a_body_that_raises_leaves_nothing(store: Store) -> None:
    claim = store.claim(TP, "me")
    with pytest.raises(ZeroDivisionError), store.transaction(claim, records(0, 3)) as tx:
        _fail_after_writing(tx)
    assert (store.position(TP), store.read("SELECT id FROM note"), store.pending(TP, 9)) == (0, [], [])
    with store.transaction(claim, records(0, 3)):
        pass
    assert store.position(TP) == 3


@pytest.mark.parametrize("start", [0, 2, 4], ids=["behind", "inside", "ahead"])
def test_records_that_do_not_begin_at_the_position_are_refused(store: Store, start: int) -> None:
    claim = store.claim(TP, "me")
    with store.transaction(claim, records(0, 3)):
        pass
    with pytest.raises(Fenced), store.transaction(claim, records(start, 3)) as tx:
        tx.emit(Out("out", b"k", b"never"))
    assert (store.position(TP), store.pending(TP, 9)) == (3, [])


def test_a_former_owner_can_do_nothing(store: Store) -> None:
    emitted(store)
    former = store.claim(TP, "former")
    store.claim(TP, "owner")
    attempts: list[Callable[[], AbstractContextManager[Tx]]] = [
        lambda: store.transaction(former, records(3, 1)),
        lambda: store.owned(former),
        lambda: store.restored(former, 9, None),
    ]
    for attempt in attempts:
        with pytest.raises(Fenced), attempt() as tx:
            tx.execute("INSERT INTO note(id, text) VALUES(1, 'zombie')")
    with pytest.raises(Fenced):
        store.mark_sent(former, 3, [])
    with pytest.raises(Fenced):
        store.resend(former)
    assert store.read("SELECT id FROM note") == []
    assert len(store.pending(TP, 9)) == 3


def test_lanes_do_not_touch_one_another(store: Store) -> None:
    other = TopicPartition("in", 4)
    mine, theirs = store.claim(TP, "me"), store.claim(other, "them")
    store.claim(TP, "me again")
    with store.transaction(theirs, records(0, 2, other)) as tx:
        tx.emit(Out("out", b"k", b"v"))
    assert (store.position(TP), store.position(other), store.pending(TP, 9)) == (0, 2, [])
    assert mine.epoch == 1


def test_outbox_rows_come_back_in_order_and_as_they_were(store: Store) -> None:
    outs = [
        Out("out", b"\xff", b"\x00", (("a", b"\xfe\x00"), ("a", b""))),
        Out("out", None, b"v", (), 7, 1_684_832_400_123),
        Out("other", b"k", None),
    ]
    claim = store.claim(TP, "me")
    with store.transaction(claim, records(0, 1)) as tx:
        for out in outs:
            tx.emit(out)
    rows = store.pending(TP, 9)
    assert [row.out for row in rows] == outs
    assert [row.n for row in rows] == sorted(row.n for row in rows)
    assert [row.out for row in store.pending(TP, 2)] == outs[:2]


def test_only_what_is_marked_is_no_longer_pending(store: Store) -> None:
    emitted(store)
    claim = store.claim(TP, "me")
    first, second, third = store.pending(TP, 9)
    store.mark_sent(claim, second.n, [(TopicPartition("out", 0), 11)])
    assert store.pending(TP, 9) == [third]
    assert store.out_marks(TP) == {TopicPartition("out", 0): 11}
    store.mark_sent(claim, first.n, [(TopicPartition("out", 0), 5), (TopicPartition("out", 1), 0)])
    assert store.out_marks(TP) == {TopicPartition("out", 0): 11, TopicPartition("out", 1): 0}


def test_sent_rows_can_be_sent_again_until_they_are_purged(store: Store, clock: Clock) -> None:
    emitted(store)
    claim = store.claim(TP, "me")
    before = store.pending(TP, 9)
    store.mark_sent(claim, before[-1].n, [(TopicPartition("out", 0), 2)])
    assert store.resend(claim) == 3
    assert store.pending(TP, 9) == before
    assert store.out_marks(TP) == {}
    store.mark_sent(claim, before[-1].n, [])
    clock.now += KEEP_SENT_S + 2
    store.mark_sent(claim, 0, [])
    assert store.resend(claim) == 0


def test_a_restore_moves_the_lane_from_where_it_was_claimed(store: Store) -> None:
    claim = store.claim(TP, "me")
    with store.restored(claim, 40, b"hash") as tx:
        tx.execute("INSERT INTO note(id, text) VALUES(1, 'restored')")
    assert store.lane(TP) == (40, b"hash")
    with pytest.raises(Fenced), store.restored(claim, 50, None):
        pass


def test_it_keeps_everything_when_it_is_opened_again(store: Store, stores: Stores) -> None:
    emitted(store)
    store.close()
    again = stores.open("tiny", SCHEMA)
    assert again.position(TP) == 3
    assert len(again.pending(TP, 9)) == 3
    again.close()


def test_text_sorts_by_its_bytes_and_may_hold_anything(store: Store) -> None:
    texts = ["b", "B", "a", "ä", "Z", "\0", "a\0", "-a", "ab", "%s", "?"]
    claim = store.claim(TP, "me")
    with store.transaction(claim, records(0, 1)) as tx:
        for n, text in enumerate(texts):
            tx.execute("INSERT INTO note(id, text) VALUES(?, ?)", (n, text))
        for n, text in enumerate(texts):
            assert tx.query("SELECT id FROM note WHERE text=?", (text,)) == [(n,)]
    found = [row[0] for row in store.read("SELECT text FROM note WHERE id NOT IN (5, 6) ORDER BY text")]
    assert found == sorted((text for text in texts if "\0" not in text), key=str.encode)


def test_a_store_is_for_one_service_and_generation(store: Store) -> None:
    expect_meta(store, {"service": "tiny", "generation": "1"})
    expect_meta(store, {"service": "tiny", "generation": "1"})
    with pytest.raises(OperatorNeeded, match="generation 1"):
        expect_meta(store, {"service": "tiny", "generation": "2"})


def test_the_hash_tells_records_apart() -> None:
    base = Record("t", 0, 0, 1, b"ab", b"c")
    others = [
        Record("t", 0, 0, 2, b"ab", b"c"), Record("t", 0, 0, 1, b"a", b"bc"), Record("t", 0, 0, 1, None, b"abc"),
        Record("t", 0, 0, 1, b"ab", None), Record("t", 0, 0, 1, b"", b"abc"),
    ]  # fmt: skip
    assert len({record_hash(record) for record in (base, *others)}) == 6
