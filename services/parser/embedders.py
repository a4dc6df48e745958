"""Words that take events under them, and which of them stand over an event: the path of classes from it to the root."""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from services.parser.forms import Irregular, noun_forms, verb_forms
from services.parser.tree import Sentence, Token

DATA = Path(__file__).parent / "data" / "embedders.toml"
PARTS = ("verbs", "nouns", "adjectives")
DENYING = frozenset({"not", "n't", "never", "no", "neither", "nor", "nobody", "none", "nothing", "hardly", "scarcely",
                     "without", "against", "rarely", "seldom", "barely", "unlikely", "few", "little"})  # fmt: skip
"""Words that turn what they stand with into its opposite."""


@dataclass(frozen=True, slots=True)
class Over:
    """A word over an event. `kind`: a class of embedders.toml, or "" for none; `level`: 1 = its head."""

    level: int
    token: Token
    below: Token
    kind: str
    denied: bool


@cache
def embedders() -> Mapping[str, Mapping[str, str]]:
    """Form -> class, one table a part of speech. Read once; raises ValueError for a part that is not known."""
    found: dict[str, dict[str, str]] = {part: {} for part in PARTS}
    known = irregular()
    for kind, entry in tomllib.loads(DATA.read_text("utf-8")).items():
        if unknown := set(entry) - set(PARTS):
            raise ValueError(f"embedders.toml: {kind}: no part {sorted(unknown)}")
        for part in PARTS:
            for word in entry.get(part, []):
                for form in _forms(part, word, known):
                    found[part].setdefault(form, kind)
    return found


def _forms(part: str, word: str, irregular: Irregular) -> Iterator[str]:
    first, blank, rest = word.partition(" ")
    make = {"verbs": verb_forms, "nouns": noun_forms}.get(part)
    for form in make(first, irregular) if make else (first,):
        yield form + blank + rest


def irregular() -> dict[str, tuple[str, ...]]:
    lines = (DATA.parent / "irregular.tsv").read_text("utf-8").splitlines()
    parts = [line.split("\t") for line in lines if line and not line.startswith("#")]
    return {f"{row[0]}:{row[1]}": tuple(row[2:]) for row in parts}


def kind_of(s: Sentence, token: Token) -> str:
    """The class of a word, with its particle or preposition if the two are one entry."""
    tables = embedders()
    table = tables["verbs"] if token.verb else tables["nouns"] if token.noun else tables["adjectives"]
    for kid in s.kids(token.i, "prt", "prep"):
        if (joined := f"{token.lower} {kid.lower}") in table:
            return table[joined]
    return table.get(token.lower, "")


def denied(s: Sentence, token: Token) -> bool:
    """Whether a word stands under a negation of its own: "did not", "no plan", "nobody said"."""
    kids = s.kids(token.i)
    odd = sum(k.dep == "neg" or (k.lower in DENYING and k.dep in {"det", "advmod", "preconj", "cc"}) for k in kids)
    for subject in s.kids(token.i, "nsubj", "nsubjpass"):
        odd += subject.lower in DENYING or any(k.lower in DENYING for k in s.kids(subject.i, "det", "amod", "neg"))
    if token.dep == "pobj":
        odd += s.tokens[token.head].lower in DENYING
    return odd % 2 == 1


def above(s: Sentence, event: Token) -> Iterator[Over]:
    """Every word over the event, nearest first."""
    below = event
    for level, token in enumerate(s.up(event.i), 1):
        yield Over(level, token, below, kind_of(s, token), denied(s, token))
        below = token
