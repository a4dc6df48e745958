"""Stage 1: the clean article cut into pieces, with genre, dateline, wire credit and live-blog stamps.

What makes a paragraph a caption, a correction or furniture is in data/layout.tsv.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from schemas.article import Article
from schemas.report import Genre, SegmentKind
from services.parser.datelines import Dateline, credit_at_end, dateline_of
from services.parser.lexicon import Lexicon
from services.parser.mentions import Clean, Layout, Piece
from services.parser.stamps import stamp_at

_BLANK_LINE = re.compile(r"\n[ \t]*\n")
_PARAGRAPH_CUES: tuple[SegmentKind, ...] = ("correction", "caption", "boilerplate")
_TITLE_GENRES: tuple[Genre, ...] = ("live_blog", "roundup", "opinion", "explainer")
_STOPPED = re.compile(r"[.!?…:;,][\"'”’)\]]*$")
_QUOTED = re.compile(r"^[\"“].*[\"”]$", re.S)
_LABELLED = re.compile(r"^[A-Z][\w'’. -]{2,30}: (?=[A-Z])")
_CORRECTED_TITLE = re.compile(r"^(?:correction|clarification|corrections and clarifications)\b", re.I)
MAX_HEAD, MAX_HEAD_WORDS = 110, 16
MAX_FURNITURE = 400
MIN_ITEMS = 3


@dataclass(frozen=True, slots=True)
class Paragraph:
    start: int
    end: int
    text: str
    at: datetime | None = None


def layout(article: Article, title: Clean, body: Clean, lexicon: Lexicon) -> Layout:
    """Pieces of title and body in reading order; the dateline and the stamps are left out of the pieces."""
    paragraphs = list(_paragraphs(body.text))
    dateline = _dateline(paragraphs, article, lexicon)
    zone = dateline.zone if dateline else None
    stamped = _stamped(_behind(paragraphs, dateline), article.modified or article.published, zone)
    kinds = _kinds(stamped, lexicon)
    pieces = [*_headline(title), *_pieces(stamped, kinds)]
    credit = (dateline.credit if dateline else None) or credit_at_end(body.text, lexicon)
    return Layout(
        title, body, tuple(pieces), _genre(title.text, stamped, kinds, lexicon),
        dateline.place if dateline else None, credit, article.published, article.outlet.country,
    )  # fmt: skip


def _paragraphs(text: str) -> Iterator[Paragraph]:
    """Split at blank lines; a text without any, at line ends."""
    pattern = _BLANK_LINE if _BLANK_LINE.search(text.strip()) else re.compile(r"\n")
    at = 0
    for match in [*pattern.finditer(text), None]:
        start, end = at, match.start() if match else len(text)
        at = match.end() if match else end
        content = text[start:end]
        stripped = content.strip()
        if stripped:
            start += len(content) - len(content.lstrip())
            yield Paragraph(start, start + len(stripped), stripped)


def _dateline(paragraphs: Sequence[Paragraph], article: Article, lexicon: Lexicon) -> Dateline | None:
    """Among the first paragraphs, as a byline or caption may come before."""
    for paragraph in paragraphs[:3]:
        found = dateline_of(paragraph.text, paragraph.start, article, lexicon)
        if found:
            return found
    return None


def _behind(paragraphs: Sequence[Paragraph], dateline: Dateline | None) -> Iterator[Paragraph]:
    """Where a dateline opens a paragraph, the paragraph starts behind it."""
    for paragraph in paragraphs:
        if dateline and paragraph.start <= dateline.start < paragraph.end:
            cut = dateline.end - paragraph.start
            yield Paragraph(dateline.end, paragraph.end, paragraph.text[cut:])
        else:
            yield paragraph


def _stamped(paragraphs: Iterator[Paragraph], published: datetime, zone: str | None) -> list[Paragraph]:
    """A live blog's stamp opens a paragraph, or stands alone above those that it dates."""
    found: list[Paragraph] = []
    current: datetime | None = None
    for paragraph in paragraphs:
        stamp = stamp_at(paragraph.text, published, zone)
        if stamp:
            current = stamp.at
            rest = paragraph.text[stamp.length :].strip()
            if rest:
                start = paragraph.end - len(rest)
                found.append(Paragraph(start, paragraph.end, rest, current))
        elif paragraph.text:
            found.append(Paragraph(paragraph.start, paragraph.end, paragraph.text, current))
    return found


def _kinds(paragraphs: Sequence[Paragraph], lexicon: Lexicon) -> list[SegmentKind]:
    found: list[SegmentKind] = []
    background = led = False
    for number, paragraph in enumerate(paragraphs):
        kind = _kind(paragraph, number + 1 < len(paragraphs), lexicon)
        if kind == "headline":
            background = lexicon.frames.matches("background", paragraph.text)
        elif kind in ("body", "quote"):
            if background:
                kind = "background"
            elif not led:
                kind, led = "lead", True
        found.append(kind)
    return found


def _kind(paragraph: Paragraph, more: bool, lexicon: Lexicon) -> SegmentKind:
    text = paragraph.text
    if len(text) <= MAX_FURNITURE:
        for kind in _PARAGRAPH_CUES:
            if lexicon.frames.matches(kind, text):
                old = kind == "caption" and lexicon.frames.matches("file_caption", text)
                return "boilerplate" if old else kind
    if more and _is_head(text):
        return "headline"
    return "quote" if _QUOTED.match(text) else "body"


def _is_head(text: str) -> bool:
    short = len(text) <= MAX_HEAD and len(text.split()) <= MAX_HEAD_WORDS and "\n" not in text
    return short and (not _STOPPED.search(text) or text.endswith("?")) and not text.startswith(('"', "“", "-", "•"))


def _headline(title: Clean) -> Iterator[Piece]:
    text = title.text.strip()
    if text:
        start = title.text.index(text)
        yield Piece("s0", "title", start, start + len(text), "headline")


def _pieces(paragraphs: Sequence[Paragraph], kinds: Sequence[SegmentKind]) -> Iterator[Piece]:
    for number, (paragraph, kind) in enumerate(zip(paragraphs, kinds, strict=True), 1):
        yield Piece(f"s{number}", "body", paragraph.start, paragraph.end, kind, paragraph.at)


def _genre(title: str, paragraphs: Sequence[Paragraph], kinds: Sequence[SegmentKind], lexicon: Lexicon) -> Genre:
    text_kinds = set(kinds) - {"boilerplate"}
    if len({paragraph.at for paragraph in paragraphs} - {None}) >= 2:
        return "live_blog"
    if text_kinds and text_kinds <= {"caption"}:
        return "caption_only"
    if _CORRECTED_TITLE.match(title) or (text_kinds and text_kinds <= {"correction"}):
        return "correction"
    for genre in _TITLE_GENRES:
        if lexicon.frames.matches(genre, title):
            return genre
    labelled = [
        p for p, kind in zip(paragraphs, kinds, strict=True) if kind != "boilerplate" and _LABELLED.match(p.text)
    ]
    return "roundup" if len(labelled) >= MIN_ITEMS else "news"
