"""What holds for every report, whatever the article says."""

import hashlib
import json
import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from schemas.article import Article, from_wire
from schemas.codec import REPORTS
from schemas.report import Report, Span
from services.parser.parse import Parser, parse
from tests.parser.golden_runner import article, cases

AT = int(datetime(2031, 3, 5, tzinfo=UTC).timestamp() * 1000)
ROOT = Path(__file__).resolve().parents[2]
WORDS = st.sampled_from([
    "rebels", "said", "that", "the", "town", "of", "Brodnik", "killed", "three", "people", "denied", "\"", "“", "”",
    ",", ".",
    "according", "to", "was", "injured", "if", "not", "may", "have", "reports", "government", "Norway", "and", "\n\n",
    "12", "including", "who", "clashes", "confirmed", "by", "both", "?", "(", ")", "—", "’s", "curfew", "lifted", "on",
    "Monday",
])  # fmt: skip
fuzzed = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))


def made(body: str, **fields: object) -> Article:
    record = {"id": "x", "body": body, "language": "en", "published": "2031-03-05T09:00:00Z", **fields}
    return from_wire(json.dumps(record).encode(), None, {}, AT)


def spans(report: Report) -> list[Span]:
    found = [span for o in report.occurrences for span in o.spans]
    for a in report.assertions:
        found += [a.content, *a.quote, *([a.cue] if a.cue else [])]
    return [*found, *(c.span for c in report.corrections)]


def check(report: Report, of: Article) -> None:
    """Every span quotes the article; every assertion has a chain from the outlet, a rule, an occurrence in a group."""
    fields = {"title": of.title, "body": of.body}
    for span in spans(report):
        assert span.text == fields[span.field][span.start : span.end]
        assert span.text
    groups = {g.id for g in report.groups}
    occurrences = {o.id: o for o in report.occurrences}
    assert all(o.group in groups for o in occurrences.values())
    for a in report.assertions:
        assert a.chain[0].kind == "media"
        assert a.chain[0].name == of.outlet.name
        assert a.rule
        assert a.occurrence_id in occurrences
    assert len({a.key for a in report.assertions}) == len(report.assertions)
    assert REPORTS.decode(REPORTS.encode(report)) == report


@pytest.mark.parametrize("case", [pytest.param(case, id=case["id"]) for case in cases()])
def test_a_report_keeps_its_promises(case: dict[str, object], parser: Parser) -> None:
    check(parse(article(case), parser), article(case))


@fuzzed
@given(st.lists(WORDS, min_size=1, max_size=60))
def test_no_sequence_of_words_breaks_it(parser: Parser, words: list[str]) -> None:
    of = made(" ".join(words) + " x")
    report = parse(of, parser)
    check(report, of)
    assert not [w for w in report.warnings if w.startswith("sentence")]


@fuzzed
@given(st.text(min_size=1, max_size=300).filter(str.strip), st.text(max_size=60))
def test_no_text_breaks_it(parser: Parser, body: str, title: str) -> None:
    of = made(body, title=title or None)
    check(parse(of, parser), of)


@pytest.mark.parametrize(
    "body", ["“" * 3000 + "x", "12 " * 3000, "rebels killed three people and " * 1500, "a" * 50_000, "said " * 3000]
)
def test_hostile_texts_end_soon(parser: Parser, body: str) -> None:
    of = made(body)
    check(parse(of, parser), of)


def test_a_withdrawal_gives_an_empty_report(parser: Parser) -> None:
    of = from_wire(json.dumps({"id": "x", "withdrawn": True}).encode(), None, {}, AT)
    report = parse(of, parser)
    assert report.article.withdrawn
    assert not report.groups


def test_another_language_gives_an_empty_report_and_a_warning(parser: Parser) -> None:
    body = (
        "Die Rebellen haben nach Angaben der Polizei in der Nacht die Stadt beschossen. Drei Menschen wurden verletzt."
    )
    report = parse(made(body, language=None), parser)
    assert report.language == "de"
    assert report.warnings
    assert not report.assertions


def test_entities_and_markup_are_quoted_as_they_stand(parser: Parser) -> None:
    body = "<p>Rebels shelled the town of Brodnik &amp; killed <b>three</b> people, police said.</p>"
    of = made(body)
    report = parse(of, parser)
    assert any(a.aspect == "count" for a in report.assertions)
    check(report, of)


DIGEST = """
import hashlib, sys
from schemas.codec import REPORTS
from services.parser.parse import load, parse
from tests.parser.golden_runner import OVERLAY, article, cases
parser = load(overlay=OVERLAY)
chosen = [article(case) for case in cases()]
if sys.argv[1] == "alone":
    chosen = [parse(a, parser) and a for a in chosen[::-1]][::-1]
data = b"".join(REPORTS.encode(parse(a, parser)) for a in chosen)
print(hashlib.sha256(data).hexdigest())
"""


@pytest.mark.slow
def test_two_processes_give_the_same_bytes(parser: Parser) -> None:
    """With other hash seeds, and after other articles."""
    found = [_digest("0", "after"), _digest("4242", "alone")]
    here = hashlib.sha256(b"".join(REPORTS.encode(parse(article(c), parser)) for c in cases())).hexdigest()
    assert found == [here, here]


def _digest(seed: str, how: str) -> str:
    run = subprocess.run(
        [sys.executable, "-c", DIGEST, how], env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT)},
        cwd=ROOT, capture_output=True, text=True, check=True, timeout=300,
    )  # fmt: skip
    return run.stdout.strip().splitlines()[-1]
