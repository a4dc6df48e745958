"""What became of a person's command: the events that it caused, as one answer. Pure."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from schemas.command import Command
from schemas.events import (
    CommandRejected,
    FactPinned,
    FactReviewed,
    IncidentEvent,
    IncidentMerged,
    IncidentRenamed,
    IncidentSplit,
    ReportMoved,
    ReportRecorded,
    ReportWithdrawn,
)
from services.runtime.order import BadOrder

BY_COMMAND = "command "
SHORT = 8
QUIET = ReportRecorded | ReportMoved
"""Told as counts: a merge may have thousands of them."""


@dataclass(frozen=True, slots=True)
class Touched:
    """An incident that the command touched: its new revision, and what was done in it."""

    incident: str
    seq: int
    did: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Outcome:
    """The decision on one command. `why` = why it was refused; None: it was done."""

    id: str
    action: str
    author: str
    desk: str
    recorded_at: str
    touched: tuple[Touched, ...]
    why: str | None = None

    @property
    def done(self) -> bool:
        return self.why is None


class Answers:
    """The events of one command as they come, from any partition and in any order."""

    def __init__(self, command: Command) -> None:
        self.command = command
        self._parts: dict[int, IncidentEvent] = {}

    def take(self, event: IncidentEvent) -> None:
        """Keep it if the command caused it. Raises BadOrder where another command had the same id."""
        command = self.command
        if event.cause.id != command.id or event.desk != command.desk:
            return
        was = event.decision.rule.removeprefix(BY_COMMAND)
        if was != command.action:
            raise BadOrder(f"the id {command.id} is that of another command ({was[:20]!r}): give a new one")
        self._parts[event.decision.part] = event

    def outcome(self) -> Outcome | None:
        """None until every event of the decision is there."""
        events = [self._parts[part] for part in sorted(self._parts)]
        if not events or len(events) < events[0].decision.of:
            return None
        return outcome_of(self.command, events)


def outcome_of(command: Command, events: Sequence[IncidentEvent]) -> Outcome:
    """`events`: all that the command caused, in the order of the decision."""
    refusals = [event.why for event in events if isinstance(event, CommandRejected)]
    return Outcome(
        command.id, command.action, command.author, command.desk, events[0].recorded_at.isoformat(),
        tuple(_touched(events)), refusals[0] if refusals else None,
    )  # fmt: skip


def _touched(events: Sequence[IncidentEvent]) -> Iterator[Touched]:
    for incident in dict.fromkeys(event.incident for event in events if event.incident):
        mine = [event for event in events if event.incident == incident]
        yield Touched(incident, max(event.seq for event in mine), tuple(_did(mine)))


def _did(events: Iterable[IncidentEvent]) -> Iterator[str]:
    events = list(events)
    yield from (_words(event) for event in events if not isinstance(event, QUIET))
    left = sum(isinstance(event, ReportMoved) for event in events)
    came = sum(isinstance(event, ReportRecorded) for event in events)
    yield from (f"{_count(n, 'report')} {word}" for n, word in ((left, "left"), (came, "came in")) if n)


def _words(event: IncidentEvent) -> str:
    match event:
        case FactReviewed():
            return f"a review {'undone' if event.undone else f'as {event.status}'}"
        case FactPinned():
            return f"a fact {'no longer pinned' if event.undone else 'pinned'}"
        case IncidentRenamed():
            return "the former title back" if event.undone else f"now called {event.title!r}"
        case IncidentMerged():
            return "no longer merged" if event.undone else f"merged into {event.into[:SHORT]}"
        case IncidentSplit():
            return "no longer split" if event.undone else f"split: {_count(len(event.groups), 'group')} taken out"
        case ReportWithdrawn():
            return f"{event.report.article.id!r} withdrawn"
        case CommandRejected():
            return "the refusal is kept there"
    return event.type.replace("_", " ")


def as_json(outcome: Outcome) -> bytes:
    """One object: what was ordered, whether it was done, what it touched."""
    told: dict[str, Any] = {
        "command": outcome.id, "action": outcome.action, "done": outcome.done, "author": outcome.author,
        "desk": outcome.desk, "recorded_at": outcome.recorded_at,
        "touched": [{"incident": it.incident, "seq": it.seq, "did": list(it.did)} for it in outcome.touched],
    }  # fmt: skip
    return orjson.dumps(told | ({"why": outcome.why} if outcome.why is not None else {}))


def _count(n: int, word: str) -> str:
    return f"{n} {word}" if n == 1 else f"{n} {word}s"
