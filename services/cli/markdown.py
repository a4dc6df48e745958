"""Text of strangers inside a line of Markdown: shown as it is, never read as marks, links or HTML. Pure."""

import re

from services.cli.render_text import GLUE, neutral

MARKS = re.compile(r"([\\`*_\[\]<#|~&$@])")
LINKS = re.compile(r"(?<=:)(?=//)|(?<=\bwww)(?=\.)", re.I)
"""Where plain text becomes a link without any mark: such are broken up by an escape that is not seen."""
FIRST = re.compile(r"^([-+=>:]|\d+(?=[.)]))")


def escaped(text: str, limit: int = 300) -> str:
    """One line, `limit` characters of the text at most, for any place in a line but its start."""
    return LINKS.sub(r"\\", MARKS.sub(r"\\\1", neutral(text.replace(GLUE, " "), limit)))


def line_of(text: str, limit: int = 300) -> str:
    """The same for a line of its own: "- x", "1. x" and "> x" stay words."""
    return FIRST.sub(lambda mark: f"{mark[1]}\\" if mark[1].isdigit() else f"\\{mark[1]}", escaped(text, limit))


def strong(text: str) -> str:
    """`text` is ours or escaped."""
    return f"**{text}**"
