"""Which incident and which fact is meant."""

from dataclasses import replace

import pytest
from hypothesis import given, strategies as st

from schemas.incident import Incident
from services.cli.resolve import NotFound, fact_of, incident_of
from tests.cli import views


def named(title: str, id_: str, slug: str, **fields: str) -> Incident:
    return replace(views.incident(title), id=id_, slug=slug, **fields)  # type: ignore[arg-type]


OSK = named("Armed raid, Osk, 5 March 2031", "aaaa1111-0000", "armed-raid-osk-aaaa")
BROD = named("Armed raid, Brod, 9 March 2031", "aaaa2222-0000", "armed-raid-brod-aaaa")
FERRY = named("Crash, Vey Strait", "bbbb3333-0000", "crash-vey-strait-bbbb")
MERGED = named("Shelling, Osk", "cccc4444-0000", "shelling-osk-cccc", state="merged", merged_into=OSK.id)
ALL = (OSK, BROD, FERRY, MERGED)


@pytest.mark.parametrize(
    ("reference", "meant"),
    [
        ("aaaa1111-0000", OSK),
        ("AAAA1", OSK),
        ("bbbb", FERRY),
        ("armed-raid-osk-aaaa", OSK),
        ("armed-raid-b", None),
        ("armed-raid-brod", BROD),
        ("crash", FERRY),
        ("Brod", BROD),
        ("vey crash", FERRY),
        ("strait, VEY", FERRY),
        ("cccc4444-0000", OSK),
        ("shelling", OSK),
        ("osk", OSK),
        ("aaa", None),
        ("x" * 10_000, None),
        ("", None),
        ("\x1b[2J", None),
    ],
)
def test_reference(reference: str, meant: Incident | None) -> None:
    if meant is None:
        with pytest.raises(NotFound, match="no incident is called"):
            incident_of(reference, ALL)
    else:
        assert incident_of(reference, ALL) == meant


@pytest.mark.parametrize("reference", ["raid", "aaaa", "armed-raid"])
def test_what_can_mean_two_lists_both(reference: str) -> None:
    with pytest.raises(NotFound) as caught:
        incident_of(reference, ALL)

    assert caught.value.code == 66
    assert OSK.slug in caught.value.why
    assert BROD.slug in caught.value.why
    assert FERRY.slug not in caught.value.why


def test_many_candidates_are_cut_short() -> None:
    many = [named("Raid", f"dddd{n:04}", f"raid-{n}") for n in range(100)]
    with pytest.raises(NotFound) as caught:
        incident_of("dddd", many)

    assert "… and 92 more" in caught.value.why
    assert caught.value.why.count("\n") < 12


def test_merges_in_a_circle_end() -> None:
    a = named("A", "eeee1", "a-1", state="merged", merged_into="eeee2")
    b = named("B", "eeee2", "b-2", state="merged", merged_into="eeee1")

    assert incident_of("eeee1", (a, b)) in (a, b)


@given(st.text())
def test_any_reference_means_one_incident_or_is_refused_in_harmless_words(reference: str) -> None:
    assert "\x1b" not in meant_or_why(reference)


def meant_or_why(reference: str) -> str:
    try:
        return incident_of(reference, ALL).id
    except NotFound as error:
        return error.why


VIEW = views.border_raid()


@pytest.mark.parametrize(
    ("reference", "number"),
    [("f4", 4), ("F4", 4), (VIEW.facts[3].id, 4), (VIEW.facts[3].id[:9], 4), ("osk taken", 4), ("shelling", 2)],
)
def test_fact_reference(reference: str, number: int) -> None:
    assert fact_of(reference, VIEW) == VIEW.facts[number - 1]


def test_a_fact_that_is_not_there_lists_those_that_are() -> None:
    with pytest.raises(NotFound, match="shelling at Brod"):
        fact_of("f99", VIEW)
    with pytest.raises(NotFound, match="can mean 2 things"):
        fact_of("taken", VIEW)


def test_an_incident_that_every_report_has_left_is_not_meant_by_words() -> None:
    told = replace(OSK, reports=views.ferry().reports)
    emptied = replace(OSK, id="dddd5555-0000", slug="armed-raid-osk-dddd")
    assert incident_of("armed raid osk", [emptied, told]) == told
    assert incident_of("dddd5555-0000", [emptied, told]) == emptied
