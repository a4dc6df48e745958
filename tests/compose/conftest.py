"""One stack for all tests here. They run only where asked for (`make compose-test`): images are built, minutes pass."""

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from services.runtime.broker import free_ports
from tests.compose.engine import ROOT, compose_command, need_images
from tests.compose.stack import LOG, Stack

ASKED_FOR = "compose"


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if config.option.markexpr != ASKED_FOR:
        for item in items:
            if item.get_closest_marker("compose"):
                item.add_marker(pytest.mark.skip(reason="containers: make compose-test"))


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """Built and started; gone with its data afterwards."""
    need_images()
    kafka, ingest = free_ports(2)
    env_file = tmp_path_factory.mktemp("compose") / "empty.env"
    env_file.touch()
    stack = Stack(compose_command(), f"sitreptest{os.getpid()}", kafka, ingest, env_file)
    LOG.parent.mkdir(exist_ok=True)
    LOG.write_text("", "utf-8")
    try:
        stack("build", within=1800)
        stack.up()
        yield stack
    finally:
        stack.down("--volumes", "--remove-orphans")


@pytest.fixture(scope="session")
def dispatches() -> Sequence[str]:
    """Articles about one incident, each a line of JSON."""
    return Path(ROOT, "seeds", "ferry", "dispatches.ndjson").read_text("utf-8").splitlines()


@pytest.fixture(scope="session")
def first_event(stack: Stack, dispatches: Sequence[str]) -> tuple[str, str]:
    """Key and value of the first event, after the article was put on the topic by Kafka's console producer."""
    stack.produce("news.articles", dispatches[0])
    events = stack.consume("news.events", count=1, within=120)
    assert events, f"no event came\n{stack.attempt('logs', '--no-color', '--tail', '20').stdout}"
    return events[0]
