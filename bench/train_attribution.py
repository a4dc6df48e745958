"""Learns who says what from annotated texts, and writes services/parser/data/attribution.npz.

python -m bench.train_attribution --data DIR [--out FILE]; DIR holds text/ and attributions/ as PolNeAR's parts do.
The same data give the same file. Weights of rare features are left out; what is kept fits a byte each.
"""

import argparse
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from bench.adapters.polnear_gold import Gold, annotators
from bench.adapters.polnear_texts import Text, texts
from services.parser import cue_rows, reach_rows, role_rows
from services.parser.learned import NAME, word
from services.parser.marked import Marked
from services.parser.parse import load
from services.parser.patterns import Buckets, Patterns
from services.parser.tables import DATA

Floats = npt.NDArray[np.float32]
CUE_SIZE, ROLE_SIZE, REACH_SIZE, IDLE_BYTES = 1 << 18, 1 << 17, 1 << 14, 1 << 13
BATCH, RATE, SEED = 1024, 0.1, 7
MOVES, LEAST = 0.3, (-0.7, -0.3)
"""How much the order of roles counts; least log-odds of a cue and of words that go on: best on texts held out."""
SEEN, SELDOM = 4, 0.004
"""A word seen so often that headed a cue in less than this share is not looked at."""


@dataclass(frozen=True, slots=True)
class Examples:
    """Features and label of each decision; features seen less than `least` times count for nothing."""

    buckets: Buckets
    labels: npt.NDArray[np.int64]
    size: int
    labels_count: int
    least: int


def fit(given: Examples, epochs: int, decay: float, dropped: float) -> Floats:
    """Softmax regression by AdaGrad, averaged over the second half of the epochs: (size, labels). A share of the
    features is `dropped` from each example, another one each time, so that many learn what one could tell."""
    order = np.random.default_rng(SEED)
    shape = given.size, given.labels_count
    weights, squares, mean = (np.full(shape, start, dtype=np.float32) for start in (0.0, 1e-4, 0.0))
    kept = (np.bincount(given.buckets.ravel(), minlength=given.size) >= given.least)[:, None]
    half = epochs // 2
    for epoch in range(epochs):
        shuffled = order.permutation(len(given.labels))
        for start in range(0, len(shuffled), BATCH):
            chosen = shuffled[start : start + BATCH]
            buckets = given.buckets[chosen]
            shown = (order.random(buckets.shape, dtype=np.float32) >= dropped).astype(np.float32) / (1 - dropped)
            slope = _slope(weights, buckets, shown, given.labels[chosen]) * kept + decay * len(chosen) * weights
            squares += slope * slope
            weights -= RATE * slope / np.sqrt(squares)
        if epoch >= half:
            mean += weights / (epochs - half)
        print(f"epoch {epoch + 1} of {epochs}", file=sys.stderr)
    return mean


def _slope(weights: Floats, buckets: Buckets, shown: Floats, labels: npt.NDArray[np.int64]) -> Floats:
    raw = np.einsum("rpk,rp->rk", weights[buckets], shown)
    raw -= raw.max(axis=1, keepdims=True)
    share = np.exp(raw)
    share /= share.sum(axis=1, keepdims=True)
    share[np.arange(len(labels)), labels] -= 1
    flat = buckets.ravel()
    sums = [
        np.bincount(flat, weights=(share[:, k : k + 1] * shown).ravel(), minlength=len(weights))
        for k in range(share.shape[1])
    ]
    return np.stack(sums, axis=1).astype(np.float32)


def cue_examples(known: Sequence[tuple[Text, list[Gold]]], idle: "Idle") -> Examples:
    buckets, labels = [], []
    for text, golds in known:
        heads = {gold.head for gold in golds}
        places = [
            (at, t.i) for at, m in enumerate(text.sentences) for t in m.tokens
            if (cue_rows.possible(t) and idle.looks_at(m, t.i)) or (at, t.i) in heads
        ]  # fmt: skip
        buckets.append(
            _buckets(cue_rows.PATTERNS, [cue_rows.cue_row(text.sentences[at], i) for at, i in places], CUE_SIZE)
        )
        labels += [int(place in heads) for place in places]
    return Examples(np.concatenate(buckets), np.array(labels), CUE_SIZE, 2, 3)


def role_examples(known: Sequence[tuple[Text, list[Gold]]]) -> tuple[Examples, Floats]:
    """With the weighted log-probabilities of a role behind a role."""
    buckets, labels = [], []
    moves = np.ones((4, 4))
    for text, golds in known:
        rows: list[list[int]] = []
        for gold in golds:
            at, i = gold.head
            rows += role_rows.role_rows(text.sentences[at], i)
            roles = [_role(gold, (at, j)) for j in range(len(text.sentences[at]))]
            labels += roles
            np.add.at(moves, (roles[:-1], roles[1:]), 1)
        buckets.append(_buckets(role_rows.PATTERNS, rows, ROLE_SIZE))
    shares = np.log(moves / moves.sum(axis=1, keepdims=True)).astype(np.float32)
    return Examples(np.concatenate(buckets), np.array(labels), ROLE_SIZE, 4, 5), MOVES * shares


