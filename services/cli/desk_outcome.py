"""The outcome of a command on a terminal. Pure."""

from collections.abc import Mapping

from services.cli.render_layout import Span, clipped, hanging, line, paint
from services.cli.render_text import neutral
from services.runtime.outcome import SHORT, Outcome


def screen(outcome: Outcome, about: str, titles: Mapping[str, str], width: int, colour: bool = False) -> str:
    """For people. `about`: what was ordered, in words; `titles` by incident."""
    mark = Span("✔ done", "confirmed") if outcome.done else Span("✖ refused", "denied")
    lines = hanging(line(mark), neutral(about, 300), width, 11, "strong")
    if outcome.why is not None:
        lines += hanging(line(), neutral(outcome.why, 400), width, 11)
    for it in outcome.touched:
        head = line("  ", Span(it.incident[:SHORT], "dim"))
        title = titles.get(it.incident, "a new incident")
        told = f"{neutral(title, 100)}: {neutral('; '.join(it.did), 300)}; now rev {it.seq}"
        lines += hanging(head, told, width, 11)
    lines.append(line(Span(f"  command  {neutral(outcome.id, 200)} by {neutral(outcome.author, 60)}", "dim")))
    return paint((clipped(content, width) for content in lines), colour)
