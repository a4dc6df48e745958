"""`sitrep parse`: what the parser understands of an article; no Kafka, nothing kept."""

from collections.abc import Iterator, Sequence
from typing import Annotated

import typer

from schemas.article import Article
from schemas.codec import REPORTS
from schemas.report import Assertion, Occurrence, Report, Span, Value
from services.cli.dry_run import in_order
from services.cli.publish import Refused, files, read
from services.cli.terminal import Terminal, say, say_line, terminal

BOLD, DIM, PLAIN = "\x1b[1m", "\x1b[2m", "\x1b[0m"


def register(app: typer.Typer) -> None:
    """Adds the command."""

    @app.command("parse")
    def parse_articles(
        paths: Annotated[list[str], typer.Argument(metavar="FILE|DIR...", help="articles, as publish takes them")],
        as_json: Annotated[bool, typer.Option("--json", help="one report a line, as on news.reports")] = False,
        explain: Annotated[bool, typer.Option("--explain", help="sentence by sentence: which rule made what")] = False,
    ) -> None:
        """Show what the parser understands of an article. No Kafka.

        \b
        Examples:
          sitrep parse article.txt
          sitrep parse seeds/flood/dispatches.ndjson --explain
          sitrep parse article.txt --json | jq .assertions[].rule
        """
        prepared, wrong = read(files(paths))
        _print(in_order(prepared), as_json, explain)
        if wrong:
            raise Refused("\n".join(wrong))


def _print(articles: Sequence[Article], as_json: bool, explain: bool) -> None:
    from services.parser.parse import load, parse  # seconds of loading that --help must not pay
    from services.runtime.settings import load_settings

    parser, here = load(load_settings().spacy_model), terminal()
    for article in articles:
        report = parse(article, parser)
        if as_json:
            say_line(REPORTS.encode(report))
        else:
            say(explained(report, article, here) if explain else table(report, here))


def table(report: Report, here: Terminal) -> str:
    """The statements of a report, one line each, in the order of the text."""
    occurrences = {o.id: o for o in report.occurrences}
    lines = [_head(report, here)]
    lines += [_line(a, occurrences[a.occurrence_id]) for a in report.assertions]
    lines += [f"  correction: {c.what}" for c in report.corrections]
    lines += [f"  warning: {w}" for w in report.warnings]
    return "\n".join(lines) + "\n\n"


def _head(report: Report, here: Terminal) -> str:
    article = report.article
    title = article.title or article.id
    text = f"{title} ({article.outlet.name}, {article.published:%Y-%m-%d %H:%M})"
    about = f"{report.genre}, {len(report.groups)} groups, {len(report.assertions)} statements"
    return f"{_in(BOLD, text, here)}\n{_in(DIM, about, here)}"


def _in(style: str, text: str, here: Terminal) -> str:
    return f"{style}{text}{PLAIN}" if here.colour else text


def _line(a: Assertion, o: Occurrence) -> str:
    speaker = " > ".join(s.name for s in a.chain[1:]) or "own voice"
    place = f" @ {o.place.name}" if o.place else ""
    sure = "" if a.certainty == "certain" else f" ({a.certainty})"
    plan = "" if o.realis == "actual" else f" [{o.realis}]"
    return f"  {speaker}: {a.stance} {a.polarity} {o.type} {a.aspect}{_value(a.value)}{place}{plan}{sure}"


def _value(value: Value | None) -> str:
    if value is None:
        return ""
    if value.count is not None:
        c = value.count
        figure = (
            c.best if c.best is not None else (c.word or f"{c.comparator} {c.low if c.low is not None else c.high}")
        )
        kind = "" if c.kind == "total" else f" ({c.kind})"
        return f" {figure} {c.group} {c.outcome}{kind}{' indirectly' if c.indirect else ''}"
    if value.measure is not None:
        return f" {value.measure.act} {value.measure.name}"
    return f" {value.actor or value.holder or value.cause}"


def explained(report: Report, article: Article, here: Terminal) -> str:
    """Each sentence that says something, marked up, with the rules that read it."""
    occurrences = {o.id: o for o in report.occurrences}
    lines = [_head(report, here)]
    for sentence, told in _by_sentence(report):
        lines += ["", _marked(article, sentence, told, here)]
        for a in told:
            cue = f" cue {a.cue.text!r} {a.cue.rule}" if a.cue else ""
            hedges = f" hedges {', '.join(a.hedges)}" if a.hedges else ""
            lines += [_line(a, occurrences[a.occurrence_id]), _in(DIM, f"    {a.rule}{cue}{hedges}", here)]
    lines += [f"  warning: {w}" for w in report.warnings]
    return "\n".join(lines) + "\n\n"


def _by_sentence(report: Report) -> Iterator[tuple[Span, list[Assertion]]]:
    found: dict[Span, list[Assertion]] = {}
    for a in report.assertions:
        for span in a.quote[:1] or (a.content,):
            found.setdefault(span, []).append(a)
    yield from sorted(found.items(), key=lambda item: (item[0].field != "title", item[0].start))


def _marked(article: Article, sentence: Span, told: Sequence[Assertion], here: Terminal) -> str:
    """The sentence with [contents] and {cues}; brackets that would cross are left out."""
    text = article.title if sentence.field == "title" else article.body
    spans = {(a.content.start, a.content.end): "[]" for a in told if a.content.field == sentence.field}
    spans |= {(a.cue.start, a.cue.end): "{}" for a in told if a.cue and a.cue.field == sentence.field}
    kept: list[tuple[int, int, str]] = []
    for (start, end), marks in sorted(spans.items(), key=lambda item: (item[0][0], -item[0][1])):
        inside = sentence.start <= start and end <= sentence.end
        if inside and not any(a < start < b < end or start < a < end < b for a, b, _ in kept):
            kept.append((start, end, marks))
    opening = [(start, 0, -end, marks[0]) for start, end, marks in kept]
    closing = [(end, -1, -start, marks[1]) for start, end, marks in kept]
    out, at = [], sentence.start
    for position, _, _, mark in sorted([*opening, *closing], key=lambda m: m[:3]):
        out += [text[at:position], _in(BOLD, mark, here)]
        at = position
    return "".join([*out, text[at : sentence.end]])
