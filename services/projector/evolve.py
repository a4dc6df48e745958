"""evolve(state, event) -> state: the plain fold of one incident's events. No rules here, no clock, no failures."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import assert_never

from schemas.events import (
    CommandRejected,
    FactPinned,
    FactReviewed,
    IncidentEvent,
    IncidentMerged,
    IncidentRenamed,
    IncidentSplit,
    ReportHeader,
    ReportMoved,
    ReportRecorded,
    ReportReplaced,
    ReportUnlinked,
    ReportWithdrawn,
)
from schemas.incident import CorrectionNote
from schemas.report import Assertion
from services.projector.pmap import PMap
from services.projector.rules.positions import Withdrawal
from services.projector.state import Held, Lost, ReportKey, State


def evolve(state: State | None, event: IncidentEvent) -> State:
    """The state after the event. Events come in the order of their seq; the caller sees to that."""
    before = state or State(event.incident, event.desk, 0, event.recorded_at)
    moved = replace(before, seq=event.seq, changed_at=event.recorded_at)
    match event:
        case ReportRecorded():
            return _recorded(moved, event)
        case ReportReplaced():
            return _replaced(moved, event)
        case ReportWithdrawn():
            return _withdrawn(moved, event)
        case ReportMoved():
            return _without(moved, ReportKey(event.article, event.group))
        case IncidentMerged():
            return replace(moved, merged_into=None if event.undone else event.into)
        case IncidentRenamed():
            return replace(moved, title=None if event.undone else event.title)
        case FactReviewed():
            return _reviewed(moved, event)
        case IncidentSplit() | FactPinned() | CommandRejected() | ReportUnlinked():
            return moved
        case _:
            assert_never(event)


def touched(event: IncidentEvent) -> tuple[ReportKey, ...]:
    """The groups of reports that the event puts in, changes or takes out."""
    match event:
        case ReportRecorded() | ReportReplaced():
            return (ReportKey(event.report.article.id, event.group.id),)
        case ReportWithdrawn():
            return (ReportKey(event.report.article.id, event.group),)
        case ReportMoved():
            return (ReportKey(event.article, event.group),)
        case _:
            return ()


def _recorded(state: State, event: ReportRecorded) -> State:
    key = ReportKey(event.report.article.id, event.group.id)
    held = Held(
        event.report,
        event.group,
        {occurrence.id: occurrence for occurrence in event.occurrences},
        {assertion.key: assertion for assertion in event.assertions},
        {assertion.key: event.recorded_at for assertion in event.assertions},
        event.family,
        event.decision.score,
    )
    return _noted(replace(state, held=state.held.with_item(key, held), gone=state.gone.without(key)), event.report)


def _replaced(state: State, event: ReportReplaced) -> State:
    key = ReportKey(event.report.article.id, event.group.id)
    old = state.held.get(key) or _elsewhere(state, event)
    dropped = {drop.key: drop.by for drop in event.dropped}
    kept = {k: a for k, a in (old.assertions.items() if old else ()) if k not in dropped}
    first = {k: old.first[k] for k in kept} if old else {}
    added = {assertion.key: assertion for assertion in event.added}
    held = Held(
        event.report,
        event.group,
        {occurrence.id: occurrence for occurrence in event.occurrences}
        | ({a.occurrence_id: old.occurrences[a.occurrence_id] for a in kept.values()} if old else {}),
        kept | added,
        {k: first.get(k, event.recorded_at) for k in kept | added},
        event.family or (old.family if old else None),
        old.score if old else event.decision.score,
    )
    lost = _losses(old, dropped, event) if old else ()
    return _noted(replace(state, held=state.held.with_item(key, held), lost=_merge(state.lost, lost)), event.report)


def _elsewhere(state: State, event: ReportReplaced) -> Held | None:
    """A new version may carry the group under a new id: the article's only group here is then the former one."""
    same = [held for key, held in state.held.items() if key.article == event.report.article.id]
    return same[0] if len(same) == 1 else None


def _withdrawn(state: State, event: ReportWithdrawn) -> State:
    key = ReportKey(event.report.article.id, event.group)
    old = state.held.get(key)
    if old is None:
        return state
    lost = _losses(old, dict.fromkeys(old.assertions, event.by), event)
    gone = state.gone.with_item(key, old)
    return _noted(replace(_without(state, key), lost=_merge(state.lost, lost), gone=gone), event.report)


def _losses(old: Held, dropped: Mapping[str, str], event: ReportReplaced | ReportWithdrawn) -> tuple[Lost, ...]:
    at = _said(event.report)
    found = []
    for key, by in dropped.items():
        assertion = old.assertions.get(key)
        if assertion is None or by == "parser":
            continue
        how = _how(assertion, by, old.header)
        found.append(
            Lost(assertion, old.occurrences[assertion.occurrence_id], old.header, old.family, how, at, old.first[key])
        )
    return tuple(found)


def _how(assertion: Assertion, by: str, header: ReportHeader) -> Withdrawal:
    """What a disappearance means (R1): a correction and the outlet's own sentence die, a speaker's words do not."""
    if by == "withdrawal":
        return "article"
    if by == "correction":
        return "correction"
    if header.genre == "live_blog":
        return "absent_live_blog"
    return "sentence_changed" if len(assertion.chain) == 1 else "dropped"


def _merge(lost: PMap[str, Lost], more: Iterable[Lost]) -> PMap[str, Lost]:
    for item in more:
        lost = lost.with_item(item.assertion.key, item)
    return lost


def _without(state: State, key: ReportKey) -> State:
    return replace(state, held=state.held.without(key))


def _noted(state: State, header: ReportHeader) -> State:
    if not header.corrections:
        return state
    notes = [
        CorrectionNote(
            article=header.article.id, outlet=header.article.outlet.name, text=text, at=_said(header), noticed=True
        )
        for text in header.corrections
    ]
    known = {(note.article, note.text) for note in state.corrections}
    new = tuple(note for note in notes if (note.article, note.text) not in known)
    return replace(state, corrections=state.corrections + new) if new else state


def _said(header: ReportHeader) -> datetime:
    article = header.article
    return article.modified or max(article.published, article.received_at)


def _reviewed(state: State, event: FactReviewed) -> State:
    reviews = {k: v for k, v in state.reviews.items() if k != event.command and v.fact != event.fact}
    return replace(state, reviews=reviews if event.undone else {**reviews, event.command: event})
