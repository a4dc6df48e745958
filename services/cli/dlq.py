"""Dead letters, what no service could read: list them, look at one, send it again, drop it."""

import asyncio
import sys
from collections.abc import AsyncIterator, Callable, Sequence
from pathlib import Path
from typing import Annotated

import typer

from services.cli.dlq_letters import SHOWN, Letter, chosen, matching, retried, tombstone, why_not
from services.cli.dlq_screen import as_json, in_json, row_for_pipe, summary, table, whole, whole_as_json
from services.cli.dlq_topic import DeadLetters, dead_letters
from services.cli.publish import Refused
from services.cli.render_text import neutral
from services.cli.terminal import now, say, say_line, terminal
from services.runtime.records import Out
from services.runtime.settings import Settings, load_settings

MOST = 100
BYTES_SHOWN = 2000
PIPE = "-"

Ids = Annotated[list[str], typer.Argument(metavar="ID...", help="ids or their beginnings; - reads them from stdin")]
OptionalIds = Annotated[
    list[str] | None, typer.Argument(metavar="[ID...]", help="ids or their beginnings; - reads them from stdin")
]
AsJson = Annotated[bool, typer.Option("--json", help="NDJSON, one object a letter")]
Limit = Annotated[int, typer.Option("--limit", min=0, help="at most so many; 0 = all")]
Stage = Annotated[str | None, typer.Option("--stage", help="only those of this service")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="say what would be done")]
Pick = Callable[[Sequence[Letter]], list[Letter]]
"""Which of the open letters are meant."""


def register(app: typer.Typer) -> None:
    """Adds the group."""
    dlq = typer.Typer(help=f"{__doc__}\n\nWhat the reasons mean and what to do: docs/dead-letters.md.")
    app.add_typer(dlq, name="dlq")
    _register_looking(dlq)
    _register_resolving(dlq)


def _register_looking(dlq: typer.Typer) -> None:
    @dlq.command("list")
    def list_letters(
        stage: Stage = None,
        reason: Annotated[str | None, typer.Option("--reason", help="only those with this reason")] = None,
        most: Limit = MOST,
        as_json: AsJson = False,
    ) -> None:
        """List the open dead letters, the latest last.

        \b
        Examples:
          sitrep dlq list --stage parser --reason timeout
          sitrep dlq list --json --limit 0 | jq -r .reason | sort | uniq -c
        """
        letters = matching(asyncio.run(_open(load_settings())), stage, reason)
        _list(letters, letters[-most:] if most else letters, as_json)

    @dlq.command()
    def show(
        letter: Annotated[str, typer.Argument(metavar="ID", help="the id of a dead letter or its beginning")],
        most: Annotated[int, typer.Option("--bytes", min=0, help="how much of the value is shown")] = BYTES_SHOWN,
        raw: Annotated[bool, typer.Option("--raw", help="the value alone, its bytes unchanged")] = False,
        to: Annotated[Path | None, typer.Option("-o", "--output", help="with --raw: into this file")] = None,
        as_json: Annotated[bool, typer.Option("--json", help="one JSON object, the value whole")] = False,
    ) -> None:
        """Show one dead letter: why, where it came from, its headers, its value.

        \b
        Examples:
          sitrep dlq show 3f2a91c0
          sitrep dlq show 3f2a91c0 --raw -o article.json
        """
        if raw or to:
            _must_be_a_program(to)
        found, value = asyncio.run(_one(load_settings(), letter))
        if raw or to:
            _write(value or b"", to)
        elif as_json:
            say_line(whole_as_json(found, value))
        else:
            here = terminal()
            say(whole(found, value, now(), here.width, most, here.colour))


def _register_resolving(dlq: typer.Typer) -> None:
    @dlq.command()
    def retry(
        ids: OptionalIds = None,
        everything: Annotated[bool, typer.Option("--all", help="all open letters, the oldest first")] = False,
        stage: Stage = None,
        reason: Annotated[str | None, typer.Option("--reason", help="only those with this reason")] = None,
        most: Limit = MOST,
        dry_run: DryRun = False,
        as_json: AsJson = False,
    ) -> None:
        """Send records again to where they came from, unchanged, and close their letters.

        A record that fails again comes back as a new letter, with one attempt more; after five it is not sent again.
        It keeps the time at which it first came in, so an old version never overtakes a newer one.

        \b
        Examples:
          sitrep dlq retry 3f2a91c0
          sitrep dlq retry --all --reason timeout --dry-run
        """
        if bool(ids) == everything:
            raise typer.BadParameter("name the letters, or say --all")
        names = _names(ids or [])

        def pick(there: Sequence[Letter]) -> list[Letter]:
            return matching(there if everything else chosen(names, there), stage, reason)

        done, refused = asyncio.run(_retry(load_settings(), pick, most, dry_run))
        _told(done, "would be retried" if dry_run else "retried", as_json)
        if refused:
            raise Refused(_not_retried(refused))

    @dlq.command()
    def drop(
        ids: Ids,
        words: Annotated[str, typer.Option("--reason", help="why, in words; kept with the tombstone")] = "",
        dry_run: DryRun = False,
        as_json: AsJson = False,
    ) -> None:
        """Close letters without sending anything: what they hold is given up.

        \b
        Examples:
          sitrep dlq drop 3f2a91c0 --reason "a test of theirs"
          sitrep dlq list --reason not_json --limit 0 --json | jq -r .id | sitrep dlq drop -
        """
        done = asyncio.run(_drop(load_settings(), _names(ids), words, dry_run))
        _told(done, "would be dropped" if dry_run else "dropped", as_json)


