"""`sitrep lag`: how far each service is in what it reads, partition by partition."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Annotated

import orjson
import typer

from services.cli.render_lag import lag_json, lag_screen, total
from services.cli.terminal import now, say, terminal
from services.runtime.lag import Lag, Standing
from services.runtime.settings import load_settings

LOOK_EVERY_S = 2.0
TOO_FAR = 1
CLEAR = "\x1b[H\x1b[2J"


def register(app: typer.Typer) -> None:
    """Adds the command."""

    @app.command()
    def lag(
        as_json: Annotated[bool, typer.Option("--json", help="one JSON object; with --watch one a line")] = False,
        stay: Annotated[bool, typer.Option("--watch", help="look again every 2 s, until Ctrl-C")] = False,
        most: Annotated[
            int | None, typer.Option("--max", min=0, metavar="N", help="exit code 1 if more records wait than that")
        ] = None,
    ) -> None:
        """Show how far each service is: the end of what it reads, its position, and what lies between.

        The position of a service with a store is the store's, where its file can be read; else what its group has
        committed, which follows within a second.

        \b
        Examples:
          sitrep lag
          sitrep lag --watch
          sitrep lag --max 100 > /dev/null || echo "the desk is behind"
        """
        waiting = asyncio.run(_watch(as_json) if stay else _once(as_json))
        if most is not None and waiting > most:
            raise typer.Exit(TOO_FAR)


async def _once(as_json: bool) -> int:
    return await _looking(as_json, _no_more)


async def _watch(as_json: bool) -> int:
    async def pause() -> bool:
        await asyncio.sleep(LOOK_EVERY_S)
        return True

    return await _looking(as_json, pause)


async def _no_more() -> bool:
    return False


async def _looking(as_json: bool, again: Callable[[], Awaitable[bool]]) -> int:
    """Shows until `again` says no; how many records waited at the last look."""
    settings = load_settings()
    over = ""
    async with Lag(settings) as lag:
        while True:
            found = await lag.standing()
            _show(found, as_json, over)
            if not await again():
                return total(found)
            over = CLEAR if terminal().looked_at else "\n"


def _show(found: Sequence[Standing], as_json: bool, over: str) -> None:
    """`over`: what goes before a screen that follows another one."""
    if as_json:
        typer.echo(orjson.dumps(lag_json(found, now()), option=orjson.OPT_UTC_Z))
    else:
        here = terminal()
        say(over + lag_screen(found, now(), here.width, here.colour))
