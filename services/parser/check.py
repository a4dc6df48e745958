"""Stage 11: offsets go back to the article, every span is read again, chains and rules are complete."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from schemas.article import Article
from schemas.report import Assertion, Correction, Field, Occurrence, Segment, Span
from services.parser.mentions import Clean, Layout, Piece


class Broken(ValueError):
    """A record that does not quote its article or lacks what every record must have."""


class Back:
    """From clean offsets to those of the article."""

    def __init__(self, article: Article, layout: Layout) -> None:
        self._clean: Mapping[Field, Clean] = {"title": layout.title, "body": layout.body}
        self._text: Mapping[Field, str] = {"title": article.title, "body": article.body}

    def span(self, span: Span) -> Span:
        """Raises Broken if the offsets leave the text."""
        start, end = self.offsets(span.field, span.start, span.end)
        return Span(field=span.field, start=start, end=end, text=self._text[span.field][start:end], rule=span.rule)

    def offsets(self, field: Field, start: int, end: int) -> tuple[int, int]:
        origin = self._clean[field].origin
        if not 0 <= start < end < len(origin):
            raise Broken(f"{field} {start}..{end} is outside the text")
        a, b = origin[start], origin[end - 1] + 1
        if end < len(origin) and origin[end] > b and end - start == 1:
            b = origin[end]
        if not 0 <= a < b <= len(self._text[field]):
            raise Broken(f"{field} {a}..{b} is outside the article")
        return a, b

    def segment(self, piece: Piece) -> Segment:
        start, end = self.offsets(piece.field, piece.start, piece.end)
        return Segment(id=piece.id, field=piece.field, start=start, end=end, kind=piece.kind, at=piece.at)

    def assertion(self, found: Assertion) -> Assertion:
        """The same assertion on the article's own offsets."""
        if len(found.chain) < 1 or not found.rule:
            raise Broken("an assertion without a chain or a rule")
        return replace(
            found, content=self.span(found.content), cue=self.span(found.cue) if found.cue else None,
            quote=tuple(self.span(q) for q in found.quote),
        )  # fmt: skip

    def correction(self, found: Correction) -> Correction:
        return replace(found, span=self.span(found.span))


def mapped(
    back: Back, found: Sequence[Assertion], occurrences: Sequence[Occurrence]
) -> tuple[list[Assertion], list[Occurrence], list[str]]:
    """What survives the check, and a warning for each that does not."""
    warnings: list[str] = []
    assertions: list[Assertion] = []
    for one in found:
        try:
            assertions.append(back.assertion(one))
        except (Broken, IndexError) as error:
            warnings.append(f"dropped an assertion: {error}")
    told = {a.occurrence_id for a in assertions}
    spans: dict[str, list[Span]] = {}
    for a in assertions:
        spans.setdefault(a.occurrence_id, []).append(a.content)
    kept = [
        replace(o, spans=tuple(sorted(dict.fromkeys(spans[o.id]), key=lambda s: (s.field, s.start, s.end))))
        for o in occurrences if o.id in told
    ]  # fmt: skip
    return [a for a in assertions if a.occurrence_id in {o.id for o in kept}], kept, warnings
