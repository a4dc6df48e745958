"""Whether a report keeps what every report promises: quotes, chains, rules, groups. Pure."""

from collections.abc import Iterator

from schemas.article import Article
from schemas.codec import REPORTS
from schemas.errors import InvalidRecord
from schemas.report import ParserInfo, Report, Span
from services.parser.groups import MAX_GROUPS

MOST = 5


def faults(report: Report, article: Article, rules: Report, info: ParserInfo) -> list[str]:
    """In words, the first few of them; none: the report may be sent. `rules`: the rules' report on the article."""
    found: list[str] = []
    for fault in _faults(report, article, rules, info):
        found.append(fault)
        if len(found) == MOST:
            break
    return found


def _faults(report: Report, article: Article, rules: Report, info: ParserInfo) -> Iterator[str]:
    if report.article != rules.article:
        yield "the header is not that of the article"
    if report.parser != info:
        yield f"parser is {report.parser.name!r}, not {info.name!r}"
    yield from _quotes(report, article)
    yield from _links(report)
    yield from _chains(report, rules, article)
    yield from _wire(report)


def _spans(report: Report) -> Iterator[Span]:
    for occurrence in report.occurrences:
        yield from occurrence.spans
    for a in report.assertions:
        yield from (a.content, *a.quote, *([a.cue] if a.cue else []))
    yield from (c.span for c in report.corrections)


def _quotes(report: Report, article: Article) -> Iterator[str]:
    texts = {"title": article.title, "body": article.body}
    for span in _spans(report):
        text = texts.get(span.field, "")
        if not 0 <= span.start < span.end <= len(text) or text[span.start : span.end] != span.text:
            yield f"{span.field} {span.start}..{span.end} does not quote the article: {span.text[:40]!r}"
    for segment in report.segments:
        if not 0 <= segment.start < segment.end <= len(texts.get(segment.field, "")):
            yield f"segment {segment.id} is outside the article"


def _links(report: Report) -> Iterator[str]:
    groups, occurrences = {g.id for g in report.groups}, {o.id for o in report.occurrences}
    segments = {s.id for s in report.segments}
    if sum(g.role != "background" for g in report.groups) > MAX_GROUPS:
        yield f"more than {MAX_GROUPS} groups"
    for group in report.groups:
        if not segments.issuperset(group.segment_ids):
            yield f"group {group.id} names a segment that is not there"
    for o in report.occurrences:
        if o.group not in groups:
            yield f"occurrence {o.id} is in no group"
    for a in report.assertions:
        if a.occurrence_id not in occurrences:
            yield f"assertion {a.id} is of no occurrence"
    if occurrences - {a.occurrence_id for a in report.assertions}:
        yield "an occurrence of which nobody says anything"
    if len({a.key for a in report.assertions}) < len(report.assertions):
        yield "two assertions with one key"


def _chains(report: Report, rules: Report, article: Article) -> Iterator[str]:
    outlet = article.outlet.name
    for a in report.assertions:
        if not a.rule:
            yield f"assertion {a.id} names no rule"
        if not a.chain or a.chain[0].kind != "media" or a.chain[0].name != outlet:
            yield f"the chain of assertion {a.id} does not start with {outlet!r}"
        elif any(not speaker.name.strip() for speaker in a.chain):
            yield f"a speaker without a name in the chain of assertion {a.id}"


def _wire(report: Report) -> Iterator[str]:
    """Encoded and read again it is the same: types and words are those of the schema."""
    try:
        data = REPORTS.adapter.dump_json(report, exclude_none=True, warnings="error")
        if REPORTS.decode(data) != report:
            yield "it does not come back from the wire as it was"
    except (InvalidRecord, ValueError, TypeError, AttributeError) as error:
        yield f"it does not fit the schema: {error}"
