"""Screens: the recorded ones to the letter, and what must hold of every one of them."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest

from schemas.incident import Incident
from services.cli.render import render
from services.cli.render_counts import sparkline
from services.cli.render_text import columns
from tests.cli import views
from tests.cli.golden import BRIEFS, FOLDER, SCREENS, recorded

COLOUR = re.compile(r"\x1b\[[0-9;]*m")
TITLES = ("CASUALTIES", "FACTS", "CONTROL", "MEASURES", "CORRECTIONS", "TIMELINE", "WHO SAYS WHAT", "REPORTS")


def shown(view: Incident, width: int = 80) -> str:
    return render(view, views.AS_OF, width)


@pytest.mark.parametrize("name", SCREENS)
def test_recorded_screen(name: str) -> None:
    assert SCREENS[name]() == recorded(name), "look at it; if it is better, python -m tests.cli.golden"


def test_no_recorded_screen_is_left_over() -> None:
    assert {path.name for path in FOLDER.iterdir()} == {f"{name}.txt" for name in SCREENS} | {
        f"{name}.md" for name in BRIEFS
    }


@pytest.mark.parametrize("width", [40, 80, 81, 100, 120, 200])
@pytest.mark.parametrize("name", views.ALL)
def test_no_line_is_wider_than_asked(name: str, width: int) -> None:
    lines = shown(views.ALL[name](), width=width).splitlines()

    assert max(map(columns, lines)) <= max(width, 80)
    assert not [line for line in lines if line != line.rstrip()]


@pytest.mark.parametrize("name", views.ALL)
def test_colour_adds_nothing_but_colour(name: str) -> None:
    view = views.ALL[name]()
    painted = render(view, views.AS_OF, colour=True)

    assert COLOUR.sub("", painted) == render(view, views.AS_OF)
    assert painted != COLOUR.sub("", painted)


def test_sections_come_in_the_order_in_which_a_desk_reads() -> None:
    lines = shown(views.border_raid()).splitlines()
    places = [next(n for n, line in enumerate(lines) if line.startswith(title)) for title in TITLES]

    assert places == sorted(places)


def test_an_empty_incident_has_a_header_and_no_sections() -> None:
    text = shown(views.incident("Nothing yet"))

    assert "Nothing is known yet." in text
    assert not [title for title in TITLES if title in text]


def test_what_parties_claim_is_never_shown_as_known_or_as_a_range() -> None:
    claims = (views.row("North", "P", 60, 30, outcome="killed"), views.row("South", "P", 3, 31, outcome="killed"))
    disputed = views.head("killed", "attackers", "disputed", "R4", outside=claims, low=3, high=60)
    text = shown(views.incident("Claims", casualties=(disputed,)))

    assert "unknown" in text
    assert "3–60" not in text
    assert "◌ 60" in text
    assert "◌ 3" in text


def test_every_figure_stands_beside_its_speaker() -> None:
    view = views.incident("Figures", casualties=views.border_raid().casualties)
    lines = shown(view, width=160).splitlines()

    for head in view.casualties:
        for row in (*head.rows, *head.outside):
            assert any(row.speaker in line for line in lines), row.speaker


def test_a_stale_fact_says_so_in_a_word_and_only_once_it_is() -> None:
    fact = views.fact("bridge closed", "restriction", "claimed", "R7", 1, fresh_until=views.at(20))
    view = views.incident("Bridge", facts=(fact,))

    assert "bridge closed (stale)" in render(view, views.at(20) + timedelta(seconds=1))
    assert "stale" not in render(view, views.at(20))


def test_a_merged_incident_says_where_it_went() -> None:
    text = shown(replace(views.ferry(), state="merged", merged_into="0f00-aa"))

    assert "MERGED" in text
    assert "merged into 0f00-aa" in text


def test_many_facts_of_one_status_are_counted_not_listed() -> None:
    many = tuple(views.fact(f"event {n}", "attack", "claimed", "R7", n) for n in range(30))

    assert "+ 18 more claimed" in shown(views.incident("Many", facts=many))


def test_another_year_is_named() -> None:
    view = views.incident("Old", reports=(views.report("Wire One", "Old news", -24 * 400),))

    assert "2030" in shown(view)


def test_a_status_of_a_newer_writer_is_shown_as_it_is() -> None:
    fact = views.fact("bridge closed", "restriction", "rumoured", "R99", 1)  # an open enumeration

    assert "? RUMOURED" in shown(views.incident("Newer", facts=(fact,)))


def test_sparkline_runs_from_zero_to_the_highest() -> None:
    assert sparkline([0, 4, 8]) == "▁▅█"
    assert sparkline([None, 0]) == "·▁"
