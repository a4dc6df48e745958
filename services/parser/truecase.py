"""Truecasing: text in capitals back to the case of ordinary print, with the length kept."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

_WORD = re.compile(r"[^\W\d_]+")
_START = re.compile(r"(?:\A|[.!?]['\"”’)]*\s+|\n\s*|[-–—]\s+(?=\S))['\"“‘(]*\Z")
SHARE, LEAST = 0.7, 12


@dataclass(frozen=True, slots=True)
class Casing:
    """`common`: words that are written small; `written`: lower-case word -> how it is written ("fsb" -> "FSB")."""

    common: frozenset[str]
    written: Mapping[str, str]


def is_shouted(text: str) -> bool:
    """More than 70 % of the letters that have a case are capitals."""
    upper = sum(1 for c in text if c.isupper())
    cased = upper + sum(1 for c in text if c.islower())
    return cased >= LEAST and upper > SHARE * cased


def truecased(text: str, casing: Casing) -> str:
    """The same text, character for character, in lower case where the lexicon has no reason for a capital."""
    lowered = "".join(c.lower() if len(c.lower()) == 1 else c for c in text)
    return _WORD.sub(lambda match: _cased(match, casing), lowered)


def _cased(match: re.Match[str], casing: Casing) -> str:
    word = match.group()
    written = casing.written.get(word)
    if written is not None and len(written) == len(word):
        return written
    before = match.string[max(0, match.start() - 12) : match.start()]
    if _START.search(before) or not _is_common(word, casing.common):
        return _capital(word) if not _is_suffix(before, word) else word
    return word


def _is_suffix(before: str, word: str) -> bool:
    """What follows an apostrophe is the tail of a word: 's, n't, 're; one letter is an ordinal's or an initial."""
    return before[-1:] in ("'", "’") and len(word) <= 2


def _is_common(word: str, common: frozenset[str]) -> bool:
    if word in common:
        return True
    stems = [word[: -len(tail)] for tail in ("s", "es", "ed", "d", "ing", "ly", "er", "ers") if word.endswith(tail)]
    return any(stem in common or stem + "e" in common for stem in stems if len(stem) > 2)


def _capital(word: str) -> str:
    first = word[0].upper()
    return first + word[1:] if len(first) == 1 else word
