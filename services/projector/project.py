"""project(state, event) -> (state, view, change): one step of the projector, pure."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from schemas.change import Change
from schemas.events import IncidentEvent
from schemas.incident import Incident
from services.projector.assess import assess
from services.projector.diff import diff
from services.projector.evolve import evolve
from services.projector.state import State


@dataclass(frozen=True, slots=True)
class Projection:
    """An incident as folded so far: its state and its view."""

    state: State
    view: Incident


def project(before: Projection | None, event: IncidentEvent, generation: int = 1) -> tuple[Projection, Change]:
    """The projection after the event and what the event changed."""
    state = evolve(before.state if before else None, event)
    found = assess(state, generation)
    after = Projection(replace(state, memory=found.memory), found.view)
    return after, diff(before.view if before else None, after.view, event)


def fold(events: Iterable[IncidentEvent], generation: int = 1) -> Projection | None:
    """The projection of one incident's events, given in the order of their seq."""
    projection: Projection | None = None
    for event in events:
        projection, _ = project(projection, event, generation)
    return projection


def view_at(
    events: Iterable[IncidentEvent], said_until: datetime | None, known_until: datetime | None, generation: int = 1
) -> Incident | None:
    """The view of what had been said by `said_until`, as this desk knew it at `known_until`. None: nothing yet."""
    known = [event for event in events if known_until is None or event.recorded_at <= known_until]
    projection = fold(known, generation)
    if projection is None or said_until is None:
        return projection.view if projection else None
    view = assess(projection.state, generation, said_until).view
    return view if view.facts or view.casualties or view.measures or view.control else None
