"""Why a fact has its status."""

from dataclasses import replace

import pytest

from services.cli.explain import Explanation, explain, why
from services.projector.rules.status_table import RULES
from tests.cli import views

VIEW = views.border_raid()


def shown(fact: int, *would: tuple[str, str, str]) -> str:
    return explain(Explanation(VIEW.facts[fact], would), VIEW, views.AS_OF)


def test_a_claim_shows_its_copies_as_one_origin() -> None:
    text = shown(3)

    assert "◌ CLAIMED" in text
    assert "R7: only parties or only weak voices say so" in text
    assert "8 outlets = 1 origin" in text
    assert "“River Corps said so at length on the day.”" in text
    assert "stale since 6 Mar 10:00" in text


def test_voices_that_lead_to_the_same_status_are_told_together() -> None:
    text = shown(3, ("a neutral voice denies it", "disputed", "R4"), ("an ordinary voice denies it", "disputed", "R4"))

    assert text.count("⇄ disputed (R4)") == 1
    assert "a neutral voice denies it; an ordinary voice denies" in text


def test_a_side_is_called_by_its_name() -> None:
    assert "a party of side Northland denies it" in shown(3, ("a party of side c:NO denies it", "disputed", "R4"))


def test_nothing_that_would_change_it_is_said_too() -> None:
    assert "no single voice would change it" in shown(0)


@pytest.mark.parametrize("rule", sorted({rule.id for rule in RULES}))
def test_every_rule_has_its_words(rule: str) -> None:
    assert why(replace(VIEW.facts[0], rule=rule)) in {row.condition for row in RULES if row.id == rule}


def test_the_two_rows_of_a_dispute_are_told_apart() -> None:
    guarded = replace(
        VIEW.facts[0], rule="R4", supporting=(views.voice("police", "D", 1),), opposing=(views.denial("ngo", "N", 2),)
    )

    assert "guard" in why(guarded)
    assert "guard" not in why(VIEW.facts[2])
