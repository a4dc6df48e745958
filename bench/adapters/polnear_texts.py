"""PolNeAR's texts as our parser sees them: clean, cut into sentences, every sentence parsed."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from schemas.article import Article, Outlet, Revision
from services.parser import clean
from services.parser.marked import Marked, cue_groups, marked
from services.parser.parse import Parser
from services.parser.syntax import Syntax

DAY = datetime(2016, 9, 1, tzinfo=UTC)
Spans = list[list[int]]


@dataclass(frozen=True, slots=True)
class Text:
    """`origin[i]`: where character i of the clean text stands in the document."""

    doc: str
    sentences: tuple[Marked, ...]
    origin: tuple[int, ...]

    def spans(self, places: Iterable[tuple[int, int]]) -> Spans:
        """Offsets in the document of some tokens (sentence, token), neighbours joined."""
        found: Spans = []
        last = (-1, -1)
        for at, i in sorted(places):
            token = self.sentences[at].tokens[i]
            start, end = self.origin[token.start], self.origin[token.end - 1] + 1
            if found and last == (at, i - 1):
                found[-1][1] = end
            else:
                found.append([start, end])
            last = (at, i)
        return found


class _Every(frozenset[str]):
    def __contains__(self, word: object) -> bool:
        return True


def every_sentence(syntax: Syntax) -> Syntax:
    """The same pipeline, which finds every sentence worth parsing."""
    return replace(syntax, interesting=_Every())


def texts(folder: Path, parser: Parser) -> Iterator[Text]:
    """The documents of a part (its folder holds text/), by name."""
    syntax, groups = every_sentence(parser.syntax), cue_groups(parser.rules)
    for path in sorted((folder / "text").glob("*.txt")):
        layout = clean.layout(_article(path.stem, path.read_text("utf-8")), parser.lexicon)
        sentences: Sequence[Marked] = marked(syntax.read(layout), groups)
        yield Text(path.stem, tuple(sentences), layout.body.origin)


def _article(doc: str, text: str) -> Article:
    return Article(
        id=doc, version="1", revision=Revision(ms=0, hash=""), title="", body=text, outlet=Outlet(name="PolNeAR"),
        published=DAY, published_precision="day", received_at=DAY, desk="bench",
    )  # fmt: skip
