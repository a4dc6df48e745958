"""CHANGED, TIMELINE and REPORTS: how the incident came to stand as it does."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import NamedTuple

from schemas.change import ChangeItem
from schemas.incident import ReportRef, TimelineRow
from services.cli.render_layout import Line, Span, filled, hanging, heading, line, wrapped
from services.cli.render_screen import Screen, report_handles
from services.cli.render_text import cut, neutral
from services.cli.render_words import day, live_reports, name, plural

MOST_CHANGES = 8
MOST_ROWS = 12
MOST_REPORTS = 8
HANDLE, TIME, OUTLET = 4, 14, 20
QUIET = frozenset({"report_added"})
CHANGE_SHAPE = {
    "incident_opened": "★", "fact_new": "+", "fact_status": "⇄", "fact_gone": "−", "count_new": "+",
    "count_revised": "±", "count_claimed": "◌", "count_gone": "−", "measure": "▲", "control": "■",
    "correction": "↩", "report_added": "·", "report_withdrawn": "↩", "reviewed": "✎", "incident_merged": "⇒",
    "incident_renamed": "✎", "command_rejected": "✖",
}  # fmt: skip
LANE = {"occurrence": "━", "statement": "┄", "measure": "▲", "count": "#", "correction": "↩"}
LANES = "━ happened  ┄ said  # figure  ▲ measure  ↩ corrected"


class Changed(NamedTuple):
    """One change of the view; `at` on the said or the recorded clock, whichever the caller shows; None: unknown."""

    at: datetime | None
    item: ChangeItem


def change_text(item: ChangeItem, limit: int = 300) -> str:
    """ "± injured civilians 8 → 12, says governor": a shape and the words."""
    return f"{CHANGE_SHAPE.get(item.kind, '·')} {neutral(item.text, limit)}"


def changed(screen: Screen, changes: Sequence[Changed]) -> list[Line]:
    """The newest changes first; new reports as one number."""
    told = [change for change in changes if change.item.kind not in QUIET]
    added = len(changes) - len(told)
    if not changes:
        return []
    ordered = sorted(told, key=lambda it: it.at.timestamp() if it.at else 0.0, reverse=True)
    lines = [heading("CHANGED", screen.width, f"+ {plural(added, 'report')}" if added else "")]
    for change in ordered[:MOST_CHANGES]:
        head = line(f" {screen.moment(change.at)}" if change.at else "")
        lines += hanging(head, change_text(change.item), screen.width, TIME + 1 if change.at else 1)
    if len(ordered) > MOST_CHANGES:
        lines.append(line(Span(f" + {plural(len(ordered) - MOST_CHANGES, 'earlier change')}", "dim")))
    return lines


def timeline(screen: Screen) -> list[Line]:
    """The last rows in the order in which they were said; the day only where it changes."""
    rows = [row for row in screen.incident.timeline if row.said <= screen.as_of]
    if not rows:
        return []
    title = heading("TIMELINE", screen.width, LANES)
    earlier = len(rows) - MOST_ROWS
    more = [line(Span(f" {plural(earlier, 'earlier row')}", "dim"))] if earlier > 0 else []
    return [title, *more, *_rows(screen, rows[-MOST_ROWS:])]


def _rows(screen: Screen, rows: Sequence[TimelineRow]) -> Iterator[Line]:
    days = [day(told.said, screen.as_of) for told in rows]
    column = max(map(len, days), default=0) + 2
    for before, today, told in zip(["", *days], days, rows, strict=False):
        shown = "" if today == before else f" {today}"
        mark = line(Span(f"{told.said:%H:%M}", "dim"), f"  {LANE.get(told.kind, '·')} ")
        head = (*filled(line(shown), column), *mark)
        yield from hanging(head, _told(screen, told), screen.width, column + 9)


def _told(screen: Screen, told: TimelineRow) -> str:
    named = told.speaker is not None and not told.text.startswith(told.speaker)
    who = f" – {name(told.speaker or '')}" if named else ""
    return neutral(told.text, 300) + _happened(screen, told) + who


def _happened(screen: Screen, told: TimelineRow) -> str:
    """When it happened, where that is another day than when it was said."""
    if told.kind != "occurrence" or told.happened is None or told.happened.start is None:
        return ""
    start = day(told.happened.start, screen.as_of)
    return "" if start == day(told.said, screen.as_of) else f", happened {start}"


def reports(screen: Screen) -> list[Line]:
    """The last reports; background and withdrawn ones are named as such."""
    refs = [ref for ref in screen.incident.reports if ref.published <= screen.as_of]
    if not refs:
        return []
    aside = len(refs) - len(live_reports(screen.incident, screen.as_of))
    counts = plural(len(refs) - aside, "report") + (f" + {aside} background or withdrawn" if aside else "")
    lines = [heading("REPORTS", screen.width, counts)]
    earlier = len(refs) - MOST_REPORTS
    if earlier > 0:
        lines.append(line(Span(f" {plural(earlier, 'earlier report')}", "dim")))
    handles = report_handles(screen.incident)
    return lines + [_report(screen, ref, handles[ref.article, ref.group]) for ref in refs[-MOST_REPORTS:]]


def _report(screen: Screen, ref: ReportRef, handle: str) -> Line:
    left = line(" ", Span(f"{handle:<{HANDLE}}{screen.moment(ref.published):<{TIME}}", "dim"))
    outlet = filled(line(name(ref.outlet)), OUTLET)
    note = "withdrawn: " if ref.withdrawn else "background: " if ref.role == "background" else ""
    title = cut(f"{note}{neutral(ref.title, 300) or '(no title)'}", screen.width - HANDLE - TIME - OUTLET - 3)
    return (*left, *outlet, Span("  "), Span(title, "dim" if note else ""))


def notes(screen: Screen) -> list[Line]:
    """What else a reader must know: related incidents, reviews that fit no fact any more."""
    view = screen.incident
    lines = [
        line(Span(f" related: {neutral(other.incident, 40)} ({neutral(other.why, 80)})", "dim"))
        for other in view.related
    ]
    if view.orphaned_reviews:
        n = len(view.orphaned_reviews)
        text = f" {plural(n, 'review')} {'fits' if n == 1 else 'fit'} no fact any more"
        lines += wrapped(text, screen.width, "disputed")
    return lines
