"""One event as a station of a trace: what of each type of event says why. Pure."""

from collections import Counter

from schemas.change import Change
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
    ReportReplaced,
    ReportUnlinked,
    ReportWithdrawn,
)
from schemas.report import ArticleHeader
from services.cli.trace_hops import EventHop, Letter, ViewHop, milliseconds

UNLINKED = {
    "empty": "nothing in it that could belong to an incident",
    "nowhere": "no group of it opens or joins an incident",
    "equal": "its content is that of a version known already",
    "same_parse": "a parse that says what the former one said",
    "withdrawn": "an article that stood nowhere was withdrawn",
}


def header_of(event: IncidentEvent) -> ArticleHeader | None:
    """The article that the event tells of, where it carries its header."""
    return event.report.article if isinstance(event, ReportRecorded | ReportReplaced | ReportWithdrawn) else None


def article_of(event: IncidentEvent) -> str | None:
    """The id of the article that the event is about; None where it is about an incident or a fact."""
    head = header_of(event)
    if head:
        return head.id
    return event.article if isinstance(event, ReportMoved | ReportUnlinked) else None


def event_hop(
    event: IncidentEvent,
    position: str,
    cause: str,
    copies: int,
    change: Change | None,
    view: ViewHop | None,
    dead: Letter | None,
    waits: str | None,
) -> EventHop:
    """The event with what became of it."""
    head = header_of(event)
    return EventHop(
        position=position, at=event.recorded_at, type=event.type, incident=event.incident, seq=event.seq,
        rule=event.decision.rule, cause=cause, score=event.decision.score, role=_role(event), why=_why(event),
        article=article_of(event), title=head.title if head else None, outlet=head.outlet.name if head else None,
        after_ms=milliseconds(head.received_at, event.recorded_at) if head else None, copies=copies,
        story=change.title if change else None, changes=tuple(item.text for item in change.items) if change else (),
        view=view, dead=dead, waits=waits,
    )  # fmt: skip


def _role(event: IncidentEvent) -> str | None:
    return event.group.role if isinstance(event, ReportRecorded | ReportReplaced) else None


def _why(event: IncidentEvent) -> str | None:
    match event:
        case ReportRecorded():
            return f"moved here from {event.moved_from}" if event.moved_from else None
        case ReportReplaced():
            gone = [f"{n} dropped ({by})" for by, n in sorted(Counter(each.by for each in event.dropped).items())]
            return ", ".join([f"{len(event.added)} statements new or changed", *gone])
        case ReportWithdrawn():
            return event.by
        case ReportMoved():
            return f"to {event.into}" if event.into else None
        case ReportUnlinked():
            return f"{event.why}: {UNLINKED[event.why]}" if event.why in UNLINKED else event.why
        case IncidentMerged() | IncidentSplit():
            return f"{'undone, ' if event.undone else ''}into {event.into}, by {event.author}: {event.reason}"
        case IncidentRenamed():
            return f"{event.title!r}, by {event.author}: {event.reason}"
        case FactReviewed():
            return f"fact {event.fact} is {event.status}, by {event.author}: {event.reason}"
        case FactPinned():
            return f"fact {event.fact}, by {event.author}: {event.reason}"
        case CommandRejected():
            return f"{event.why} (by {event.author}: {event.reason})"
