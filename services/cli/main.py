"""The `sitrep` command: one table of commands, each in a module of its own that is imported when it is called.

A module `services/cli/NAME.py` has `register(app: typer.Typer)` and adds one command (or group) that is called as the
table says; those that show views have `register(app, open_views)`, with `services/cli/stored_views.py` behind it. What
is missing is left out of the help and breaks nothing else. A worker NAME is `services/NAME/worker.py` with
`main(settings: Settings) -> int`.
"""

import importlib
import importlib.util
import logging
import os
import sys
import traceback
from collections.abc import Sequence
from dataclasses import dataclass

import typer
from typer._click import Command as ClickCommand, Context, HelpFormatter
from typer._click.exceptions import ClickException, UsageError
from typer.core import TyperGroup

from services.runtime.exits import BUG, OK, USAGE, Exit

INTERRUPTED = 130
STORED_VIEWS = "services.cli.stored_views"
HELP = """\
An event-sourced news desk: articles in, structured events out, one current view per incident.

Exit codes: 0 done, 1 more waits than `lag --max`, 64 wrong usage, 65 bad input, 66 no such thing, 69 something is
missing (port, network, disk, broker), 70 a bug, 75 try again, 78 a person must look, 130 interrupted.
"""
EXAMPLES = """\
\b
Examples:
  sitrep up --demo                  start everything, play the seeds, show the view, stay up
  sitrep publish article.txt        put an article on the topic
  sitrep tail events --json | jq .  the event stream
  sitrep show ID                    one incident
"""


@dataclass(frozen=True, slots=True)
class Entry:
    """A command: the module that has it, and its line in the help."""

    name: str
    module: str
    about: str
    views: bool = False

    @property
    def present(self) -> bool:
        needed = (self.module, STORED_VIEWS) if self.views else (self.module,)
        return all(importlib.util.find_spec(module) for module in needed)


COMMANDS = (
    Entry("up", "services.cli.up", "Start Kafka, the topics and every service; stays up until Ctrl-C."),
    Entry("publish", "services.cli.publish", "Put articles on the topic: text, JSON, NDJSON, a folder, or -."),
    Entry("incidents", "services.cli.incidents", "List the incidents, the one with the latest word first.", views=True),
    Entry("show", "services.cli.show", "Show one incident: what is known, who says so, how sure.", views=True),
    Entry("watch", "services.cli.watch", "Follow what changes.", views=True),
    Entry("brief", "services.cli.brief", "Write the situation report: one page of Markdown.", views=True),
    Entry("diff", "services.cli.diff", "Tell what differs between two moments of an incident.", views=True),
    Entry(
        "history", "services.cli.history", "Every figure of an incident, or every word on a fact, in order.", views=True
    ),
    Entry("queue", "services.cli.queue", "What a person should look at, the oldest first.", views=True),
    Entry("review", "services.cli.desk_facts", "Give a fact its status by a person's judgement.", views=True),
    Entry("pin", "services.cli.desk_facts", "Mark a fact as one to keep in sight.", views=True),
    Entry("rename", "services.cli.desk_facts", "Give an incident another title.", views=True),
    Entry("merge", "services.cli.desk_groups", "Say that two incidents are one.", views=True),
    Entry("split", "services.cli.desk_groups", "Take reports out of an incident into a new one.", views=True),
    Entry("move", "services.cli.desk_groups", "Put a report into another incident.", views=True),
    Entry("withdraw", "services.cli.desk_groups", "Take an article out of every incident.", views=True),
    Entry("undo", "services.cli.desk_groups", "Take back a command of a person.", views=True),
    Entry("tail", "services.cli.tail", "Print the records of a topic as they come."),
    Entry("dlq", "services.cli.dlq", "Dead letters: list them, show one, send them again, drop them."),
    Entry("trace", "services.cli.trace", "Follow an article or an incident through the topics."),
    Entry("lag", "services.cli.lag", "How far each service is in what it reads."),
    Entry("rebuild", "services.cli.rebuild", "Drop the views and fold the events again."),
    Entry("parse", "services.cli.parse", "Show what the parser understands of an article. No Kafka."),
    Entry("dry-run", "services.cli.dry_run", "Run articles through everything without Kafka."),
    Entry("worker", "services.cli.worker", "Run one service in the foreground."),
    Entry("topics", "services.cli.topics", "Create the topics, or check them against the table."),
    Entry("kafka", "services.cli.local_kafka", "The Kafka of this folder: install, start, stop, status."),
    Entry("settings", "services.cli.show_settings", "Print the settings in force and what each is for."),
)


class LazyGroup(TyperGroup):
    """Knows its commands from the table; imports a module when its command is called."""

    def list_commands(self, ctx: Context) -> list[str]:
        return [entry.name for entry in COMMANDS if entry.present]

    def get_command(self, ctx: Context, cmd_name: str) -> ClickCommand | None:
        entry = next((entry for entry in COMMANDS if entry.name == cmd_name), None)
        return load(entry) if entry and entry.present else None

    def format_commands(self, ctx: Context, formatter: HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(entry.name, entry.about) for entry in COMMANDS if entry.present])


def load(entry: Entry) -> ClickCommand:
    """The command itself."""
    module = importlib.import_module(entry.module)
    inner = typer.Typer(add_completion=False, rich_markup_mode=None)
    inner.callback()(lambda: None)
    if entry.views:
        module.register(inner, importlib.import_module(STORED_VIEWS).open_views)
    else:
        module.register(inner)
    group = typer.main.get_command(inner)
    return group.commands[entry.name]  # type: ignore[attr-defined, no-any-return]


app = typer.Typer(
    cls=LazyGroup, help=HELP, epilog=EXAMPLES, add_completion=False, rich_markup_mode=None, no_args_is_help=True,
    context_settings={"help_option_names": ["-h", "--help"]},
)  # fmt: skip


@app.callback()
def sitrep() -> None:
    """Only here so that the app is a group."""


def run(args: Sequence[str]) -> int:
    """One command; its exit code."""
    logging.getLogger().addHandler(logging.NullHandler())  # libraries' complaints are not for a person at a prompt
    command = typer.main.get_command(app)
    try:
        with command.make_context("sitrep", list(args)) as context:
            command.invoke(context)
        return OK
    except typer.Exit as error:
        return error.exit_code
    except UsageError as error:
        error.show()
        return USAGE
    except ClickException as error:
        error.show()
        return error.exit_code
    except Exit as error:
        typer.echo(f"sitrep: {error.why}", err=True)
        return error.code
    except (typer.Abort, KeyboardInterrupt):
        return INTERRUPTED
    except BrokenPipeError:
        return _reader_left()
    except Exception:  # noqa: BLE001  # the last stop: people get the trace, the caller the code
        traceback.print_exc()
        typer.echo("sitrep: this is a bug in sitrep", err=True)
        return BUG


def _reader_left() -> int:
    """Whoever read our output has seen enough (`| head`); what is left in the buffer goes nowhere."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return OK


def main() -> None:
    """The entry point of the `sitrep` script."""
    sys.exit(run(sys.argv[1:]))


if __name__ == "__main__":
    main()
