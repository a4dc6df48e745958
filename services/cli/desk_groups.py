"""`sitrep merge`, `split`, `move`, `withdraw` and `undo`: which report belongs to which incident."""

from collections.abc import Sequence
from typing import Annotated

import typer

from schemas.command import Target
from schemas.events import IncidentEvent
from services.cli.desk_ask import WAIT_S, AsJson, Asked, Author, ExpectedSeq, Id, Reason, Wait, Which, Within, order
from services.cli.desk_order import report_in
from services.cli.render_text import cut, neutral
from services.cli.resolve import NotFound
from services.cli.show import view_at
from services.cli.views import OpenViews
from services.runtime.outcome import BY_COMMAND

SHOWN = 8
LAST = "last"
ReportName = Annotated[
    str,
    typer.Argument(metavar="REPORT", help="r1 … as `show` prints it, an article's id or url, or words of its title"),
]


def register(app: typer.Typer, open_views: OpenViews) -> None:
    """Adds the commands."""
    for each in (_merge, _split, _move, _withdraw, _undo):
        each(app, open_views)


def _merge(app: typer.Typer, open_views: OpenViews) -> None:
    @app.command()
    def merge(
        incident: Which,
        other: Annotated[str, typer.Argument(metavar="OTHER", help="the incident that is the same")],
        reason: Reason,
        author: Author = None,
        expected_seq: ExpectedSeq = None,
        command_id: Id = None,
        wait: Wait = True,
        within: Within = WAIT_S,
        as_json: AsJson = False,
    ) -> None:
        """Say that two incidents are one. The one with the smaller id lives on; the other leads to it.

        \b
        Example:
          sitrep merge 3f2a91c0 8c13df72 --reason "the same fire, two harbours named"
        """
        with open_views() as views:
            one, two = (view_at(views, each, None, None) for each in (incident, other))
        asked = Asked(reason, author, expected_seq, command_id, wait, within, as_json)
        order(asked, "merge", one.desk, Target(incident=one.id, into=two.id), f"{one.title} = {two.title}")


def _split(app: typer.Typer, open_views: OpenViews) -> None:
    @app.command()
    def split(
        incident: Which,
        reports: Annotated[
            list[str], typer.Argument(metavar="REPORT...", help="those that go: r1 …, an article's id or url, or words")
        ],
        reason: Reason,
        author: Author = None,
        expected_seq: ExpectedSeq = None,
        command_id: Id = None,
        wait: Wait = True,
        within: Within = WAIT_S,
        as_json: AsJson = False,
    ) -> None:
        """Take reports out of an incident into a new one; the two are kept apart from then on.

        \b
        Example:
          sitrep split ferry r3 r5 --reason "another boat, a week earlier"
        """
        with open_views() as views:
            view = view_at(views, incident, None, None)
            found = [report_in(each, view, lambda: views.events(view.id)) for each in reports]
        target = Target(incident=view.id, groups=tuple(dict.fromkeys(ref.group for ref in found)))
        asked = Asked(reason, author, expected_seq, command_id, wait, within, as_json)
        order(asked, "split", view.desk, target, "out of it: " + "; ".join(cut(ref.title, 60) for ref in found))


def _move(app: typer.Typer, open_views: OpenViews) -> None:
    @app.command()
    def move(
        incident: Which,
        report: ReportName,
        reason: Reason,
        into: Annotated[
            str | None, typer.Option("--into", help="the incident it belongs to; left out: a new one")
        ] = None,
        author: Author = None,
        expected_seq: ExpectedSeq = None,
        command_id: Id = None,
        wait: Wait = True,
        within: Within = WAIT_S,
        as_json: AsJson = False,
    ) -> None:
        """Put one report into another incident, or into one of its own; later versions of it stay there.

        \b
        Example:
          sitrep move ferry r3 --into 8c13df72 --reason "tells of the fire, not of the ferry"
        """
        with open_views() as views:
            view = view_at(views, incident, None, None)
            other = view_at(views, into, None, None) if into is not None else None
            ref = report_in(report, view, lambda: views.events(view.id))
        target = Target(incident=view.id, into=other.id if other else None, article=ref.article, group=ref.group)
        asked = Asked(reason, author, expected_seq, command_id, wait, within, as_json)
        order(asked, "move", view.desk, target, f"{ref.title} → {other.title if other else 'a new incident'}")


def _withdraw(app: typer.Typer, open_views: OpenViews) -> None:
    @app.command()
    def withdraw(
        incident: Which,
        report: ReportName,
        reason: Reason,
        author: Author = None,
        expected_seq: ExpectedSeq = None,
        command_id: Id = None,
        wait: Wait = True,
        within: Within = WAIT_S,
        as_json: AsJson = False,
    ) -> None:
        """Take an article out of every incident, for good: what it alone said is retracted.

        This is not undone by a command; the article published again with a newer `modified` comes back.

        \b
        Example:
          sitrep withdraw ferry r3 --reason "a hoax, the outlet says so"
        """
        with open_views() as views:
            view = view_at(views, incident, None, None)
            ref = report_in(report, view, lambda: views.events(view.id))
        asked = Asked(reason, author, expected_seq, command_id, wait, within, as_json)
        target = Target(incident=view.id, article=ref.article)
        order(asked, "withdraw", view.desk, target, f"withdrawn: {ref.outlet}: {ref.title}")


def _undo(app: typer.Typer, open_views: OpenViews) -> None:
    @app.command()
    def undo(
        incident: Which,
        command: Annotated[str, typer.Argument(metavar="COMMAND", help="its id, the beginning of it, or `last`")],
        reason: Reason,
        author: Author = None,
        expected_seq: ExpectedSeq = None,
        command_id: Id = None,
        wait: Wait = True,
        within: Within = WAIT_S,
        as_json: AsJson = False,
    ) -> None:
        """Take back a command that touched the incident, as far as what it did still stands.

        \b
        Example:
          sitrep undo ferry last --reason "that was the wrong fact"
        """
        with open_views() as views:
            view = view_at(views, incident, None, None)
            name, action = command_in(views.events(view.id), command)
        asked = Asked(reason, author, expected_seq, command_id, wait, within, as_json)
        order(asked, "undo", view.desk, Target(incident=view.id, command=name), f"{action} {name} undone")


def command_in(events: Sequence[IncidentEvent], reference: str) -> tuple[str, str]:
    """Id and action of the command that is meant among those that touched the incident. Raises NotFound."""
    done = {
        event.cause.id: event.decision.rule.removeprefix(BY_COMMAND)
        for event in events
        if event.decision.rule.startswith(BY_COMMAND) and event.type != "command_rejected"
    }
    undoable = [name for name, action in done.items() if action != "undo"]
    found = [name for name in undoable if name == reference] or [n for n in undoable if n.startswith(reference)]
    if reference == LAST:
        found = undoable[-1:]
    if len(found) == 1:
        return found[0], done[found[0]]
    said = neutral(reference, 60)
    told = f"{said!r} can mean {len(found)} commands" if found else f"no command {said!r} touched this incident"
    lines = [f"  {neutral(name, 60)}  {done[name]}" for name in (found or undoable)[-SHOWN:]]
    raise NotFound("\n".join([f"{told}; there are" if lines else told, *lines]))
