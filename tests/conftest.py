"""One real broker for the whole session; each test that wants topics of its own gives them a prefix of its own."""

import itertools
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from services.runtime.broker import Broker, free_ports, stop
from tests.databases import KINDS, Stores, running_postgres, stores_of

ROOT = Path(__file__).resolve().parents[1]
_prefixes = itertools.count(1)


@pytest.fixture(scope="session")
def jars() -> Path:
    """Where Kafka's jars are kept between sessions, so that they are fetched once."""
    return Path(os.environ.get("SITREP_JARS") or ROOT / ".sitrep" / "jars")


@pytest.fixture(scope="session")
def kafka(tmp_path_factory: pytest.TempPathFactory, jars: Path) -> Iterator[str]:
    """Bootstrap servers of a real single-node Kafka that ends with the session."""
    port, controller = free_ports(2)
    broker = Broker(tmp_path_factory.mktemp("kafka"), jars, port, controller)
    process = broker.start()
    yield broker.servers
    stop(process)


@pytest.fixture
def prefix() -> str:
    """A topic prefix (SITREP_TOPIC_PREFIX) that no other test of the session uses."""
    return f"t{next(_prefixes)}."


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """Address of a real PostgreSQL that ends with the session."""
    with running_postgres() as url:
        yield url


@pytest.fixture(params=KINDS)
def stores(request: pytest.FixtureRequest, tmp_path: Path) -> Stores:
    """A test that asks for it runs on SQLite and on PostgreSQL."""
    return stores_of(request.param, tmp_path / "stores", lambda: request.getfixturevalue("postgres"))
