"""Reading the projector's store: what the command line and the API ask. Never writes, never blocks the projector."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from schemas.codec import EVENTS, INCIDENTS
from schemas.events import IncidentEvent
from schemas.incident import Fact, Incident
from services.projector.project import fold, view_at
from services.projector.rules.status import WouldChange
from services.projector.why import why
from services.runtime.settings import Settings
from services.runtime.stores import Query, reading

PAGE = "SELECT id, view FROM incident WHERE view IS NOT NULL AND id > ? ORDER BY id LIMIT ?"
PAGE_SIZE = 200


class ReadModel:
    """The views and the events of one generation."""

    def __init__(self, query: Query, generation: int) -> None:
        self._query = query
        self._generation = generation

    def all(self) -> Iterator[Incident]:
        """Page by page, so that a big desk costs no memory."""
        last = ""
        while rows := self._query(PAGE, (last, PAGE_SIZE)):
            for last, view in rows:  # noqa: B007  the page after begins behind the last of this one
                yield INCIDENTS.decode(view)

    def get(self, incident: str) -> Incident | None:
        rows = self._query("SELECT view FROM incident WHERE id=? AND view IS NOT NULL", (incident,))
        return INCIDENTS.decode(rows[0][0]) if rows else None

    def events(self, incident: str) -> list[IncidentEvent]:
        """Those that were applied, in the order of their seq."""
        rows = self._query(
            "SELECT e.body FROM event e JOIN incident i ON i.id=e.incident"
            " WHERE e.incident=? AND e.seq<=i.seq ORDER BY e.seq",
            (incident,),
        )
        return [EVENTS.decode(body) for (body,) in rows]

    def at(self, incident: str, said_until: datetime | None, known_at: datetime | None) -> Incident | None:
        """What had been said by `said_until`, as this desk knew it at `known_at`; None: nothing yet."""
        return view_at(self.events(incident), said_until, known_at, self._generation)

    def explain(
        self, incident: str, fact: str, said_until: datetime | None, known_at: datetime | None
    ) -> tuple[Fact, tuple[WouldChange, ...]] | None:
        known = [e for e in self.events(incident) if known_at is None or e.recorded_at <= known_at]
        projection = fold(known, self._generation)
        return why(projection.state, fact, said_until) if projection else None

    def incidents_of(self, article: str) -> list[str]:
        rows = self._query("SELECT incident FROM report WHERE article=? ORDER BY incident", (article,))
        return [incident for (incident,) in rows]


@contextmanager
def open_read_model(settings: Settings) -> Iterator[ReadModel]:
    """Raises Unavailable where no projector has written yet."""
    with reading(settings, "projector", "incident") as query:
        yield ReadModel(query, settings.generation)
