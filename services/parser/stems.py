"""What forms of one word share, without a list of words: "argues", "arguing" and "argued" are all "argu".

Irregular forms come from data/irregular.tsv. A stem is a key for counting and no word to be shown.
"""

from collections.abc import Mapping
from functools import cache

from services.parser.tables import rows

BE = ("am", "is", "are", "was", "were", "been", "being", "'m", "'s", "'re")
HAVE = ("has", "had", "having", "'ve")
SIBILANT = ("ses", "xes", "ches", "shes", "zes")


@cache
def _irregular() -> Mapping[str, str]:
    found = {form: row[1] for row in rows("irregular.tsv", 8) if row[0] == "v" for form in row[2:] if form}
    return found | dict.fromkeys(BE, "be") | dict.fromkeys(HAVE, "have")


@cache
def _irregular_nouns() -> Mapping[str, str]:
    return {form: row[1] for row in rows("irregular.tsv", 8) if row[0] == "n" for form in row[2:] if form}


def stem(lower: str, tag: str) -> str:
    """The stem of a word in small letters with its Penn tag; other words than verbs and plurals stay as they are."""
    if tag.startswith("VB"):
        return _verb(_irregular().get(lower, lower))
    if tag in {"NNS", "NNPS"}:
        return _irregular_nouns().get(lower) or _singular(lower)
    return lower


def _verb(word: str) -> str:
    if word.endswith("ing") and len(word) > 5:
        word = word[:-3]
    elif word.endswith(("ied", "ies")):
        word = word[:-3] + "y"
    elif (word.endswith("ed") and len(word) > 4) or word.endswith(SIBILANT):
        word = word[:-2]
    elif word.endswith("s") and not word.endswith("ss"):
        word = word[:-1]
    return _bare(word)


def _bare(word: str) -> str:
    """Without a final e, and one of two equal letters."""
    if len(word) > 3 and word[-1] == "e":
        word = word[:-1]
    return word[:-1] if len(word) > 3 and word[-1] == word[-2] and word[-1] not in "lsz" else word


def _singular(word: str) -> str:
    if word.endswith("ies"):
        return word[:-3] + "y"
    return word[:-1] if word.endswith("s") and not word.endswith("ss") else word
