"""`sitrep trace`: every station of an article or an incident, with its position, its time and the reason."""

import asyncio
import sqlite3
from typing import Annotated

import orjson
import typer

from schemas.incident import Incident
from services.cli.render_text import neutral
from services.cli.render_trace import article_screen, incident_screen
from services.cli.resolve import NotFound, incident_of
from services.cli.stored_views import open_views
from services.cli.terminal import say, terminal
from services.cli.trace_hops import ArticleTrace, IncidentTrace
from services.cli.trace_match import Wanted
from services.cli.trace_read import traced_article, traced_incident
from services.runtime.exits import Unavailable
from services.runtime.settings import Settings, load_settings


def register(app: typer.Typer) -> None:
    """Adds the command."""

    @app.command()
    def trace(
        what: Annotated[
            str,
            typer.Argument(
                metavar="ARTICLE|INCIDENT",
                help="an article's id, its beginning, url or position (3@17); an incident as `sitrep show` takes it",
            ),
        ],
        as_json: Annotated[bool, typer.Option("--json", help="one JSON object")] = False,
    ) -> None:
        """Follow an article from topic to topic, or an incident from event to event.

        Every station has its position, its time and the reason: how the parser read it, why the correlator put it
        where it is, which view shows it; or why it ended as a dead letter, and who has not come to it yet. An id is an
        incident's if there is one of that id, else an article's.

        \b
        Examples:
          sitrep trace ferry/01-capsized
          sitrep trace https://example.org/news/41
          sitrep trace 3@17 --json
          sitrep trace 6f1b1c9e
        """
        found = asyncio.run(traced(load_settings(), what))
        if as_json:
            typer.echo(orjson.dumps(found, option=orjson.OPT_UTC_Z))
            return
        here = terminal()
        if isinstance(found, ArticleTrace):
            say(article_screen(found, here.width, here.colour))
        else:
            say(incident_screen(found, here.width, here.colour))


async def traced(settings: Settings, reference: str) -> ArticleTrace | IncidentTrace:
    """What is meant, surest first: an incident's id or slug, an article, an incident by words. Raises NotFound."""
    views = _views()
    sure = _sure(reference, views)
    if sure and (found := await traced_incident(settings, sure)):
        return found
    article = await traced_article(settings, reference)
    if article:
        return article
    incident = _by_words(reference, views) or reference.casefold()
    if found := await traced_incident(settings, incident):
        return found
    raise NotFound(_nothing(reference, bool(views)))


def _views() -> list[Incident]:
    """None of them where the store cannot be read from here: then only whole ids of incidents are known."""
    try:
        with open_views() as views:
            return list(views.all())
    except (Unavailable, sqlite3.Error):
        return []


def _sure(reference: str, views: list[Incident]) -> str | None:
    exact = reference.casefold()
    return next((view.id for view in views if exact in (view.id, view.slug)), None)


def _by_words(reference: str, views: list[Incident]) -> str | None:
    """Raises NotFound where several are meant."""
    if not views or Wanted(reference).is_place:
        return None
    try:
        return incident_of(reference, views).id
    except NotFound as error:
        if "can mean" in error.why:
            raise
        return None


def _nothing(reference: str, views: bool) -> str:
    store = (
        "" if views else " (the projector's store cannot be read from here, so incidents are known by whole id only)"
    )
    return f"no article and no incident is called {neutral(reference, 60)!r}{store}"
