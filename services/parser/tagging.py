"""A spaCy tagger and parser without the parts that only training needs: half the time for the same arcs.

Two things are different from `nlp.pipe`. The vector of a word before its neighbours are looked at depends on the word
alone: it is kept. And the layers that look at the neighbours run in place. Both give the same numbers bit for bit,
because the matrix product of BLIS computes each row by itself, however many there are.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol, cast

import numpy as np
import numpy.typing as npt

MAX_KEPT = 20_000  # words: 8 MB
EMBEDDING = ("extract_features", "list2ragged", "with_array", "with_array", "ragged2list")
ENCODING = "residual(expand_window>>maxout>>layernorm>>dropout)"
Floats = npt.NDArray[np.float32]


class Tagger(Protocol):
    """Sets tags, heads and relations of docs, each of which is one sentence."""

    def __call__(self, docs: Sequence[Any]) -> None: ...


def tagger(nlp: Any) -> Tagger:
    """The fast one if the pipeline is built as expected, else the pipeline itself."""
    model = nlp.get_pipe("tok2vec").model if list(nlp.pipe_names) == ["tok2vec", "tagger", "parser"] else None
    return Fast(nlp, model) if model is not None and _as_expected(model) else Slow(nlp)


def _as_expected(model: Any) -> bool:
    """Words by their hashed features, then convolutions of width 3: spaCy's small English pipeline and its like."""
    if len(model.layers) != 2:
        return False
    embedding, encoding = model.layers
    names = tuple(layer.name.split("(")[0] for layer in embedding.layers)
    parts = [part.name for part in encoding.layers[0].layers]
    return names == EMBEDDING and encoding.attrs.get("pad") == len(parts) and set(parts) == {ENCODING}


@dataclass(frozen=True)
class Slow:
    nlp: Any

    def __call__(self, docs: Sequence[Any]) -> None:
        for _ in self.nlp.pipe(docs, batch_size=64):
            pass


class Fast:
    def __init__(self, nlp: Any, model: Any) -> None:
        embedding, encoding = model.layers
        self._words = _Words(embedding)
        self._layers = [_Layer.of(part.layers[0]) for part in encoding.layers[0].layers]
        self._ops = model.ops
        self._pad = encoding.attrs["pad"]
        self._steps = [nlp.get_pipe(name) for name in ("tagger", "parser")]

    def __call__(self, docs: Sequence[Any]) -> None:
        if not docs:
            return
        for doc, vectors in zip(docs, self._vectors(docs), strict=True):
            doc.tensor = vectors
        for step in self._steps:
            step.set_annotations(docs, step.predict(docs))

    def _vectors(self, docs: Sequence[Any]) -> Iterator[Floats]:
        """One array of (words, width) a doc: all in one table with empty rows around each."""
        sizes = [len(doc) for doc in docs]
        found = self._words(docs)
        table = np.zeros((len(found) + self._pad * (len(docs) + 1), found.shape[1]), dtype=np.float32)
        at = np.cumsum([0, *sizes[:-1]]) + self._pad * np.arange(1, len(docs) + 1)
        rows = np.repeat(at - np.cumsum([0, *sizes[:-1]]), sizes) + np.arange(len(found))
        table[rows] = found
        for layer in self._layers:
            table += layer(self._ops, table)
        for first, size in zip(at, sizes, strict=True):
            yield table[first : first + size]


class _Words:
    """The vector of each word by itself, kept for the words of former texts."""

    def __init__(self, embedding: Any) -> None:
        extract, _, hashed, mixed, _ = embedding.layers
        self._columns = extract.attrs["columns"]
        self._layers = hashed.layers[0], mixed.layers[0]
        self._width = mixed.layers[0].get_dim("nO")
        self._forget()

    def _embed(self, features: npt.NDArray[np.uint64]) -> Floats:
        hashed, mixed = self._layers
        return cast(Floats, mixed.predict(hashed.predict(features)))

    def _forget(self) -> None:
        self._row_of: dict[bytes, int] = {}
        self._kept = np.empty((MAX_KEPT, self._width), dtype=np.float32)

    def __call__(self, docs: Sequence[Any]) -> Floats:
        features = np.concatenate([doc.to_array(self._columns) for doc in docs])
        keys = [row.tobytes() for row in features]
        if len(self._row_of) + len(keys) > MAX_KEPT:
            self._forget()
        if len(keys) > MAX_KEPT:
            return self._embed(features)
        new = {key: at for at, key in enumerate(keys) if key not in self._row_of}
        if new:
            first = len(self._row_of)
            self._kept[first : first + len(new)] = self._embed(features[list(new.values())])
            self._row_of.update(zip(new, range(first, first + len(new)), strict=True))
        return self._kept[[self._row_of[key] for key in keys]]


class _Layer(NamedTuple):
    """Three words in, one vector out: the best of some products, set to mean 0 and variance 1."""

    weights: Floats
    bias: Floats
    pieces: int
    gain: Floats
    shift: Floats

    @classmethod
    def of(cls, layer: Any) -> "_Layer":
        maxout, norm = layer.layers[1].layers[0].layers
        width, pieces, columns = maxout.get_param("W").shape
        weights = maxout.get_param("W").transpose(1, 0, 2).reshape(pieces * width, columns)
        bias = maxout.get_param("b").T.reshape(pieces * width)
        return cls(np.ascontiguousarray(weights), bias.copy(), pieces, norm.get_param("G"), norm.get_param("b"))

    def __call__(self, ops: Any, table: Floats) -> Floats:
        product: Floats = ops.gemm(ops.seq2col(table, 1), self.weights, trans2=True)
        product += self.bias
        parts = np.split(product, self.pieces, axis=1)
        best = np.maximum(parts[0], parts[1])
        for part in parts[2:]:
            np.maximum(best, part, out=best)
        best -= best.mean(axis=1, keepdims=True)
        variance = np.square(best).mean(axis=1, keepdims=True) + np.float32(1e-8)
        best *= variance**-0.5
        best *= self.gain
        best += self.shift
        return best
