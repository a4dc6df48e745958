"""The error report: kinds by number, examples spread over the documents; data sets join by a module of their name."""

import pytest

from bench.errors import Slip, finder, report


def test_the_most_frequent_kind_comes_first_with_examples() -> None:
    slips = [Slip("rare", "d1", "one"), *(Slip("often", f"d{i}", f"shown {i}") for i in range(6))]
    lines = report(slips, top=5, examples=2).splitlines()
    assert lines[0] == "7 slips of 2 kinds"
    assert lines[1].split() == ["6", "often"]
    assert lines[2:4] == ["        d0: shown 0", "        d3: shown 3"]
    assert lines[4].split() == ["1", "rare"]


def test_only_so_many_kinds_are_shown() -> None:
    assert len(report([Slip(str(i), "d") for i in range(9)], top=3, examples=1).splitlines()) == 4


def test_a_data_set_without_a_module_is_named() -> None:
    assert callable(finder("muc4"))
    with pytest.raises(ModuleNotFoundError, match="errors_nothing"):
        finder("nothing")
