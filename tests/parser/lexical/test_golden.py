"""Golden sentences of the lexical stages, one for each rule: see cases.py for their format."""

import pytest

from tests.parser.lexical.cases import Case, cases, problems


@pytest.mark.parametrize("case", [pytest.param(case, id=case["id"]) for case in cases()])
def test_what_a_text_holds(case: Case) -> None:
    assert not problems(case)


def test_ids_of_cases_are_unique() -> None:
    ids = [case["id"] for case in cases()]
    assert len(set(ids)) == len(ids)
