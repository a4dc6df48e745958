"""Measurements for real, with a few articles: that they run to their end and say something."""

import os
from collections.abc import Iterator
from pathlib import Path

import orjson
import pytest

from bench import latency, rates

pytestmark = [pytest.mark.kafka, pytest.mark.slow]


@pytest.fixture(autouse=True)
def environment(jars: Path) -> Iterator[None]:
    """They set the environment of their process, which their workers inherit."""
    before = dict(os.environ)
    os.environ["SITREP_JARS"] = str(jars)
    yield
    os.environ.clear()
    os.environ.update(before)


def test_latency(capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    assert latency.main(["--count", "4", "--warm", "1", "--pause", "0", "--json"]) == 0
    found = orjson.loads(capsysbinary.readouterr().out)
    assert found["articles"] == 4
    assert 0 < found["to_view"]["p50"] <= found["to_view"]["p99"]
    assert set(found["hops"]) == {"parse", "correlate", "project", "article to view"}


def test_rates(capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    assert rates.main(["--count", "40", "--json"]) == 0
    found = orjson.loads(capsysbinary.readouterr().out)
    assert [each["service"] for each in found] == ["parser", "correlator", "projector"]
    assert all(each["records"] >= 40 and each["ratio"] > 0 for each in found)
