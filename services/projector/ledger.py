"""The casualty ledger: counts of the live assertions through rules L1 to L12, as rows and heads of the view."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from schemas.incident import Area, CasualtyHead, CasualtyRow, Figure
from schemas.report import Count, CountKind, Outcome
from services.projector.caps import MAX_ROWS
from services.projector.frame import Frame, origin_id
from services.projector.rules.count_terms import CountAct, Head, Row, Statement
from services.projector.rules.counts import ledger
from services.projector.rules.positions import Position
from services.projector.scopes import group_of, scope_of
from services.projector.state import Entry
from services.projector.voices import act_of, is_own_voice, last_named, position

OFFICIAL = {"government", "military", "police_rescue", "health", "judiciary"}


def casualties(entries: Sequence[Entry], frame: Frame, area: Area) -> tuple[CasualtyHead, ...]:
    """Heads in the order the rules give: outcome, group, direct before indirect."""
    told = {e.assertion.key: (e, c) for e in entries if (c := count_of(e)) is not None}
    statements = [statement(entry, count, position(entry, frame), frame, area) for entry, count in told.values()]
    names = {key: last_named(entry.assertion).name for key, (entry, _) in told.items()}
    outlets = {key: entry.header.article.outlet.name for key, (entry, _) in told.items()}
    return tuple(shown_head(head, names, outlets, {}) for head in ledger(statements, frame.sides))


def count_of(entry: Entry) -> Count | None:
    value = entry.assertion.value
    return value.count if value and entry.assertion.aspect == "count" else None


def statement(entry: Entry, count: Count, stands: Position, frame: Frame, area: Area) -> Statement:
    """`stands` = the position of the entry in the frame."""
    speaker = last_named(entry.assertion)
    return Statement(
        id=stands.id, speaker=origin_id(speaker), relation=stands.relation, outcome=count.outcome,
        group=group_of(count, frame), scope=scope_of(count, entry.occurrence, area), indirect=count.indirect,
        kind=count.kind, comparator=count.comparator, low=count.low, best=count.best, high=count.high, word=count.word,
        of=count.base, said_at=stands.time, published=stands.published, via=stands.via, family=stands.family,
        side=stands.side, cue_revised=count.revised, official=speaker.kind in OFFICIAL,
        own_voice=is_own_voice(entry.assertion), act=_act(entry), withdrawn=stands.withdrawn,
        withdrawn_at=stands.withdrawn_at,
    )  # fmt: skip


def _act(entry: Entry) -> CountAct:
    """A figure denied is a figure withheld: who denies a number gives none."""
    act = act_of(entry.assertion)
    if act == "retracts":
        return "retracts"
    return "figure" if act == "+" else "withholds"


Made = dict[int, tuple[Row, CasualtyRow]]
"""Shown rows by the identity of what they show: a row is a value."""


def shown_head(head: Head, names: Mapping[str, str], outlets: Mapping[str, str], made: Made) -> CasualtyHead:
    """`made` = rows shown before; those that are shown now come into it."""
    claims = {row.statement for row in head.outside}
    inside = [row for row in {row.statement: row for row in head.rows}.values() if row.statement not in claims]
    rows, outside = (
        tuple(_made(row, head, names, outlets, made) for row in told[-MAX_ROWS:]) for told in (inside, head.outside)
    )
    return CasualtyHead(
        outcome=_outcome(head.outcome), group=head.group, indirect=head.indirect, status=head.status, rule=head.rule,
        rows=rows, outside=outside, best=head.best, low=head.low, high=head.high,
        word=head.word, governed_by=_governor(head, names), tags=tuple(sorted(head.tags)),
        fresh_until=_time(head.fresh_until) if head.fresh_until is not None else None,
        rows_total=len(inside) if len(inside) > MAX_ROWS else None,
        outside_total=len(head.outside) if len(head.outside) > MAX_ROWS else None,
    )  # fmt: skip


def _governor(head: Head, names: Mapping[str, str]) -> str | None:
    """The name under which the governing origin last spoke."""
    rows = [row for row in head.rows if head.governed_by in {row.speaker, row.origin}]
    return names.get(rows[-1].statement, head.governed_by) if rows else head.governed_by


def _made(row: Row, head: Head, names: Mapping[str, str], outlets: Mapping[str, str], made: Made) -> CasualtyRow:
    known = made.get(id(row))
    if known is None or known[0] is not row:
        known = made[id(row)] = (row, _row(row, head, names, outlets))
    return known[1]


def _row(row: Row, head: Head, names: Mapping[str, str], outlets: Mapping[str, str]) -> CasualtyRow:
    return CasualtyRow(
        outcome=_outcome(head.outcome), group=head.group, scope=row.scope, indirect=head.indirect,
        speaker=names.get(row.statement, row.speaker), relation=row.relation, comparator=row.comparator,
        kind=_kind(row), said_at=_time(row.said_at), assertion=row.statement, outlet=outlets.get(row.statement, ""),
        rule=row.rule, n=row.n, low=row.low, best=row.best, high=row.high, word=row.figure.word, derived=row.derived,
        previous=tuple(Figure(value=former.value, said_at=_time(former.said_at)) for former in row.previous),
    )  # fmt: skip


def _kind(row: Row) -> CountKind:
    return "additional" if row.kind == "deduction" else row.kind


def _outcome(name: str) -> Outcome:
    return OUTCOMES.get(name, "injured")


OUTCOMES: Mapping[str, Outcome] = {
    "killed": "killed", "injured": "injured", "missing": "missing", "captured": "captured", "arrested": "arrested",
    "displaced": "displaced", "rescued": "rescued", "participants": "participants", "damaged": "damaged",
    "destroyed": "destroyed",
}  # fmt: skip


def _time(second: int) -> datetime:
    return datetime.fromtimestamp(second, UTC)