def _not_retried(refused: Sequence[tuple[Letter, str]]) -> str:
    lines = [f"{neutral(each.id, 60)}: {why}" for each, why in refused[:SHOWN]]
    more = [f"and {len(refused) - SHOWN:,} more"] if len(refused) > SHOWN else []
    return "\n".join([*lines, *more])


def _names(ids: Sequence[str]) -> list[str]:
    """The ids given; for "-" those on standard input."""
    return [name for given in ids for name in (sys.stdin.read().split() if given == PIPE else [given])]


async def _open(settings: Settings) -> list[Letter]:
    async with dead_letters(settings) as letters:
        return await letters.open()


def _list(letters: Sequence[Letter], shown: Sequence[Letter], for_programs: bool) -> None:
    here = terminal()
    if for_programs:
        for letter in shown:
            say_line(in_json(as_json(letter)))
        return
    if here.looked_at and shown:
        say(table(shown, now(), here.width, load_settings().topic_prefix, here.colour))
    elif shown:
        say("".join(f"{row_for_pipe(letter)}\n" for letter in shown))
    typer.echo(summary(letters, len(shown)), err=True)


async def _one(settings: Settings, name: str) -> tuple[Letter, bytes | None]:
    async with dead_letters(settings) as letters:
        found = chosen([name], await letters.open())
        values = [record.value async for _, record in letters.records(found)]
        if not values:
            raise Refused(f"{found[0].id}: somebody has resolved it meanwhile")
        return found[0], values[0]


def _must_be_a_program(to: Path | None) -> None:
    """Raw bytes of a stranger never go to a terminal."""
    if to is None and terminal().looked_at:
        raise typer.BadParameter("--raw writes bytes as they are: give -o FILE, or pipe them into a program")


def _write(value: bytes, to: Path | None) -> None:
    if to is None:
        sys.stdout.buffer.write(value)
        return
    try:
        to.write_bytes(value)
    except OSError as error:
        raise typer.BadParameter(f"{to}: {error.strerror}") from error
    typer.echo(f"{len(value):,} bytes into {to}", err=True)


async def _retry(
    settings: Settings, pick: Pick, most: int, dry_run: bool
) -> tuple[list[Letter], list[tuple[Letter, str]]]:
    """The letters that were (or would be) retried, and those that cannot be, each with why."""
    async with dead_letters(settings) as letters:
        judged = [(letter, why_not(letter, letters.origins)) for letter in pick(await letters.open())]
        able = [letter for letter, why in judged if why is None]
        able = able[:most] if most else able
        refused = [(letter, why) for letter, why in judged if why is not None]
        return able if dry_run else await _send_again(letters, able), refused


async def _send_again(letters: DeadLetters, found: Sequence[Letter]) -> list[Letter]:
    async def pairs() -> AsyncIterator[tuple[Letter, Sequence[Out]]]:
        async for letter, record in letters.records(found):
            again = retried(letter, record.value, letters.origins[letter.topic or ""])
            yield letter, [again, tombstone(letter, "retry")]

    return [letter async for letter in letters.send(pairs())]


async def _drop(settings: Settings, names: Sequence[str], words: str, dry_run: bool) -> list[Letter]:
    async with dead_letters(settings) as letters:
        found = chosen(names, await letters.open())
        return found if dry_run else await _close(letters, found, words)


async def _close(letters: DeadLetters, found: Sequence[Letter], words: str) -> list[Letter]:
    async def pairs() -> AsyncIterator[tuple[Letter, Sequence[Out]]]:
        for letter in found:
            yield letter, [tombstone(letter, "drop", words)]

    return [letter async for letter in letters.send(pairs())]


def _told(letters: Sequence[Letter], what: str, for_programs: bool) -> None:
    for letter in letters:
        if for_programs:
            say_line(in_json({"done": what, **as_json(letter)}))
        else:
            typer.echo(f"{what}  {neutral(letter.id, 60)}  {neutral(letter.reason, 40)}")
    if not for_programs:
        typer.echo(f"{len(letters):,} {what}", err=True)
