"""`sitrep topics`: create what is missing, say what differs."""

import asyncio
from typing import Annotated

import orjson
import typer

from services.runtime.admin import check_topics, create_topics
from services.runtime.exits import OperatorNeeded
from services.runtime.settings import load_settings

AsJson = Annotated[bool, typer.Option("--json", help="one JSON object")]


def register(app: typer.Typer) -> None:
    """Adds the group."""
    topics = typer.Typer(help="Create the topics, or check them against the table in schemas/topics.py.")
    app.add_typer(topics, name="topics")

    @topics.command()
    def create(as_json: AsJson = False) -> None:
        """Create the topics that are missing. Topics that exist are never altered.

        \b
        Example:  sitrep topics create
        """
        settings = load_settings()
        made = asyncio.run(create_topics(settings.servers, settings.topic_prefix, settings.partitions))
        if as_json:
            typer.echo(orjson.dumps({"created": made}))
            return
        typer.echo("\n".join(f"created {name}" for name in made) or "all topics were there")

    @topics.command()
    def check(as_json: AsJson = False) -> None:
        """Say where the cluster differs from the table. Exit code 78 if it does.

        \b
        Example:  sitrep topics check --json
        """
        settings = load_settings()
        wrong = asyncio.run(check_topics(settings.servers, settings.topic_prefix, settings.partitions))
        if as_json:
            typer.echo(orjson.dumps({"differences": wrong}))
        if wrong:
            raise OperatorNeeded("\n".join(wrong))
        if not as_json:
            typer.echo("all topics are as the table says")
