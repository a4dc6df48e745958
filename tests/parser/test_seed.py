"""The seed article, read from the development data: what it must give, claim by claim."""

import json
from typing import Any

import pytest

from schemas.article import Article, from_wire
from schemas.report import Report
from services.parser.parse import Parser, parse
from tests.parser.golden_runner import found, told
from tests.parser.test_parse import check
from tests.shared import shared_path

pytestmark = pytest.mark.shared
APPEND_MS = 1_684_832_400_000


def seed() -> Article:
    folder = shared_path("seed")
    body = next(path for path in sorted(folder.iterdir()) if path.suffix == ".txt").read_text("utf-8")
    return from_wire(json.dumps({"body": body, "outlet": {"name": "An Outlet"}}).encode(), None, {}, APPEND_MS)


@pytest.fixture(scope="module")
def report(parser: Parser) -> Report:
    return parse(seed(), parser)


def expectations() -> list[Any]:
    path = shared_path  # the names of the seed stay with the seed
    _ = path
    return [
        ("taken", {"type": "territory_taken", "aspect": "happened", "stance": "claims", "polarity": "+"}),
    ]


def test_it_keeps_its_promises(report: Report) -> None:
    check(report, seed())


def test_told(report: Report) -> None:
    assert found(report, {"type": "armed_clash", "stance": "reports", "aspect": "happened"}), told(report)
