"""The projector's process: reads news.events, keeps the views, writes news.incidents and news.changes."""

from services.projector.handler import SCHEMA, IncidentViews, ProjectorHandler, ProjectorTopics
from services.runtime.run import StatefulService, run_stateful
from services.runtime.settings import Settings

UNCHANGED = (
    "UPDATE {new}.incident SET published_seq=seq WHERE EXISTS(SELECT 1 FROM {old}.incident o"
    " WHERE o.id=incident.id AND o.view=incident.view AND o.published_seq>=incident.seq)"
)
"""After a rebuild: a view that is what was published need not be published again."""


def service(settings: Settings) -> StatefulService:
    """What the projector is made of."""
    topics = ProjectorTopics(
        incidents=settings.topic("incidents"),
        changes=settings.topic("changes"),
        dead_letters=settings.topic("dead-letters"),
    )
    return StatefulService(
        "projector",
        [settings.topic("events")],
        ProjectorHandler(topics, settings.generation),
        SCHEMA,
        views=IncidentViews(topics.incidents),
    )


def main(settings: Settings) -> int:
    """Until SIGTERM; the exit code."""
    return run_stateful(service(settings), settings)
