"""A service run as a worker runs it, on the broker in memory: how it ends, and with what."""

import os
import signal
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from schemas.errors import UnknownVersion
from services.runtime.exits import OK, Bug, OperatorNeeded, TryAgain
from services.runtime.memory import MemoryBroker
from services.runtime.records import Out, Record, TopicPartition
from services.runtime.run import StatefulService, StatelessService, run_stateful, run_stateless
from services.runtime.settings import Settings
from services.runtime.sqlite_store import SqliteStore
from services.runtime.store import Tx
from services.runtime.wiring import MemoryWiring
from tests.runtime.desk import TOPICS, broker
from tests.runtime.tiny import SCHEMA, TinyHandler, TinyViews, differences, oracle


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path, topic_prefix="", group_prefix="g.")


def service(handler: TinyHandler | None = None) -> StatefulService:
    return StatefulService("tiny", ["in"], handler or TinyHandler(TOPICS), SCHEMA, views=TinyViews(TOPICS))


def fed(count: int) -> MemoryBroker:
    made = broker(2)
    for n in range(count):
        made.append(Out("in", b"k%d" % (n % 4), b"%d" % n, partition=n % 2))
    return made


class SignalWhen:
    """Sends a signal to this process when `ready`, from a thread, since the main one runs the service."""

    def __init__(self, number: signal.Signals, ready: Callable[[], bool]) -> None:
        self._number = number
        self._ready = ready
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(self, *error: object) -> None:
        self._thread.join()

    def _run(self) -> None:
        deadline = time.monotonic() + 20
        while not self._ready() and time.monotonic() < deadline:
            time.sleep(0.01)
        os.kill(os.getpid(), self._number)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_cleanly_with_everything_published(settings: Settings, number: signal.Signals) -> None:
    log = fed(500)
    with SignalWhen(number, lambda: len(log.topic("events")) > 0):
        assert run_stateful(service(), settings, MemoryWiring(log)) == OK
    store = SqliteStore(settings.store("tiny"))
    passed = [record for tp in log.tps("in") for record in log.records(tp, 0, store.position(tp))]
    topics = [log.topic(name) for name in ("events", "views", "dead")]
    assert differences(oracle(passed), *topics) == []
    assert store.read("SELECT count(*) FROM outbox WHERE sent_at IS NULL") == [(0,)]
    store.close()


def test_two_runs_after_one_another_make_one_history(settings: Settings) -> None:
    log = fed(100)
    for more in (0, 100):
        for n in range(more):
            log.append(Out("in", b"k%d" % (n % 4), b"more %d" % n, partition=n % 2))
        with SignalWhen(signal.SIGTERM, lambda: len(log.topic("events")) == len(log.topic("in"))):
            assert run_stateful(service(), settings, MemoryWiring(log)) == OK
    topics = [log.topic(name) for name in ("events", "views", "dead")]
    assert differences(oracle(log.topic("in")), *topics) == []
    assert len(topics[0]) == 200


class Failing(TinyHandler):
    def __init__(self, error: Exception) -> None:
        super().__init__(TOPICS)
        self._error = error

    def apply(self, tx: Tx, records: Sequence[Record]) -> None:
        raise self._error


@pytest.mark.parametrize(
    ("error", "expected"),
    [(UnknownVersion("newer", "v 9"), TryAgain), (Bug("flood"), Bug), (ZeroDivisionError("oops"), ZeroDivisionError)],
)
def test_what_ends_it_comes_out_as_one_error(settings: Settings, error: Exception, expected: type[Exception]) -> None:
    with pytest.raises(expected):
        run_stateful(service(Failing(error)), settings, MemoryWiring(fed(1)))


def test_a_second_process_and_another_generation_are_told_to_leave(settings: Settings, tmp_path: Path) -> None:
    held = SqliteStore(settings.store("tiny"))
    with pytest.raises(OperatorNeeded, match="another process"):
        run_stateful(service(), settings, MemoryWiring(fed(1)))
    held.put_meta("service", "tiny")
    held.put_meta("generation", "7")
    held.close()
    with pytest.raises(OperatorNeeded, match="generation 7"):
        run_stateful(service(), settings, MemoryWiring(fed(1)))


def test_a_stateless_service_runs_until_told_to_stop(settings: Settings) -> None:
    log = MemoryBroker({"in": 2, "out": 1, "dead-letters": 1}, lambda: 7)
    for n in range(50):
        log.append(Out("in", b"k", b"%d" % n, partition=n % 2))

    async def parse(record: Record) -> Sequence[Out]:
        return [Out("out", record.key, record.value)] if record.value != b"7" else [1 / 0]  # type: ignore[list-item]

    with SignalWhen(signal.SIGTERM, lambda: len(log.topic("out")) == 49):
        assert run_stateless(StatelessService("parser", ["in"], parse, 2), settings, MemoryWiring(log)) == OK
    assert [record.value for record in log.topic("dead-letters")] == [b"7"]
    assert log.groups["g.parser"].committed == {TopicPartition("in", 0): 25, TopicPartition("in", 1): 25}
