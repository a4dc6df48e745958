"""`sitrep diff`: what differs between two moments of an incident."""

from datetime import datetime
from typing import Annotated

import typer

from services.cli.desk_ask import Which
from services.cli.diff_text import diff_json, diff_screen, moment_words
from services.cli.show import view_at
from services.cli.terminal import instant, now, say, say_line, terminal
from services.cli.views import OpenViews


def register(app: typer.Typer, open_views: OpenViews) -> None:
    """Adds the command."""

    @app.command()
    def diff(
        incident: Which,
        said_from: Annotated[
            datetime | None, typer.Option("--from", parser=instant, metavar="T1", help="what had been said by then")
        ] = None,
        said_to: Annotated[
            datetime | None, typer.Option("--to", parser=instant, metavar="T2", help="… and by then; default now")
        ] = None,
        known_from: Annotated[
            datetime | None, typer.Option(parser=instant, metavar="K1", help="what this desk knew then")
        ] = None,
        known_to: Annotated[
            datetime | None, typer.Option(parser=instant, metavar="K2", help="… and then; default now")
        ] = None,
        as_json: Annotated[bool, typer.Option("--json", help="one JSON object")] = False,
    ) -> None:
        """Tell what differs between two moments: facts, figures, control, measures.

        Each end is a moment of the said clock (what had been said by then), of the recorded clock (what this desk
        knew then), or of both.

        \b
        Examples:
          sitrep diff raid --from 2031-03-05T18:00 --to 2031-03-06T18:00
          sitrep diff raid --known-from 2031-03-06T08:00
          sitrep diff raid --from 2031-03-05 --json | jq .figures
        """
        if said_from is None and known_from is None:
            raise typer.BadParameter("say from when: --from T1 (said) or --known-from K1 (recorded)")
        with open_views() as views:
            after = view_at(views, incident, said_to, known_to)
            before = views.at(after.id, said_from, known_from)
        if as_json:
            clocks = {"from": said_from, "to": said_to, "known_from": known_from, "known_to": known_to}
            say_line(diff_json(before, after, clocks))
            return
        here = terminal()
        moments = (moment_words(said_from, known_from), moment_words(said_to, known_to))
        say(diff_screen(before, after, moments, said_to or known_to or now(), here.width, here.colour))
