"""`sitrep incidents`: the open incidents, one a line, the latest word first."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Annotated

import typer

from schemas.codec import INCIDENTS
from schemas.incident import Incident
from services.cli.render_layout import Line, Span, filled, justified, line, paint
from services.cli.render_screen import Screen
from services.cli.render_text import neutral
from services.cli.render_words import (
    STATUS_ORDER,
    STATUS_SHAPE,
    known_words,
    live_reports,
    moment,
    name,
    phase_mark,
    plural,
)
from services.cli.terminal import now, say, say_line, terminal
from services.cli.views import OpenViews
from services.projector.at_read import phase_of
from services.projector.text import slugify

PHASE = 14
SHORT_ID = 8
MOST = 50
NEVER = datetime.min.replace(tzinfo=UTC)
LEGEND = "  ".join(f"{shape} {word}" for word, shape in STATUS_SHAPE.items())


def newest_first(views: Iterable[Incident]) -> list[Incident]:
    """Incidents that live on and that any report tells of, the one with the latest word first."""
    live = [view for view in views if view.state != "merged" and view.reports]
    return sorted(live, key=lambda view: (view.last_said or NEVER, view.id), reverse=True)


def with_words(views: Iterable[Incident], words: str) -> list[Incident]:
    """Those whose title or slug has every one of the words."""
    wanted = set(slugify(words).split("-")) - {""}
    return [view for view in views if wanted <= {*slugify(view.title).split("-"), *view.slug.split("-")}]


def incident_rows(views: Sequence[Incident], as_of: datetime, width: int, colour: bool = False) -> str:
    """For a terminal, two lines an incident: phase, title, last word; below it toll, reports, facts by status, id."""
    lines: list[Line] = []
    for view in views:
        lines += _block(Screen.of(view, as_of, width))
    return paint(lines, colour)


def _block(screen: Screen) -> list[Line]:
    view, toll = screen.incident, _toll(screen)
    title = Span(neutral(view.title, 200) or "(no title)", "strong")
    head = (*filled(phase_mark(phase_of(view, screen.as_of)), PHASE), title)
    short = filled(line(Span(view.id[:SHORT_ID], "dim")), PHASE)
    below = (*short, Span(toll) if toll else Span("no figures", "dim"))
    counts = line(Span(_reports(screen), "dim"), "  ", *_statuses(view))
    return [justified(head, line(_last(screen)), screen.width), justified(below, counts, screen.width)]


def incident_line(view: Incident, as_of: datetime) -> str:
    """For a pipe, one line: slug, phase, title, toll, facts by status, reports, last word; tabs between them."""
    screen = Screen.of(view, as_of, 0)
    statuses = "".join(span.text for span in _statuses(view))
    last = view.last_said.isoformat() if view.last_said else ""
    parts = (view.slug, phase_of(view, as_of), view.title, _toll(screen), statuses, _reports(screen), last)
    return "\t".join(neutral(part, 300) for part in parts) + "\n"


def _reports(screen: Screen) -> str:
    return plural(len(live_reports(screen.incident, screen.as_of)), "report")


def _last(screen: Screen) -> str:
    last = screen.incident.last_said
    return moment(last, screen.as_of) if last else "–"


def _toll(screen: Screen) -> str:
    """ "killed civilians 9 (coastguard)": the first figure that is known and not zero, with its speaker."""
    heads = sorted(screen.incident.casualties, key=lambda head: (head.outcome != "killed", head.outcome != "injured"))
    known = (head for head in heads if head.governed_by and known_words(head) not in ("unknown", "0"))
    head = next(known, None)
    return f"{screen.counted(head)} {known_words(head)} ({name(head.governed_by or '', 30)})" if head else ""


def _statuses(view: Incident) -> Line:
    """ "✔ 3 ⇄ 1 ◌ 2" """
    counts = [(status, sum(fact.status == status for fact in view.facts)) for status in STATUS_ORDER]
    shown = [Span(f"{STATUS_SHAPE[status]}{n}", status) for status, n in counts if n]
    return tuple(part for span in shown for part in (Span(" "), span))[1:]


def register(app: typer.Typer, open_views: OpenViews) -> None:
    """Adds the command."""

    @app.command()
    def incidents(
        words: Annotated[str, typer.Argument(help="only those with these words in the title or slug")] = "",
        as_json: Annotated[bool, typer.Option("--json", help="NDJSON: the records of news.incidents")] = False,
        most: Annotated[int | None, typer.Option("--limit", min=1, help="how many; on a screen 50")] = None,
    ) -> None:
        """List the incidents, the one with the latest word first."""
        with open_views() as views:
            found = with_words(newest_first(views.all()), words)
        if as_json:
            for view in found[:most]:
                say_line(INCIDENTS.encode(view))
            return
        here = terminal()
        if not here.looked_at:
            say("".join(incident_line(view, now()) for view in found[:most]))
            return
        shown = found[: most or MOST]
        say(incident_rows(shown, now(), here.width, here.colour))
        typer.echo(_note(len(found), len(shown)), err=True)


def _note(found: int, shown: int) -> str:
    more = f"; {found - shown} more with --limit" if found > shown else ""
    return f"{plural(found, 'incident')}{more}\n{LEGEND}" if found else "no incidents yet"
