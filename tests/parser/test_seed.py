"""The seed article, read from the development data: what it must give, claim by claim (seed.jsonl)."""

import json
from pathlib import Path
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
LINES = [json.loads(line) for line in (Path(__file__).parent / "seed.jsonl").read_text("utf-8").splitlines()]


def seed() -> Article:
    folder = shared_path("seed")
    body = next(path for path in sorted(folder.iterdir()) if path.suffix == ".txt").read_text("utf-8")
    return from_wire(json.dumps({"body": body, "outlet": {"name": "An Outlet"}}).encode(), None, {}, APPEND_MS)


@pytest.fixture(scope="module")
def report(parser: Parser) -> Report:
    return parse(seed(), parser)


def cases(kind: str) -> list[Any]:
    chosen = [dict(line[kind]) for line in LINES if kind in line]
    return [pytest.param(case, id=case.pop("id")) for case in chosen]


@pytest.mark.parametrize("expected", cases("expect"))
def test_the_seed_says(report: Report, expected: dict[str, Any]) -> None:
    hits = found(report, expected)
    assert hits, told(report)
    assert len(hits) == expected.get("times", len(hits)), told(report)


@pytest.mark.parametrize("unwanted", cases("absent"))
def test_the_seed_does_not_say(report: Report, unwanted: dict[str, Any]) -> None:
    assert not found(report, unwanted), told(report)


def test_it_keeps_its_promises(report: Report) -> None:
    check(report, seed())
    assert not report.warnings


def test_it_lives_off_another_outlet(report: Report) -> None:
    assert report.derivative_of == "o:the-guardian"