def _role(gold: Gold, place: tuple[int, int]) -> int:
    if place in gold.cue:
        return role_rows.CUE
    if place in gold.source:
        return role_rows.SOURCE
    return role_rows.CONTENT if place in gold.content else role_rows.OTHER


def reach_examples(known: Sequence[tuple[Text, list[Gold]]]) -> Examples:
    rows: list[list[int]] = []
    labels: list[int] = []
    for text, golds in known:
        cues: list[set[int]] = [set() for _ in text.sentences]
        for gold in golds:
            cues[gold.head[0]].add(gold.head[1])
        for gold in golds:
            for row, goes_on in _steps(text.sentences, cues, gold, golds):
                rows.append(row)
                labels.append(int(goes_on))
    return Examples(_buckets(reach_rows.PATTERNS, rows, REACH_SIZE), np.array(labels), REACH_SIZE, 2, 3)


def _steps(
    sentences: Sequence[Marked], cues: Sequence[set[int]], gold: Gold, golds: Sequence[Gold]
) -> Iterator[tuple[list[int], bool]]:
    """Both ways from the cue, up to the first sentence in which the words do not go on."""
    at, i = gold.head
    if not gold.content:
        return
    depth = sum(gold.head in other.content for other in golds if other is not gold)
    told = reach_rows.Told(at, i, frozenset(j for n, j in gold.content if n == at), depth)
    inside = Counter(n for n, _ in gold.content)
    for way in (1, -1):
        for step in range(way, way * reach_rows.MOST, way):
            if not 0 <= at + step < len(sentences):
                break
            row = reach_rows.reach_row(sentences, cues, told, step)
            if row is None:
                break
            here = sentences[at + step]
            quoted = sum(q > 0 for q in here.quote)
            goes_on = 2 * inside[at + step] > len(here) or (quoted > 0 and inside[at + step] >= 0.6 * quoted)
            yield row, goes_on
            if not goes_on:
                break


def _buckets(patterns: Patterns, rows: Sequence[Sequence[int]], size: int) -> Buckets:
    return patterns.buckets(rows, size).astype(np.int32)


@dataclass(frozen=True, slots=True)
class Idle:
    """Words that hardly ever head a cue, as bits."""

    bits: npt.NDArray[np.uint8]

    def looks_at(self, m: Marked, i: int) -> bool:
        bit = word(m, i) % (8 * len(self.bits))
        return not self.bits[bit >> 3] >> (bit & 7) & 1


def idle(known: Sequence[tuple[Text, list[Gold]]]) -> Idle:
    seen: Counter[int] = Counter()
    headed: Counter[int] = Counter()
    for text, golds in known:
        heads = {gold.head for gold in golds}
        for at, m in enumerate(text.sentences):
            for t in m.tokens:
                if cue_rows.possible(t):
                    bit = word(m, t.i) % (8 * IDLE_BYTES)
                    seen[bit] += 1
                    headed[bit] += (at, t.i) in heads
    bits = np.zeros(IDLE_BYTES, dtype=np.uint8)
    for bit, count in seen.items():
        if count >= SEEN and headed[bit] < SELDOM * count:
            bits[bit >> 3] |= 1 << (bit & 7)
    return Idle(bits)


def bytewise(weights: Floats) -> tuple[npt.NDArray[np.int8], np.float32]:
    """Rounded to a byte each, with the scale that brings them back."""
    scale = np.float32(np.quantile(np.abs(weights[weights != 0]), 0.9995) / 127)
    return np.clip(np.rint(weights / scale), -127, 127).astype(np.int8), scale


def train(known: Sequence[tuple[Text, list[Gold]]]) -> dict[str, Any]:
    """All tables of the file."""
    unseen = idle(known)
    roles, moves = role_examples(known)
    cue = fit(cue_examples(known, unseen), 8, 6e-5, 0.5)
    role, reach = fit(roles, 4, 1e-5, 0.0), fit(reach_examples(known), 6, 1e-4, 0.0)
    tables: dict[str, Any] = {"moves": moves, "idle": unseen.bits, "least": np.array(LEAST, dtype=np.float32)}
    for name, weights in (("cue", cue[:, 1] - cue[:, 0]), ("role", role), ("reach", reach[:, 1] - reach[:, 0])):
        tables[name], tables[f"{name}_scale"] = bytewise(weights)
    return tables


def read(folder: Path) -> list[tuple[Text, list[Gold]]]:
    """Texts with their annotation; where several people annotated one, the first counts."""
    parser = load()
    return [(text, next(annotators(folder, text))) for text in texts(folder, parser)]


def main(argv: Sequence[str] | None = None) -> int:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    arguments.add_argument("--data", type=Path, required=True, help="folder with text/ and attributions/")
    arguments.add_argument("--out", type=Path, default=DATA / NAME)
    asked = arguments.parse_args(argv)
    tables = train(read(asked.data))
    np.savez_compressed(asked.out, **tables)
    print(f"{asked.out}: {asked.out.stat().st_size} bytes")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
