"""The parser is loaded once for all end-to-end tests."""

import pytest

from services.parser.parse import Parser, load, parse
from tests.e2e.oracle import Parse


@pytest.fixture(scope="session")
def parser() -> Parser:
    return load()


@pytest.fixture(scope="session")
def parse_with(parser: Parser) -> Parse:
    """The pure parser, as one function."""
    return lambda article: parse(article, parser)
