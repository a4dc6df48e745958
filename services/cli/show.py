"""`sitrep show`: one incident as it stands, as it stood, or why one of its facts has its status."""

from datetime import datetime, timedelta
from typing import Annotated

import typer

from schemas.codec import INCIDENTS
from schemas.incident import Incident
from services.cli.changed import changed_since
from services.cli.explain import EXPLANATIONS, explain
from services.cli.render import render
from services.cli.resolve import NotFound, fact_of, incident_of
from services.cli.terminal import instant, now, say, say_line, terminal
from services.cli.views import OpenViews, Views

SINCE = 6
"""Hours that CHANGED looks back, unless told otherwise."""


def view_at(views: Views, reference: str, said_until: datetime | None, known_at: datetime | None) -> Incident:
    """The view of the incident that is meant, as it stood. Raises NotFound."""
    exact = views.get(reference.casefold())
    found = exact if exact and exact.merged_into is None else incident_of(reference, views.all())
    if said_until is None and known_at is None:
        return found
    view = views.at(found.id, said_until, known_at)
    if view is None:
        moment = min(at for at in (said_until, known_at) if at is not None)
        raise NotFound(f"nothing was known of {found.slug!r} at {moment.isoformat()}")
    return view


def register(app: typer.Typer, open_views: OpenViews) -> None:
    """Adds the command."""

    @app.command()
    def show(
        incident: Annotated[str, typer.Argument(help="id, beginning of an id, slug, or a word of the title")],
        as_of: Annotated[
            datetime | None, typer.Option(parser=instant, metavar="T", help="what had been said by then")
        ] = None,
        known_at: Annotated[
            datetime | None, typer.Option(parser=instant, metavar="T", help="what this desk knew then")
        ] = None,
        fact: Annotated[str | None, typer.Option("--explain", metavar="FACT", help="why: f7, an id, or words")] = None,
        since: Annotated[int, typer.Option(min=0, metavar="HOURS", help="how far CHANGED looks back; 0: not")] = SINCE,
        as_json: Annotated[bool, typer.Option("--json", help="the record of news.incidents, or its fact")] = False,
    ) -> None:
        """Show what is known of an incident, who says so, how sure it is and since when."""
        with open_views() as views:
            view = view_at(views, incident, as_of, known_at)
            at = as_of or known_at or now()
            if fact is not None:
                _explain(views, view, fact, (as_of, known_at), at, as_json)
            elif as_json:
                say_line(INCIDENTS.encode(view))
            else:
                say(_screen(views, view, known_at, at, since))


def _screen(views: Views, view: Incident, known_at: datetime | None, at: datetime, since: int) -> str:
    here = terminal()
    earlier = views.at(view.id, at - timedelta(hours=since), known_at) if since else view
    return render(view, at, here.width, here.colour, changed_since(earlier, view))


def _explain(
    views: Views,
    view: Incident,
    reference: str,
    clocks: tuple[datetime | None, datetime | None],
    at: datetime,
    as_json: bool,
) -> None:
    fact = fact_of(reference, view)
    explanation = views.explain(view.id, fact.id, *clocks)
    if explanation is None:
        raise NotFound(f"fact {fact.id} changed while it was read; try again")
    if as_json:
        say_line(EXPLANATIONS.dump_json(explanation, exclude_none=True))
        return
    here = terminal()
    say(explain(explanation, view, at, here.width, here.colour))
