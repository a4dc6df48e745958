"""Slow: they run where asked for (`make faults`), each schedule a minute or two."""

import os

import pytest

from services.parser.parse import load, parse
from tests.e2e.oracle import Parse

ASKED_FOR = "faults"


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if config.option.markexpr != ASKED_FOR:
        for item in items:
            if item.get_closest_marker("faults"):
                item.add_marker(pytest.mark.skip(reason="fault schedules: make faults"))


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "seed" in metafunc.fixturenames:
        metafunc.parametrize("seed", range(1, 1 + int(os.environ.get("SITREP_TEST_SEEDS", "10"))))


@pytest.fixture(scope="session")
def parse_with() -> Parse:
    """The pure parser, as one function."""
    parser = load()
    return lambda article: parse(article, parser)
