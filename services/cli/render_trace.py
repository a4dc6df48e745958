"""A trace on a terminal: a station a paragraph, its time and position first, then what happened there. Pure."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime

from services.cli.render_layout import Line, Span, clipped, heading, line, paint, wrapped
from services.cli.render_text import cut, glued, neutral
from services.cli.render_words import dotted, plural
from services.cli.trace_hops import ArticleHop, ArticleTrace, EventHop, IncidentTrace, Letter, ReportHop, ViewHop

INDENT = 15
SHORT = 8
MOST_CHANGES = 6


def article_screen(trace: ArticleTrace, width: int, colour: bool = False) -> str:
    """The article, then each of its records with what became of it."""
    lines = [*_title(trace.title, f"article {neutral(trace.article, 200)}", width)]
    told = [neutral(part, 200) for part in (trace.outlet, trace.url) if part]
    lines += wrapped(" · ".join(told), width, "dim") if told else []
    for number, hop in enumerate(trace.hops, 1):
        of = f" {number} of {len(trace.hops)}" if len(trace.hops) > 1 else ""
        lines += [(), heading(f"RECORD{of}", width), *_article(hop, width)]
    if trace.elsewhere:
        lines += [(), heading("CAUSED BY OTHER RECORDS", width)]
        for event in trace.elsewhere:
            lines += _event(event, width, caused=True)
    return paint((clipped(each, width) for each in lines), colour)


def incident_screen(trace: IncidentTrace, width: int, colour: bool = False) -> str:
    """The incident, then its events by number."""
    lines = [*_title(trace.title, f"incident {neutral(trace.incident, 60)}", width)]
    last = trace.events[-1].seq if trace.events else 0
    shown = f"published: rev {trace.published}" if trace.published is not None else "no view is published"
    lines.append(line(Span(f"{plural(len(trace.events), 'event')}, the last has seq {last} · {shown}", "dim")))
    if trace.merged_into:
        lines.append(line(Span(f"merged into {neutral(trace.merged_into, 60)}: see there", "disputed")))
    lines += [
        line(Span(f"{what}: {', '.join(map(str, numbers))}", "denied"))
        for what, numbers in (("missing in the log", trace.missing), ("two events have the seq", trace.forked))
        if numbers
    ]
    lines.append(())
    for event in trace.events:
        lines += _event(event, width, caused=True, article=True)
    return paint((clipped(each, width) for each in lines), colour)


def _title(title: str | None, name: str, width: int) -> Iterator[Line]:
    yield from wrapped(neutral(title or "(no title)", 300), width, "title", most=3)
    yield from wrapped(name, width)


def _hop(what: str, when: datetime | None, after_ms: int | None, place: str | None, style: str = "strong") -> Line:
    """ "      + 41 ms   report   news.reports/3@17" """
    time = f"{when.astimezone(UTC):%H:%M:%S.%f}"[:-3] if when else ""
    spent = _spent(after_ms) if after_ms is not None else time
    return line(Span(f"{spent:<{INDENT}}", "dim"), Span(f"{what:<8} ", style), neutral(place or "", 200))


def _spent(ms: int) -> str:
    """ "+ 41 ms", "+ 2.5 s", "+ 3 d 4 h": always as long as it was, never rounded to nothing."""
    if abs(ms) < 10_000:
        return f"+ {ms} ms"
    seconds = abs(ms) / 1000
    if seconds < 600:
        return f"+ {ms / 1000:.1f} s"
    minutes = int(seconds // 60)
    if minutes < 600:
        return f"+ {minutes} min"
    hours = minutes // 60
    return f"+ {hours} h" if hours < 48 else f"+ {hours // 24} d {hours % 24} h"


def _told(text: str, width: int, style: str = "") -> Iterator[Line]:
    for each in wrapped(neutral(text, 600), width - INDENT, style):
        yield line(Span(" " * INDENT), *each)


def _parts(parts: Iterable[str], width: int) -> Iterator[Line]:
    """Broken between the parts where that is enough."""
    text = dotted(glued(neutral(part, 300)) for part in parts)
    yield from (line(Span(" " * INDENT), *each) for each in wrapped(text, width - INDENT))


def _article(hop: ArticleHop, width: int) -> Iterator[Line]:
    yield line(Span(f"{hop.at.astimezone(UTC):%Y-%m-%d %H:%M:%S.%f}"[:-3] + " UTC", "dim"))
    yield _hop("article", hop.at, None, hop.position or "(no longer in the log)")
    parts = ["withdrawal" if hop.withdrawn else f"version {hop.version[:SHORT]}" if hop.version else "no article"]
    parts += [f"{hop.size:,} bytes"] if hop.size else []
    parts += [f"published by {hop.via}"] if hop.via else []
    yield from _parts(parts, width)
    yield from _told(hop.wrong, width, "denied") if hop.wrong and not hop.dead else ()
    yield from _end(hop.dead, hop.waits, width)
    for report in hop.reports:
        yield from _report(report, width)


def _report(hop: ReportHop, width: int) -> Iterator[Line]:
    yield _hop("report", hop.at, hop.after_ms, hop.position)
    read_by = (f"parser {hop.parser}, rank {hop.rank}", hop.language, f"digest {hop.digest[:SHORT]}")
    yield from _parts(read_by, width)
    groups = [f"{g.role}: {'/'.join(g.families)}{f' at {g.place}' if g.place else ''}" for g in hop.groups]
    read = ", ".join((plural(len(groups), "group"), plural(hop.occurrences, "occurrence"),
                      plural(hop.assertions, "statement")))  # fmt: skip
    yield from _told("withdraws the article" if hop.withdrawn else read, width)
    for group in groups:
        yield from _told(group, width)
    for warning in hop.warnings:
        yield from _told(f"warning: {warning}", width, "claimed")
    yield from _end(hop.dead, hop.waits, width)
    for event in hop.events:
        yield from _event(event, width)


def _event(hop: EventHop, width: int, caused: bool = False, article: bool = False) -> Iterator[Line]:
    """`caused`: say which record caused it; `article`: say which article it is about."""
    yield _hop("event", hop.at, None, hop.position)
    yield from _parts(_decision(hop, article), width)
    if article and hop.title:
        yield from _told(f"{hop.outlet}: {hop.title}", width, "strong")
    if caused:
        yield from _told(
            f"caused by {hop.cause}" + (f", about article {hop.article}" if hop.article else ""), width, "dim"
        )
    yield from _told(hop.why, width) if hop.why else ()
    if hop.copies > 1:
        yield from _told(f"lies in the log {hop.copies} times: sent again after a restart", width, "dim")
    yield from _end(hop.dead, hop.waits, width)
    yield from _view(hop.view, hop, width)


def _decision(hop: EventHop, article: bool) -> Iterator[str]:
    score = "" if hop.score is None else f" {hop.score:.2f}"
    number = f"seq {hop.seq} " if article else ""
    yield f"{number}{hop.type}{f' ({hop.role})' if hop.role else ''}"
    if hop.type != "report_unlinked":  # whose rule is its reason
        yield f"rule {hop.rule}{score}"
    if hop.incident and not article:
        yield f"incident {hop.incident[:SHORT]} seq {hop.seq}" + (f", {cut(hop.story, 60)}" if hop.story else "")


def _view(view: ViewHop | None, hop: EventHop, width: int) -> Iterator[Line]:
    if view is None:
        return
    since = "" if hop.after_ms is None else f" · {_spent(hop.after_ms + view.after_ms)[2:]} after the article"
    yield _hop("view", view.at, view.after_ms, f"{view.position}  rev {view.seq}{since}")
    yield from _items(hop.changes, width)


def _items(changes: Sequence[str], width: int) -> Iterator[Line]:
    for text in changes[:MOST_CHANGES]:
        yield from _told(f"* {text}", width)
    if len(changes) > MOST_CHANGES:
        yield from _told(f"* … and {len(changes) - MOST_CHANGES} more", width, "dim")


def _end(dead: Letter | None, waits: str | None, width: int) -> Iterator[Line]:
    """Where the way ends: in the dead letters, or before a service that has not come to it."""
    if dead:
        yield _hop("dead", None, None, f"{dead.position}  {dead.reason}", "denied")
        yield from _told(f"{dead.stage}: {dead.error}", width)
        tried = f", tried again {dead.attempt} times" if dead.attempt else ""
        yield from _told(f"id {dead.id}{tried}: sitrep dlq show {dead.id[:SHORT]}", width, "dim")
    if waits:
        yield from _told(f"→ {waits}", width, "claimed")
