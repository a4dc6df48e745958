"""Words of a text with offsets, and phrase lexicons that find the longest match over them."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Generic, NamedTuple, TypeVar

from services.parser.fold import strict

_WORD = re.compile(
    r"(?:[A-Z]\.){2,}|[^\W\d_]+(?:['’ʼ](?![sS]\b)[^\W\d_]+)*(?:-[^\W_]+(?:['’](?![sS]\b)[^\W\d_]+)*)*|\d[\d,.:]*\d|\d\w*"
)
_POSSESSIVE = re.compile(r"['’][sS]\b|(?<=s)['’](?=\s)")
_ENDS = re.compile(r"[.!?…]['\"”’)]*\s|\n|[:;]\s|^['\"“‘(]*$")
_OPENS = re.compile(r"['\"“‘]$")
APOSTROPHES = frozenset("'’")
BLANKS = (" ", "  ")
INNER_GAPS = ("-", ". ", ", ", " & ", "/", ".", "’ ", "' ")
ARABIC = ("al-", "el-", "as-", "ar-", "an-", "ad-", "ez-", "es-", "el'")
T = TypeVar("T")


class Word(NamedTuple):
    """`gap` is the text before the word; `joined`: nothing but a blank before it; `fold`: its strict fold.

    `first`: a capital here means nothing (start of a sentence or a quotation).
    """

    i: int
    start: int
    end: int
    text: str
    lower: str
    gap: str
    first: bool
    possessive: bool
    fold: str
    capital: bool
    joined: bool


def _is_capital(text: str) -> bool:
    return text[0].isupper() or (text.startswith(ARABIC) and text[3:4].isupper())


def words_of(text: str) -> tuple[Word, ...]:
    found: list[Word] = []
    at = 0
    for match in _WORD.finditer(text):
        if match.start() < at:  # the s of 's
            continue
        gap = text[at : match.start()]
        tail = _POSSESSIVE.match(text, match.end()) if text[match.end() : match.end() + 1] in APOSTROPHES else None
        first = not found or (gap != " " and (bool(_ENDS.search(gap)) or bool(_OPENS.search(gap))))
        word = match.group()
        found.append(
            Word(
                len(found),
                match.start(),
                match.end(),
                word,
                word.lower(),
                gap,
                first,
                tail is not None,
                strict(word),
                _is_capital(word),
                gap in BLANKS,
            )
        )
        at = tail.end() if tail else match.end()
    return tuple(found)


@dataclass(frozen=True)
class Phrases(Generic[T]):
    """Phrases of folded words with a value each; `longest` finds the longest one that begins at a word.

    Capitals of a phrase must be capitals in the text; short phrases in capitals must be written just so.
    """

    entries: Mapping[str, tuple[tuple[str, T], ...]]
    reach: Mapping[str, int] = field(repr=False)

    def longest(self, words: Sequence[Word], at: int) -> tuple[int, T] | None:
        """(number of words, value), or None."""
        head = words[at].fold
        reach = self.reach.get(head if " " not in head else head.split(" ")[0])
        if reach is None:
            return None
        most = min(reach, len(words) - at)
        parts, best = [head], None
        for size in range(1, most + 1):
            if size > 1:
                word = words[at + size - 1]
                if not (word.joined or word.gap in INNER_GAPS) or words[at + size - 2].possessive:
                    break
                parts.append(word.fold)
            for written, value in self.entries.get(" ".join(parts), ()):
                if _fits(words[at : at + size], written):
                    best = (size, value)
                    break
        return best

    def get(self, name: str) -> T | None:
        """The value of a phrase by itself, whatever its case."""
        found = self.entries.get(strict(name))
        return found[0][1] if found else None


def _fits(words: Sequence[Word], written: str) -> bool:
    if written.islower():
        return True
    parts = written.split(" ")
    if len(parts) != len(words):
        return words[0].capital
    return all(_as_written(word.text, part) for word, part in zip(words, parts, strict=True))


def _as_written(text: str, part: str) -> bool:
    if part.isupper() and len(part) < 6:
        return text == part
    return text[0].isupper() or not part[0].isupper()


def phrases(entries: Iterable[tuple[str, T]]) -> Phrases[T]:
    """Of several entries of one name that fit, the first is meant."""
    table: dict[str, list[tuple[str, T]]] = {}
    reach: dict[str, int] = {}
    for name, value in entries:
        key = strict(name)
        table.setdefault(key, []).append((name, value))
        head, size = key.split(" ")[0], len(key.split(" "))
        reach[head] = max(reach.get(head, 0), size)
    return Phrases({key: tuple(found) for key, found in table.items()}, reach)
