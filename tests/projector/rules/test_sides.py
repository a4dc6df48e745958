"""Sides: from a set of descriptions and deeds, never from the order in which they came."""

import random

import pytest
from hypothesis import given, strategies as st

from services.projector.rules.sides import ActorTerms, IncidentSides, descriptor_stance, sides_of

NORTH_ARMY = ActorTerms("north-army", home="north")
SOUTH_MINISTRY = ActorTerms("south-ministry", home="south")


def group(id_: str, *descriptors: str) -> ActorTerms:
    return ActorTerms(id_, descriptors=frozenset(descriptors))


def test_an_office_holder_is_on_the_side_of_its_home_whatever_it_is_called() -> None:
    found = sides_of([ActorTerms("minister", home="north", descriptors=frozenset({"pro-south", "anti-north"}))], [])

    assert found.side_of == {"minister": "north"}
    assert not found.sides.two_sided


def test_a_group_called_anti_x_is_opposed_to_x() -> None:
    found = sides_of([NORTH_ARMY, group("legion", "anti-north")], [])

    assert found.side_of["legion"] == "anti-north"
    assert found.sides.opposed("anti-north", "north")


def test_a_name_in_a_description_may_mean_a_home() -> None:
    found = sides_of([NORTH_ARMY, group("legion", "anti-Citadel")], [], {"citadel": "north"})

    assert found.sides.opposed(found.side_of["legion"], "north")


def test_a_group_is_opposed_to_whom_it_acts_against_and_to_who_acts_against_it() -> None:
    for deed in [("legion", "north-army"), ("north-army", "legion"), ("legion", "north")]:
        found = sides_of([NORTH_ARMY, group("legion")], [deed])

        assert found.sides.opposed(found.side_of["legion"], "north"), deed


def test_a_group_nobody_describes_has_no_side() -> None:
    found = sides_of([NORTH_ARMY, group("legion", "armed", "northern")], [])

    assert found.side_of["legion"] is None


def test_who_are_opposed_to_the_same_side_are_allied_there() -> None:
    found = sides_of([NORTH_ARMY, SOUTH_MINISTRY, group("legion", "anti-north")], [("south-ministry", "north")])

    assert found.sides.allied(found.side_of["legion"], "south")
    assert not found.sides.opposed(found.side_of["legion"], "south")


def test_groups_with_the_same_foe_are_one_side() -> None:
    found = sides_of([NORTH_ARMY, group("legion", "anti-north"), group("corps")], [("corps", "north-army")])

    assert found.side_of["legion"] == found.side_of["corps"] == "anti-north"


def test_who_fight_each_other_are_not_allied_by_a_common_foe() -> None:
    found = sides_of([NORTH_ARMY, group("a"), group("b")], [("a", "north"), ("b", "north"), ("a", "b")])

    assert found.sides.opposed(found.side_of["a"], found.side_of["b"])
    assert not found.sides.allied(found.side_of["a"], found.side_of["b"])


def test_a_backed_group_is_on_its_backers_side() -> None:
    for word in ("south-backed", "pro-south", "South-led"):
        found = sides_of([NORTH_ARMY, SOUTH_MINISTRY, group("volunteers", word)], [("south", "north")])

        assert found.side_of["volunteers"] == "south", word


def test_a_backed_group_with_a_foe_has_its_own_side_allied_to_the_backer() -> None:
    found = sides_of([NORTH_ARMY, SOUTH_MINISTRY, group("legion", "south-backed")], [("legion", "north")])

    assert found.side_of["legion"] == "anti-north"
    assert found.sides.allied("anti-north", "south")
    assert not found.sides.opposed("south", "north")  # being called its backer makes nobody a belligerent


def test_contradicting_descriptions_cancel_out_and_deeds_decide() -> None:
    named = group("legion", "anti-north", "north-backed")

    assert sides_of([NORTH_ARMY, named], []).side_of["legion"] is None
    acted = sides_of([NORTH_ARMY, named], [("legion", "north-army")])
    assert acted.sides.opposed(acted.side_of["legion"], "north")
    assert not acted.sides.allied(acted.side_of["legion"], "north")


def test_groups_that_call_each_other_friends_in_a_ring_are_one_side() -> None:
    found = sides_of([group("a", "pro-b"), group("b", "pro-a")], [])

    assert found.side_of == {"a": "a", "b": "a"}


def test_two_groups_without_a_home_can_be_opposed() -> None:
    found = sides_of([group("a"), group("b")], [("a", "b")])

    assert found.side_of == {"a": "anti-b", "b": "anti-a"}
    assert found.sides.opposed("anti-a", "anti-b")


def test_a_fight_inside_one_home_makes_no_sides() -> None:
    found = sides_of([NORTH_ARMY, ActorTerms("north-guard", home="north")], [("north-guard", "north-army")])

    assert not found.sides.two_sided


@pytest.mark.parametrize(
    ("word", "stance"),
    [
        ("anti-North", (True, "north")),
        ("pro-north", (False, "north")),
        ("north-backed", (False, "north")),
        ("anti-", None),
        ("-backed", None),
        ("northern", None),
        ("well-armed", None),
    ],
)
def test_what_a_descriptor_says(word: str, stance: tuple[bool, str] | None) -> None:
    assert descriptor_stance(word) == stance


IDS = st.sampled_from(["a", "b", "c", "north-army", "south-ministry"])
ACTORS = st.builds(
    ActorTerms,
    IDS,
    st.sampled_from([None, None, "north", "south"]),
    st.frozensets(st.sampled_from(["anti-north", "pro-north", "south-backed", "anti-a", "pro-b", "pro-a", "armed"])),
)


def _plain(found: IncidentSides) -> tuple[dict[str, str | None], object]:
    return dict(found.side_of), found.sides


@given(st.lists(ACTORS, max_size=6), st.lists(st.tuples(IDS, IDS), max_size=6), st.randoms(use_true_random=False))
def test_order_and_repetition_do_not_matter(
    actors: list[ActorTerms], deeds: list[tuple[str, str]], chance: random.Random
) -> None:
    actors_again, deeds_again = actors * 2, deeds * 2
    chance.shuffle(actors_again)
    chance.shuffle(deeds_again)

    assert _plain(sides_of(actors_again, deeds_again)) == _plain(sides_of(actors, deeds))


@given(st.lists(ACTORS, max_size=6), st.lists(st.tuples(IDS, IDS), max_size=6))
def test_nobody_is_opposed_to_itself_or_to_an_ally(actors: list[ActorTerms], deeds: list[tuple[str, str]]) -> None:
    sides = sides_of(actors, deeds).sides

    assert all(len(pair) == 2 for pair in sides.opposed_pairs | sides.allied_pairs)
    assert not sides.opposed_pairs & sides.allied_pairs
