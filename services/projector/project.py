"""project(state, event) -> (state, view, change): one step of the projector, pure."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from schemas.change import Change
from schemas.events import IncidentEvent
from schemas.incident import Incident
from services.projector.assess import assess
from services.projector.diff import diff
from services.projector.evolve import evolve, touched
from services.projector.running.board import Board
from services.projector.state import State


@dataclass(frozen=True, slots=True)
class Projection:
    """An incident as folded so far: its state and its view.

    `board` keeps the view up to date. It is a memory and no part of the value: it serves the newest state only, and
    a projection whose board has moved on, or that has none, gets a new one.
    """

    state: State
    view: Incident
    board: Board | None = field(default=None, compare=False, repr=False)


def project(before: Projection | None, event: IncidentEvent, generation: int = 1) -> tuple[Projection, Change]:
    """The projection after the event and what the event changed."""
    state = evolve(before.state if before else None, event)
    board = _board(before, state)
    board.advance(state, touched(event))
    assert board.state is not None
    after = Projection(board.state, board.view(generation), board)
    return after, diff(before.view if before else None, after.view, event)


def _board(before: Projection | None, after: State) -> Board:
    if before is None:
        return Board(State(after.id, after.desk, 0, after.changed_at))
    return before.board if before.board and before.board.state is before.state else Board(before.state)


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
