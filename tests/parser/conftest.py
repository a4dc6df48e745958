"""One parser for all tests of the parser: loading it takes a second."""

import pytest

from services.parser.parse import Parser, load
from tests.parser.golden_runner import OVERLAY


@pytest.fixture(scope="session")
def parser() -> Parser:
    return load(overlay=OVERLAY)
