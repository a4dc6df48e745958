"""`sitrep history`: every figure of an incident, or every word on a fact, in order."""

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

import typer

from schemas.events import IncidentEvent
from schemas.incident import CasualtyHead, Incident
from services.cli.desk_ask import Which
from services.cli.history_read import figures, history_of
from services.cli.history_screen import fact_json, fact_screen, figures_json, figures_screen
from services.cli.render_counts import in_order
from services.cli.render_screen import LEAST_WIDTH, Screen
from services.cli.resolve import NotFound, fact_of
from services.cli.show import view_at
from services.cli.terminal import instant, now, say, say_line, terminal
from services.cli.views import OpenViews
from services.projector.text import slugify

HANDLE = re.compile(r"f\d+")


def register(app: typer.Typer, open_views: OpenViews) -> None:
    """Adds the command."""

    @app.command()
    def history(
        incident: Which,
        what: Annotated[
            str | None, typer.Argument(metavar="FIGURE|FACT", help='"killed civilians", f7, an id; default all figures')
        ] = None,
        known_at: Annotated[
            datetime | None, typer.Option(parser=instant, metavar="T", help="what this desk knew then")
        ] = None,
        as_json: Annotated[bool, typer.Option("--json", help="one JSON object")] = False,
    ) -> None:
        """List every figure that was told with its speaker, time and source; or every word on a fact.

        \b
        Examples:
          sitrep history raid injured
          sitrep history raid "killed civilians" --json
          sitrep history raid f7
        """
        with open_views() as views:
            view = view_at(views, incident, None, known_at)
            events = [e for e in views.events(view.id) if known_at is None or e.recorded_at <= known_at]
        heads = heads_of(what, view)
        if heads:
            _figures(view, heads, events, as_json)
        elif what is not None:
            _fact(view, what, events, as_json)
        else:
            raise NotFound("no figure was told of this incident; give a fact: f1 …")


def heads_of(what: str | None, view: Incident) -> list[CasualtyHead]:
    """The figures with all of the words; all of them for None; none where a fact is meant."""
    heads = in_order(view.casualties)
    if what is None:
        return heads
    if HANDLE.fullmatch(what.casefold()):
        return []
    screen = Screen.of(view, view.changed_at, LEAST_WIDTH)
    wanted = _words(what)
    return [head for head in heads if wanted and wanted <= _words(f"{screen.counted(head)} {head.group}")]


def _words(text: str) -> set[str]:
    return set(slugify(text).split("-")) - {""}


def _figures(view: Incident, heads: Sequence[CasualtyHead], events: Sequence[IncidentEvent], as_json: bool) -> None:
    told = figures(events, heads)
    if as_json:
        say_line(figures_json(view, heads, told))
        return
    here = terminal()
    say(figures_screen(view, heads, told, now(), here.width, here.colour))


def _fact(view: Incident, what: str, events: Sequence[IncidentEvent], as_json: bool) -> None:
    told = history_of(events, fact_of(what, view))
    if as_json:
        say_line(fact_json(view, told))
        return
    here = terminal()
    say(fact_screen(view, told, now(), here.width, here.colour))
