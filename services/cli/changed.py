"""What changed in a view in the hours before a moment, and when each of it was said. Pure."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from schemas.change import ChangeItem
from schemas.incident import CasualtyHead, CasualtyRow, Fact, Incident
from services.cli.render_story import Changed
from services.projector.diff import between


def changed_since(before: Incident | None, after: Incident) -> tuple[Changed, ...]:
    """The differences of two views of one incident. Without an earlier view: that there is one now."""
    if before is None:
        first = min((fact.first_said for fact in after.facts), default=None)
        return (Changed(first, between(None, after)[0]),)
    return differences(before, after)


def differences(before: Incident | None, after: Incident) -> tuple[Changed, ...]:
    """The same; without an earlier view: all there is now."""
    items = _told_anew(before, after) if before else iter(between(None, after))
    return tuple(Changed(_said(item, after), item) for item in items)


def _told_anew(before: Incident, after: Incident) -> Iterator[ChangeItem]:
    """The differences; a fact that only got other words (a better placed occurrence) is not gone and not new."""
    same = dict(_same_facts(before, after))
    items = between(before, after)
    fresh = {item.fact for item in items if item.kind == "fact_new"}
    gone = {item.fact for item in items if item.kind == "fact_gone"}
    pairs = {new.id: (old, new) for new, old in same.items() if new.id in fresh and old.id in gone}
    dropped = {old.id for old, _ in pairs.values()}
    for item in items:
        if item.kind == "fact_new" and item.fact in pairs:
            old, new = pairs[item.fact]
            if old.status != new.status:
                text = f"{new.text}: {old.status} → {new.status}"
                yield replace(item, kind="fact_status", text=text, before=old.status)
        elif item.kind != "fact_gone" or item.fact not in dropped:
            yield item


def _same_facts(before: Incident, after: Incident) -> Iterator[tuple[Fact, Fact]]:
    """Each fact of the later view with the one of the earlier that asks the same of the same occurrence."""
    for new in after.facts:
        for old in before.facts:
            if (old.aspect, old.value) == (new.aspect, new.value) and set(old.occurrences) & set(new.occurrences):
                yield new, old
                break


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
    rows = [row for head in heads for row in (head.outside if item.kind == "count_claimed" else _governing(head))]
    theirs = [row.said_at for row in rows if row.speaker == item.speaker]
    return max(theirs or [row.said_at for row in rows], default=None)


def _governing(head: CasualtyHead) -> list[CasualtyRow]:
    """The rows that tell the figure, whatever their speaker is called there; all where none tells just that."""
    return [row for row in head.rows if row.best == head.best and row.low is not None] or list(head.rows)


def _key(head: CasualtyHead) -> str:
    """As the change items name a figure."""
    return f"{head.outcome} {head.group}" + (" (indirect)" if head.indirect else "")
