"""The parser is loaded once for all end-to-end tests."""

import pytest

from services.parser.parse import Parser, load


@pytest.fixture(scope="session")
def parser() -> Parser:
    return load()
