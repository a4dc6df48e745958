"""Truecasing: text in capitals back to the case of ordinary print, with the length kept."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from string import ascii_lowercase, ascii_uppercase

from services.parser.tables import word_set

_WORD = re.compile(r"[^\W\d_]+")
_START = re.compile(r"(?:\A|[.!?]['\"”’)]*\s+|\n\s*|\)\s*[-–—]\s+)['\"“‘(]*\Z")
_HEADS = "|".join(sorted(word.lower() for word in word_set("proud_heads")))
_NAME = rf"[A-Za-z]{{3,20}} (?:(?:of|for) )?(?:[A-Za-z]{{3,20}} ){{0,2}}(?P<head>{_HEADS})"
_NAMED = re.compile(rf"(?P<before>\b[tT]he )(?P<name>{_NAME})\b(?! of the)")
_STREETS = "|".join(sorted(word_set("proud_streets")))
_STREET = re.compile(
    rf"(?<=\b(?:on|of|in|at) )(?!(?:the|a|this|that|one|every) )[A-Za-z]{{3,20}} (?:{_STREETS})\b"
    rf"|\b[A-Z][a-z]{{2,20}} (?:{_STREETS})\b"
)
_MONTH = re.compile(r"\b(?:may|march)(?= \d)|(?<=\d )(?:may|march)\b|(?<=\bin )(?:may|march)\b")
_INITIALS = re.compile(r"\b(?:[A-Za-z]\.){2,}|(?<=[a-z]{2} )[a-z]\.(?= [A-Z])")  # "u.s.", "Ana b. Ruiz"
_AFTER_INITIALS = re.compile(r"\b[a-z]\.[a-z]\. \Z")
SMALL = frozenset({"of", "for", "the", "and"})
SHARE, LEAST, LEAST_WORDS = 0.7, 12, 5
_CAPITALS, _SMALL, _ASCII = ascii_uppercase.encode(), ascii_lowercase.encode(), bytes(range(128))


@dataclass(frozen=True, slots=True)
class Casing:
    """`common`: words that are written small; `written`: lower-case word -> how it is written ("nato" -> "NATO").

    `names`: finds names of several words, `spelled` says how they are written.
    """

    common: frozenset[str]
    written: Mapping[str, str]
    names: re.Pattern[str]
    spelled: Mapping[str, str]


def is_shouted(text: str) -> bool:
    """More than 70 % of the letters that have a case are capitals."""
    data = text.encode("utf-8", "replace")  # the letters of ASCII are counted by taking them out
    upper, lower = (len(data) - len(data.translate(None, letters)) for letters in (_CAPITALS, _SMALL))
    if not text.isascii():
        others = data.translate(None, _ASCII).decode()
        upper += sum(1 for c in others if c.isupper())
        lower += sum(1 for c in others if c.islower())
    cased = upper + lower
    return cased >= LEAST and upper > SHARE * cased


def is_title_cased(text: str) -> bool:
    """ "Rebels Seize Village Near Border": five longer words or more, most of them with a capital."""
    words = [word for word in _WORD.findall(text) if len(word) > 3]
    return len(words) >= LEAST_WORDS and sum(1 for word in words if word[0].isupper()) > SHARE * len(words)


def headline_cased(text: str, casing: Casing) -> str:
    """The same headline, character for character, with common words in small letters; the first word stays."""
    start = next((match.end() for match in _WORD.finditer(text)), 0)
    return text[:start] + _WORD.sub(lambda match: _lowered(match.group(), casing), text[start:])


def _lowered(word: str, casing: Casing) -> str:
    lower = word.lower()
    common = lower not in casing.written and _is_common(lower, casing.common)
    return lower if common and len(lower) == len(word) and not word.isupper() else word


def truecased(text: str, casing: Casing) -> str:
    """The same text, character for character, in lower case where the lexicon has no reason for a capital."""
    lowered = "".join(c.lower() if len(c.lower()) == 1 else c for c in text)
    cased = _WORD.sub(lambda match: _cased(match, casing), lowered)
    cased = _INITIALS.sub(lambda match: match.group().upper(), cased)
    cased = _MONTH.sub(lambda match: _capital(match.group()), cased)
    named = casing.names.sub(lambda match: casing.spelled.get(match.group().lower(), match.group()), cased)
    return _STREET.sub(lambda match: _WORD.sub(lambda w: _capital(w.group()), match.group()), _proud(named))


def _proud(text: str) -> str:
    """Names that end in a word for a body ("the river front", "a volunteer corps" stay small if they are a class)."""
    heads: set[str] = set()

    def capitals(match: re.Match[str]) -> str:
        heads.add(match["head"].lower())
        return match["before"] + _WORD.sub(
            lambda w: w.group() if w.group() in SMALL else _capital(w.group()), match["name"]
        )

    named = _NAMED.sub(capitals, text)
    if not heads:
        return named
    short = re.compile(rf"(?<=[tT]he )(?:{'|'.join(sorted(heads))})\b")
    return short.sub(lambda match: _capital(match.group()), named)


def _cased(match: re.Match[str], casing: Casing) -> str:
    word = match.group()
    written = casing.written.get(word)
    if written is not None and len(written) == len(word):
        return written
    before = match.string[max(0, match.start() - 12) : match.start()]
    opens = _START.search(before) and not _AFTER_INITIALS.search(before)  # "the u.s. embassy"
    if opens or not _is_common(word, casing.common):
        return _capital(word) if not _is_suffix(before, word) else word
    return word


def _is_suffix(before: str, word: str) -> bool:
    """What follows an apostrophe is the tail of a word: 's, n't, 're; one letter is an ordinal's or an initial."""
    return before[-1:] in ("'", "’") and len(word) <= 2


def _is_common(word: str, common: frozenset[str]) -> bool:
    if word in common:
        return True
    stems = [word[: -len(tail)] for tail in ("s", "es", "ed", "d", "ing", "ly", "er", "ers") if word.endswith(tail)]
    return any(s in common or s + "e" in common or _single(s) in common for s in stems if len(s) > 2)


def _single(stem: str) -> str:
    """ "repell" of "repelled" without the doubled letter."""
    return stem[:-1] if stem[-1] == stem[-2] else stem


def _capital(word: str) -> str:
    first = word[0].upper()
    return first + word[1:] if len(first) == 1 else word
