"""`sitrep queue`: what a person should look at, the oldest first."""

import asyncio
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Annotated

import orjson
import typer

from schemas.codec import EVENTS
from schemas.errors import InvalidRecord
from schemas.events import ReportUnlinked
from services.cli.queue_items import Item, Kind, of_parked, of_unlinked, of_view, oldest_first
from services.cli.render_layout import Line, Span, clipped, hanging, line, paint
from services.cli.render_text import neutral
from services.cli.render_words import plural
from services.cli.scan import scanning
from services.cli.stored_views import incidents_of, parked_incidents
from services.cli.terminal import now, say, say_line, terminal
from services.cli.views import OpenViews
from services.runtime.exits import TryAgain, Unavailable
from services.runtime.settings import Settings, load_settings

MOST = 50
AGE = 7
WORDS: dict[Kind, str] = {
    "disputed": "disputed, new evidence", "reviewed": "reviewed, new evidence", "orphaned": "orphaned review",
    "parked": "parked", "unlinked": "in no incident",
}  # fmt: skip
STYLES: dict[Kind, str] = {
    "disputed": "disputed", "reviewed": "reported", "orphaned": "claimed", "parked": "denied", "unlinked": "dim",
}  # fmt: skip


def register(app: typer.Typer, open_views: OpenViews) -> None:
    """Adds the command."""

    @app.command()
    def queue(
        kind: Annotated[str | None, typer.Option("--kind", help=f"only these: {', '.join(WORDS)}")] = None,
        most: Annotated[int, typer.Option("--limit", min=0, help="at most so many; 0 = all")] = MOST,
        as_json: Annotated[bool, typer.Option("--json", help="NDJSON, one object an item")] = False,
    ) -> None:
        """List what a person should look at, the longest waiting first.

        Disputed or reviewed facts with evidence that came in since, reviews that fit no fact any more, incidents whose
        view stands still, articles that tell of something and went into no incident.

        \b
        Examples:
          sitrep queue
          sitrep queue --kind disputed --json | jq -r .incident
        """
        if kind is not None and kind not in WORDS:
            raise typer.BadParameter(f"--kind is one of {', '.join(WORDS)}")
        settings = load_settings()
        with open_views() as views:
            items = [item for view in views.all() for item in of_view(view, lambda: views.events(view.id))]  # noqa: B023
        items += [of_parked(each) for each in parked_incidents(settings)]
        items += _unlinked(settings) if kind in (None, "unlinked") else []
        waiting = oldest_first(item for item in items if kind in (None, item.kind))
        _tell(waiting, waiting[: most or None], as_json)


def _unlinked(settings: Settings) -> list[Item]:
    """Out of the log; without a broker the rest of the queue is shown all the same."""
    try:
        events = asyncio.run(_events(settings))
        with incidents_of(settings) as known:
            return list(of_unlinked(events, lambda article: bool(known(article))))
    except (Unavailable, TryAgain, sqlite3.Error) as error:
        typer.echo(f"articles in no incident are left out: {error}", err=True)
        return []


async def _events(settings: Settings) -> list[ReportUnlinked]:
    topic = settings.topic("events")
    found = []
    async with scanning(settings.servers, [topic]) as scan:
        async for record in scan.records(topic):
            if record.value is None or b'"report_unlinked"' not in record.value[:100]:
                continue
            try:
                event = EVENTS.decode(record.value)
            except InvalidRecord:
                continue  # of a newer version
            if isinstance(event, ReportUnlinked):
                found.append(event)
    return found


def _tell(waiting: Sequence[Item], shown: Sequence[Item], as_json: bool) -> None:
    here = terminal()
    if as_json:
        for item in shown:
            say_line(orjson.dumps({key: value for key, value in asdict(item).items() if value is not None}))
        return
    say(queue_screen(shown, now(), here.width, here.colour))
    typer.echo(summary(waiting, len(shown)), err=True)


def queue_screen(items: Iterable[Item], at: datetime, width: int, colour: bool = False) -> str:
    """Three lines an item: how long it waits, what it is and of what; what is to be seen; where to look."""
    lines: list[Line] = []
    for item in items:
        kind = line(Span(WORDS[item.kind], STYLES[item.kind]), "  ", Span(neutral(item.title, 300), "strong"))
        head = line(Span(f"{_age(item.since, at):<{AGE}}", "dim"))
        lines += [(*head, *kind), *hanging((), neutral(item.what, 400), width, AGE)]
        lines += hanging((), neutral(item.look, 300), width, AGE, "dim")
    return paint((clipped(content, width) for content in lines), colour)


def _age(since: datetime | None, at: datetime) -> str:
    if since is None:
        return "?"
    waits = max(at - since, timedelta())
    for unit, length in (("d", timedelta(days=1)), ("h", timedelta(hours=1)), ("m", timedelta(minutes=1))):
        if waits >= length:
            return f"{waits // length}{unit}"
    return "now"


def summary(items: Sequence[Item], shown: int) -> str:
    """ "5 wait: 2 disputed, 3 unlinked" """
    if not items:
        return "nothing waits"
    counts = [
        f"{sum(item.kind == kind for item in items)} {kind}" for kind in WORDS if any(i.kind == kind for i in items)
    ]
    more = f"; the {shown} oldest are shown" if shown < len(items) else ""
    return f"{plural(len(items), 'item')}: {', '.join(counts)}{more}"
