"""Texts made to cost time: bounded work, reports that keep their promises. Seconds: python -m bench.parse_hostile."""

import pytest

from bench.hostile import SENTENCE, filled, hostile_texts
from services.parser import attribution, frames
from services.parser.clean import MAX_KEPT
from services.parser.parse import Analysis, Parser, analyse
from services.parser.read import MAX_DRAFTS
from services.parser.syntax import MAX_PARSED, MAX_SENTENCE, MAX_TOKENS
from tests.parser.test_parse import check, made

TEXTS = hostile_texts()


def work(analysis: Analysis) -> dict[str, int]:
    """What the stages that cost most had to do."""
    sentences = [scene.sentence for scene in analysis.scenes]
    reading = analysis.reading
    heard = reading.heard if reading else ()
    return {
        "tokens": sum(len(s.tokens) for s in sentences),
        "longest": max((s.end - s.start for s in sentences), default=0),
        "parsed": sum(s.end - s.start for s in sentences if s.tokens),
        "kept": max((s.end for s in sentences), default=0),
        "drafts": len(reading.drafts) if reading else 0,
        "frames": max((len(said) for _, said in heard), default=0),
    }


@pytest.mark.parametrize("name", TEXTS)
def test_the_work_is_bounded_and_the_report_valid(name: str, parser: Parser) -> None:
    article = made(TEXTS[name])
    analysis = analyse(article, parser)
    check(analysis.report, article)
    done = work(analysis)
    assert done["tokens"] <= MAX_TOKENS + MAX_SENTENCE
    assert done["longest"] <= MAX_SENTENCE
    assert done["parsed"] <= MAX_PARSED
    assert done["kept"] <= MAX_KEPT
    assert done["drafts"] <= 2 * MAX_DRAFTS
    assert done["frames"] <= 2 * frames.MOST
    assert not [w for w in analysis.report.warnings if w.startswith("sentence")]


@pytest.mark.parametrize("body", [filled(SENTENCE), filled(SENTENCE, 50_000), filled('" said "')])
def test_what_was_not_read_is_said(body: str, parser: Parser) -> None:
    report = analyse(made(body), parser).report
    assert any("only the first" in warning for warning in report.warnings)


def test_a_long_article_of_the_press_is_read_to_its_end(parser: Parser) -> None:
    """Six thousand words: nothing is cut, and the last sentence counts."""
    body = filled("The council met on Monday and talked about the road for hours. ", 36_000)
    report = analyse(made(f"{body}\n\nGunmen killed nine people in the town of Brodnik, police said."), parser).report
    assert not [w for w in report.warnings if "only" in w]
    assert any(a.aspect == "count" for a in report.assertions)


def test_a_sentence_without_end_keeps_its_first_frames(parser: Parser) -> None:
    analysis = analyse(made(filled("police said that the army said that ", 1_100) + "rebels shelled Brodnik."), parser)
    found = [attribution.frames(scene) for scene in analysis.scenes if scene.sentence.tokens]
    assert 0 < max(map(len, found)) <= frames.MOST
