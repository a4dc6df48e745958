"""apply(ledger, event): the fold of the correlator's own events, and the only thing that changes a ledger.

No rules here: whatever a later decision needs must be in the events, so that the log alone restores a ledger.
"""

from collections.abc import Collection, Iterable
from dataclasses import replace

from schemas.article import Revision
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
from services.correlator.alike import bands, credit
from services.correlator.candidates import cells
from services.correlator.deeds import BY_COMMAND, deed_of
from services.correlator.ledger import Gone, IncidentRow, Ledger, Placement, Standing
from services.correlator.profile import EMPTY, joined, profile_of
from services.correlator.versions import NO_EFFECT

MOST_GONE = 100
RECOUNT = 500
"""Incidents of more reports than this are not counted anew when one goes: they keep what it brought."""


def apply(ledger: Ledger, event: IncidentEvent) -> None:
    """Folds one event. Events come in the order of their decisions, the parts of one in their order."""
    ledger.put_counter(event.decision.lane, event.decision.n)
    ledger.put_clock(event.desk, event.recorded_at)
    if event.incident:
        row = ledger.incident(event.incident) or IncidentRow(desk=event.desk, incident=event.incident)
        ledger.put_incident(replace(row, seq=event.seq))
    deed = deed_of(event)
    if deed is not None:
        ledger.put_deed(event.desk, event.cause.id, deed)
    _fold(ledger, event)


def _fold(ledger: Ledger, event: IncidentEvent) -> None:
    match event:
        case ReportRecorded():
            _recorded(ledger, event)
        case ReportReplaced():
            _replaced(ledger, event)
        case ReportWithdrawn():
            _left(ledger, event, event.report.article.id, event.group)
            _stands(ledger, event.desk, event.report, None)
        case ReportMoved():
            _left(ledger, event, event.article, event.group)
        case ReportUnlinked():
            _unlinked(ledger, event)
        case IncidentMerged():
            _merged(ledger, event)
        case IncidentSplit():
            ledger.put_tie(event.desk, event.incident, event.into, None if event.undone else "cannot")
        case IncidentRenamed() | FactReviewed() | FactPinned() | CommandRejected():
            pass


def _recorded(ledger: Ledger, event: ReportRecorded) -> None:
    old = ledger.placed(event.desk, event.group.id)
    pinned = event.decision.rule.startswith(BY_COMMAND) or (old is not None and old.pinned)
    new = Placement(
        desk=event.desk, incident=event.incident, header=event.report, group=event.group,
        occurrences=event.occurrences, assertions=event.assertions, text_family=event.family, pinned=pinned,
    )  # fmt: skip
    ledger.put_placement(new)
    _joined(ledger, new)
    _stands(ledger, event.desk, event.report, event.family)


def _replaced(ledger: Ledger, event: ReportReplaced) -> None:
    old = ledger.placed(event.desk, event.group.id)
    dropped = {drop.key for drop in event.dropped}
    told = {a.key: a for a in (old.assertions if old else ()) if a.key not in dropped}
    told |= {a.key: a for a in event.added}
    new = Placement(
        desk=event.desk, incident=event.incident, header=event.report, group=event.group,
        occurrences=event.occurrences, assertions=tuple(told[key] for key in sorted(told)), text_family=event.family,
        pinned=old is not None and old.pinned, gone=_gone(old, event, told.keys()) if old else (),
    )  # fmt: skip
    ledger.put_placement(new)
    _recounted(ledger, event.incident, new)
    _stands(ledger, event.desk, event.report, event.family)


def _gone(old: Placement, event: ReportReplaced, told: Collection[str]) -> tuple[Gone, ...]:
    """What was taken back before and now; a parser's second thoughts are no part of that."""
    reasons = {drop.key: drop.by for drop in event.dropped if drop.by != "parser"}
    occurrences = {occurrence.id: occurrence for occurrence in old.occurrences}
    found = {gone.assertion.key: gone for gone in old.gone}
    for a in old.assertions:
        if a.key in reasons:
            found[a.key] = Gone(assertion=a, occurrence=occurrences.get(a.occurrence_id), by=reasons[a.key])
    return tuple(found[key] for key in sorted(found) if key not in told)[:MOST_GONE]


