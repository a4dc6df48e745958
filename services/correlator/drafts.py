"""Events before they have an envelope, and the envelope: seq, ids, decision number, recorded time."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal, TypedDict

from schemas.command import Command
from schemas.events import (
    Cause,
    CommandRejected,
    Decision,
    Dropped,
    DropReason,
    IncidentEvent,
    IncidentMerged,
    ReportHeader,
    ReportMoved,
    ReportRecorded,
    ReportReplaced,
    ReportUnlinked,
    ReportWithdrawn,
)
from schemas.ids import content_id
from schemas.report import Assertion, Report
from services.correlator.ledger import Placement, Reading
from services.correlator.weights import link_model

CODE_VERSION = "1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Stamp:
    """Where and when a record was decided. `at` = the record's own timestamp; no clock is read."""

    lane: int
    n: int
    last_recorded_at: datetime | None
    cause: Cause
    at: datetime


class Envelope(TypedDict):
    v: Literal[1]
    id: str
    incident: str
    seq: int
    desk: str
    recorded_at: datetime
    cause: Cause
    decision: Decision


@dataclass(frozen=True, slots=True)
class Draft:
    """An event to be; `incident` is empty for what belongs to none."""

    type: str
    incident: str
    rule: str
    build: Callable[[Envelope], IncidentEvent]
    score: float | None = None


def algorithm_version() -> str:
    """Code and weights: another version may decide otherwise (it stops where its predecessor is not drained)."""
    return f"{CODE_VERSION}.{link_model().version}"


def stamped(ledger: Reading, desk: str, drafts: Sequence[Draft], stamp: Stamp) -> tuple[IncidentEvent, ...]:
    """The events of one decision: numbered within it, and within each incident."""
    recorded_at = max(stamp.at, stamp.last_recorded_at or stamp.at)
    seqs: dict[str, int] = {}
    events = []
    for part, draft in enumerate(drafts, 1):
        seq = _next_seq(ledger, seqs, draft.incident)
        decision = Decision(
            lane=stamp.lane, n=stamp.n, part=part, of=len(drafts), rule=draft.rule, version=algorithm_version(),
            score=draft.score,
        )  # fmt: skip
        event_id = content_id("event", draft.incident, seq, stamp.cause.id, draft.type)
        events.append(
            draft.build({
                "v": 1, "id": event_id, "incident": draft.incident, "seq": seq, "desk": desk,
                "recorded_at": recorded_at, "cause": stamp.cause, "decision": decision,
            })
        )  # fmt: skip
    return tuple(events)


def _next_seq(ledger: Reading, seqs: dict[str, int], incident: str) -> int:
    if not incident:
        return 0
    if incident not in seqs:
        row = ledger.incident(incident)
        seqs[incident] = row.seq if row else 0
    seqs[incident] += 1
    return seqs[incident]


def header_of(report: Report) -> ReportHeader:
    return ReportHeader(
        id=report.id, article=report.article, parser=report.parser, language=report.language, genre=report.genre,
        digest=report.digest, derivative_of=report.derivative_of,
        corrections=tuple(notice.what for notice in report.corrections),
    )  # fmt: skip


def recorded(placement: Placement, rule: str, score: float | None = None, moved_from: str | None = None) -> Draft:
    def build(envelope: Envelope) -> IncidentEvent:
        return ReportRecorded(
            type="report_recorded", **envelope, report=placement.header, group=placement.group,
            occurrences=placement.occurrences, assertions=placement.assertions, family=placement.text_family,
            moved_from=moved_from,
        )  # fmt: skip

    return Draft("report_recorded", placement.incident, rule, build, score)


def replaced(new: Placement, added: Sequence[Assertion], dropped: Sequence[Dropped], rule: str) -> Draft:
    def build(envelope: Envelope) -> IncidentEvent:
        return ReportReplaced(
            type="report_replaced", **envelope, report=new.header, group=new.group, occurrences=new.occurrences,
            added=tuple(added), dropped=tuple(dropped), family=new.text_family,
        )  # fmt: skip

    return Draft("report_replaced", new.incident, rule, build)


def withdrawn(old: Placement, header: ReportHeader, by: DropReason, rule: str) -> Draft:
    def build(envelope: Envelope) -> IncidentEvent:
        return ReportWithdrawn(type="report_withdrawn", **envelope, report=header, group=old.group.id, by=by)

    return Draft("report_withdrawn", old.incident, rule, build)


def moved(old: Placement, into: str, rule: str) -> Draft:
    def build(envelope: Envelope) -> IncidentEvent:
        return ReportMoved(type="report_moved", **envelope, article=old.article, group=old.group.id, into=into)

    return Draft("report_moved", old.incident, rule, build)


def unlinked(report: Report, why: str) -> Draft:
    article = report.article

    def build(envelope: Envelope) -> IncidentEvent:
        return ReportUnlinked(
            type="report_unlinked", **envelope, article=article.id, revision_ms=article.revision.ms,
            revision_hash=article.revision.hash, rank=report.parser.rank, digest=report.digest, why=why,
            withdrawn=article.withdrawn,
        )  # fmt: skip

    return Draft("report_unlinked", "", why, build)


def merged(loser: str, into: str, *, rule: str, command: str, author: str, reason: str, undone: bool = False) -> Draft:
    def build(envelope: Envelope) -> IncidentEvent:
        return IncidentMerged(
            type="incident_merged", **envelope, command=command, author=author, reason=reason, into=into, undone=undone
        )

    return Draft("incident_merged", loser, rule, build)


def rejected(command: Command, incident: str, why: str) -> Draft:
    def build(envelope: Envelope) -> IncidentEvent:
        return CommandRejected(
            type="command_rejected", **envelope, command=command.id, author=command.author, reason=command.reason,
            why=why,
        )  # fmt: skip

    return Draft("command_rejected", incident, f"command {command.action}", build)


def retold(old: Placement, into: str, rule: str) -> Iterator[Draft]:
    """A placement told again in another incident, with what it took back: that is part of what is known."""
    new = replace(old, incident=into)
    if not old.gone:
        yield recorded(new, rule, moved_from=old.incident)
        return
    known = {occurrence.id for occurrence in old.occurrences}
    more = {gone.occurrence.id: gone.occurrence for gone in old.gone if gone.occurrence is not None}
    occurrences = tuple(more[name] for name in sorted(more.keys() - known))
    whole = replace(
        new,
        occurrences=(*old.occurrences, *occurrences),
        assertions=(*old.assertions, *(gone.assertion for gone in old.gone)),
    )
    yield recorded(whole, rule, moved_from=old.incident)
    yield replaced(new, (), [Dropped(key=gone.assertion.key, by=gone.by) for gone in old.gone], rule)


def in_incident(placement: Placement, incident: str) -> Placement:
    return replace(placement, incident=incident)


def in_family(placement: Placement, text_family: str) -> Placement:
    return replace(placement, text_family=text_family)
