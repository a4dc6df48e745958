"""Any extractor: found by its entry point, checked, ended in time; what it cannot do the rules do."""

import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, cast

import pytest

from schemas.article import Article
from schemas.report import Assertion, Field, ParserInfo, Report
from services.parser.extractors.contract import Extractor, Failed, Options
from services.parser.extractors.handler import MAX_HANGING, Reader, find, offered
from services.parser.extractors.verify import faults
from services.parser.parse import Analysis, Parser, analyse, parse
from tests.parser.test_parse import check, made

ARTICLE = made(
    "Rebels shelled the town of Brodnik on Monday. Nine people were hurt, the mayor of Osk said.", title="Fire"
)
INFO = ParserInfo(name="plug", version="7", rank=2)
LEAD = cast(Any, "lead")
Change = Callable[[Report], Report]


@dataclass
class Plug:
    """The rules' report under another name, changed."""

    change: Change = lambda report: report
    info: ParserInfo = INFO
    calls: int = field(default=0)

    def extract(self, article: Article, rules: Analysis) -> Report:
        self.calls += 1
        return self.change(replace(rules.report, parser=self.info))


def read(parser: Parser, change: Change) -> Report:
    return Reader(parser, Plug(change), 60.0)(ARTICLE)


def first(report: Report, change: Callable[[Assertion], Assertion]) -> Report:
    return replace(report, assertions=(change(report.assertions[0]), *report.assertions[1:]))


def moved(a: Assertion) -> Assertion:
    return replace(a, content=replace(a.content, start=a.content.start + 1, end=a.content.end + 1))


def test_a_sound_report_is_taken_as_it_is(parser: Parser) -> None:
    report = read(parser, lambda r: r)
    check(report, ARTICLE)
    assert report == replace(parse(ARTICLE, parser), parser=INFO)


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (lambda r: first(r, moved), "does not quote"),
        (lambda r: first(r, lambda a: replace(a, content=replace(a.content, end=10**9))), "does not quote"),
        (lambda r: first(r, lambda a: replace(a, cue=replace(a.content, text="said"))), "does not quote"),
        (lambda r: first(r, lambda a: replace(a, content=replace(a.content, field=LEAD))), "does not quote"),
        (lambda r: first(r, lambda a: replace(a, chain=())), "does not start with"),
        (lambda r: first(r, lambda a: replace(a, chain=(replace(a.chain[0], name="Else"),))), "start"),
        (lambda r: first(r, lambda a: replace(a, chain=(*a.chain, replace(a.chain[0], name=" ")))), "without a name"),
        (lambda r: first(r, lambda a: replace(a, rule="")), "no rule"),
        (lambda r: first(r, lambda a: replace(a, occurrence_id="none")), "no occurrence"),
        (lambda r: first(r, lambda a: replace(a, key=r.assertions[-1].key)), "one key"),
        (lambda r: replace(r, groups=()), "in no group"),
        (lambda r: replace(r, segments=()), "segment"),
        (lambda r: replace(r, assertions=()), "nobody says"),
        (lambda r: replace(r, parser=replace(INFO, name="rules")), "parser is"),
        (lambda r: replace(r, article=replace(r.article, id="other")), "header"),
        (lambda r: replace(r, groups=r.groups * 9), "more than 8"),
        (lambda r: first(r, lambda a: replace(a, hedges=cast(Any, "may"))), "schema"),
        (lambda r: None, "AttributeError"),
    ],
)  # fmt: skip
def test_a_report_that_breaks_a_promise_is_not_taken(parser: Parser, change: Change, why: str) -> None:
    report = read(parser, change)
    rules = parse(ARTICLE, parser)
    assert report.parser == rules.parser
    assert report.assertions == rules.assertions
    assert report.warnings[0].startswith("extractor plug: ")
    assert why in report.warnings[0]


@pytest.mark.parametrize("error", [Failed("no power"), RuntimeError("no power"), SystemExit("no power")])
def test_an_extractor_that_raises_costs_a_warning(parser: Parser, error: BaseException) -> None:
    def broken(_: Report) -> Report:
        raise error

    if isinstance(error, SystemExit):
        with pytest.raises(SystemExit):
            read(parser, broken)
    else:
        assert "no power" in read(parser, broken).warnings[0]


def test_one_that_hangs_is_left_behind_and_many_are_not_asked_again(parser: Parser) -> None:
    never = threading.Event()

    def hang(report: Report) -> Report:
        never.wait()
        return report

    plug = Plug(hang)
    reader = Reader(parser, plug, 0.05)
    try:
        told = [reader(ARTICLE).warnings[0] for _ in range(MAX_HANGING + 2)]
        assert plug.calls == MAX_HANGING
        assert [f"{MAX_HANGING} calls" in warning for warning in told] == [False] * MAX_HANGING + [True, True]
    finally:
        never.set()
    for thread in reader.hanging:
        thread.join()
    plug.change = lambda report: report
    assert reader(ARTICLE).parser == INFO


@pytest.mark.parametrize("fields", [{"language": "de"}, {"language": "fr"}])
def test_it_is_not_asked_about_other_languages(parser: Parser, fields: dict[str, str]) -> None:
    plug = Plug()
    report = Reader(parser, plug, 60.0)(made("Rebels shelled the town.", **fields))
    assert plug.calls == 0
    assert report.parser == parser.info


def test_without_an_extractor_the_rules_read(parser: Parser) -> None:
    assert Reader(parser)(ARTICLE) == parse(ARTICLE, parser)


def test_the_rules_report_has_no_faults(parser: Parser) -> None:
    analysis = analyse(ARTICLE, parser)
    assert not faults(analysis.report, ARTICLE, analysis.report, parser.info)


def create(options: Options, parser: Parser) -> Extractor:
    """What the entry point of the test's package names."""
    return Plug(info=replace(INFO, rank=int(options.model)))


@contextmanager
def installed(folder: Path, line: str) -> Iterator[None]:
    """A package with an entry point, as pip leaves it."""
    info = folder / "plug-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: plug\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(f"[sitrep.extractors]\n{line}\n")
    sys.path.insert(0, str(folder))
    try:
        yield
    finally:
        sys.path.remove(str(folder))


def test_it_is_found_by_its_entry_point(tmp_path: Path, parser: Parser) -> None:
    with installed(tmp_path, f"plug = {__name__}:create"):
        assert "plug" in offered()
        assert find("plug", Options(model="2"), parser).info == INFO
        with pytest.raises(ValueError, match="rank 1"):
            find("plug", Options(model="1"), parser)


def test_a_name_that_nobody_offers_is_refused_with_those_that_are(parser: Parser) -> None:
    with pytest.raises(LookupError, match="chat"):
        find("oracle", Options(), parser)


def test_our_own_is_there() -> None:
    assert "chat" in offered()


def test_fields_of_spans_are_those_of_articles() -> None:
    names: tuple[Field, ...] = ("title", "body")
    assert all(hasattr(ARTICLE, name) for name in names)