def _joined(ledger: Ledger, new: Placement) -> None:
    """One more placement in its incident: sums and index grow."""
    row = ledger.incident(new.incident)
    one = new.member()
    if row is None or one.role == "background":
        return
    ledger.put_incident(replace(row, profile=joined(row.profile, one)))
    ledger.add_cells(new.desk, new.incident, cells(one))


def _left(ledger: Ledger, event: IncidentEvent, article: str, group: str) -> None:
    old = ledger.placed(event.desk, group)
    if old is not None and old.incident == event.incident:
        ledger.drop_placement(event.desk, article, group)
    _recounted(ledger, event.incident, None)


def _recounted(ledger: Ledger, incident: str, new: Placement | None) -> None:
    """Sums of what stands now. Beyond a size only what is new is added: the cost of an edit must not grow."""
    row = ledger.incident(incident)
    if row is None:
        return
    if row.profile.size > RECOUNT:
        if new is not None:
            ledger.put_incident(replace(row, profile=replace(joined(row.profile, new.member()), size=row.profile.size)))
            ledger.add_cells(new.desk, incident, cells(new.member()))
        return
    members = [placement.member() for placement in ledger.members(incident)]
    ledger.put_incident(replace(row, profile=profile_of(members)))
    ledger.clear_cells(row.desk, incident)
    ledger.add_cells(row.desk, incident, (cell for m in members if m.role != "background" for cell in cells(m)))


def _merged(ledger: Ledger, event: IncidentMerged) -> None:
    row = ledger.incident(event.incident)
    if row is None:
        return
    into = None if event.undone else event.into
    ledger.put_incident(replace(row, merged_into=into, profile=EMPTY))
    ledger.clear_cells(event.desk, event.incident)
    ledger.put_tie(event.desk, event.incident, event.into, "cannot" if event.undone else "must")


def _stands(ledger: Ledger, desk: str, header: ReportHeader, text_family: str | None) -> None:
    """The article's standing version. A report told again elsewhere may carry an older header: no step back."""
    article = header.article
    old = ledger.article(desk, article.id)
    family = text_family or (old.text_family if old else None)
    if old is not None and (article.revision, header.parser.rank) < (old.revision, old.rank):
        seen = _seen(old.versions, article.version, article.revision.ms)
        ledger.put_article(replace(old, text_family=family, versions=seen), bands(old.sketch))
        return
    known = old.versions if old else ()
    new = Standing(
        desk=desk, article=article.id, revision=article.revision, rank=header.parser.rank, digest=header.digest,
        withdrawn=article.withdrawn, published=old.published if article.withdrawn and old else article.published,
        versions=known if article.withdrawn else _seen(known, article.version, article.revision.ms),
        text_family=family, wire_credit=credit(article) or (old.wire_credit if old else None),
        sketch=article.sketch or (old.sketch if old else ()),
    )  # fmt: skip
    ledger.put_article(new, bands(new.sketch))


def _unlinked(ledger: Ledger, event: ReportUnlinked) -> None:
    old = ledger.article(event.desk, event.article)
    known = old.versions if old else ()
    versions = known if event.withdrawn else _seen(known, event.revision_hash, event.revision_ms)
    if event.why in NO_EFFECT and old is not None:
        ledger.put_article(replace(old, versions=versions), bands(old.sketch))
        return
    revision = Revision(ms=event.revision_ms, hash=event.revision_hash)
    new = Standing(
        desk=event.desk, article=event.article, revision=revision, rank=event.rank, digest=event.digest,
        withdrawn=event.withdrawn, versions=versions, published=old.published if old else None,
        text_family=old.text_family if old else None, wire_credit=old.wire_credit if old else None,
        sketch=old.sketch if old else (),
    )  # fmt: skip
    ledger.put_article(new, bands(new.sketch))


def _seen(versions: Iterable[tuple[str, int]], version: str, ms: int) -> tuple[tuple[str, int], ...]:
    found = dict(versions)
    found[version] = max(ms, found.get(version, ms))
    return tuple(sorted(found.items()))
