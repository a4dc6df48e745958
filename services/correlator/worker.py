"""The correlator's process: reads news.reports, decides, writes news.events."""

from services.correlator.handler import CorrelatorHandler, CorrelatorTopics
from services.correlator.restore import Restore
from services.correlator.tables import SCHEMA
from services.runtime.run import StatefulService, run_stateful
from services.runtime.settings import Settings


def service(settings: Settings) -> StatefulService:
    """What it reads, folds and restores."""
    topics = CorrelatorTopics(events=settings.topic("events"), dead_letters=settings.topic("dead-letters"))
    return StatefulService(
        "correlator",
        [settings.topic("reports")],
        CorrelatorHandler(topics),
        SCHEMA,
        restore=Restore(topics.events),
    )


def main(settings: Settings) -> int:
    """Until SIGTERM; the exit code."""
    return run_stateful(service(settings), settings)
