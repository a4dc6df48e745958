"""The seeds through a real broker: in order, shuffled and each sent twice, the same is believed of the incident."""

import random
from functools import partial
from pathlib import Path

import pytest

from schemas.codec import INCIDENTS
from schemas.incident import Incident
from services.cli.dry_run import in_order, run
from services.ingest.prepare import Prepared, prepare_all
from tests.e2e.desk import running_desk
from tests.e2e.oracle import Logs, Parse, sound
from tests.eventually import eventually
from tests.projector.comparable import comparable

pytestmark = [pytest.mark.kafka, pytest.mark.slow]
SEEDS = Path(__file__).resolve().parents[2] / "seeds"


def dispatches(name: str) -> list[Prepared]:
    return prepare_all((SEEDS / name / "dispatches.ndjson").read_bytes(), "ndjson", via="test")


def shuffled(articles: list[Prepared], seed: int) -> list[Prepared]:
    """Another order of the articles; the versions of one keep theirs."""
    order = list(range(len(articles)))
    random.Random(seed).shuffle(order)
    turns = {
        article.id: sorted(i for i, other in enumerate(articles) if other.id == article.id) for article in articles
    }
    return [articles[turns[articles[index].id].pop(0)] for index in order]


def main_view(logs: Logs) -> Incident:
    """The incident with most reports, as it was last published."""
    last = {record.key: record.value for record in logs.topics["incidents"]}
    views = [INCIDENTS.decode(value) for value in last.values()]
    return max(views, key=lambda view: (len(view.reports), view.id))


@pytest.mark.parametrize("way", ["in order", "shuffled", "twice"])
async def test_dispatches_end_alike_whatever_way_they_come(
    kafka: str, prefix: str, tmp_path: Path, parse_with: Parse, way: str
) -> None:
    articles = dispatches("border-raid")
    sent = {"in order": articles, "shuffled": shuffled(articles, 3), "twice": articles + articles}[way]
    async with running_desk(kafka, prefix, tmp_path / "home") as desk:
        await desk.publish(sent)
        await desk.at_rest()
        logs = await eventually(partial(sound, kafka, prefix, parse_with), within=60, what="the oracle holds")
    assert logs is not None
    desk_view = main_view(logs)
    dry = run(in_order(articles), parse_with)
    expected = max(dry.views(), key=lambda view: (len(view.reports), view.id))
    assert comparable(desk_view) == comparable(expected)
    assert logs.values("dead-letters") == []
