"""The compiled gazetteer: look-ups, folds, the file itself."""

import time
from pathlib import Path

import pytest
from hypothesis import given, settings, strategies as st

from services.parser.fold import loose, slug, strict
from services.parser.gazetteer import FILE, Gazetteer, open_gazetteer
from services.parser.gazetteer_build import compiled
from tests.parser.lexical.cases import OVERLAY

VILLAGE = {
    "geonameid": 7, "name": "Sankt Velmora", "latitude": 50.5, "longitude": 10.25, "countrycode": "NO",
    "population": 900, "timezone": "Europe/Oslo", "admin1code": "34", "alternatenames": ["Velmorra", "ВЕЛ", "VLM"],
}  # fmt: skip
TOWN = VILLAGE | {"geonameid": 3, "name": "Velmorra", "population": 9_000, "alternatenames": []}


@pytest.fixture(scope="module")
def gazetteer() -> Gazetteer:
    return open_gazetteer()


def small(folder: Path) -> Gazetteer:
    (folder / FILE).write_bytes(compiled([VILLAGE, TOWN], ["IA.Wapello County"]))
    return open_gazetteer(folder)


def test_a_compiled_row_reads_as_it_was(tmp_path: Path) -> None:
    row = small(tmp_path).find("Sankt Velmora")[0].row
    assert (row.id, row.name, row.country, row.admin1) == (7, "Sankt Velmora", "NO", "NO.34")
    assert (row.lat, row.lon, row.population, row.zone) == (50.5, 10.25, 900, "Europe/Oslo")


def test_own_names_come_before_others_and_both_before_likeness(tmp_path: Path) -> None:
    found = small(tmp_path).find("Velmorra")
    assert [(match.row.id, match.quality) for match in found] == [(3, 3), (7, 2)]
    assert [match.quality for match in small(tmp_path).find("Velmora")] == [1, 1]


def test_codes_and_other_scripts_are_no_names(tmp_path: Path) -> None:
    assert not small(tmp_path).find("VLM")
    assert not small(tmp_path).find("ВЕЛ")


def test_the_seat_is_the_largest_town(tmp_path: Path) -> None:
    seat = small(tmp_path).seat("NO.34")
    assert seat is not None
    assert seat.id == 3
    assert small(tmp_path).seat("NO.99") is None


def test_rows_by_id(tmp_path: Path) -> None:
    row = small(tmp_path).by_id(7)
    assert row is not None
    assert row.name == "Sankt Velmora"
    assert small(tmp_path).by_id(8) is None


def test_the_same_source_gives_the_same_bytes() -> None:
    assert compiled([VILLAGE, TOWN]) == compiled([TOWN, VILLAGE])


def test_an_older_file_is_compiled_again(tmp_path: Path) -> None:
    (tmp_path / FILE).write_bytes(b"SITREPG0 something else")
    assert open_gazetteer(tmp_path).find("Oslo")


def test_counties(tmp_path: Path) -> None:
    assert small(tmp_path).us_counties == {"wapello county": ("US.IA",)}


def test_an_overlay_adds_places() -> None:
    found = open_gazetteer(None, OVERLAY).find("brodnik")
    assert [match.row.id for match in found] == [99_000_001]


def test_it_opens_at_once() -> None:
    open_gazetteer()
    begun = time.process_time()
    open_gazetteer().find("Oslo")
    assert time.process_time() - begun < 0.5


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("Kharkov", "Kharkiv"),
        ("Kiev", "Kyiv"),
        ("Hasakah", "Al Ḩasakah"),
        ("Saint Louis", "St. Louis"),
        ("Sao Paulo", "São Paulo"),
    ],
)
def test_spellings(gazetteer: Gazetteer, written: str, meant: str) -> None:
    assert meant in [match.row.name for match in gazetteer.find(written)]


@settings(deadline=None)
@given(st.text(max_size=40))
def test_any_name_can_be_asked(gazetteer: Gazetteer, name: str) -> None:
    qualities = [match.quality for match in gazetteer.find(name)]
    assert qualities == sorted(qualities, reverse=True)


@settings(deadline=None)
@given(st.text(max_size=40))
def test_folding_twice_folds_no_further(name: str) -> None:
    assert strict(strict(name)) == strict(name)


@pytest.mark.parametrize(
    ("a", "b"),
    [("Velmojra", "Velmoira"), ("Brodnyk", "Brodnik"), ("Kherson", "Herson"), ("Lvov", "Lwow"), ("Sievsk", "Sevsk")],
)
def test_alike_after_the_loose_fold(a: str, b: str) -> None:
    assert loose(strict(a)) == loose(strict(b))


def test_slugs() -> None:
    assert slug("Côte d’Ivoire") == "cote-divoire"
