"""`sitrep publish`: articles out of files, folders or standard input, onto the topic."""

import asyncio
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Annotated

import orjson
import typer

from schemas.errors import InvalidRecord
from services.cli.progress import Progress
from services.ingest.prepare import FORMS, Form, Prepared, prepare_all
from services.ingest.producer import ArticleProducer, Position
from services.runtime.exits import BAD_INPUT, Exit
from services.runtime.settings import Settings, load_settings

BATCH = 200


class Refused(Exit):
    """Some of the input is no article; `why` names each file and what is wrong with it."""

    code = BAD_INPUT


def register(app: typer.Typer) -> None:
    """Adds the command."""

    @app.command()
    def publish(
        paths: Annotated[list[str], typer.Argument(metavar="PATH...", help="files, folders, or - for standard input")],
        as_json: Annotated[bool, typer.Option("--json", help="NDJSON: id, version and position of each")] = False,
    ) -> None:
        """Publish articles; returns when the broker has them.

        A file holds one text (.txt, .md), a JSON object or a list of them (.json), or one object a line (.ndjson,
        .jsonl); of a folder, all such files. Publishing the same again changes nothing. A file with a wrong article is
        left out as a whole: exit code 65.

        \b
        Examples:
          sitrep publish article.txt
          sitrep publish seeds/flood/dispatches.ndjson
          echo '{"title": "Bridge closed", "body": "Police closed the bridge."}' | sitrep publish -
        """
        settings = load_settings()
        articles, wrong = read(files(paths))
        positions = asyncio.run(publish_all(settings, articles)) if articles else []
        if as_json:
            typer.echo(b"\n".join(orjson.dumps(position) for position in positions))
        else:
            typer.echo(f"published {_articles(len(positions))} to {settings.topic('articles')}", err=True)
        if wrong:
            raise Refused("\n".join(wrong))


def _articles(n: int) -> str:
    return f"{n} article{'' if n == 1 else 's'}"


def files(paths: Iterable[str]) -> Iterator[Path]:
    """The files that are meant, in the order given; of a folder by name. Raises typer.BadParameter."""
    for name in paths:
        path = Path("/dev/stdin") if name == "-" else Path(name)
        if path.is_dir():
            yield from sorted(each for each in path.rglob("*") if each.suffix.lower() in FORMS and each.is_file())
        elif path.exists():
            yield path
        else:
            raise typer.BadParameter(f"{name}: there is no such file or folder")


def read(paths: Iterable[Path]) -> tuple[list[Prepared], list[str]]:
    """The articles, and one line for each file that is wrong."""
    articles: list[Prepared] = []
    wrong = []
    for path in paths:
        try:
            articles += prepare_all(_bytes(path), _form(path), via="cli")
        except (InvalidRecord, OSError) as error:
            wrong.append(f"{path}: {error}")
    return articles, wrong


def _bytes(path: Path) -> bytes:
    return sys.stdin.buffer.read() if path == Path("/dev/stdin") else path.read_bytes()


def _form(path: Path) -> Form:
    return FORMS.get(path.suffix.lower(), "any")


async def publish_all(settings: Settings, articles: Sequence[Prepared]) -> list[Position]:
    """All of them, in order, acknowledged. Raises Unavailable or TryAgain."""
    positions: list[Position] = []
    with Progress("publishing", len(articles)) as progress:
        async with ArticleProducer(settings.servers, settings.topic("articles")) as producer:
            for at in range(0, len(articles), BATCH):
                positions += await producer.publish(articles[at : at + BATCH])
                progress.reached(len(positions))
    return positions
