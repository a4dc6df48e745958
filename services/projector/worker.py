"""The projector's process: reads news.events, keeps the views, writes news.incidents and news.changes."""

from services.projector.handler import SCHEMA, IncidentViews, ProjectorHandler, ProjectorTopics
from services.runtime.run import StatefulService, run_stateful
from services.runtime.settings import Settings


def main(settings: Settings) -> int:
    """Until SIGTERM; the exit code."""
    topics = ProjectorTopics(
        incidents=settings.topic("incidents"),
        changes=settings.topic("changes"),
        dead_letters=settings.topic("dead-letters"),
    )
    service = StatefulService(
        "projector",
        [settings.topic("events")],
        ProjectorHandler(topics, settings.generation),
        SCHEMA,
        views=IncidentViews(topics.incidents),
    )
    return run_stateful(service, settings)
