"""A golden case out of an article: the paragraph that was read wrongly and what was read in it. Pure but for `parse`.

The format is that of tests/parser/golden (docs/golden.md). What stands in `expect` is what the parser says today; the
case is worth something once a person has corrected it.
"""

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

from schemas.article import Article, from_wire
from schemas.report import Assertion, Occurrence, Report, Segment, Value

Parse = Callable[[Article], Report]
Expected = dict[str, Any]
_RANGE = re.compile(r"(\d+):(\d+)")
MAX_WORDS = 6


class NotInText(ValueError):
    """The article does not have the words, or is shorter than the range."""


def golden_case(article: Article, wanted: str, parse: Parse) -> bytes:
    """One line of JSON. `wanted`: "START:END", code points of the body, or words of it. Raises NotInText."""
    start, end = _span(article.body, wanted)
    first, last = _paragraph(parse(article), article.body, start, end)
    text = article.body[first:last].strip()
    shift = first + (len(article.body[first:last]) - len(article.body[first:last].lstrip()))
    case: Expected = {"id": _name(article.body[start:end]), "text": text, **_frame(article)}
    told = parse(alone(case))
    case["expect"] = list(_expected(told, start - shift, end - shift))
    case["absent"] = []
    return json.dumps(case, ensure_ascii=False).encode()


def alone(case: Expected) -> Article:
    """The article of a case: its paragraph with what stands around it. The moment of arrival is that of publication."""
    record = {"id": case["id"], "body": case["text"], "language": "en"}
    record |= {name: case[name] for name in ("outlet", "published") if name in case}
    return from_wire(json.dumps(record).encode(), None, {}, 0)


def _frame(article: Article) -> Expected:
    """Dates of the text are read against the day of publication, if that is known."""
    known = article.published_precision != "unknown"
    published = {"published": article.published.isoformat().replace("+00:00", "Z")} if known else {}
    return {"outlet": {"name": article.outlet.name, "kind": article.outlet.kind}, **published}


def _span(body: str, wanted: str) -> tuple[int, int]:
    found = _RANGE.fullmatch(wanted.strip())
    if found:
        start, end = int(found[1]), int(found[2])
        if not start < end <= len(body):
            raise NotInText(wanted)
        return start, end
    words = wanted.strip().strip('"“”').split()
    match = re.search(r"\s+".join(map(re.escape, words)), body) if words else None
    if match is None:
        raise NotInText(wanted)
    return match.span()


def _paragraph(report: Report, body: str, start: int, end: int) -> tuple[int, int]:
    """From the segment of the first character to that of the last; outside of all segments the words alone."""
    held: list[Segment] = [s for s in report.segments if s.field == "body" and s.start < end and s.end > start]
    if not held:
        return start, end
    return min(start, held[0].start), max(end, held[-1].end)


def _name(words: str) -> str:
    return "-".join(re.findall(r"\w+", words.lower())[:MAX_WORDS]) or "words"


def _expected(report: Report, start: int, end: int) -> Iterator[Expected]:
    """What is told in words that the span touches; where nothing is, all of the paragraph."""
    occurrences = {o.id: o for o in report.occurrences}
    body = [a for a in report.assertions if a.content.field == "body"]
    touched = [a for a in body if a.content.start < end and a.content.end > start]
    for a in touched or body:
        yield expected(a, occurrences[a.occurrence_id])


def expected(a: Assertion, o: Occurrence) -> Expected:
    """The fields of a golden case that say what an assertion is."""
    found: Expected = {
        "type": o.type, "aspect": a.aspect, "chain": [s.name for s in a.chain[1:]], "stance": a.stance,
        "polarity": a.polarity, "certainty": a.certainty, "realis": o.realis,
    }  # fmt: skip
    if o.place is not None:
        found["place"] = o.place.name
    return found | (_value(a.value) if a.value else {})


def _value(value: Value) -> Expected:
    if value.count is not None:
        c = value.count
        figure = {"outcome": c.outcome, "group": c.group, "comparator": c.comparator, "kind": c.kind}
        return {"count": figure | {"low": c.low, "best": c.best, "high": c.high}}
    if value.measure is not None:
        return {"measure": {"act": value.measure.act, "name": value.measure.name}}
    parts = {"actor": value.actor, "holder": value.holder, "cause": value.cause}
    return {name: part for name, part in parts.items() if part is not None}
