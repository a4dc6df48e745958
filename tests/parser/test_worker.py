"""The parser's service on the broker in memory, with real child processes."""

import asyncio
import json
from pathlib import Path

import pytest

from schemas.codec import REPORTS
from schemas.report import Report
from services.parser.step import FUNCTION
from services.parser.worker import ParserStep
from services.runtime.memory import MemoryBroker
from services.runtime.records import Out
from services.runtime.run import StatelessService, serve_stateless
from services.runtime.settings import Settings
from services.runtime.slots import Slots
from services.runtime.wiring import MemoryWiring

DEADLINE_S = 60


async def until(broker: MemoryBroker, reports: int, letters: int) -> None:
    while len(broker.topic("reports")) < reports or len(broker.topic("dead-letters")) < letters:
        await broker.changed()


async def serve(broker: MemoryBroker, settings: Settings, reports: int, letters: int) -> None:
    """Runs the service until so many records have come out."""
    step = ParserStep(Slots(FUNCTION, settings.parser_slots), "reports")
    service = StatelessService("parser", ["articles"], step, settings.parser_slots)
    running = asyncio.create_task(serve_stateless(service, settings, MemoryWiring(broker)))
    try:
        await asyncio.wait_for(until(broker, reports, letters), DEADLINE_S)
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        await step.close()


@pytest.mark.slow
async def test_articles_become_reports_and_the_rest_dead_letters(tmp_path: Path) -> None:
    broker = MemoryBroker({"articles": 2, "reports": 1, "dead-letters": 1}, lambda: 1_930_000_000_000)
    for n in range(6):
        body = f"Rebels shelled the town of Odessa on Monday and killed {n + 2} people, police said."
        value = json.dumps({"id": f"a/{n}", "body": body, "language": "en"}).encode()
        broker.append(Out("articles", b"k", value, partition=n % 2))
    broker.append(Out("articles", b"k", b"no article", partition=0))
    settings = Settings(home=tmp_path, topic_prefix="", group_prefix="g.", parser_slots=1)
    await serve(broker, settings, 6, 1)
    reports = [REPORTS.decode(record.value) for record in broker.topic("reports")]
    assert sorted(r.article.id for r in reports if isinstance(r, Report)) == [f"a/{n}" for n in range(6)]
    assert all(r.assertions for r in reports if isinstance(r, Report))
    letter = broker.topic("dead-letters")[0]
    assert (letter.value, dict(letter.headers)["sitrep_reason"]) == (b"no article", b"not_json")
