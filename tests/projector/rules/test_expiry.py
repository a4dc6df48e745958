"""Expiry: how long a fact stays fresh. Hours in, seconds inside."""

import pytest

from services.projector.rules.expiry import RULES, ExpiryTerms, expiry_rule, fresh_until, is_stale
from services.projector.rules.positions import Status
from tests.projector.rules.cases import HOUR, Json, seconds
from tests.shared import shared_lines

NOW = 100 * HOUR


def terms(aspect: str, status: Status, realis: str = "actual", outcome: str | None = None) -> ExpiryTerms:
    return ExpiryTerms(aspect, status, NOW, realis, outcome)


CASES: list[tuple[ExpiryTerms, int | None]] = [
    (terms("control", "claimed"), 24),
    (terms("control", "confirmed"), 24),
    (terms("control", "denied"), None),
    (terms("happened", "confirmed", realis="ongoing"), 24),
    (terms("happened", "confirmed"), None),
    (terms("happened", "claimed"), 48),
    (terms("happened", "disputed"), 48),
    (terms("happened", "retracted"), None),
    (terms("actor", "corroborated"), 48),
    (terms("cause", "confirmed"), None),
    (terms("count", "confirmed", outcome="missing"), 24),
    (terms("count", "confirmed", outcome="killed"), 72),
    (terms("count", "reported", realis="ongoing", outcome="displaced"), 72),
    (terms("measure", "confirmed"), 7 * 24),
]


@pytest.mark.parametrize(("fact", "hours"), CASES)
def test_own_case(fact: ExpiryTerms, hours: int | None) -> None:
    assert fresh_until(fact) == (None if hours is None else NOW + hours * HOUR)


def test_every_row_is_reached_by_an_own_case() -> None:
    assert {expiry_rule(fact).id for fact, _ in CASES} == {rule.id for rule in RULES}


def test_a_measure_with_an_end_is_fresh_until_its_end() -> None:
    assert fresh_until(ExpiryTerms("measure", "confirmed", NOW, until=NOW + 5)) == NOW + 5
    assert fresh_until(ExpiryTerms("measure", "denied", NOW, until=NOW + 5)) is None


def test_stale_begins_after_the_last_fresh_second() -> None:
    assert not is_stale(NOW, NOW)
    assert is_stale(NOW, NOW + 1)
    assert not is_stale(None, NOW)


@pytest.mark.shared
def test_shared_cases() -> None:
    cases = [case for case in shared_lines("cases", "measures_control.jsonl") if case["kind"] == "expiry"]

    assert cases
    assert {case["id"]: _answer(case) for case in cases} == {case["id"]: case["expect"] for case in cases}


def _answer(case: Json) -> Json:
    fact = dict(case["fact"])
    for key in ("last_supported", "until"):
        if key in fact:
            fact[key] = seconds(fact[key])
    until = fresh_until(ExpiryTerms(**fact))
    answer: Json = {"fresh_until": None if until is None else until // HOUR}
    if "stale" in case["expect"]:
        answer["stale"] = is_stale(until, seconds(case["as_of"]))
    return answer
