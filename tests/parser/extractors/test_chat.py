"""The adapter for chat endpoints against a stand-in server: right, slow, silent, broken and lying answers."""

from typing import Any

import pytest

from schemas.report import Report
from services.parser.extractors.chat.handler import ChatExtractor, create
from services.parser.extractors.contract import Options
from services.parser.extractors.handler import Reader
from services.parser.parse import Parser, parse
from tests.parser.extractors.standin import STATEMENT, Endpoint, completion, endpoint, told
from tests.parser.test_parse import check, made

BODY = "The mayor of Brodnik, Ann Hart, said that rebels had shelled the town of Brodnik. At least 12 people were hurt."
COUNT = STATEMENT | {
    "content": "At least 12 people were hurt", "cue": None, "speakers": [], "aspect": "count", "stance": "reports",
    "count": {"outcome": "injured", "group": "civilians", "comparator": ">=", "kind": "total", "low": 12,
              "best": None, "high": None},
}  # fmt: skip
ARTICLE = made(BODY, title="Town shelled")


def extractor(parser: Parser, at: Endpoint, timeout_s: float = 60.0) -> ChatExtractor:
    return create(Options(at.url, "tiny", "secret-key", timeout_s), parser)


def read(parser: Parser, at: Endpoint, timeout_s: float = 60.0) -> Report:
    return Reader(parser, extractor(parser, at, timeout_s), timeout_s)(ARTICLE)


def fallen_back(report: Report, parser: Parser, why: str) -> None:
    """It is the rules' report, and it says why."""
    rules = parse(ARTICLE, parser)
    assert report.parser == rules.parser
    assert report.assertions == rules.assertions
    assert report.assertions
    assert why in report.warnings[0]
    assert report.warnings[0].startswith("extractor chat: ")


def test_an_answer_becomes_a_report_of_its_own_name_and_rank(parser: Parser) -> None:
    with endpoint(told(STATEMENT, COUNT)) as at:
        report = read(parser, at)
    check(report, ARTICLE)
    assert (report.parser.name, report.parser.rank) == ("chat", 2)
    assert "tiny" in report.parser.version
    assert not report.warnings
    happened, count = report.assertions
    assert [s.name for s in happened.chain] == [ARTICLE.outlet.name, "Ann Hart"]
    assert (happened.stance, happened.content.text) == ("claims", "rebels had shelled the town of Brodnik")
    assert happened.chain[-1].id == "p:ann-hart"
    assert report.occurrences[0].place is not None
    assert report.occurrences[0].place.name == "Brodnik"
    assert count.value is not None
    assert count.value.count is not None
    assert (count.value.count.low, count.value.count.best) == (12, None)
    assert report.id != parse(ARTICLE, parser).id


def test_the_request_is_strict_and_the_same_each_time(parser: Parser) -> None:
    with endpoint(told(STATEMENT)) as at:
        first, second = read(parser, at), read(parser, at)
    (body, headers), again = at.asked
    assert first == second
    assert (body, headers) == again
    assert body["path"] == "/v1/chat/completions"
    assert headers["Authorization"] == "Bearer secret-key"
    assert (body["model"], body["temperature"]) == ("tiny", 0)
    form = body["response_format"]["json_schema"]
    assert form["strict"]
    assert_closed(form["schema"])
    assert BODY in body["messages"][1]["content"]


def assert_closed(schema: dict[str, Any]) -> None:
    """Every object lists all its fields and allows no others: what strict endpoints ask for."""
    if schema.get("type") == "object":
        assert schema["additionalProperties"] is False
        assert schema["required"] == list(schema["properties"])
    items = [schema["items"]] if "items" in schema else []
    for part in (*schema.get("properties", {}).values(), *schema.get("anyOf", []), *items):
        assert_closed(part)


def test_the_key_is_in_no_text_of_the_extractor(parser: Parser) -> None:
    with endpoint(b"", 401) as at:
        made_by = extractor(parser, at)
        report = Reader(parser, made_by, 60.0)(ARTICLE)
    assert "secret-key" not in f"{made_by.options!r}{report.warnings}{made_by.info}"
    fallen_back(report, parser, "answers 401")


def test_words_that_the_article_has_not_are_left_out(parser: Parser) -> None:
    invented = STATEMENT | {"content": "rebels had taken the town"}
    with endpoint(told(STATEMENT, COUNT, invented)) as at:
        report = read(parser, at)
    check(report, ARTICLE)
    assert len(report.assertions) == 2
    assert "rebels had taken the town" in report.warnings[0]


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"content": "rebels had taken the town"}, "no sentence of the article"),
        ({"content": "Brodnik. At least"}, "no sentence of the article"),
        ({"speakers": [{"name": "Bo Nemo", "kind": "expert"}]}, "does not name"),
        ({"type": "picnic"}, "no word"),
        ({"aspect": "count"}, "no count"),
        ({"aspect": "actor", "actor": "nobody known"}, "no actor"),
        ({"stance": "whispers"}, "no word"),
        ({"start": 3}, "start"),
        ({"count": {"outcome": "killed"}}, "count"),
    ],
)
def test_an_answer_of_nothing_but_nonsense_falls_back(parser: Parser, change: dict[str, Any], why: str) -> None:
    with endpoint(told(STATEMENT | change)) as at:
        fallen_back(read(parser, at), parser, why)


@pytest.mark.parametrize(
    ("answer", "status", "why"),
    [
        (b"{not json", 200, "no completion"),
        (b"[]", 200, "no completion"),
        (b'{"choices": []}', 200, "no completion"),
        (b'{"choices": [{"message": {"content": null}}]}', 200, "no text"),
        (completion("I am sorry."), 200, "not as asked"),
        (completion('{"statements": [{"field": "body"}]}'), 200, "not as asked"),
        (completion('{"statements": [' + "[" * 5_000), 200, "not as asked"),
        (b"x" * 2_000_001, 200, "more than"),
        (b"", 503, "answers 503"),
        (b"", 302, "answers 302"),
    ],
)
def test_what_is_no_answer_falls_back(parser: Parser, answer: bytes, status: int, why: str) -> None:
    with endpoint(answer, status) as at:
        fallen_back(read(parser, at), parser, why)


def test_an_endpoint_that_hangs_is_left(parser: Parser) -> None:
    with endpoint(told(STATEMENT), held=True) as at:
        fallen_back(read(parser, at, timeout_s=0.2), parser, "no answer")


def test_an_endpoint_that_is_not_there_falls_back(parser: Parser) -> None:
    with endpoint(told(STATEMENT)) as at:
        gone = at
    fallen_back(read(parser, gone), parser, "no answer from the endpoint")


def test_nothing_to_say_is_an_answer(parser: Parser) -> None:
    with endpoint(told()) as at:
        report = read(parser, at)
    assert report.parser.name == "chat"
    assert not report.assertions
    assert not report.warnings


@pytest.mark.parametrize("options", [Options(), Options("http://localhost/v1"), Options("file:///x", "m")])
def test_it_needs_an_endpoint_and_a_model(parser: Parser, options: Options) -> None:
    with pytest.raises(ValueError, match="SITREP_EXTRACTOR_URL"):
        create(options, parser)
