"""Sentences as the learned stages see them: stems, and whether a word stands inside quotation marks."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from zlib import crc32

from services.parser.rules import Rules
from services.parser.stems import stem
from services.parser.tree import Sentence, Token

OUT, IN, OPENS, CLOSES = 0, 1, 2, 3
OPENING = frozenset({"“", "``", "„", "«"})
CLOSING = frozenset({"”", "»"})
EITHER = frozenset({'"', "''"})
QUOTES = OPENING | CLOSING | EITHER
Groups = Mapping[tuple[str, str], str]  # (part of speech, stem) -> groups of data/cues.toml that hold the word


@lru_cache(1 << 16)
def key(text: str) -> int:
    """A number for a text, the same in every process; never 0, which stands for "there is none"."""
    return crc32(text.encode()) or 1


@dataclass(frozen=True, slots=True)
class Marked:
    """`quote`: OUT, IN, OPENS or CLOSES for each token; `marks`: the tokens that are
    quotation marks. `group`: what cues.toml knows of a token's word, else ""."""

    sentence: Sentence
    stems: tuple[str, ...]
    groups: tuple[str, ...]
    quote: tuple[int, ...]
    marks: tuple[int, ...]
    tokens: tuple[Token, ...]
    word_keys: tuple[int, ...]
    tag_keys: tuple[int, ...]
    stem_keys: tuple[int, ...]

    def __len__(self) -> int:
        return len(self.stems)


def cue_groups(rules: Rules) -> Groups:
    found: dict[tuple[str, str], set[str]] = {}
    for part, cues in (("VB", rules.verbs), ("NN", rules.nouns)):
        for lemma, known in cues.items():
            found.setdefault((part, stem(lemma, part)), set()).update(cue.rule.split(".")[-2] for cue in known)
    return {word: "+".join(sorted(names)) for word, names in found.items()}


def marked(
    sentences: Iterable[Sentence], groups: Groups, text: Callable[[Sentence], str] = lambda _: ""
) -> list[Marked]:
    """A quotation that is open at the end of a sentence goes on in the next one of the same paragraph.
    `text` gives the words of sentences that were not parsed."""
    found: list[Marked] = []
    piece, opened = "", False
    for s in sentences:
        opened = opened and s.piece.id == piece
        piece = s.piece.id
        quote, opened = _quoted(s.tokens, opened) if s.tokens else ((), _passed(text(s), opened))
        found.append(_marked(s, quote, groups))
    return found


def _marked(s: Sentence, quote: tuple[int, ...], groups: Groups) -> Marked:
    stems = tuple(stem(t.lower, t.tag) for t in s.tokens)
    return Marked(
        s, stems, tuple(groups.get((t.tag[:2], word), "") for t, word in zip(s.tokens, stems, strict=True)), quote,
        tuple(i for i, q in enumerate(quote) if q > IN), s.tokens, tuple(key(t.lower) for t in s.tokens),
        tuple(key(t.tag) for t in s.tokens), tuple(map(key, stems)),
    )  # fmt: skip


def _quoted(tokens: Sequence[Token], opened: bool) -> tuple[tuple[int, ...], bool]:
    found = []
    for t in tokens:
        if t.text not in QUOTES:
            found.append(IN if opened else OUT)
            continue
        opens = t.text in OPENING or (t.text in EITHER and not opened)
        found.append(OPENS if opens else CLOSES)
        opened = opens
    return tuple(found), opened


def _passed(text: str, opened: bool) -> bool:
    """Whether a quotation is open behind a text."""
    for c in text:
        if c in "“„«":
            opened = True
        elif c in "”»":
            opened = False
        elif c == '"':
            opened = not opened
    return opened
