"""Views out of events in memory: the real fold, no store and no broker."""

from collections.abc import AsyncIterator, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime

from schemas.change import Change
from schemas.events import IncidentEvent
from schemas.incident import Incident
from services.cli.explain import Explanation
from services.cli.views import Views
from services.projector.project import Projection, fold, project, view_at
from services.projector.why import why


class LoggedViews:
    """Implements `Views`; `events` by incident id, in the order of their seq."""

    def __init__(self, events: Mapping[str, Sequence[IncidentEvent]]) -> None:
        self._events = events

    def all(self) -> Iterable[Incident]:
        return [view for incident in self._events if (view := self.get(incident)) is not None]

    def get(self, incident: str) -> Incident | None:
        return self.at(incident, None, None)

    def at(self, incident: str, said_until: datetime | None, known_at: datetime | None) -> Incident | None:
        return view_at(self._events.get(incident, ()), said_until, known_at)

    def explain(
        self, incident: str, fact: str, said_until: datetime | None, known_at: datetime | None
    ) -> Explanation | None:
        known = [e for e in self._events[incident] if known_at is None or e.recorded_at <= known_at]
        projection = fold(known)
        found = why(projection.state, fact, said_until) if projection else None
        return Explanation(found[0], found[1]) if found else None

    def events(self, incident: str) -> Sequence[IncidentEvent]:
        return list(self._events.get(incident, ()))

    async def changes(self) -> AsyncIterator[Change]:
        """Every change there was, and then the end."""
        for events in self._events.values():
            projection: Projection | None = None
            for event in events:
                projection, change = project(projection, event)
                yield change


@contextmanager
def opened(views: Views) -> Iterator[Views]:
    yield views
