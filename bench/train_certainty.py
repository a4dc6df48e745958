"""The weights of services/parser/factuality.py from annotated sentences: logistic steps, full batches, no randomness.

python -m bench.train_certainty --data DIR [--set UW|MEANTIME] [--out FILE]    DIR is laid out like the factuality data
"""

import argparse
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from bench.adapters.factuality_texts import annotated, scenes_of
from services.parser.certainty import modality
from services.parser.factuality import DATA, UNIT, features
from services.parser.parse import Parser, load

STEPS = (-1.5, -0.1, 0.7, 1.5, 2.3, 2.9)
SEEN = 3  # a feature of fewer events is not learnt
DECAY = 7e-4
ROUNDS = 250
RATE = 0.05
LEAST = 3  # hundredths; a row without a larger weight is left out
HEAD = """\
# Weights of how certain an event is (services/parser/factuality.py). Made by bench/train_certainty.py; do not edit.
# steps: scores that an event may lie above; values: the mean score between two steps; then a feature a line with its
# weight for each step, in hundredths. The feature without a name is always there.
"""
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Events:
    """One row an event: the features that are learnt (by number) and the score in gold."""

    rows: npt.NDArray[np.int64]
    columns: npt.NDArray[np.int64]
    scores: Floats


def read(parser: Parser, paths: Sequence[Path]) -> Iterator[tuple[list[str], float]]:
    """Features and gold of every event, in the order of the files."""
    for path in paths:
        texts = list(annotated(path))
        for text, scene in zip(texts, scenes_of(parser, texts), strict=True):
            for at, score in text.events:
                token = scene.sentence.tokens[at]
                yield features(scene, token, modality(scene, token, frozenset(), None)), score


def vocabulary(events: Sequence[tuple[list[str], float]]) -> dict[str, int]:
    """Features seen often enough, numbered in order of the alphabet."""
    seen = Counter(feature for found, _ in events for feature in found)
    return {feature: i for i, feature in enumerate(sorted(f for f, n in seen.items() if n >= SEEN))}


def numbered(events: Sequence[tuple[list[str], float]], known: dict[str, int]) -> Events:
    pairs = [(row, known[f]) for row, (found, _) in enumerate(events) for f in found if f in known]
    rows, columns = np.array(pairs, dtype=np.int64).T
    return Events(rows, columns, np.array([score for _, score in events]))


def fit(events: Events, width: int, step: float) -> tuple[Floats, float]:
    """Weights and bias of "the score lies above this step": Adam on all events at once, with decay."""
    above = (events.scores > step).astype(float)
    weights, size = np.zeros(width + 1), len(events.scores)
    first, second = np.zeros(width + 1), np.zeros(width + 1)
    for t in range(1, ROUNDS + 1):
        sums = np.bincount(events.rows, weights[events.columns], size) + weights[-1]
        off = 1 / (1 + np.exp(-sums)) - above
        slope = np.bincount(events.columns, off[events.rows], width) / size + DECAY * weights[:-1]
        slope = np.append(slope, off.mean())
        first = 0.9 * first + 0.1 * slope
        second = 0.999 * second + 0.001 * slope * slope
        rate = RATE * (1 - t / (ROUNDS + 1))
        weights -= rate * (first / (1 - 0.9**t)) / (np.sqrt(second / (1 - 0.999**t)) + 1e-8)
    return weights[:-1], float(weights[-1])


def values(scores: Floats) -> list[float]:
    """The mean of the scores between two steps; the middle of the two where there is none."""
    found = []
    for low, high in pairwise((-3.1, *STEPS, 3.1)):
        inside = scores[(scores > low) & (scores <= high)]
        found.append(round(float(inside.mean()) if len(inside) else (low + high) / 2, 3))
    return found


def lines(events: Events, known: dict[str, int]) -> Iterator[str]:
    """The data file, a line at a time."""
    fitted = [fit(events, len(known), step) for step in STEPS]
    yield "\t".join(["steps", *map(str, STEPS)])
    yield "\t".join(["values", *map(str, values(events.scores))])
    yield _row("", [bias for _, bias in fitted])
    for feature, i in known.items():
        row = [weights[i] for weights, _ in fitted]
        if max(map(abs, row)) * UNIT >= LEAST:
            yield _row(feature, row)


def _row(feature: str, row: Sequence[Any]) -> str:
    return "\t".join([feature, *(str(round(float(weight) * UNIT)) for weight in row)])


def main(argv: Sequence[str] | None = None) -> int:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    arguments.add_argument("--data", type=Path, required=True)
    arguments.add_argument("--set", action="append", help="UW or MEANTIME; both if not given")
    arguments.add_argument("--out", type=Path, default=DATA)
    asked = arguments.parse_args(argv)
    found = list(read(load(), [asked.data / name / "train.jsonl" for name in asked.set or ["UW", "MEANTIME"]]))
    known = vocabulary(found)
    text = "\n".join(lines(numbered(found, known), known))
    asked.out.write_text(f"{HEAD}{text}\n", encoding="utf-8")
    print(f"{len(found)} events, {len(known)} features, {text.count(chr(10)) - 2} of them written to {asked.out.name}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
