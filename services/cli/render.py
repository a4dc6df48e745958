"""An incident on a terminal: what is known, who says so, how sure it is and since when. Pure."""

from collections.abc import Sequence
from datetime import datetime

from schemas.incident import Incident
from services.cli.render_counts import casualties
from services.cli.render_facts import facts, who_says_what
from services.cli.render_ground import control, corrections, measures
from services.cli.render_layout import Line, Span, clipped, filled, line, paint, width_of, wrapped
from services.cli.render_screen import LEAST_WIDTH, Screen
from services.cli.render_story import Changed, changed, notes, reports, timeline
from services.cli.render_summary import summary
from services.cli.render_text import neutral
from services.cli.render_words import full_moment, live_reports, phase_mark, plural
from services.projector.at_read import phase_of

__all__ = ["LEAST_WIDTH", "Changed", "render"]


def render(
    incident: Incident,
    as_of: datetime,
    width: int = LEAST_WIDTH,
    colour: bool = False,
    changes: Sequence[Changed] = (),
) -> str:
    """The view as text of at most `width` columns (80 at least), read at `as_of` (said clock).

    `incident` is the view of what had been said by `as_of`; `changes` are the latest ones, if they are known.
    """
    screen = Screen.of(incident, as_of, width)
    sections = [
        changed(screen, changes), casualties(screen), facts(screen), control(screen), measures(screen),
        corrections(screen), timeline(screen), who_says_what(screen), reports(screen), notes(screen),
    ]  # fmt: skip
    lines = _header(screen)
    for section in sections:
        lines += [(), *section] if section else []
    return paint((clipped(content, screen.width) for content in lines), colour)


def _header(screen: Screen) -> list[Line]:
    view = screen.incident
    phase = phase_mark("merged" if view.state == "merged" else phase_of(view, screen.as_of))
    room = screen.width - width_of(phase) - 2
    title = wrapped(neutral(view.title, 300) or "(no title)", room, "title", most=3)
    lines: list[Line] = [(*filled(title[0], room + 2), *phase), *title[1:]]
    lines += wrapped(_standing_of(screen), screen.width, "dim")
    if view.merged_into:
        lines.append(line(Span(f"merged into {neutral(view.merged_into, 60)}: see there", "disputed")))
    return [*lines, (), *wrapped(summary(screen), screen.width)]


def _standing_of(screen: Screen) -> str:
    view = screen.incident
    live = {ref.article: ref.outlet for ref in live_reports(view, screen.as_of)}
    counts = [plural(len(live), "report"), plural(len(set(live.values())), "outlet"), plural(view.origins, "origin")]
    return " · ".join((f"rev {view.seq}", f"as of {full_moment(screen.as_of)}", ", ".join(counts)))
