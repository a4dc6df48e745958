"""A parsed sentence: tokens with their heads. All offsets are those of the clean field text."""

from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from operator import attrgetter

from services.parser.mentions import Piece

_start, _end = attrgetter("start"), attrgetter("end")
VERB_TAGS = frozenset({"VB", "VBD", "VBG", "VBN", "VBP", "VBZ"})
NOUN_TAGS = frozenset({"NN", "NNS", "NNP", "NNPS"})


@dataclass(slots=True, eq=False)
class Token:
    """One word. `lemma`: the base form where the rules know the word as that part of speech, else in lower case.

    Never changed; not frozen because a frozen one takes three times as long to make. A token equals itself only.
    """

    i: int
    start: int
    end: int
    text: str
    lower: str
    lemma: str
    tag: str
    dep: str
    head: int

    @property
    def verb(self) -> bool:
        return self.tag in VERB_TAGS

    @property
    def noun(self) -> bool:
        return self.tag in NOUN_TAGS


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of a piece. Not parsed: no tokens. `number` counts through title and body."""

    number: int
    piece: Piece
    start: int
    end: int
    tokens: tuple[Token, ...] = ()
    children: tuple[tuple[int, ...], ...] = field(default=(), repr=False)
    _below: dict[int, frozenset[int]] = field(default_factory=dict, repr=False, compare=False)

    def kids(self, i: int, *deps: str) -> list[Token]:
        """Dependents in order, of the named relations only if any are named."""
        tokens = self.tokens
        if deps:
            return [token for c in self.children[i] if (token := tokens[c]).dep in deps]
        return [tokens[c] for c in self.children[i]]

    def kid(self, i: int, *deps: str) -> Token | None:
        for c in self.children[i]:
            token = self.tokens[c]
            if not deps or token.dep in deps:
                return token
        return None

    def subtree(self, i: int, without: Collection[int] = ()) -> frozenset[int]:
        """The token and all below it; branches at `without` are cut off."""
        if not without:
            known = self._below.get(i)
            if known is None:
                known = self._below[i] = self._subtree(i, ())
            return known
        return self._subtree(i, without)

    def _subtree(self, i: int, without: Collection[int]) -> frozenset[int]:
        children = self.children
        found, todo = set(), [i]
        while todo:
            at = todo.pop()
            if at in without or at in found:
                continue
            found.add(at)
            todo.extend(children[at])
        return frozenset(found)

    def up(self, i: int) -> Iterator[Token]:
        """The heads above a token, nearest first; the root ends it."""
        seen = {i}
        while self.tokens[i].head not in seen:
            i = self.tokens[i].head
            seen.add(i)
            yield self.tokens[i]

    def conjuncts(self, i: int) -> list[Token]:
        """What is coordinated to a token, the token itself first."""
        found = [self.tokens[i]]
        for kid in self.kids(i, "conj"):
            found.extend(self.conjuncts(kid.i))
        return found

    def first(self, i: int) -> Token:
        """The head of the coordination a token is part of."""
        token = self.tokens[i]
        while token.dep == "conj" and token.head != token.i:
            token = self.tokens[token.head]
        return token

    def clause(self, i: int) -> Token:
        """The verb of the clause a token is in (itself, if it is one)."""
        token = self.tokens[i]
        if token.verb and token.dep not in {"amod", "compound", "nmod"}:
            return token
        return next((t for t in self.up(i) if t.verb and t.dep not in {"amod", "compound", "nmod"}), self.root(i))

    def root(self, i: int) -> Token:
        return ([self.tokens[i], *self.up(i)])[-1]

    def prepositional(self, i: int, *prepositions: str) -> list[Token]:
        """Objects of prepositions under a token; of those prepositions only, if any are named."""
        found = []
        for prep in self.kids(i, "prep", "agent", "dative"):
            if not prepositions or prep.lower in prepositions:
                found += [o for kid in self.kids(prep.i, "pobj", "pcomp") for o in self.conjuncts(kid.i)]
                found += [o for inner in self.kids(prep.i, "prep") for o in self.kids(inner.i, "pobj")]
        return found

    def at(self, offset: int) -> Token | None:
        """The token at an offset of the field."""
        at = bisect_right(self.tokens, offset, key=_start) - 1
        return self.tokens[at] if at >= 0 and offset < self.tokens[at].end else None

    def inside(self, start: int, end: int) -> list[Token]:
        first = bisect_right(self.tokens, start, key=_end)
        return list(self.tokens[first : bisect_left(self.tokens, end, first, key=_start)])

    def stretch(self, members: Collection[int]) -> tuple[int, int]:
        """From the first to the last of some tokens, punctuation at the borders left out."""
        kept = [self.tokens[i] for i in sorted(members)]
        while kept and kept[0].dep == "punct":
            kept.pop(0)
        while kept and kept[-1].dep == "punct":
            kept.pop()
        return (kept[0].start, kept[-1].end) if kept else (self.start, self.start)


def family(tokens: Collection[Token]) -> tuple[tuple[int, ...], ...]:
    """Children of each token, in order of the text."""
    below: list[list[int]] = [[] for _ in tokens]
    for token in tokens:
        if token.head != token.i:
            below[token.head].append(token.i)
    return tuple(tuple(kids) for kids in below)
