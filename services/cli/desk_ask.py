"""What every command of a person asks for beside its target, and how its outcome is told."""

import asyncio
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated
from uuid import uuid4

import orjson
import typer

from schemas.command import Action, Target
from services.cli.desk_outcome import screen
from services.cli.render_text import neutral
from services.cli.stored_views import open_views
from services.cli.terminal import say, say_line, terminal
from services.runtime.carry_out import Sent, carry_out
from services.runtime.exits import BAD_INPUT, Unavailable
from services.runtime.order import By, command_of
from services.runtime.outcome import Outcome, as_json
from services.runtime.settings import Settings, load_settings

WAIT_S = 30.0

Which = Annotated[str, typer.Argument(metavar="INCIDENT", help="id, beginning of an id, slug, or words of the title")]
Reason = Annotated[str, typer.Option("-r", "--reason", help="why, in words; kept for ever")]
Author = Annotated[str | None, typer.Option("--author", help="who orders it; default SITREP_AUTHOR, else USER")]
ExpectedSeq = Annotated[
    int | None, typer.Option("--expected-seq", min=0, help="only if the incident is still at this revision")
]
Id = Annotated[str | None, typer.Option("--id", help="an id of your own: the same id twice is one command")]
Wait = Annotated[bool, typer.Option("--wait/--no-wait", help="wait for the outcome")]
Within = Annotated[float, typer.Option("--within", min=0.1, metavar="SECONDS", help="how long to wait for it")]
AsJson = Annotated[bool, typer.Option("--json", help="one JSON object")]


@dataclass(frozen=True, slots=True)
class Asked:
    """The options that all commands share."""

    reason: str
    author: str | None
    expected_seq: int | None
    id: str | None
    wait: bool
    within: float
    as_json: bool


def order(asked: Asked, action: Action, desk: str, target: Target, about: str) -> None:
    """Send the command and tell its outcome; exit code 65 where it is refused. `about`: what it does, in words."""
    settings = load_settings()
    author = asked.author if asked.author is not None else settings.author or ""
    by = By(asked.id if asked.id is not None else str(uuid4()), author, asked.reason, asked.expected_seq)
    command = command_of(action, desk, by, target)
    sent = asyncio.run(carry_out(settings, command, asked.within if asked.wait else None, asked.id is not None))
    _tell(settings, sent, about, asked.as_json)
    if sent.outcome and not sent.outcome.done:
        raise typer.Exit(BAD_INPUT)


def _tell(settings: Settings, sent: Sent, about: str, for_programs: bool) -> None:
    if sent.outcome is None:
        if for_programs:
            say_line(orjson.dumps({"command": sent.command.id, "action": sent.command.action}))
        else:
            typer.echo(f"sent, not waited for: {neutral(about, 200)}; command {sent.command.id}")
        return
    if for_programs:
        say_line(as_json(sent.outcome))
        return
    here = terminal()
    say(screen(sent.outcome, about, _titles(sent.outcome), here.width, here.colour))
    if sent.before:
        typer.echo("decided before: nothing was sent", err=True)


def _titles(outcome: Outcome) -> Mapping[str, str]:
    """What the incidents are called here; a new one has no view yet."""
    try:
        with open_views() as views:
            found = {it.incident: views.get(it.incident) for it in outcome.touched}
    except (Unavailable, sqlite3.Error):
        return {}
    return {incident: view.title for incident, view in found.items() if view}
