"""The terminal at hand, and the moments that people type. The edge: it reads the environment and the clock."""

import os
import shutil
import sys
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import typer

WIDEST = 120
"""Lines longer than this are hard to read, however wide the terminal is."""


@dataclass(frozen=True, slots=True)
class Terminal:
    """`looked_at`: a person sees it; a pipe or a file is read by a program."""

    width: int
    colour: bool
    looked_at: bool


def terminal() -> Terminal:
    """Width and colour of standard output. Colour only where a person looks, and never with NO_COLOR set."""
    looked_at = sys.stdout.isatty()
    width = min(shutil.get_terminal_size((80, 24)).columns, WIDEST)
    plain = bool(os.environ.get("NO_COLOR")) or os.environ.get("TERM") == "dumb"
    return Terminal(width, looked_at and not plain, looked_at)


def now() -> datetime:
    return datetime.now(UTC)


def instant(text: str) -> datetime:
    """A moment as people write it: ISO 8601; without a zone UTC; a day alone is its last moment; "now".

    Raises typer.BadParameter.
    """
    if text.strip().casefold() == "now":
        return now()
    try:
        at = datetime.fromisoformat(text.strip())
    except ValueError as error:
        raise typer.BadParameter(f"{text!r} is no moment; try 2031-03-05 or 2031-03-05T18:00+02:00") from error
    at = at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
    day_alone = len(text.strip()) in (8, 10) and "T" not in text
    return at + timedelta(days=1) - timedelta(microseconds=1) if day_alone else at


def say(text: str) -> None:
    """Text, as it is, on standard output."""
    typer.echo(text, nl=False, color=True)


def say_line(data: bytes) -> None:
    """One record as a line of NDJSON."""
    typer.echo(data)
