"""Clean text and its map back to the article."""

import unicodedata

import pytest
from hypothesis import given, settings, strategies as st

from services.parser.clean import clean, spans
from services.parser.truecase import headline_cased, is_shouted, is_title_cased, truecased
from tests.parser.lexical.cases import lexicons

MARKUP = [
    "&amp;",
    "&#233;",
    "&#0;",
    "&bogus;",
    "<p>",
    "</p>",
    "<b>",
    "<br/>",
    "<!-- x -->",
    "<script>",
    "</script>",
    "<",
    ">",
]
LETTERS = ["A\u030a", "e\u0301", "\u1112\u1161\u11ab", "\u00a0", "\u200b", "İ", "ß", "&", "3 < 4", "date 2031-03-05 "]
PIECES = st.sampled_from([*MARKUP, *LETTERS, "Rain", " fell ", "\n\n", "\r\n"])
TEXTS = st.one_of(st.text(max_size=200), st.lists(PIECES, max_size=40).map("".join))


@settings(deadline=None)
@given(TEXTS)
def test_the_map_is_exact(text: str) -> None:
    """One offset for each character and one more, never falling, inside the text, up to its end."""
    result = clean(text, "body", lexicons())
    assert len(result.origin) == len(result.text) + 1
    assert all(a <= b for a, b in zip(result.origin, result.origin[1:], strict=False))
    assert result.origin[-1] == len(text)
    assert all(0 <= at <= len(text) for at in result.origin)


@settings(deadline=None)
@given(TEXTS)
def test_what_is_kept_stands_at_its_offset(text: str) -> None:
    """A character that the article has too is that of the article; others were composed, decoded or recased."""
    result = clean(text, "body", lexicons())
    for at, character in enumerate(result.text):
        start, end = result.origin[at], result.origin[at + 1]
        source = text[start:end] if end > start else text[start : start + 1]
        assert character in (" ", "\n") or _same(character, text, start) or source[:1] in "&" or not source.isascii()


def _same(character: str, text: str, start: int) -> bool:
    near = unicodedata.normalize("NFC", text[start : start + 4])
    return near[:1].casefold() == character.casefold()


@settings(deadline=None)
@given(st.text(max_size=200))
def test_clean_text_is_composed(text: str) -> None:
    result = clean(text, "body", lexicons()).text
    assert unicodedata.is_normalized("NFC", result)


@settings(deadline=None)
@given(st.text(max_size=300))
def test_truecasing_keeps_every_length(text: str) -> None:
    casing = lexicons().case
    for cased in (truecased(text, casing), headline_cased(text, casing)):
        assert len(cased) == len(text)
        assert all(c in (a, a.lower(), a.lower().upper()) for a, c in zip(text, cased, strict=True))


def test_spans_go_back_to_the_article() -> None:
    body = "<p>Rain &amp; wind hit <b>Brodnik</b>.</p>"
    result = clean(body, "body", lexicons())
    at = result.text.index("Rain & wind")
    ((start, end),) = spans(result, [(at, at + len("Rain & wind"))])
    assert body[start:end] == "Rain &amp; wind"


@pytest.mark.parametrize(
    ("text", "shouted"), [("THREE PEOPLE DIED", True), ("Three people died", False), ("UN", False)]
)
def test_capitals_are_noticed(text: str, shouted: bool) -> None:
    assert is_shouted(text) == shouted


@pytest.mark.parametrize(
    ("text", "titled"),
    [
        ("Rebels Seize Village Near Northern Border", True),
        ("Rebels seize village near northern border", False),
        ("Residents of Lower Quay may go home", False),
    ],
)
def test_title_case_is_noticed(text: str, titled: bool) -> None:
    assert is_title_cased(text) == titled
