"""CASUALTIES: what is known, who says so, how it moved; and apart from that, what is only claimed."""

from collections.abc import Iterable, Iterator, Sequence
from typing import get_args

from schemas.incident import CasualtyHead, CasualtyRow
from schemas.report import Outcome
from services.cli.render_layout import Cell, Column, Line, Span, line, restyled, row, widths, wrapped
from services.cli.render_screen import Screen
from services.cli.render_text import columns, neutral
from services.cli.render_words import known_words, name, plural, status_mark
from services.projector.at_read import is_stale
from services.projector.text import told_figure

COLUMNS = (Column(15, 2), Column(14), Column(16, 3), Column(9, 1), Column(17, 3))
TITLES = ("CASUALTIES", "known", "who", "trend", "only claimed")
BARS = "▁▂▃▄▅▆▇█"
MOST_ROWS = 4
OUTCOMES: tuple[str, ...] = get_args(get_args(Outcome)[0])


def casualties(screen: Screen) -> list[Line]:
    """The table; nothing where there are no figures."""
    heads = in_order(screen.incident.casualties)
    if not heads:
        return []
    given = widths(COLUMNS, screen.width - 1)
    lines = [_titles(given)]
    for head in heads:
        lines += _block(screen, head, given)
    return lines


def in_order(heads: Iterable[CasualtyHead]) -> list[CasualtyHead]:
    """The dead first, then the hurt, then the others."""
    return sorted(heads, key=_order)


def _order(head: CasualtyHead) -> tuple[int, str, bool]:
    known = OUTCOMES.index(head.outcome) if head.outcome in OUTCOMES else len(OUTCOMES)
    return known, head.group, head.indirect


def _titles(given: Sequence[int]) -> Line:
    """A rule, and over each column its title."""
    spans: list[Span] = []
    for number, (title, width) in enumerate(zip(TITLES, given, strict=True)):
        rest = width - columns(title) + (1 if number == 0 else 0)
        spans += [Span(title, "heading"), Span(" "), Span("─" * (rest - 1), "rule"), Span("─ ", "rule")]
    return tuple(spans[:-1])


def _block(screen: Screen, head: CasualtyHead, given: Sequence[int]) -> list[Line]:
    stale = is_stale(head, screen.as_of)
    who, trend = _voices(screen, head, given[2], given[3])
    cells: list[Cell] = [
        wrapped(screen.counted(head), given[0], "strong"),
        _known(head, given[1], stale),
        who,
        trend,
        _claims(screen, head, given[4]),
    ]
    lines = [(Span(" "), *content) for content in row(cells, given)]
    return [restyled(content, "stale") for content in lines] if stale else lines


def _known(head: CasualtyHead, width: int, stale: bool) -> list[Line]:
    figure = known_words(head)
    notes = [tag for tag in map(neutral, head.tags)] + (["stale"] if stale else [])
    lines = wrapped(figure, width, "" if figure == "unknown" else "strong")
    return [*lines, status_mark(head.status), *(line(Span(note, "dim")) for note in notes)]


def _voices(screen: Screen, head: CasualtyHead, width: int, narrow: int) -> tuple[list[Line], list[Line]]:
    """Speakers with their figures, the governing one first, and beside each how its figure moved."""
    who: list[Line] = []
    trend: list[Line] = []
    rows = sorted(head.rows, key=lambda it: (it.speaker != head.governed_by, it.scope != "incident"))
    for told in rows[:MOST_ROWS]:
        here = [*wrapped(name(told.speaker), width, most=2), *_details(screen, told, width)]
        moved = _trend(told, narrow)
        height = max(len(here), len(moved))
        who += here + [()] * (height - len(here))
        trend += moved + [()] * (height - len(moved))
    if len(rows) > MOST_ROWS:
        who.append(line(Span(f"+ {plural(len(rows) - MOST_ROWS, 'more row')}", "dim")))
    return who or [line("–")], trend or [line("–")]


def _details(screen: Screen, told: CasualtyRow, width: int) -> Iterator[Line]:
    """The figure and when it was said; then what sort of figure it is."""
    yield from wrapped(f"{told_figure(told)}, {screen.moment(told.said_at)}", width, "dim")
    sort = {"subset": "a part only", "additional": "added to before"}.get(told.kind, "")
    scope = "" if told.scope in ("incident", "") else f"in {screen.called(told.scope)}"
    admitted = "admitted" if told.relation == "G" else ""
    derived = "derived" if told.derived else ""
    notes = ", ".join(note for note in (sort, scope, admitted, derived) if note)
    if notes:
        yield from wrapped(notes, width, "dim")


def _trend(told: CasualtyRow, width: int) -> list[Line]:
    values = [figure.value for figure in told.previous] + [told.best if told.best is not None else told.low]
    if len(values) < 2:
        return [line("–")]
    return [*(line(part) for part in _arrows(values, width)), line(Span(sparkline(values[-width:]), "reported"))]


def _arrows(values: Sequence[int | None], width: int) -> list[str]:
    """ "2→6→8→", "12→13": broken behind an arrow; the last two lines of it."""
    lines = [""]
    for number, value in enumerate(values):
        part = ("?" if value is None else str(value)) + ("→" if number < len(values) - 1 else "")
        if len(lines[-1]) + len(part) > width and lines[-1]:
            lines.append("")
        lines[-1] += part
    return lines if len(lines) <= 2 else ["…→" + lines[-2].removeprefix("…→"), lines[-1]]


def sparkline(values: Sequence[int | None]) -> str:
    """A bar for each figure, from 0 to the highest; a point where there was none."""
    top = max((value for value in values if value is not None), default=0) or 1
    return "".join("·" if v is None else BARS[round(v * (len(BARS) - 1) / top)] for v in values)


def _claims(screen: Screen, head: CasualtyHead, width: int) -> list[Line]:
    """Figures that nobody but parties and weak voices stands for: each with its speaker, never beside a known one."""
    lines: list[Line] = []
    for told in head.outside[:MOST_ROWS]:
        who = wrapped(name(told.speaker), width - 2, most=3)
        lines += [
            line(Span(f"◌ {told_figure(told)}", "claimed")),
            *((Span("  "), *part) for part in who),
            line(Span(f"  {screen.moment(told.said_at)}", "dim")),
            *((Span("  "), *part) for part in wrapped(_before(told), width - 2, "dim") if told.previous),
        ]
    if len(head.outside) > MOST_ROWS:
        lines.append(line(Span(f"+ {plural(len(head.outside) - MOST_ROWS, 'more claim')}", "dim")))
    return lines or [line("–")]


def _before(told: CasualtyRow) -> str:
    """What the same speaker claimed before."""
    return "before: " + ", ".join("?" if figure.value is None else str(figure.value) for figure in told.previous[-3:])
