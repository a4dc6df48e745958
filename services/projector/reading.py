"""Reading the projector's store: what the command line and the API ask. Never writes, never blocks the projector."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from schemas.codec import EVENTS, INCIDENTS
from schemas.events import IncidentEvent
from schemas.incident import Fact, Incident
from services.projector.project import fold, view_at
from services.projector.rules.status import WouldChange
from services.projector.why import why
from services.runtime.exits import Unavailable


class ReadModel:
    """The views and the events of one generation."""

    def __init__(self, db: sqlite3.Connection, generation: int) -> None:
        self._db = db
        self._generation = generation

    def all(self) -> Iterator[Incident]:
        for (view,) in self._db.execute("SELECT view FROM incident WHERE view IS NOT NULL ORDER BY id"):
            yield INCIDENTS.decode(view)

    def get(self, incident: str) -> Incident | None:
        row = self._db.execute("SELECT view FROM incident WHERE id=? AND view IS NOT NULL", (incident,)).fetchone()
        return INCIDENTS.decode(row[0]) if row else None

    def events(self, incident: str) -> list[IncidentEvent]:
        """Those that were applied, in the order of their seq."""
        rows = self._db.execute(
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
        rows = self._db.execute("SELECT incident FROM report WHERE article=? ORDER BY incident", (article,))
        return [incident for (incident,) in rows]


@contextmanager
def open_read_model(path: Path, generation: int = 1) -> Iterator[ReadModel]:
    """Raises Unavailable where no projector has written yet."""
    if not path.exists():
        raise Unavailable(f"no views yet at {path}: is the projector running (sitrep up)?")
    db = sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=5)
    try:
        yield ReadModel(db, generation)
    finally:
        db.close()
