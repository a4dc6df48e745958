"""The embedded Kafka: real processes in folders of their own."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from services.ingest.prepare import prepare
from services.ingest.producer import ArticleProducer
from services.runtime import broker as broker_module
from services.runtime.admin import create_topics
from services.runtime.broker import Broker, free_ports, stop, stop_running
from services.runtime.exits import Unavailable
from services.runtime.jars import install, installed
from tests.eventually import eventually
from tests.integration.reading import records

pytestmark = pytest.mark.kafka


@pytest.fixture
def broker(tmp_path: Path, jars: Path) -> Iterator[Broker]:
    """Not started; ended at the end of the test if it was."""
    made = Broker(tmp_path / "home", jars, *free_ports(2))
    yield made
    stop_running(made)


async def test_data_survive_a_restart_and_a_kill(broker: Broker) -> None:
    process = broker.start()
    await create_topics(broker.servers, "x.")
    article = prepare(b'{"id": "a", "body": "Words."}', "test")
    async with ArticleProducer(broker.servers, "x.articles") as producer:
        await producer.publish([article])
    stop(process)
    process = broker.start()
    async with ArticleProducer(broker.servers, "x.articles") as producer:
        await producer.publish([article])
    process.kill()
    process.wait()
    process = broker.start()
    found = await records(broker.servers, "x.articles")
    stop(process)
    assert [record.value for record in found] == [article.value, article.value]


def test_a_taken_port_is_named_with_the_setting_that_moves_it(broker: Broker) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", broker.controller))
        other.listen()
        with pytest.raises(Unavailable, match=rf"port {broker.controller} .*SITREP_CONTROLLER_PORT"):
            broker.start()
    assert broker.running() is None


def test_too_little_space_is_said(broker: Broker, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(broker_module, "NEEDED_BYTES", 1 << 60)
    with pytest.raises(Unavailable, match="no space"):
        broker.start()


def test_one_broker_a_folder_and_whoever_comes_next_finds_it(broker: Broker, jars: Path) -> None:
    process = broker.start(keep=True)
    found = broker.running()
    assert found
    assert (found.pid, found.port, found.keep) == (process.pid, broker.port, True)
    second = Broker(broker.home, jars, *free_ports(2))
    with pytest.raises(Unavailable, match="runs already"):
        second.start()
    assert stop_running(second) == found
    assert broker.running() is None
    process.wait()


def test_the_number_of_a_process_that_is_not_ours_is_no_broker(broker: Broker) -> None:
    process = broker.start()
    stop(process)
    note = broker.folder / "running.json"
    note.write_text(note.read_text().replace(str(process.pid), str(os.getpid())))
    assert broker.running() is None
    assert stop_running(broker) is None


async def test_a_broker_that_cannot_start_shows_what_it_said(broker: Broker) -> None:
    stop(broker.start())
    (broker.folder / "data" / "meta.properties").write_text("version=1\ncluster.id=another\nnode.id=7\n")
    with pytest.raises(Unavailable, match=r"(?s)ended while starting .*node.id"):
        broker.start()


def test_jars_are_checked_against_the_lock(tmp_path: Path) -> None:
    lock = tmp_path / "lock"
    lock.write_text("# one\n2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824 a.jar\n")
    folder = tmp_path / "jars"
    folder.mkdir()
    (folder / "a.jar").write_text("hello")
    assert install(folder, lock) == [folder / "a.jar"]
    (folder / "a.jar").write_text("hallo")
    with pytest.raises(Unavailable, match=r"a\.jar in .* differ"):
        install(folder, lock)


def test_without_a_network_the_jars_that_are_there_do(jars: Path, tmp_path: Path) -> None:
    assert installed(jars)
    done = _kafka_install(jars, tmp_path)
    assert (done.returncode, "as kafka.lock says" in done.stdout) == (0, True)


def test_without_jars_and_network_it_says_so(tmp_path: Path) -> None:
    began = time.monotonic()
    done = _kafka_install(tmp_path / "none", tmp_path)
    assert done.returncode == 69, done.stderr
    assert "could not be fetched" in done.stderr
    assert "KAFKA_BOOTSTRAP_SERVERS" in done.stderr
    assert "Traceback" not in done.stderr
    assert time.monotonic() - began < 120


def _kafka_install(jars: Path, home: Path) -> "subprocess.CompletedProcess[str]":
    """With caches of its own and every way out leading to a port where nobody listens."""
    nowhere = "http://127.0.0.1:9"
    proxies = {name: nowhere for name in ("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY")}
    env = {**os.environ, **proxies, "NO_PROXY": "", "HOME": str(home), "SITREP_JARS": str(jars)}
    command = [sys.executable, "-m", "services.cli.main", "kafka", "install"]
    return subprocess.run(command, env=env, capture_output=True, text=True, check=False, timeout=300)


async def test_a_paused_broker_is_killed_when_it_does_not_end(broker: Broker) -> None:
    process = broker.start()
    process.send_signal(signal.SIGSTOP)
    stop(process, within=0.5)
    assert process.returncode == -signal.SIGKILL
    assert await eventually(lambda: broker.running() is None)
