"""The word lists: each line has its form, and nothing is there twice where only one can be meant."""

from collections import Counter
from pathlib import Path

import pytest

from services.parser.actor_lexicon import KINDS
from services.parser.tables import DATA, rows, values, word_set

KINDS_IN = {
    "institutions.tsv": 4, "outlets.tsv": 4, "bodies.tsv": 5, "offices.tsv": 4, "groups.tsv": 3, "unnamed.tsv": 2,
    "org_words.tsv": 3, "org_hints.tsv": 2,
}  # fmt: skip
COLUMNS = KINDS_IN | {
    "countries.tsv": 4, "regions.tsv": 3, "districts.tsv": 3, "us_states.tsv": 3, "place_words.tsv": 3,
    "place_cues.tsv": 3, "titles.tsv": 2, "descriptors.tsv": 2, "layout.tsv": 2, "dates.tsv": 7, "numbers.tsv": 2,
    "comparators.tsv": 3, "vague.tsv": 2, "frequent.tsv": 2, "word_sets.tsv": 2,
}  # fmt: skip


@pytest.mark.parametrize("name", sorted(COLUMNS))
def test_every_line_has_its_form(name: str) -> None:
    assert list(rows(name, COLUMNS[name]))
    assert (DATA / name).read_text("utf-8").startswith("# ")


@pytest.mark.parametrize("name", ["countries.tsv", "institutions.tsv"])
def test_a_name_means_one_thing(name: str) -> None:
    names = Counter(alias for cells in rows(name, 4) for alias in values(cells[1 if name == "countries.tsv" else 0]))
    assert [alias for alias, count in names.items() if count > 1] == []


@pytest.mark.parametrize("name", sorted(KINDS_IN))
def test_kinds_are_kinds_of_speakers(name: str) -> None:
    told = {cells[1].removeprefix("~") for cells in rows(name, KINDS_IN[name])} - {""}
    assert told
    assert told <= KINDS


def test_countries_are_codes() -> None:
    codes = [code for code, *_ in rows("countries.tsv", 4)]
    assert len(set(codes)) == len(codes)
    assert all(len(code) == 2 and code.isupper() for code in codes)
    known = set(codes)
    for name in ("institutions.tsv", "outlets.tsv"):
        assert {cells[2] for cells in rows(name, 4) if cells[2]} <= known


def test_a_line_too_long_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "two.tsv").write_text("# x\na\tb\tc\n", "utf-8")
    monkeypatch.setattr("services.parser.tables.DATA", tmp_path)
    with pytest.raises(ValueError, match=r"two\.tsv:2: 3 columns, expected 2"):
        list(rows("two.tsv", 2))


def test_word_sets_are_sets() -> None:
    assert "the" in word_set("articles")
    with pytest.raises(KeyError):
        word_set("no such set")
