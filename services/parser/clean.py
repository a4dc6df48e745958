"""Stage 0: the text as the parser reads it, with a map back to the article, offset by offset."""

import html
import re
import unicodedata
from bisect import bisect_left
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from schemas.article import Article
from schemas.report import Field
from services.parser import segment
from services.parser.lexicon import Lexicon
from services.parser.mentions import Clean, Layout
from services.parser.truecase import headline_cased, is_shouted, is_title_cased, truecased

_DATE_PREFIX = re.compile(r"\A\s*date\s+\d{4}-\d{2}-\d{2}\b[ \t]*")
_MARKUP = re.compile(
    r"</?(?:p|br|div|span|a|b|i|em|strong|ul|ol|li|h[1-6]|section|article|figure|img|table)\b[^<>]*>", re.I
)
_OPENING = re.compile(r"<(script|style|noscript|template)\b[^<>]*>|<(!)--", re.I)
_CLOSING = re.compile(r"</(script|style|noscript|template)\s*>|(-)->", re.I)
_BLOCK = re.compile(
    r"</?(?:p|br|div|ul|ol|li|h[1-6]|section|article|figure|figcaption|table|tr|blockquote|hr)\b[^<>]*>", re.I
)
_TAG = re.compile(r"</?[a-zA-Z][^<>]*>|<!DOCTYPE[^<>]*>", re.I)
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,30});")
_SPACES = re.compile("\r\n?|[\u00a0\u2000-\u200a\u202f\u205f\u3000\t\u000b\u000c]|[\u00ad\u200b-\u200f\u2060\ufeff]")
_BLANK_LINE = re.compile(r"\n[ \t]*\n")
_WRAP = re.compile(r"(?<=[^\n]{40})\n(?=[ \t]?[^\s\-•*])")  # behind a long line
_COMPOSE = re.compile(r"[\x00-\x7f]?[^\x00-\x7f]+")  # nothing composes across the border of such a run

MAX_KEPT = 45_000  # characters of a field; more than the 40,000 of syntax.py that are read for statements


@dataclass(frozen=True, slots=True)
class Mapped:
    """Characters with the offset each came from; `end` is the offset behind the last."""

    text: str
    origin: tuple[int, ...]
    end: int

    def first(self, size: int) -> "Mapped":
        """The first `size` characters."""
        cut = len(self.text) > size
        return Mapped(self.text[:size], self.origin[:size], self.origin[size]) if cut else self

    def sub(self, pattern: re.Pattern[str], replace: Callable[[re.Match[str]], str]) -> "Mapped":
        """Replace all matches; every new character comes from the start of its match."""
        return self.spread(pattern, lambda match: [(replace(match), 0)])

    def spread(
        self, pattern: re.Pattern[str], replace: Callable[[re.Match[str]], Sequence[tuple[str, int]]]
    ) -> "Mapped":
        """Replace all matches by parts, each with the offset in the match that it comes from."""
        parts: list[str] = []
        origin: list[int] = []
        at = 0
        for match in pattern.finditer(self.text):
            start, end = match.span()
            parts.append(self.text[at:start])
            origin.extend(self.origin[at:start])
            for new, offset in replace(match):
                parts.append(new)
                origin.extend([self.origin[start + offset]] * len(new))
            at = end
        if not parts:
            return self
        parts.append(self.text[at:])
        origin.extend(self.origin[at:])
        return Mapped("".join(parts), tuple(origin), self.end)


def layout(article: Article, lexicon: Lexicon) -> Layout:
    """Clean both fields of an article and cut them into pieces."""
    return segment.layout(
        article, clean(article.title, "title", lexicon), clean(article.body, "body", lexicon), lexicon
    )


def clean(text: str, field: Field, lexicon: Lexicon) -> Clean:
    """`origin[i]` is the offset in `text` of clean character i, never falling; one more entry, `len(text)`."""
    mapped = Mapped(text, tuple(range(len(text))), len(text))
    for step in (_without_date_prefix, _without_markup, _plain_spaces, _composed, _unwrapped):
        mapped = step(mapped)
    mapped = mapped.first(MAX_KEPT)
    shown = mapped.text
    if is_shouted(shown):
        shown = truecased(shown, lexicon.case)
    elif field == "title" and is_title_cased(shown):
        shown = headline_cased(shown, lexicon.case)
    return Clean(field, shown, (*mapped.origin, mapped.end))


def _without_date_prefix(text: Mapped) -> Mapped:
    return text.sub(_DATE_PREFIX, _nothing)


def _without_markup(text: Mapped) -> Mapped:
    if _MARKUP.search(text.text):
        text = _without_code(text).sub(_BLOCK, _paragraph).sub(_TAG, _nothing)
    return text.sub(_ENTITY, lambda match: html.unescape(match.group()))


def _without_code(text: Mapped) -> Mapped:
    """Scripts, styles and comments go with their content; what is never closed stays."""
    closings: dict[str, list[re.Match[str]]] = {}
    for closing in _CLOSING.finditer(text.text):
        closings.setdefault((closing[1] or "!").lower(), []).append(closing)
    kept, at = [], 0
    for opening in _OPENING.finditer(text.text):
        if opening.start() < at:
            continue
        ends = closings.get((opening[1] or "!").lower(), [])
        behind = bisect_left(ends, opening.end(), key=lambda match: match.start())
        if behind < len(ends):
            kept.append((at, opening.start()))
            at = ends[behind].end()
    kept.append((at, len(text.text)))
    shown = "".join(text.text[start:end] for start, end in kept)
    return Mapped(shown, tuple(o for start, end in kept for o in text.origin[start:end]), text.end)


def _plain_spaces(text: Mapped) -> Mapped:
    return text.sub(_SPACES, lambda match: "\n" if match.group()[0] == "\r" else _space(match.group()))


def _space(character: str) -> str:
    return "" if character in "\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff" else " "


def _composed(text: Mapped) -> Mapped:
    if unicodedata.is_normalized("NFC", text.text):
        return text
    return text.spread(_COMPOSE, _clusters)


def _unwrapped(text: Mapped) -> Mapped:
    """Lines broken for the width of a page are joined, where blank lines show what a paragraph is."""
    if not _BLANK_LINE.search(text.text.strip()):
        return text
    return text.sub(_WRAP, lambda match: " " * len(match.group()))


def _clusters(match: re.Match[str]) -> Sequence[tuple[str, int]]:
    """A run composed letter by letter; as a whole where that would not give the same."""
    run = match.group()
    starts = [i for i, c in enumerate(run) if i == 0 or not (unicodedata.combining(c) or "\u1160" <= c <= "\u11ff")]
    parts = [
        (unicodedata.normalize("NFC", run[start:end]), start)
        for start, end in zip(starts, [*starts[1:], len(run)], strict=True)
    ]
    whole = unicodedata.normalize("NFC", run)
    return parts if "".join(part for part, _ in parts) == whole else [(whole, 0)]


def _nothing(_: re.Match[str]) -> str:
    return ""


def _paragraph(_: re.Match[str]) -> str:
    return "\n\n"


def spans(clean: Clean, stretches: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Offsets in the article of stretches of the clean text."""
    return [(clean.origin[start], clean.origin[end]) for start, end in stretches]
