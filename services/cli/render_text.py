"""Text for a terminal that strangers wrote: made harmless, measured in columns, cut and wrapped. Pure."""

import re
import unicodedata
from collections.abc import Iterator

MAX_MARKS = 3
"""Combining marks kept on one character; more are used only to smear over other lines."""

ELLIPSIS = "…"
GLUE = "\u00a0"
"""A blank at which no line is broken; `neutral` text has none."""

NEEDED_FORMAT = frozenset("\u200c\u200d")
"""Formatting characters that scripts need: the zero-width joiner and non-joiner."""

DROPPED = dict.fromkeys(map(ord, "\u00ad\u200b\u2060\ufeff"))
"""Invisible and meaningless here: what web pages leave behind (soft hyphen, zero-width space, word joiner, BOM)."""

BLANKS = re.compile(r"[\s\u2028\u2029\u0085]+")
UNSAFE = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


def neutral(text: str, limit: int = 2000) -> str:
    """One line without anything that steers a terminal; `limit` characters at most.

    Runs of blanks become one; control and direction characters, lone surrogates and unassigned code points are
    shown as `\\x1b` and `\\u202e`, so that the reader sees that they were there.
    """
    head = text[: limit * 2]
    kept = "".join(_harmless(BLANKS.sub(" ", head.translate(DROPPED)).strip()))
    return kept if len(kept) <= limit and len(head) == len(text) else kept[: limit - 1].rstrip() + ELLIPSIS


def _harmless(text: str) -> Iterator[str]:
    marks = 0
    for char in text:
        category = unicodedata.category(char)
        marks = marks + 1 if category in ("Mn", "Me") else 0
        if category in UNSAFE and char not in NEEDED_FORMAT:
            yield f"\\x{ord(char):02x}" if ord(char) < 256 else f"\\u{ord(char):04x}"
        elif marks <= MAX_MARKS:
            yield char


def glued(text: str) -> str:
    """The text as one word for `wrap`."""
    return text.replace(" ", GLUE)


def columns(text: str) -> int:
    """The columns that a terminal gives the text."""
    return sum(_columns_of(char) for char in text)


def _columns_of(char: str) -> int:
    if char < "\u0300":
        return 1
    if unicodedata.category(char) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(char) in ("W", "F") else 1


def cut(text: str, width: int) -> str:
    """The text in at most `width` columns, ending in … where something went."""
    if columns(text) <= width:
        return text
    kept = _fitting(text, width - 1)
    return text[:kept].rstrip() + ELLIPSIS if width > 0 else ""


def _fitting(text: str, width: int) -> int:
    """How many characters go into `width` columns, marks with the character that they stand on."""
    used = 0
    for at, char in enumerate(text):
        used += _columns_of(char)
        if used > width:
            return at
    return len(text)


def pad(text: str, width: int) -> str:
    return text + " " * (width - columns(text))


def wrap(text: str, width: int, most: int | None = None) -> list[str]:
    """Lines of at most `width` columns, broken at blanks, else anywhere; `most` lines, the last one cut with …"""
    width = max(width, 2)
    lines = [""]
    for word in text.split(" "):
        joined = f"{lines[-1]} {word}" if lines[-1] else word
        if columns(joined) <= width:
            lines[-1] = joined
        else:
            lines += _pieces(word, width)
    lines = [line for line in lines if line] or [""]
    if most is not None and len(lines) > most:
        lines = [*lines[: most - 1], cut(f"{lines[most - 1]} {lines[most]}", width)]
    return lines


def _pieces(word: str, width: int) -> list[str]:
    pieces = []
    while columns(word) > width:
        kept = max(1, _fitting(word, width))
        pieces.append(word[:kept])
        word = word[kept:]
    return [*pieces, word]
