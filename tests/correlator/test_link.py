"""The pieces of the linker: places, pairs, profiles, text families, and their tables."""

import math
import random
from dataclasses import replace

import pytest
from hypothesis import given, settings, strategies as st

from services.correlator.alike import bands, likeness
from services.correlator.candidates import cells
from services.correlator.drafts import header_of
from services.correlator.edges import strength
from services.correlator.link import cosine, evidence, logit
from services.correlator.member import Member
from services.correlator.parts import parts_of
from services.correlator.profile import EXAMPLES, profile_of
from services.correlator.spots import cell, distance_km, neighbours, relation, spot
from services.correlator.weights import commonness, link_model
from tests.correlator.build import BROD, FAR, OSK, TARN, Part, Told, country, day, raid, report, sketch, town
from tests.correlator.test_order import STORY


def members() -> list[Member]:
    return [part.member for told in STORY for part in parts_of(told, told.article.id)]


MEMBERS = members()


def one(place: object) -> Member:
    (part,) = parts_of(raid("a", 1, place), None)  # type: ignore[arg-type]
    return part.member


def test_distances_are_great_circles() -> None:
    ours, theirs = spot(OSK), spot(FAR)
    assert ours is not None
    assert theirs is not None
    assert distance_km([ours], [theirs]) == pytest.approx(66, abs=0.1)
    assert distance_km([ours], []) is None


@pytest.mark.parametrize(
    ("other", "expected"),
    [(OSK, "same"), (BROD, "near"), (FAR, "province"), (town("Q", 300, admin1="South"), "country"), (TARN, "abroad")],
)
def test_how_two_places_relate(other: object, expected: str) -> None:
    assert relation(one(OSK).spots, one(other).spots) == expected


def test_a_country_is_no_place() -> None:
    assert spot(country("NO")) is None
    assert relation(one(country("NO")).spots, one(OSK).spots) is None


@given(st.floats(-89, 89), st.floats(-180, 180), st.sampled_from([0.25, 1.0]))
def test_a_cell_is_among_its_neighbours(lat: float, lon: float, degrees: float) -> None:
    at = spot(replace(OSK, lat=lat, lon=lon))
    assert at is not None
    assert cell(at, degrees) in set(neighbours(at, degrees))


@settings(max_examples=200)
@given(st.floats(-70, 70), st.floats(-179, 179), st.floats(0, 360))
def test_what_is_within_20_km_lies_in_a_neighbouring_cell(lat: float, lon: float, bearing: float) -> None:
    north = 20 / 111.2 * math.cos(math.radians(bearing))
    east = 20 / 111.2 * math.sin(math.radians(bearing)) / math.cos(math.radians(lat))
    here, there = spot(replace(OSK, lat=lat, lon=lon)), spot(replace(OSK, lat=lat + north, lon=lon + east))
    assert here is not None
    assert there is not None
    assert cell(there, 0.25) in set(neighbours(here, 0.25))


@given(st.sampled_from(MEMBERS), st.sampled_from(MEMBERS))
def test_a_pair_has_no_direction(a: Member, b: Member) -> None:
    assert logit(a, b) == logit(b, a)
    assert strength(a, b) == strength(b, a)


def test_evidence_names_what_it_found() -> None:
    assert {"place_near", "date_same", "rare", "actors", "types_alike", "gap"} >= set(evidence(one(OSK), one(BROD)))
    assert evidence(one(OSK), one(BROD))["place_near"] == link_model().weights.place_near


def test_the_same_words_have_cosine_one_and_rare_words_weigh_more() -> None:
    words = (("zebra", 1), ("the", 1))
    assert cosine(words, words) == pytest.approx(1)
    assert cosine(words, (("zebra", 1),)) > cosine(words, (("the", 1),))
    assert cosine(words, ()) == 0


def test_a_profile_is_a_function_of_the_set() -> None:
    shuffled = random.Random(1).sample(MEMBERS, len(MEMBERS))
    assert profile_of(shuffled) == profile_of(MEMBERS)


def test_a_profile_keeps_the_first_and_the_last_members() -> None:
    many = [parts_of(raid(f"r{n:03}", n), None)[0].member for n in range(100)]
    profile = profile_of(many)
    assert profile.size == 100
    assert profile.examples == (*many[:EXAMPLES], *many[-EXAMPLES:])


def test_background_moves_no_profile() -> None:
    told = report("b", [Part((Told("shelling", FAR, day(9)),), role="background")])
    assert profile_of([one(OSK), parts_of(told, None)[0].member]) == profile_of([one(OSK)])


def test_the_index_knows_place_names_and_fingerprints() -> None:
    found = {bucket.split(":")[0] for bucket, _ in cells(replace(one(OSK), text_family="f"))}
    assert found == {"p", "r", "g", "w", "f"}


def test_likeness_is_the_share_of_equal_positions() -> None:
    text, other = sketch("text"), sketch("text", 0.5, "other")
    assert likeness(text, text) == 1
    assert likeness(text, other) == 0.5
    assert likeness(text, ()) == 0
    assert bands(text) & bands(other)
    assert not bands(text) & bands(sketch("unlike"))


def test_the_families_table_is_symmetric_and_lets_each_family_be_itself() -> None:
    apart = link_model().apart
    assert all((b, a) in apart for a, b in apart)
    assert all(a != b for a, b in apart)
    assert link_model().families_apart(["crime"], ["disaster"])
    assert not link_model().families_apart(["crime"], ["disaster", "measures"])
    assert not link_model().families_apart([], ["disaster"])


def test_words_that_free_text_does_not_have_are_rarest() -> None:
    table = commonness()
    assert table.idf("the") < table.idf("bridge") < table.idf("xyzzy") == table.rarest


def test_a_header_is_the_report_without_its_contents() -> None:
    told = raid("a")
    assert header_of(told).article == told.article
    assert header_of(told).digest == told.digest
