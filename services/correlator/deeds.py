"""What the events of a command did, kept so that the command is done once and can be undone."""

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
from services.correlator.ledger import Deed

BY_COMMAND = "command "


def deed_of(event: IncidentEvent) -> Deed | None:
    """None for events that no command caused."""
    if not event.decision.rule.startswith(BY_COMMAND):
        return None
    match event:
        case ReportRecorded():
            return Deed(
                type=event.type, incident=event.incident, other=event.moved_from, article=event.report.article.id,
                group=event.group.id,
            )  # fmt: skip
        case IncidentMerged():
            return Deed(type=event.type, incident=event.incident, other=event.into)
        case IncidentSplit():
            return Deed(type=event.type, incident=event.incident, other=event.into, keys=event.groups)
        case IncidentRenamed():
            return Deed(type=event.type, incident=event.incident, text=event.title)
        case FactReviewed():
            return Deed(type=event.type, incident=event.incident, fact=event.fact, keys=event.keys, text=event.status)
        case FactPinned():
            return Deed(type=event.type, incident=event.incident, fact=event.fact, keys=event.keys)
        case CommandRejected():
            return Deed(type=event.type, incident=event.incident, text=event.why)
        case ReportMoved() | ReportWithdrawn():
            return Deed(type=event.type, incident=event.incident)
        case _:
            return None
