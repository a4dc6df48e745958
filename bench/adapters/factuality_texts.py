"""Sentences of the factuality data, read by our tagger and parser as they are cut there."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from spacy.tokens import Doc

from services.parser.mentions import Piece
from services.parser.parse import Parser
from services.parser.scene import Scene
from services.parser.tree import Sentence, Token, family


@dataclass(frozen=True, slots=True)
class Annotated:
    """`events`: the place of each event's token and its score in gold, -3 … 3; in order of the text."""

    number: int
    words: tuple[str, ...]
    events: tuple[tuple[int, float], ...]


def annotated(path: Path) -> Iterator[Annotated]:
    """All sentences of a file of the data."""
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            value = json.loads(line)
            scores = {target["span1"][0]: float(target["label"]) for target in value["targets"]}
            yield Annotated(value["idx"], tuple(value["text"].split(" ")), tuple(scores.items()))


def scenes_of(parser: Parser, texts: Sequence[Annotated]) -> Iterator[Scene]:
    """One scene a sentence, without names and places: certainty is read off the words and arcs alone."""
    nlp = parser.syntax.nlp
    docs = (_doc(nlp.vocab, text.words) for text in texts)
    for text, doc in zip(texts, nlp.pipe(docs, batch_size=64), strict=True):
        yield _scene(parser, text.number, doc)


def _doc(vocab: Any, words: Sequence[str]) -> Any:
    doc = Doc(vocab, words=[word or "_" for word in words])
    for token in doc[1:]:
        token.is_sent_start = False
    return doc


def _scene(parser: Parser, number: int, doc: Any) -> Scene:
    tokens = tuple(_tokens(parser, doc))
    text = doc.text
    piece = Piece("s0", "body", 0, len(text), "body")
    return Scene(parser.rules, Sentence(number, piece, 0, len(text), tokens, family(tokens)), text)


def _tokens(parser: Parser, doc: Any) -> Iterator[Token]:
    for t in doc:
        lower = t.lower_.replace("’", "'")
        lemma = parser.rules.forms.lemma(lower, t.tag_)
        yield Token(t.i, t.idx, t.idx + len(t.text), t.text, lower, lemma, t.tag_, t.dep_.lower(), t.head.i)
