"""`sitrep brief`: the written situation report, one page of Markdown."""

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from schemas.incident import Incident
from services.cli.brief_text import Since, brief as brief_text
from services.cli.changed import changed_since
from services.cli.desk_ask import Which
from services.cli.history_read import sources_of
from services.cli.show import view_at
from services.cli.terminal import instant, now, say
from services.cli.views import OpenViews, Views


def register(app: typer.Typer, open_views: OpenViews) -> None:
    """Adds the command."""

    @app.command()
    def brief(
        incident: Which,
        as_of: Annotated[
            datetime | None, typer.Option(parser=instant, metavar="T", help="what had been said by then; default now")
        ] = None,
        since: Annotated[
            datetime | None, typer.Option(parser=instant, metavar="T0", help="tell what changed since this moment")
        ] = None,
        known_at: Annotated[
            datetime | None, typer.Option(parser=instant, metavar="T", help="what this desk knew then")
        ] = None,
        to: Annotated[Path | None, typer.Option("-o", "--output", metavar="FILE", help="into this file")] = None,
    ) -> None:
        """Write the situation report: one page of Markdown, each line with its status, its rule and its source.

        The same moments give the same bytes.

        \b
        Examples:
          sitrep brief ferry > ferry.md
          sitrep brief raid --as-of 2031-03-06T18:00 --since 2031-03-06T06:00 -o raid.md
        """
        at = as_of or known_at or now()
        if since is not None and since > at:
            raise typer.BadParameter("--since lies behind the moment of the report")
        with open_views() as views:
            view = view_at(views, incident, as_of, known_at)
            text = brief_text(
                view, at, _since(views, view, since, known_at), known_at, sources_of(views.events(view.id))
            )
        _write(text, to)


def _since(views: Views, view: Incident, since: datetime | None, known_at: datetime | None) -> Since | None:
    if since is None:
        return None
    return Since(since, changed_since(views.at(view.id, since, known_at), view))


def _write(text: str, to: Path | None) -> None:
    if to is None:
        say(text)
        return
    try:
        to.write_text(text, "utf-8")
    except OSError as error:
        raise typer.BadParameter(f"{to}: {error.strerror}") from error
    typer.echo(f"{len(text.splitlines())} lines into {to}", err=True)
