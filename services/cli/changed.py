"""What changed in a view in the hours before a moment, and when each of it was said. Pure."""

from datetime import datetime

from schemas.change import ChangeItem
from schemas.incident import CasualtyHead, Incident
from services.cli.render_story import Changed
from services.projector.diff import between


def changed_since(before: Incident | None, after: Incident) -> tuple[Changed, ...]:
    """The differences of two views of one incident. Without an earlier view: that there is one now."""
    if before is None:
        first = min((fact.first_said for fact in after.facts), default=None)
        return (Changed(first, between(None, after)[0]),)
    return tuple(Changed(_said(item, after), item) for item in between(before, after))


def _said(item: ChangeItem, view: Incident) -> datetime | None:
    """When the words were said that made the change; None where the view no longer knows."""
    if item.fact is not None:
        return _fact_said(item, view)
    if item.kind.startswith("count"):
        return _figure_said(item, view)
    moments: dict[str, list[datetime | None]] = {
        "measure": [m.lifted or m.introduced for m in view.measures if m.value.name == item.key],
        "control": [claim.said_at for held in view.control if held.place.name == item.key for claim in held.claims],
        "correction": [note.at for note in view.corrections if note.article == item.key],
        "report_added": [ref.published for ref in view.reports if ref.article == item.key],
    }
    return max((at for at in moments.get(item.kind, []) if at is not None), default=None)


def _fact_said(item: ChangeItem, view: Incident) -> datetime | None:
    fact = next((fact for fact in view.facts if fact.id == item.fact), None)
    if fact is None:
        return None
    voices = (*fact.supporting, *fact.opposing, *fact.withheld)
    return fact.first_said if item.kind == "fact_new" else max((v.said_at for v in voices), default=fact.last_supported)


def _figure_said(item: ChangeItem, view: Incident) -> datetime | None:
    heads = [head for head in view.casualties if item.key == _key(head)]
    rows = [row for head in heads for row in (head.outside if item.kind == "count_claimed" else head.rows)]
    return max((row.said_at for row in rows if row.speaker == item.speaker), default=None)


def _key(head: CasualtyHead) -> str:
    """As the change items name a figure."""
    return f"{head.outcome} {head.group}" + (" (indirect)" if head.indirect else "")
