"""`sitrep worker NAME`: one service in the foreground, its logs on standard error."""

import importlib
import os
import signal
import threading
from typing import Annotated

import structlog
import typer

from services.runtime.exits import BUG, OK, Exit
from services.runtime.logging import configure
from services.runtime.settings import Settings, load_settings

SERVICES = ("ingest", "parser", "correlator", "projector")
log = structlog.get_logger()


def register(app: typer.Typer) -> None:
    """Adds the command."""

    @app.command()
    def worker(
        name: Annotated[str, typer.Argument(help=f"one of {', '.join(SERVICES)}")],
        until_eof: Annotated[bool, typer.Option(hidden=True, help="end when standard input ends")] = False,
    ) -> None:
        """Run one service until SIGTERM or Ctrl-C.

        Exit codes: 0 told to stop, 69 something is missing, 70 a bug or a flood of failures: stop, 75 try again: start
        it anew, 78 a person must look.

        \b
        Example:  KAFKA_BOOTSTRAP_SERVERS=broker:9092 sitrep worker parser
        """
        if name not in SERVICES:
            raise typer.BadParameter(f"{name!r} is none of {', '.join(SERVICES)}")
        settings = load_settings()
        configure(name, settings.log_level)
        if until_eof:
            threading.Thread(target=_end_with_parent, daemon=True).start()
        raise typer.Exit(run_worker(name, settings))


def run_worker(name: str, settings: Settings) -> int:
    """The exit code; why it ended is in the log."""
    try:
        main = importlib.import_module(f"services.{name}.worker").main
        code = main(settings) or OK
    except Exit as error:
        log.error("stopped", code=error.code, why=error.why)
        return error.code
    except KeyboardInterrupt:
        code = OK
    except Exception as error:  # the last stop: the trace goes to the log, the code to the caller
        log.exception("stopped", code=BUG, why=f"{type(error).__name__}: {error}")
        return BUG
    log.info("stopped", code=code)
    return int(code)


def _end_with_parent() -> None:
    """Standard input is a pipe that our parent holds: its end means that the parent is gone, however it went."""
    while os.read(0, 1024):  # not sys.stdin, whose lock would make the interpreter abort at its end
        pass
    os.kill(os.getpid(), signal.SIGTERM)
