"""The seeds through the real parser: what belongs together, in any order, sent once or twice."""

import random
from collections.abc import Sequence
from pathlib import Path

import pytest

from schemas.report import Report
from services.cli.dry_run import in_order
from services.cli.publish import files, read
from services.parser.parse import load, parse
from tests.correlator.build import fed

SEEDS = Path(__file__).resolve().parents[2] / "seeds"
NAMES = ("border-raid", "ferry", "flood", "shooting")
ORDERS = 12


@pytest.fixture(scope="module")
def reports() -> dict[str, list[Report]]:
    """The reports of every seed, in the order of the dispatches."""
    parser = load()
    found = {}
    for name in NAMES:
        prepared, wrong = read(files([str(SEEDS / name / "dispatches.ndjson")]))
        assert not wrong
        found[name] = [parse(article, parser) for article in in_order(prepared)]
    return found


@pytest.mark.parametrize("name", NAMES)
def test_the_dispatches_of_a_seed_are_one_incident(reports: dict[str, list[Report]], name: str) -> None:
    articles = {report.article.id for report in reports[name]}
    assert articles in fed(*reports[name]).groups()


def test_the_items_of_the_brief_are_incidents_of_their_own(reports: dict[str, list[Report]]) -> None:
    desk = fed(*reports["flood"])
    (brief,) = [report.article.id for report in reports["flood"] if report.genre == "roundup"]
    assert len(desk.standing(brief)) == 3


def test_the_seeds_do_not_mix(reports: dict[str, list[Report]]) -> None:
    everything = [report for name in NAMES for report in reports[name]]
    apart = {group for name in NAMES for group in fed(*reports[name]).groups()}
    assert fed(*everything).groups() == apart


@pytest.mark.parametrize("seed", range(ORDERS))
def test_every_order_gives_the_same_incidents_and_words(reports: dict[str, list[Report]], seed: int) -> None:
    everything = [report for name in NAMES for report in reports[name]]
    shuffled = random.Random(seed).sample(everything, len(everything))
    twice = [report for report in shuffled for _ in range(1 + seed % 2)]
    assert outcome(twice) == outcome(everything)


def outcome(told: Sequence[Report]) -> object:
    """The grouping, and what each article says in how many incidents."""
    desk = fed(*told)
    articles = sorted({report.article.id for report in told})
    return desk.groups(), {article: sorted(desk.standing(article).values()) for article in articles}
