"""Spelling folds: names that are written in different ways but meant alike get one key."""

import re
import unicodedata
from functools import lru_cache

_LETTERS = str.maketrans({
    "ł": "l", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "ß": "ss", "æ": "ae", "œ": "oe", "ı": "i", "ə": "a", "ħ": "h",
    "'": "", "’": "", "‘": "", "ʼ": "", "ʻ": "", "`": "", "´": "", "ʹ": "", "″": "", "′": "",
})  # fmt: skip
_BREAKS = re.compile(r"[\W_]+")
_SAINT = re.compile(r"\bsaint\b")
_LOOSE = (
    (re.compile(r"kh"), "h"),
    (re.compile(r"ck|q"), "k"),
    (re.compile(r"[yj]"), "i"),
    (re.compile(r"ie"), "e"),
    (re.compile(r"w"), "v"),
    (re.compile(r"([a-z])\1+"), r"\1"),
)
_ARTICLE = re.compile(r"^(?:al|el|ar|as|ash|ad|an|at|az) (?=\w{4})")


@lru_cache(maxsize=1 << 16)
def strict(name: str) -> str:
    """Lower case without diacritics and apostrophes; hyphens and stops are spaces."""
    if name.isascii():
        plain = name.lower().replace("'", "")
    else:
        letters = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", name).casefold().translate(_LETTERS))
        plain = "".join(c for c in letters if not unicodedata.combining(c)).casefold().translate(_LETTERS)
    return _SAINT.sub("st", _BREAKS.sub(" ", plain).strip())


@lru_cache(maxsize=1 << 14)
def loose(folded: str) -> str:
    """On top of `strict`: i/y/j, ye/ie/e, kh/h, q/k, w/v and doubled letters are alike."""
    for pattern, replacement in _LOOSE:
        folded = pattern.sub(replacement, folded)
    return folded


def without_article(folded: str) -> str:
    """A name without the Arabic article in front."""
    return _ARTICLE.sub("", folded)


def slug(name: str) -> str:
    """For ids: the strict fold with hyphens."""
    return strict(name).replace(" ", "-")
