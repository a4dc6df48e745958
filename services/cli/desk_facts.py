"""`sitrep review`, `pin` and `rename`: what a person says of a fact or of the incident."""

from typing import Annotated

import typer

from schemas.command import Target
from services.cli.desk_ask import WAIT_S, AsJson, Asked, Author, ExpectedSeq, Id, Reason, Wait, Which, Within, order
from services.cli.desk_order import keys_of
from services.cli.render_words import STATUS_ORDER
from services.cli.resolve import fact_of
from services.cli.show import view_at
from services.cli.views import OpenViews
from services.runtime.order import BadOrder

FactName = Annotated[str, typer.Argument(metavar="FACT", help="f1 … as `show` prints it, an id, or words of it")]
MOST_TITLE = 300


def register(app: typer.Typer, open_views: OpenViews) -> None:
    """Adds the commands."""
    _review(app, open_views)
    _pin(app, open_views)
    _rename(app, open_views)


def _review(app: typer.Typer, open_views: OpenViews) -> None:
    @app.command()
    def review(
        incident: Which,
        fact: FactName,
        status: Annotated[str, typer.Argument(metavar="STATUS", help=", ".join(STATUS_ORDER))],
        reason: Reason,
        author: Author = None,
        expected_seq: ExpectedSeq = None,
        command_id: Id = None,
        wait: Wait = True,
        within: Within = WAIT_S,
        as_json: AsJson = False,
    ) -> None:
        """Give a fact its status by a person's judgement; what the rules say stays beside it.

        The review holds on to the statements it was made of and survives when facts are put together anew.

        \b
        Example:
          sitrep review ferry f3 confirmed --reason "called the harbour master"
        """
        if status not in STATUS_ORDER:
            raise BadOrder(f"{status!r} is no status: one of {', '.join(STATUS_ORDER)}")
        with open_views() as views:
            view = view_at(views, incident, None, None)
            found = fact_of(fact, view)
        target = Target(incident=view.id, fact=found.id, assertions=keys_of(found), status=status)
        asked = Asked(reason, author, expected_seq, command_id, wait, within, as_json)
        order(asked, "review", view.desk, target, f"{found.text}: {found.status} → {status}")


def _pin(app: typer.Typer, open_views: OpenViews) -> None:
    @app.command()
    def pin(
        incident: Which,
        fact: FactName,
        reason: Reason,
        author: Author = None,
        expected_seq: ExpectedSeq = None,
        command_id: Id = None,
        wait: Wait = True,
        within: Within = WAIT_S,
        as_json: AsJson = False,
    ) -> None:
        """Mark a fact as one to keep in sight.

        \b
        Example:
          sitrep pin ferry f3 --reason "asked for in the morning meeting"
        """
        with open_views() as views:
            view = view_at(views, incident, None, None)
            found = fact_of(fact, view)
        target = Target(incident=view.id, fact=found.id, assertions=keys_of(found))
        asked = Asked(reason, author, expected_seq, command_id, wait, within, as_json)
        order(asked, "pin", view.desk, target, f"pinned: {found.text}")


def _rename(app: typer.Typer, open_views: OpenViews) -> None:
    @app.command()
    def rename(
        incident: Which,
        title: Annotated[str, typer.Argument(metavar="TITLE", help="the new title")],
        reason: Reason,
        author: Author = None,
        expected_seq: ExpectedSeq = None,
        command_id: Id = None,
        wait: Wait = True,
        within: Within = WAIT_S,
        as_json: AsJson = False,
    ) -> None:
        """Give an incident another title; its slug follows, its id stays.

        \b
        Example:
          sitrep rename 3f2a91c0 "Ferry fire off Port Vey" --reason "the wires call it so"
        """
        if not title.strip() or len(title) > MOST_TITLE:
            raise BadOrder(f"a title has 1 to {MOST_TITLE} characters")
        with open_views() as views:
            view = view_at(views, incident, None, None)
        asked = Asked(reason, author, expected_seq, command_id, wait, within, as_json)
        order(asked, "rename", view.desk, Target(incident=view.id, title=title.strip()), f"{view.title} → {title}")
