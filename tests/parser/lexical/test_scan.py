"""What holds for the mentions of any text: order, borders, the same answer always, and in time."""

import os
import subprocess
import sys
import time
from itertools import pairwise

import pytest
from hypothesis import given, settings, strategies as st

from schemas.article import Article
from services.parser import clean, lexical
from services.parser.mentions import Mentions
from tests.parser.lexical.cases import Case, article, cases, lexicons

CASES = list(cases())
SENTENCES = [case["text"] for case in CASES]
WORDS = sorted({word for text in SENTENCES for word in text.split()})
LONG, SECONDS = 60_000, 20.0
ADVERSARIES = {
    "capitals": "Harrow ",
    "titles": "Mr ",
    "determiners": "the ",
    "institutes": "Institute of ",
    "apostrophes": "a'",
    "capital apostrophes": "A'",
    "hundreds": "hundred ",
    "numbers": "one two ",
    "clocks": "at 10:45 on Monday ",
    "prepositions": "at at at ",
    "governors": "the governor of local ",
    "militias": "a militia ",
    "groups": "the group ",
    "places": "in Paris, ",
    "opening tags": "<script><!-- <p ",
    "entities": "&amp",
    "blank lines": "\n \nx",
    "spaces": "over    ",
    "hyphens": "a-",
    "dots": "U.S.",
    "digits": "1,",
    "brackets": "Harrow Front (HF) ",
    "sources": "anti-Kremlin-backed ",
}


def scanned(text: str, title: str = "") -> tuple[Mentions, Mentions]:
    case: Case = {"id": "any", "text": text or "x", "title": title}
    return lexical.scan_both(clean.layout(article(case), lexicons()), lexicons())


@given(st.lists(st.sampled_from(WORDS), min_size=1, max_size=60).map(" ".join))
@settings(deadline=None, max_examples=150)
def test_mentions_are_in_order_and_inside_the_text(text: str) -> None:
    if not text.strip():
        return
    case: Case = {"id": "any", "text": text}
    layout = clean.layout(article(case), lexicons())
    _, found = lexical.scan_both(layout, lexicons())
    length = len(layout.body.text)
    for mentions in (found.places, found.actors, found.dates, found.numbers):
        spans = [(mention.start, mention.end) for mention in mentions]
        assert all(0 <= start < end <= length for start, end in spans)
        assert all(a[1] <= b[0] for a, b in pairwise(spans))
    for actor in found.actors:
        assert actor.start <= actor.head < actor.end


@given(st.text(max_size=300).filter(lambda text: text.strip()))
@settings(deadline=None)
def test_no_text_breaks_it(text: str) -> None:
    scanned(text, text[:50])


@pytest.mark.parametrize("name", sorted(ADVERSARIES))
def test_no_text_takes_long(name: str) -> None:
    """Each of these texts of 60,000 characters took minutes where something was quadratic."""
    unit = ADVERSARIES[name]
    begun = time.process_time()
    scanned(unit * (LONG // len(unit)))
    assert time.process_time() - begun < SECONDS


@pytest.mark.parametrize("seed", ["1", "2"])
def test_the_answer_does_not_depend_on_hashes(seed: str) -> None:
    code = (
        "from tests.parser.lexical.test_scan import SENTENCES, scanned;"
        "from schemas.ids import text_hash;"
        "print(text_hash(*[repr(scanned(text)) for text in SENTENCES]))"
    )
    told = [
        subprocess.run(
            [sys.executable, "-c", code], env=os.environ | {"PYTHONHASHSEED": value}, capture_output=True, text=True,
            check=True,
        ).stdout
        for value in ("0", seed)
    ]  # fmt: skip
    assert told[0] == told[1]


def test_a_field_at_a_time_says_the_same() -> None:
    made: Article = article({"id": "any", "title": "Harrow closes quay", "text": "Mayor Jan Harrow of Brodnik spoke."})
    layout = clean.layout(made, lexicons())
    both = lexical.scan_both(layout, lexicons())
    assert (lexical.scan(layout.title, layout, lexicons()), lexical.scan(layout.body, layout, lexicons())) == both


def test_capitals_change_no_number_and_no_named_place() -> None:
    text = "At least three people were hurt in Kharkiv in Ukraine on Monday, the governor of Kharkiv, Jan Harrow, said."
    (_, plain), (_, shouted) = scanned(text), scanned(text.upper())
    assert [(n.comparator, n.low) for n in plain.numbers] == [(n.comparator, n.low) for n in shouted.numbers]
    assert [p.place.id for p in plain.places] == [p.place.id for p in shouted.places]
    assert [a.speaker.id for a in plain.actors] == [a.speaker.id for a in shouted.actors]
    assert [d.when.start for d in plain.dates] == [d.when.start for d in shouted.dates]
