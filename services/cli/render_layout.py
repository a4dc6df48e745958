"""Lines of styled spans, and tables of them. Styles are names; `paint` turns them into colours or leaves them out."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from typing import NamedTuple

from services.cli.render_text import GLUE, columns, cut, wrap

RESET = "\x1b[0m"
STYLES: Mapping[str, str] = {
    "title": "1", "heading": "1;36", "strong": "1", "dim": "2", "stale": "2;37", "rule": "2;36",
    "confirmed": "32", "corroborated": "36", "reported": "34", "disputed": "35", "claimed": "33", "denied": "31",
    "retracted": "2;31", "ended": "34", "ongoing": "31", "developing": "35", "dormant": "2",
    "yes": "33", "no": "32", "unknown": "2", "held": "32", "contested": "35",
}  # fmt: skip
"""Select Graphic Rendition codes. Colour is never alone: shape and word say the same."""


class Span(NamedTuple):
    text: str
    style: str = ""


Line = tuple[Span, ...]
Cell = Sequence[Line]
"""What stands in one column of a row, line under line."""


class Column(NamedTuple):
    """`share` = its part of the columns that the fixed widths leave over; `width` = the least it gets."""

    width: int
    share: int = 0


def line(*parts: Span | str) -> Line:
    return tuple(part if isinstance(part, Span) else Span(part) for part in parts)


def width_of(given: Line) -> int:
    return sum(columns(span.text) for span in given)


def restyled(given: Line, style: str) -> Line:
    """All of the line in one style: how a stale row is greyed."""
    return tuple(Span(span.text, style) for span in given)


def clipped(given: Line, width: int) -> Line:
    """The line in at most `width` columns."""
    kept: list[Span] = []
    left = width
    for span in given:
        text = cut(span.text, left)
        kept.append(Span(text, span.style))
        left -= columns(text)
        if text != span.text or left <= 0:
            break
    return tuple(kept)


def wrapped(text: str, width: int, style: str = "", most: int | None = None) -> list[Line]:
    return [line(Span(part, style)) for part in wrap(text, width, most)]


def hanging(head: Line, text: str, width: int, indent: int, style: str = "") -> list[Line]:
    """`head`, padded to `indent`, then the text, wrapped and indented under itself."""
    lines = wrapped(text, width - indent, style)
    first = (*filled(head, indent), *lines[0])
    return [first, *((Span(" " * indent), *rest) for rest in lines[1:])]


def filled(given: Line, width: int) -> Line:
    """The line, cut or padded to exactly `width` columns."""
    kept = clipped(given, width)
    missing = width - width_of(kept)
    return (*kept, Span(" " * missing)) if missing else kept


def justified(left: Line, right: Line, width: int) -> Line:
    """`left` and `right` at the two ends; `left` is cut where both do not fit."""
    return (*filled(left, width - width_of(right) - 1), Span(" "), *right)


def heading(title: str, width: int, note: str = "") -> Line:
    """ "TITLE ───────────── note" """
    rest = width - columns(title) - 1 - (columns(note) + 1 if note else 0)
    tail = (Span(f" {note}", "dim"),) if note else ()
    return (Span(title, "heading"), Span(" "), Span("─" * max(rest, 0), "rule"), *tail)


def widths(spec: Sequence[Column], total: int, gap: int = 2) -> list[int]:
    """Columns for `total`: the least widths, and what is left over by share."""
    spare = max(0, total - gap * (len(spec) - 1) - sum(column.width for column in spec))
    shares = sum(column.share for column in spec) or 1
    return [column.width + spare * column.share // shares for column in spec]


def row(cells: Sequence[Cell], given: Sequence[int], gap: int = 2) -> list[Line]:
    """Cells side by side; shorter ones are filled with blanks."""
    height = max((len(cell) for cell in cells), default=0)
    lines = []
    for at in range(height):
        parts: list[Span] = []
        for number, (cell, width) in enumerate(zip(cells, given, strict=True)):
            content = cell[at] if at < len(cell) else ()
            parts += filled(content, width)
            if number < len(cells) - 1:
                parts.append(Span(" " * gap))
        lines.append(tuple(parts))
    return lines


def paint(lines: Iterable[Line], colour: bool) -> str:
    """Text for the terminal, without blanks at line ends."""
    return "".join(f"{_painted(given, colour)}\n" for given in lines).replace(GLUE, " ")


def _painted(given: Line, colour: bool) -> str:
    spans = _trimmed(given)
    if not colour:
        return "".join(span.text for span in spans)
    alike = ((style, "".join(span.text for span in run)) for style, run in groupby(spans, key=lambda span: span.style))
    return "".join(f"\x1b[{STYLES[style]}m{text}{RESET}" if style in STYLES else text for style, text in alike)


def _trimmed(given: Line) -> list[Span]:
    spans = [span for span in given if span.text]
    while spans and not spans[-1].text.rstrip():
        spans.pop()
    if spans:
        spans[-1] = Span(spans[-1].text.rstrip(), spans[-1].style)
    return spans
