"""Stage 2: the fields cut into sentences, and those that may matter parsed, in one batch for the article.

The batch is always the whole article's, so that an article gives the same arcs alone and among others.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import spacy
from spacy.attrs import DEP, HEAD, IDX, LENGTH, SENT_START, TAG

from services.parser.forms import Forms
from services.parser.mentions import Clean, Layout, Piece
from services.parser.tagging import Tagger, tagger
from services.parser.tree import Sentence, Token, family

MAX_SENTENCE = 1_200  # characters; a longer one is cut at a blank
MAX_PARSED = 40_000  # characters of one article; the rest stays unparsed
MAX_TOKENS = 8_000  # words and marks of one article, where these are shorter than in any text
UNREAD = frozenset({"boilerplate"})

_WORD = re.compile(r"[A-Za-z][A-Za-z'’]*|\d+")
_STOP = re.compile(r"[.!?…]+[\"”’')\]]*(?=\s+[\"“‘'(\[]*[A-Z0-9])|[.!?…]+[\"”’')\]]*\s*$|\n\s*\n")
_ABBREVIATION = re.compile(
    r"(?:\b(?:Mr|Mrs|Ms|Dr|Prof|Gen|Lt|Col|Maj|Capt|Sgt|Cpl|Brig|Adm|Cmdr|Gov|Sen|Rep|Rev|Hon|Pres|St|Mt|Ft|Jr|Sr|vs|No|Nos"
    r"|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept|Sep|Oct|Nov|Dec|Inc|Ltd|Co|Corp|Ave|Blvd|approx|ca|etc|e\.g|i\.e)|\b[A-Z]|\b[A-Z]\.[A-Z])\.$"
)
_LABEL = re.compile(r"[A-Z][\w'’. -]{2,30}: (?=[A-Z])")
_UNSIGNED = (1 << 64) - 1
_CLOCK = re.compile(r"\b[ap]\.m\.$")


@dataclass(frozen=True)
class Syntax:
    """The tagger and parser of a spaCy pipeline; loaded once."""

    nlp: Any
    tagger: Tagger
    forms: Forms
    interesting: frozenset[str]

    @cached_property
    def names(self) -> Mapping[int, str]:
        """Tags as they are and relations in small letters, by their numbers in the pipeline."""
        strings, tagger, parser = self.nlp.vocab.strings, self.nlp.get_pipe("tagger"), self.nlp.get_pipe("parser")
        tags = {strings[label]: label for label in tagger.labels}
        return {0: ""} | {strings[dep]: dep.lower() for dep in (*parser.labels, "ROOT", "dep")} | tags

    @cached_property
    def version(self) -> str:
        meta = self.nlp.meta
        return f"{meta.get('name', 'model')}-{meta.get('version', '0')}"

    def read(self, layout: Layout) -> tuple[Sentence, ...]:
        """All sentences of title and body in order; those that may matter with tokens."""
        bare = [s for s in split(layout)]
        chosen = self._chosen(bare, layout)
        docs = self._docs(_text(layout, bare[i]) for i in chosen)
        self.tagger(docs)
        parsed = dict(zip(chosen, docs, strict=False))
        return tuple(self._sentence(s, parsed[s.number], layout) if s.number in parsed else s for s in bare)

    def _chosen(self, bare: Sequence[Sentence], layout: Layout) -> list[int]:
        chosen, budget = [], MAX_PARSED
        for sentence in bare:
            budget -= sentence.end - sentence.start
            if budget >= 0 and self.matters(_text(layout, sentence)):
                chosen.append(sentence.number)
        return chosen

    def _docs(self, texts: Iterable[str]) -> list[Any]:
        """Up to and with the one that goes beyond MAX_TOKENS."""
        docs, size = [], 0
        for text in texts:
            if size > MAX_TOKENS:
                break
            docs.append(self._doc(text))
            size += len(docs[-1])
        return docs

    def matters(self, text: str) -> bool:
        return any(word.lower() in self.interesting for word in _WORD.findall(text))

    def _doc(self, text: str) -> Any:
        doc = self.nlp.make_doc(text.replace("\n", " ").replace("\t", " "))
        starts = np.full(len(doc), -1, dtype=np.int64)
        return doc.from_array([SENT_START], starts.view(np.uint64)) if len(doc) else doc

    def _sentence(self, bare: Sentence, doc: Any, layout: Layout) -> Sentence:
        tokens = tuple(self._tokens(doc, _text(layout, bare), bare.start))
        return Sentence(bare.number, bare.piece, bare.start, bare.end, tokens, family(tokens))

    def _tokens(self, doc: Any, text: str, base: int) -> Iterator[Token]:
        """All tokens by one look at the table behind the doc; heads stand in it relative to their tokens."""
        names, lemma = self.names, self.forms.lemma
        table = doc.to_array([IDX, LENGTH, TAG, DEP, HEAD]).view(np.int64).tolist()
        for i, (at, length, tag_id, dep_id, head) in enumerate(table):
            word, tag, start = text[at : at + length], names[tag_id & _UNSIGNED], base + at
            lower = word.lower().replace("’", "'")
            dep = names[dep_id & _UNSIGNED]
            yield Token(i, start, start + length, word, lower, lemma(lower, tag), tag, dep, i + head)


def load_syntax(model: str, forms: Forms, interesting: frozenset[str]) -> Syntax:
    """Loads the pipeline of that name; only its tagger and parser are used. Raises OSError if it is not there."""
    unused = ["ner", "lemmatizer", "attribute_ruler", "senter", "textcat"]
    nlp = spacy.load(model, exclude=unused)
    return Syntax(nlp, tagger(nlp), forms, interesting)


def split(layout: Layout) -> list[Sentence]:
    """Sentences of all pieces but boilerplate, in the order of title and body."""
    found: list[Sentence] = []
    for piece in layout.pieces:
        if piece.kind not in UNREAD:
            clean = layout.title if piece.field == "title" else layout.body
            found += [Sentence(len(found) + n, piece, a, b) for n, (a, b) in enumerate(_ranges(clean, piece))]
    return found


def _ranges(clean: Clean, piece: Piece) -> list[tuple[int, int]]:
    text, start = clean.text, _after_label(clean.text, piece)
    ranges: list[tuple[int, int]] = []
    for stop in _STOP.finditer(text, piece.start, piece.end):
        before = text[max(start, stop.start() - 12) : stop.start() + 1]
        if stop.end() < piece.end and text[stop.start()] == "." and _is_abbreviation(before):
            continue
        ranges += _pieces(text, start, stop.end())
        start = stop.end()
    return [*ranges, *_pieces(text, start, piece.end)]


def _after_label(text: str, piece: Piece) -> int:
    """ "Portugal: Three people ..." is read from "Three"; in headlines the label speaks."""
    label = _LABEL.match(text, piece.start, piece.end) if piece.field == "body" and piece.kind != "headline" else None
    return label.end() if label else piece.start


def _is_abbreviation(before: str) -> bool:
    return _ABBREVIATION.search(before) is not None and _CLOCK.search(before) is None


def _pieces(text: str, start: int, end: int) -> Iterable[tuple[int, int]]:
    """One sentence without blanks around it, or parts of an endless one."""
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    while end - start > MAX_SENTENCE:
        cut = text.rfind(" ", start + MAX_SENTENCE // 2, start + MAX_SENTENCE)
        cut = cut if cut > 0 else start + MAX_SENTENCE
        yield start, cut
        start = cut
        while start < end and text[start].isspace():
            start += 1
    if end > start:
        yield start, end


def _text(layout: Layout, sentence: Sentence) -> str:
    clean = layout.title if sentence.piece.field == "title" else layout.body
    return clean.text[sentence.start : sentence.end]
