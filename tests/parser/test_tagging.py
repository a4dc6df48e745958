"""The fast way through the pipeline gives what the pipeline gives."""

from typing import Any

import numpy as np
import pytest

from services.parser import tagging
from services.parser.parse import Parser

TEXTS = (
    "Rebels shelled the town of Brodnik on Monday.",
    "",
    "Nine people were injured, the mayor said.",
    "“They took Osk,” he added — twice.",
    "x " * 150,
    "Мэр сказал 12,5 %.",
)


def docs(parser: Parser, texts: tuple[str, ...] = TEXTS) -> list[Any]:
    return [parser.syntax.nlp.make_doc(text) for text in texts]


def arcs(doc: Any) -> list[tuple[str, str, int]]:
    return [(token.tag_, token.dep_, token.head.i) for token in doc]


def test_it_is_the_fast_one(parser: Parser) -> None:
    assert isinstance(parser.syntax.tagger, tagging.Fast)


def test_the_same_arcs_as_the_pipeline(parser: Parser) -> None:
    ours, theirs = docs(parser), list(parser.syntax.nlp.pipe(docs(parser)))
    parser.syntax.tagger(ours)
    assert [arcs(doc) for doc in ours] == [arcs(doc) for doc in theirs]
    assert all(np.array_equal(a.tensor, b.tensor) for a, b in zip(ours, theirs, strict=True))


def test_the_same_vectors_alone_and_in_company(parser: Parser) -> None:
    together, alone = docs(parser), docs(parser)
    parser.syntax.tagger(together)
    for doc in alone:
        parser.syntax.tagger([doc])
    assert all(np.array_equal(a.tensor, b.tensor) for a, b in zip(together, alone, strict=True))


def test_words_are_forgotten_and_learned_again(parser: Parser, monkeypatch: pytest.MonkeyPatch) -> None:
    """A store of forty words: neither a text with more of them nor one after it is read otherwise."""
    monkeypatch.setattr(tagging, "MAX_KEPT", 40)
    narrow = tagging.tagger(parser.syntax.nlp)
    for texts in (TEXTS, TEXTS[:4], (" ".join(f"w{n}" for n in range(60)),), TEXTS):
        ours, theirs = docs(parser, texts), docs(parser, texts)
        narrow(ours)
        parser.syntax.tagger(theirs)
        assert all(np.array_equal(a.tensor, b.tensor) for a, b in zip(ours, theirs, strict=True))


def test_another_pipeline_runs_as_it_is(parser: Parser) -> None:
    class Other:
        pipe_names = ("tagger", "parser")
        pipe = staticmethod(parser.syntax.nlp.pipe)

    ours, theirs = docs(parser), docs(parser)
    tagging.tagger(Other())(ours)
    parser.syntax.tagger(theirs)
    assert [arcs(doc) for doc in ours] == [arcs(doc) for doc in theirs]
