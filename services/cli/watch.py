"""`sitrep watch`: every change of every view, one line each, as it comes."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from typing import Annotated

import typer

from schemas.change import Change
from schemas.codec import CHANGES
from services.cli.render_layout import Line, Span, line, paint
from services.cli.render_story import change_text
from services.cli.render_text import cut, neutral
from services.cli.resolve import incident_of
from services.cli.terminal import say, say_line, terminal
from services.cli.views import OpenViews

TITLE = 32
SOURCE = frozenset({"report_added"})


def change_lines(change: Change) -> Iterator[Line]:
    """A line an item: when it was recorded, which incident, what changed."""
    for item in change.items:
        style = "dim" if item.kind in SOURCE else ""
        yield line(
            Span(f"{change.recorded_at:%Y-%m-%d %H:%M:%S}", "dim"),
            "  ",
            Span(cut(neutral(change.title, 200), TITLE), "strong"),
            "  ",
            Span(change_text(item), style),
        )


async def watch_changes(changes: AsyncIterator[Change], incident: str | None, as_json: bool, colour: bool) -> None:
    """Prints until the changes end; `incident` = only those of this id."""
    async for change in changes:
        if incident is not None and change.incident != incident:
            continue
        if as_json:
            say_line(CHANGES.encode(change))
        else:
            say(paint(change_lines(change), colour))


def register(app: typer.Typer, open_views: OpenViews) -> None:
    """Adds the command."""

    @app.command()
    def watch(
        incident: Annotated[
            str | None, typer.Argument(help="only this one: id, beginning of an id, slug, or a word of the title")
        ] = None,
        as_json: Annotated[bool, typer.Option("--json", help="NDJSON: the records of news.changes")] = False,
    ) -> None:
        """Print what changes in the views, one line a change, until it is stopped."""
        with open_views() as views:
            only = incident_of(incident, views.all()).id if incident is not None else None
            asyncio.run(watch_changes(views.changes(), only, as_json, terminal().colour))
