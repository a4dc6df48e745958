"""A small stateful service with a fold that depends on order, and the oracle that says what must come out."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from services.runtime.dead_letters import dead_letter
from services.runtime.publish import Mark
from services.runtime.records import Out, Record, TopicPartition
from services.runtime.store import Claim, Store, Tx

SCHEMA = """
CREATE TABLE IF NOT EXISTS thing(
  id BYTEA PRIMARY KEY, part BIGINT NOT NULL, seq BIGINT NOT NULL, digest TEXT NOT NULL, published BIGINT NOT NULL);
"""
State = tuple[int, str]
START: State = (0, "")
POISON = b"poison"


def step(before: State, value: bytes) -> State:
    """One more, and a digest of all so far in their order."""
    return before[0] + 1, hashlib.sha1(before[1].encode() + value).hexdigest()


def body(state: State) -> bytes:
    return json.dumps(state).encode()


def state_of(value: bytes | None) -> State:
    seq, digest = json.loads(value or b"null")
    return seq, digest


@dataclass(frozen=True)
class Topics:
    """Full names; events and views have the partitions of the input."""

    input: str
    events: str
    views: str
    dead: str


class TinyHandler:
    """Folds each key; an event for each record, a dead letter for poison."""

    def __init__(self, topics: Topics) -> None:
        self._topics = topics
        self._cache: dict[bytes, State] = {}

    def forget(self) -> None:
        self._cache.clear()

    def apply(self, tx: Tx, records: Sequence[Record]) -> None:
        for record in records:
            if record.value is None or record.key is None or record.value == POISON:
                tx.emit(dead_letter(record, self._topics.dead, stage="tiny", reason="poison", error="as told"))
                continue
            after = step(self._state(tx, record.key), record.value)
            self._cache[record.key] = after
            tx.execute(
                "INSERT INTO thing(id, part, seq, digest, published) VALUES(?, ?, ?, ?, 0)"
                " ON CONFLICT(id) DO UPDATE SET seq=excluded.seq, digest=excluded.digest",
                (record.key, record.partition, *after),
            )
            tx.emit(Out(self._topics.events, record.key, body(after), partition=record.partition))

    def _state(self, tx: Tx, key: bytes) -> State:
        if key not in self._cache:
            rows = tx.query("SELECT seq, digest FROM thing WHERE id=?", (key,))
            self._cache[key] = (rows[0][0], rows[0][1]) if rows else START
        return self._cache[key]


class TinyViews:
    def __init__(self, topics: Topics) -> None:
        self._topic = topics.views

    def dirty(self, store: Store, tp: TopicPartition, limit: int) -> Sequence[tuple[str, int, Out]]:
        rows = store.read("SELECT id, seq, digest FROM thing WHERE part=? AND seq > published LIMIT ?", (tp[1], limit))
        return [
            (key.decode(), seq, Out(self._topic, key, body((seq, digest)), partition=tp[1]))
            for key, seq, digest in rows
        ]

    def published(self, store: Store, claim: Claim, marks: Sequence[Mark]) -> None:
        with store.owned(claim) as tx:
            for key, seq in marks:
                tx.execute("UPDATE thing SET published=? WHERE id=? AND published<?", (seq, key.encode(), seq))


@dataclass(frozen=True)
class Truth:
    """What the input as it stands must come to: every state of every key, and how many were dead."""

    history: Mapping[bytes, Sequence[State]]
    dead: int

    @property
    def final(self) -> dict[bytes, State]:
        return {key: states[-1] for key, states in self.history.items()}


def oracle(records: Iterable[Record]) -> Truth:
    """The pure fold of the log; records partition by partition, in order."""
    history: dict[bytes, list[State]] = {}
    dead = 0
    for record in records:
        if record.value is None or record.key is None or record.value == POISON:
            dead += 1
            continue
        states = history.setdefault(record.key, [])
        states.append(step(states[-1] if states else START, record.value))
    return Truth(history, dead)


def stored(store: Store) -> dict[bytes, State]:
    return {key: (seq, digest) for key, seq, digest in store.read("SELECT id, seq, digest FROM thing")}


def differences(truth: Truth, events: Sequence[Record], views: Sequence[Record], dead: Sequence[Record]) -> list[str]:
    """What is wrong with the output, one line each; events and views partition by partition, in order."""
    wrong = []
    seen: dict[bytes, set[int]] = {}
    for record in events:
        assert record.key is not None
        seq, digest = state_of(record.value)
        history = truth.history.get(record.key, ())
        if seq > len(history) or history[seq - 1][1] != digest:
            wrong.append(f"event {record.key!r} {seq} is in conflict with the fold")
        seen.setdefault(record.key, set()).add(seq)
    for key, states in truth.history.items():
        if lost := set(range(1, len(states) + 1)) - seen.get(key, set()):
            wrong.append(f"events of {key!r} lost: {sorted(lost)}")
    last = {record.key: state_of(record.value) for record in views}
    if last != truth.final:
        wrong.append(f"last views differ: {sorted(last.items())} {sorted(truth.final.items())}")
    if len({record.key for record in dead}) != truth.dead:
        wrong.append(f"{truth.dead} dead letters expected, {len({record.key for record in dead})} found")
    return wrong
