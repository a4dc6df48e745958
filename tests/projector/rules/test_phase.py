"""Phase: the first of P1, P3, P2, P4 that holds at a moment, else ongoing."""

import pytest
from hypothesis import given, strategies as st

from services.projector.rules.phase import EndStatement, Happening, PhaseTerms, phase
from tests.projector.rules.cases import HOUR, SIDES

AT = 200 * HOUR
RAID = Happening("actual", AT - 30 * HOUR, AT - 31 * HOUR)
FRESH = Happening("actual", AT - HOUR, AT - 2 * HOUR)
AUTHOR = EndStatement("A", AT - 10 * HOUR)


def ago(hours: int) -> int:
    return AT - hours * HOUR


CASES: list[tuple[str, PhaseTerms, tuple[str, str | None]]] = [
    ("an author says it is over", PhaseTerms([RAID], [AUTHOR], reports=5, last_said=ago(10)), ("ended", "P1")),
    ("one side alone cannot", PhaseTerms([RAID], [EndStatement("P", ago(10), "north")], reports=5, last_said=ago(10)),
     ("ongoing", None)),
    ("both sides can", PhaseTerms([FRESH], [EndStatement("P", ago(1), "north"), EndStatement("P", ago(1), "south")],
                                  reports=5, last_said=ago(1), sides=SIDES), ("ended", "P1")),
    ("allies are one side",
     PhaseTerms([RAID], [EndStatement("P", ago(1), "hill"), EndStatement("P", ago(1), "south")],
                reports=5, last_said=ago(1), sides=SIDES), ("ongoing", None)),
    ("a weak voice is none of the two",
     PhaseTerms([RAID], [EndStatement("W", ago(1), "north"), EndStatement("P", ago(1), "south")],
                reports=5, last_said=ago(1), sides=SIDES), ("ongoing", None)),
    ("what happens after the end reopens", PhaseTerms([FRESH], [AUTHOR], reports=5, last_said=ago(1)),
     ("ongoing", "P2")),
    ("what goes on after the end reopens",
     PhaseTerms([Happening("ongoing", ago(1))], [AUTHOR], reports=5, last_said=ago(1)), ("ongoing", "P2")),
    ("an undated retelling does not",
     PhaseTerms([Happening("actual", ago(1))], [AUTHOR], reports=5, last_said=ago(1)), ("ended", "P1")),
    ("measures lifted and a day of quiet", PhaseTerms([RAID], measures_lifted=[True], reports=5, last_said=ago(1)),
     ("ended", "P1")),
    ("one measure stands", PhaseTerms([RAID], measures_lifted=[True, False], reports=5, last_said=ago(1)),
     ("ongoing", None)),
    ("lifted, but no day of quiet",
     PhaseTerms([Happening("actual", ago(24), ago(40))], measures_lifted=[True], reports=5, last_said=ago(1)),
     ("ongoing", None)),
    ("plans do not break the quiet",
     PhaseTerms([RAID, Happening("planned", ago(1))], measures_lifted=[True], reports=5, last_said=ago(1)),
     ("ended", "P1")),
    ("no measure was ever lifted", PhaseTerms([RAID], reports=5, last_said=ago(20)), ("ongoing", None)),
    ("something happened within a day", PhaseTerms([FRESH], reports=3, last_said=ago(1)), ("ongoing", "P2")),
    ("two reports so far", PhaseTerms([FRESH], reports=2, last_said=ago(1)), ("developing", "P3")),
    ("two reports, long ago", PhaseTerms([RAID], reports=2, last_said=ago(30)), ("ongoing", None)),
    ("a plan is no occurrence", PhaseTerms([Happening("planned", ago(1))], reports=2, last_said=ago(1)),
     ("ongoing", None)),
    ("just a day old", PhaseTerms([Happening("actual", ago(1), ago(24))], reports=3, last_said=ago(1)),
     ("ongoing", "P2")),
    ("nothing said for three days", PhaseTerms([RAID], reports=5, last_said=ago(73)), ("dormant", "P4")),
    ("not quite three days", PhaseTerms([RAID], reports=5, last_said=ago(72)), ("ongoing", None)),
    ("ended goes before dormant", PhaseTerms([], [EndStatement("A", ago(90))], reports=5, last_said=ago(90)),
     ("ended", "P1")),
    ("nothing known", PhaseTerms(), ("ongoing", None)),
]  # fmt: skip


@pytest.mark.parametrize(("why", "terms", "expected"), CASES, ids=[case[0] for case in CASES])
def test_own_case(why: str, terms: PhaseTerms, expected: tuple[str, str | None]) -> None:
    assert phase(terms, AT) == expected, why


HAPPENINGS = st.builds(
    Happening, st.sampled_from(["actual", "ongoing", "planned"]), st.integers(0, AT), st.none() | st.integers(0, AT)
)
ENDS = st.builds(
    EndStatement, st.sampled_from(["A", "P", "W"]), st.integers(0, AT), st.sampled_from(["north", "south"])
)


@given(st.lists(HAPPENINGS), st.lists(ENDS), st.lists(st.booleans()))
def test_order_and_repetition_do_not_matter(
    happenings: list[Happening], ends: list[EndStatement], lifted: list[bool]
) -> None:
    once = PhaseTerms(happenings, ends, lifted, reports=3, last_said=AT, sides=SIDES)
    again = PhaseTerms([*happenings[::-1], *happenings], [*ends[::-1], *ends], lifted[::-1], 3, AT, SIDES)

    assert phase(once, AT) == phase(again, AT)
