"""The casualty ledger: counts of the live assertions through rules L1 to L12, as rows and heads of the view."""

from collections.abc import Sequence
from datetime import UTC, datetime

from schemas.incident import Area, CasualtyHead, CasualtyRow, Figure
from schemas.report import Count
from services.projector.frame import Frame, origin_id
from services.projector.rules import counts, expiry
from services.projector.scopes import group_of, scope_of
from services.projector.state import Entry
from services.projector.voices import act_of, is_own_voice, last_named, position, seconds

OFFICIAL = {"government", "military", "police_rescue", "health", "judiciary"}


def casualties(entries: Sequence[Entry], frame: Frame, area: Area) -> tuple[CasualtyHead, ...]:
    """Heads in the order of outcome, group, direct before indirect."""
    told = [entry for entry in entries if entry.assertion.aspect == "count" and _count(entry) is not None]
    statements = [_statement(entry, frame, area) for entry in told]
    by_key = {entry.assertion.key: entry for entry in told}
    return tuple(_head(head, by_key) for head in counts.ledger(statements, frame.sides))


def _count(entry: Entry) -> Count | None:
    return entry.assertion.value.count if entry.assertion.value else None


def _statement(entry: Entry, frame: Frame, area: Area) -> counts.Statement:
    count = _count(entry)
    assert count is not None
    stands = position(entry, frame)
    speaker = last_named(entry.assertion)
    return counts.Statement(
        id=stands.id, speaker=origin_id(speaker), relation=stands.relation, outcome=count.outcome,
        group=group_of(count, frame), scope=scope_of(count, entry.occurrence, area), indirect=count.indirect,
        kind=count.kind, comparator=count.comparator, low=count.low, best=count.best, high=count.high, word=count.word,
        of=count.base, said_at=stands.time, published=stands.published, via=stands.via, family=stands.family,
        side=stands.side, revised=count.revised, official=speaker.kind in OFFICIAL,
        own_voice=is_own_voice(entry.assertion), act=act_of(entry.assertion), withdrawn=stands.withdrawn,
        withdrawn_at=stands.withdrawn_at,
    )  # fmt: skip


def at(second: int) -> datetime:
    return datetime.fromtimestamp(second, UTC)


__all__ = ["CasualtyRow", "Figure", "casualties", "expiry", "seconds"]
