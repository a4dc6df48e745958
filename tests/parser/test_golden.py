"""Golden sentences: one line of tests/parser/golden/*.jsonl is one test."""

from typing import Any

import pytest

from services.parser.parse import Parser, parse
from tests.parser.golden_runner import article, cases, problems, told


@pytest.mark.parametrize("case", [pytest.param(case, id=case["id"]) for case in cases()])
def test_what_a_sentence_says(case: dict[str, Any], parser: Parser) -> None:
    report = parse(article(case), parser)
    found = problems(report, case)
    found += report.warnings
    assert not found, "\n".join([*found, "told:", told(report)])


def test_a_wrong_expectation_is_seen(parser: Parser) -> None:
    case = {"id": "x", "text": "A bomb killed three people in Brodnik.", "expect": [{"type": "flood"}]}
    assert problems(parse(article(case), parser), case)


def test_an_unwanted_assertion_is_seen(parser: Parser) -> None:
    case = {"id": "x", "text": "A bomb killed three people in Brodnik.", "absent": [{"aspect": "count"}]}
    assert problems(parse(article(case), parser), case)
