"""The correlator's process: reads news.reports, decides, writes news.events."""

from services.correlator.handler import CorrelatorHandler, CorrelatorTopics
from services.correlator.restore import Restore
from services.correlator.tables import SCHEMA
from services.runtime.run import StatefulService, run_stateful
from services.runtime.settings import Settings


def main(settings: Settings) -> int:
    """Until SIGTERM; the exit code."""
    topics = CorrelatorTopics(events=settings.topic("events"), dead_letters=settings.topic("dead-letters"))
    service = StatefulService(
        "correlator",
        [settings.topic("reports")],
        CorrelatorHandler(topics),
        SCHEMA,
        restore=Restore(topics.events),
    )
    return run_stateful(service, settings)
