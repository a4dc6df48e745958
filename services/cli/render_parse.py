"""A report as text: one line a statement, or sentence by sentence with the words marked and the rules named. Pure."""

from collections.abc import Iterator, Sequence

from schemas.article import Article
from schemas.report import Assertion, Count, Occurrence, Place, Report, Span, Value
from services.cli.render_layout import Line, hanging, line, wrapped
from services.cli.render_text import neutral

SENTENCE = 1_500
KEY = "[words that are told]  {words that attribute them}  rules below each statement"


def table(report: Report, width: int) -> list[Line]:
    """The statements in the order of the text."""
    occurrences = {o.id: o for o in report.occurrences}
    lines = _head(report, width)
    for a in report.assertions:
        lines += hanging(line("  "), statement(a, occurrences[a.occurrence_id]), width, 4)
    return [*lines, *_notes(report, width), ()]


def explained(report: Report, article: Article, width: int) -> list[Line]:
    """Each sentence that says something, marked up, with what was read in it and by which rules."""
    occurrences = {o.id: o for o in report.occurrences}
    lines = [*_head(report, width), *wrapped(KEY, width, "dim")]
    for sentence, told in _by_sentence(report):
        where = "title" if sentence.field == "title" else f"{sentence.start}:{sentence.end}"
        lines += [
            (),
            *wrapped(where, width, "dim"),
            *wrapped(neutral(marked(article, sentence, told), SENTENCE), width),
        ]
        for a in told:
            o = occurrences[a.occurrence_id]
            lines += hanging(line("  "), statement(a, o), width, 4, "strong")
            lines += hanging(line("    "), _reasons(a, o), width, 6, "dim")
    return [*lines, *_notes(report, width), ()]


def _head(report: Report, width: int) -> list[Line]:
    article = report.article
    title = neutral(article.title or article.id, 300)
    published = f"{article.published:%Y-%m-%d %H:%M}"
    about = (
        f"{report.genre}, {len(report.groups)} groups, {len(report.assertions)} statements, language {report.language}"
    )
    return [
        *wrapped(f"{title} ({neutral(article.outlet.name, 80)}, {published})", width, "strong"),
        *wrapped(f"{about}, by {report.parser.name} {report.parser.version}", width, "dim"),
    ]


def _notes(report: Report, width: int) -> Iterator[Line]:
    for c in report.corrections:
        yield from hanging(line("  "), f"correction: {neutral(c.what, 300)}", width, 4)
    for w in report.warnings:
        yield from hanging(line("  "), f"warning: {neutral(w, 300)}", width, 4)


def statement(a: Assertion, o: Occurrence) -> str:
    """ "Ann Hart: claims + shelling count >= 12 civilians injured @ Osk (probable)" """
    speaker = " > ".join(neutral(s.name, 80) for s in a.chain[1:]) or "own voice"
    place = f" @ {neutral(o.place.name, 80)}" if o.place else ""
    sure = "" if a.certainty == "certain" else f" ({a.certainty})"
    plan = "" if o.realis == "actual" else f" [{o.realis}]"
    return f"{speaker}: {a.stance} {a.polarity} {o.type} {a.aspect}{_value(a.value)}{place}{plan}{sure}"


def _value(value: Value | None) -> str:
    if value is None:
        return ""
    if value.count is not None:
        return f" {_figure(value.count)}"
    if value.measure is not None:
        return f" {value.measure.act} {value.measure.name}"
    return f" {neutral(value.actor or value.holder or value.cause or '', 80)}"


def _figure(c: Count) -> str:
    figure = c.best if c.best is not None else (c.word or f"{c.comparator} {c.low if c.low is not None else c.high}")
    kind = "" if c.kind == "total" else f" ({c.kind})"
    return f"{figure} {c.group} {c.outcome}{kind}{' indirectly' if c.indirect else ''}"


def _reasons(a: Assertion, o: Occurrence) -> str:
    """Rules and what else decided: cue, hedges, evidence, the place's id, who might go on speaking."""
    parts = [a.rule]
    parts += [f"cue “{neutral(a.cue.text, 60)}” {a.cue.rule or ''}".rstrip()] if a.cue else []
    parts += [f"hedges {', '.join(neutral(hedge, 30) for hedge in a.hedges)}"] if a.hedges else []
    parts += [f"evidence {a.evidence}"] if a.evidence not in ("none", "statement") else []
    parts += [_place(o.place)] if o.place else []
    parts += [f"perhaps {neutral(a.maybe_continues, 60)} still speaking"] if a.maybe_continues else []
    return "; ".join(parts)


def _place(place: Place) -> str:
    return f"place {place.id or 'unresolved'}" + (f" in {place.parent}" if place.parent else "")


def _by_sentence(report: Report) -> Iterator[tuple[Span, list[Assertion]]]:
    found: dict[Span, list[Assertion]] = {}
    for a in report.assertions:
        for span in a.quote[:1] or (a.content,):
            found.setdefault(span, []).append(a)
    yield from sorted(found.items(), key=lambda item: (item[0].field != "title", item[0].start))


def marked(article: Article, sentence: Span, told: Sequence[Assertion]) -> str:
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
        out += [text[at:position], mark]
        at = position
    return "".join([*out, text[at : sentence.end]])
