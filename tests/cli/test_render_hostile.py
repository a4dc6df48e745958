"""Strangers write titles, names and quotes: none of it may steer the terminal, break the columns or fill the screen."""

import unicodedata
from dataclasses import replace
from time import perf_counter

import pytest
from hypothesis import given, strategies as st

from schemas.change import ChangeItem
from schemas.incident import Incident
from services.cli.explain import Explanation, explain
from services.cli.render import Changed, render
from services.cli.render_text import columns, cut, neutral, pad, wrap
from tests.cli import views

CLEAR = "\x1b[2J\x1b[31mAll clear\x07"
HOSTILE = [
    CLEAR,
    "safe \u202eexe.gpj\u202c \u2066x\u2069",
    "a\nFACTS\r\n\tb\u2028c\x85d\x00e\x9b31mf",
    "Z" + "\u0301" * 500 + "algo",
    "\ud800 lone surrogate",
    "日本語の見出し" * 40,
    "👩‍👩‍👧 emoji family 🏴 and ﷽﷽﷽",
    "x" * 100_000,
    "word " * 20_000,
    "<b>& %s {0} \\x1b[31m",
    "",
    " ",
]


def everywhere(text: str) -> Incident:
    """A view with the text in every place that a stranger can write to."""
    said = replace(
        views.voice("x", "P", 1), speaker=text, outlet=text, quote=text, chain=(text, text), article=text, side=text
    )
    fact = replace(
        views.fact("x", "attack", "disputed", "R4", 1, said, opposing=(said,), withheld=(said,), tags=(text,)),
        text=text, type=text,
    )  # fmt: skip
    told = replace(views.row("x", "O", 2, 3, (1, 2)), speaker=text, scope=text)
    head = views.head("injured", text, "reported", "R6", told, outside=(told,), word=text, tags=(text,))
    raid = views.border_raid()
    return replace(
        raid,
        title=text,
        slug=text,
        facts=(fact, *raid.facts),
        casualties=(head,),
        control=tuple(replace(held, place=replace(held.place, name=text)) for held in raid.control),
        measures=tuple(replace(m, authority=text, value=replace(m.value, label=text)) for m in raid.measures),
        timeline=tuple(replace(row, text=text, speaker=text) for row in raid.timeline),
        reports=tuple(replace(ref, title=text, outlet=text) for ref in raid.reports),
        corrections=tuple(replace(note, outlet=text, text=text) for note in raid.corrections),
        merged_into=text,
    )


def screens(text: str) -> str:
    view = everywhere(text)
    changes = [Changed(views.at(1), ChangeItem(kind="fact_new", text=text))]
    why = explain(Explanation(view.facts[0], ((text, "confirmed", "R2e"),)), view, views.AS_OF)
    return render(view, views.AS_OF, changes=changes) + why


def assert_harmless(text: str) -> None:
    assert {c for c in text if unicodedata.category(c) in ("Cc", "Cf", "Cs", "Zl", "Zp")} <= set("\n\u200c\u200d")
    assert max(map(columns, text.splitlines())) <= 80
    text.encode("utf-8")


@pytest.mark.parametrize("text", HOSTILE, ids=[repr(text[:12]) for text in HOSTILE])
def test_hostile_words(text: str) -> None:
    started = perf_counter()
    shown = screens(text)

    assert_harmless(shown)
    assert len(shown) < 60_000
    assert perf_counter() - started < 2


@given(st.text(st.characters(exclude_categories=()), max_size=80))
def test_any_words(text: str) -> None:
    assert_harmless(screens(text))


def test_what_was_made_harmless_can_still_be_seen() -> None:
    assert neutral(CLEAR) == "\\x1b[2J\\x1b[31mAll clear\\x07"
    assert neutral("a\u202eb") == "a\\u202eb"
    assert neutral("a\n\tb") == "a b"
    assert neutral("soft\u00adhyphen\ufeff") == "softhyphen"


@given(st.text(), st.integers(1, 50))
def test_cut_and_wrap_keep_to_the_width(text: str, width: int) -> None:
    safe = neutral(text)

    assert columns(cut(safe, width)) <= width
    assert columns(pad(cut(safe, width), width)) == width
    assert all(columns(part) <= max(width, 2) for part in wrap(safe, width))


@given(st.text(max_size=100), st.integers(2, 50))
def test_wrap_loses_nothing_but_blanks(text: str, width: int) -> None:
    safe = neutral(text)

    assert "".join(wrap(safe, width)).replace(" ", "") == safe.replace(" ", "")


@given(st.text(max_size=300), st.integers(1, 100))
def test_neutral_keeps_to_its_limit_and_is_stable(text: str, limit: int) -> None:
    once = neutral(text, limit)

    assert len(once) <= limit
    assert neutral(once, limit) == once
