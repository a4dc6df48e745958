"""`sitrep parse`: what the parser understands of an article; no Kafka, nothing kept."""

from collections.abc import Callable, Sequence
from typing import Annotated

import typer

from schemas.article import Article
from schemas.codec import REPORTS
from schemas.report import Report
from services.cli.dry_run import in_order
from services.cli.golden_case import NotInText, golden_case
from services.cli.publish import Refused, files, read
from services.cli.render_layout import paint
from services.cli.render_parse import explained, table
from services.cli.terminal import say, say_line, terminal

GOLDEN = "a golden case of the words at START:END of the body, or of these words, to be corrected by hand"


def register(app: typer.Typer) -> None:
    """Adds the command."""

    @app.command("parse")
    def parse_articles(
        paths: Annotated[list[str], typer.Argument(metavar="FILE|DIR...", help="articles, as publish takes them")],
        as_json: Annotated[bool, typer.Option("--json", help="one report a line, as on news.reports")] = False,
        explain: Annotated[bool, typer.Option("--explain", help="sentence by sentence: which rule made what")] = False,
        golden: Annotated[str, typer.Option("--golden", metavar='START:END|"WORDS"', help=GOLDEN)] = "",
    ) -> None:
        """Show what the parser understands of an article. No Kafka.

        \b
        Examples:
          sitrep parse article.txt
          sitrep parse seeds/flood/dispatches.ndjson --explain
          sitrep parse article.txt --json | jq .assertions[].rule
          sitrep parse article.txt --golden "had seized the village" >> golden.jsonl
        """
        prepared, wrong = read(files(paths))
        if golden:
            _print_case(in_order(prepared), golden)
        else:
            _print(in_order(prepared), as_json, explain)
        if wrong:
            raise Refused("\n".join(wrong))


def _parser() -> Callable[[Article], Report]:
    from services.parser.parse import load, parse  # seconds of loading that --help must not pay
    from services.runtime.settings import load_settings

    parser = load(load_settings().spacy_model)
    return lambda article: parse(article, parser)


def _print(articles: Sequence[Article], as_json: bool, explain: bool) -> None:
    parse, here = _parser(), terminal()
    for article in articles:
        report = parse(article)
        if as_json:
            say_line(REPORTS.encode(report))
        else:
            lines = explained(report, article, here.width) if explain else table(report, here.width)
            say(paint(lines, here.colour) + "\n")


def _print_case(articles: Sequence[Article], wanted: str) -> None:
    """Of the first article that has the words."""
    parse = _parser()
    for article in articles:
        try:
            say_line(golden_case(article, wanted, parse))
        except NotInText:
            continue
        return
    raise Refused(f"--golden: no article has {wanted!r}; give words as they stand in the body, or START:END")
