"""What one incident knows: its live reports, what was withdrawn from them, and what people decided.

The fold of the incident's events. Everything the view shows is computed from here by `assess`.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from schemas.events import FactReviewed, ReportHeader
from schemas.incident import CorrectionNote
from schemas.report import Assertion, Group, Occurrence
from services.projector.pmap import PMap
from services.projector.rules.positions import Withdrawal


class ReportKey(NamedTuple):
    article: str
    group: str


@dataclass(frozen=True, slots=True)
class Held:
    """A group of an article as it stands in this incident. `first` = when each assertion key was first recorded."""

    header: ReportHeader
    group: Group
    occurrences: dict[str, Occurrence]
    assertions: dict[str, Assertion]
    first: dict[str, datetime]
    family: str | None
    score: float | None


@dataclass(frozen=True, slots=True)
class Lost:
    """An assertion that an article no longer makes, and how it went."""

    assertion: Assertion
    occurrence: Occurrence
    header: ReportHeader
    family: str | None
    by: Withdrawal
    at: datetime
    first: datetime


class Remembered(NamedTuple):
    """What the last view said of a fact: so that `since` survives a new clustering."""

    aspect: str
    value: str
    occurrences: Collection[str]
    status: str
    since: datetime


@dataclass(frozen=True, slots=True)
class State:
    """`lost` by assertion key, `memory` by fact id: maps that are values, so that a step copies little."""

    id: str
    desk: str
    seq: int
    changed_at: datetime
    held: PMap[ReportKey, Held] = field(default_factory=PMap)
    gone: PMap[ReportKey, Held] = field(default_factory=PMap)
    lost: PMap[str, Lost] = field(default_factory=PMap)
    reviews: dict[str, FactReviewed] = field(default_factory=dict)
    corrections: tuple[CorrectionNote, ...] = ()
    title: str | None = None
    merged_into: str | None = None
    memory: PMap[str, Remembered] = field(default_factory=PMap)


@dataclass(frozen=True, slots=True)
class Entry:
    """One assertion with all that the rules ask about it."""

    assertion: Assertion
    occurrence: Occurrence
    header: ReportHeader
    role: str
    family: str | None
    withdrawn: Withdrawal | None = None
    withdrawn_at: datetime | None = None

    @property
    def said(self) -> datetime:
        return self.assertion.said_at.start or self.header.article.published

    @property
    def order(self) -> tuple[datetime, datetime, str]:
        return (self.said, self.header.article.published, self.assertion.key)


def entries(state: State, said_until: datetime | None = None) -> tuple[Entry, ...]:
    """All assertions that count, in the order in which they were said. Background groups never move a view."""
    found = {entry.assertion.key: entry for entry in _lost(state, said_until)}
    found |= {entry.assertion.key: entry for entry in _live(state)}
    kept = (e for e in found.values() if said_until is None or e.said <= said_until)
    return tuple(sorted(kept, key=lambda entry: entry.order))


def _live(state: State) -> Iterator[Entry]:
    for key in sorted(state.held):
        yield from entries_of(state.held[key])


def entries_of(held: Held) -> Iterator[Entry]:
    """The assertions that count of one group of an article; none of a background group."""
    if held.group.role == "background":
        return
    for assertion in held.assertions.values():
        occurrence = held.occurrences.get(assertion.occurrence_id)
        if occurrence is not None:
            yield Entry(assertion, occurrence, held.header, held.group.role, held.family)


def _lost(state: State, said_until: datetime | None) -> Iterator[Entry]:
    return (entry_of_lost(lost, said_until) for lost in state.lost.values())


def entry_of_lost(lost: Lost, said_until: datetime | None = None) -> Entry:
    gone = said_until is None or lost.at <= said_until
    return Entry(
        lost.assertion, lost.occurrence, lost.header, "main", lost.family,
        lost.by if gone else None, lost.at if gone else None,
    )  # fmt: skip
