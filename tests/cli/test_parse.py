"""`sitrep parse`: the marked sentence with its rules, and golden cases that a person corrects."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from schemas.article import Article
from schemas.report import Report
from services.cli import parse as command
from services.cli.golden_case import NotInText, alone, golden_case
from services.cli.publish import Refused
from services.cli.render_layout import paint
from services.cli.render_parse import explained, table
from services.cli.render_text import columns
from services.parser.parse import Parser, load, parse
from tests.parser.golden_runner import OVERLAY, problems
from tests.parser.test_parse import made

TITLE = "Town shelled"
FIRST = "Rebels may have shelled the town of Brodnik on Monday, Mayor Ann Hart said."
SECOND = "The River Legion denied that it had attacked the town. At least 12 people were injured, police said."
ARTICLE = made(f"{FIRST}\n\n{SECOND}", title=TITLE, outlet="The Coastal Times")
Read = Callable[[Article], Report]


@pytest.fixture(scope="module")
def parser() -> Parser:
    return load(overlay=OVERLAY)


@pytest.fixture(scope="module")
def read(parser: Parser) -> Read:
    return lambda article: parse(article, parser)


def case(article: Article, wanted: str, read: Read) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(golden_case(article, wanted, read))
    return found


def test_the_sentence_is_marked_and_each_rule_is_named(read: Read) -> None:
    lines = paint(explained(read(ARTICLE), ARTICLE, 80), colour=False)
    text = " ".join(lines.split())
    assert "[Rebels may have shelled the town of Brodnik on Monday], Mayor Ann Hart {said}." in text
    assert "Ann Hart: claims + shelling happened @ Brodnik (possible)" in text
    assert "T.shelling.shell; cue “said” Q.say.say; hedges may; place g:99000001" in text
    assert f"\n0:{len(FIRST)}\n" in lines


@pytest.mark.parametrize("width", [60, 80, 120])
def test_no_line_is_wider_than_the_terminal(read: Read, width: int) -> None:
    article = made(f"{FIRST} {'x' * 300}\x1b[31m {SECOND}", title="界" * 90)
    for show in (explained(read(article), article, width), table(read(article), width)):
        text = paint(show, colour=False)
        assert "\x1b" not in text
        assert all(columns(line) <= width for line in text.splitlines())


def test_a_case_holds_the_paragraph_and_what_is_said_in_the_words(read: Read) -> None:
    found = case(ARTICLE, "12 people were injured", read)
    assert found["id"] == "12-people-were-injured"
    assert found["text"] == SECOND
    assert found["outlet"]["name"] == "The Coastal Times"
    assert found["absent"] == []
    counts = [e for e in found["expect"] if e["aspect"] == "count"]
    assert counts[0]["chain"] == ["police"]
    assert counts[0]["count"] == {
        "outcome": "injured", "group": "civilians", "comparator": ">=", "kind": "total", "low": 12, "best": None,
        "high": None,
    }  # fmt: skip
    assert all(e["stance"] != "denies" for e in found["expect"])


@pytest.mark.parametrize("wanted", ["12 people", "shelled the town", "denied that it had attacked", "The River Legion"])
def test_a_case_passes_before_it_is_corrected_and_fails_after(read: Read, wanted: str) -> None:
    found = case(ARTICLE, wanted, read)
    assert found["expect"]
    assert not problems(read(alone(found)), found)
    found["absent"], found["expect"] = found["expect"], []
    assert problems(read(alone(found)), found)


def test_offsets_and_words_over_a_line_end_mean_the_same(read: Read) -> None:
    article = made(f"{FIRST}\n\n{SECOND.replace(' people', chr(10) + 'people')}")
    start = article.body.index("12")
    by_words = case(article, "“12 people were injured”", read)
    by_offsets = case(article, f"{start}:{start + len('12 people were injured')}", read)
    assert by_words == by_offsets


def test_a_span_over_two_paragraphs_takes_both(read: Read) -> None:
    found = case(ARTICLE, f"0:{len(ARTICLE.body)}", read)
    assert found["text"] == ARTICLE.body
    assert {e["stance"] for e in found["expect"]} >= {"claims", "denies"}


def test_where_nothing_is_said_the_whole_paragraph_is_shown(read: Read) -> None:
    assert case(ARTICLE, "police", read)["expect"]


@pytest.mark.parametrize("wanted", ["no such words", "5:5", "0:100000", '""', "7:3"])
def test_words_that_are_not_there_are_refused(read: Read, wanted: str) -> None:
    with pytest.raises(NotInText):
        golden_case(ARTICLE, wanted, read)


def test_the_command_writes_a_line_for_the_file(tmp_path: Path) -> None:
    path = tmp_path / "article.txt"
    path.write_text(f"{TITLE}\n\n{FIRST}\n")
    app = typer.Typer()
    command.register(app)
    app.callback()(lambda: None)
    runner = CliRunner()
    result = runner.invoke(app, ["parse", str(path), "--golden", "shelled the town"], catch_exceptions=False)
    assert json.loads(result.stdout)["text"] == FIRST
    shown = runner.invoke(app, ["parse", str(path), "--explain"], catch_exceptions=False)
    assert "T.shelling.shell" in shown.stdout
    with pytest.raises(Refused, match="no article has"):
        runner.invoke(app, ["parse", str(path), "--golden", "no such words"], catch_exceptions=False)
