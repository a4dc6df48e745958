"""Training of the adapters' classifiers: full-batch logistic regression in numpy, the same weights on every run."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bench.adapters.muc4_linear import Linear

Floats32 = NDArray[np.float32]
STEPS, RATE = 100, 0.1


def fit(
    examples: Sequence[tuple[Sequence[str], str]],
    *,
    least: int = 3,
    decay: float = 2.0,
    steps: int = STEPS,
) -> Linear:
    """`examples`: features and class. A feature needs `least` examples; `decay` pulls weights to zero.
    All examples must share one feature ("bias")."""
    seen = Counter(name for features, _ in examples for name in set(features))
    rows = {name: i for i, name in enumerate(sorted(n for n, count in seen.items() if count >= least))}
    classes = tuple(sorted({label for _, label in examples}))
    at = {label: i for i, label in enumerate(classes)}
    flat = [sorted({rows[name] for name in features if name in rows}) for features, _ in examples]
    gold = np.zeros((len(examples), len(classes)), dtype=np.float32)
    gold[np.arange(len(examples)), [at[label] for _, label in examples]] = 1
    return Linear(classes, rows, _descend(_Table.of(flat, len(rows)), gold, decay, steps).astype(np.float64))


@dataclass(frozen=True)
class _Table:
    """Which example has which features, once in the order of the examples and once in that of the features."""

    features: NDArray[np.int32]
    examples: NDArray[np.int32]
    by_example: NDArray[np.int64]
    by_feature: NDArray[np.int64]

    @classmethod
    def of(cls, flat: Sequence[Sequence[int]], width: int) -> "_Table":
        """Every example must have a feature and every feature an example: see `fit`."""
        sizes = np.array([len(line) for line in flat])
        columns = np.array([i for line in flat for i in line], dtype=np.int32)
        lines = np.repeat(np.arange(len(flat), dtype=np.int32), sizes)
        order = np.argsort(columns, kind="stable")
        return cls(columns, lines[order], _starts(sizes), _starts(np.bincount(columns, minlength=width)))

    def scores(self, weights: Floats32) -> Floats32:
        return np.add.reduceat(weights[self.features], self.by_example, axis=0)

    def slopes(self, wrong: Floats32) -> Floats32:
        return np.add.reduceat(wrong[self.examples], self.by_feature, axis=0)


def _starts(sizes: NDArray[np.int64]) -> NDArray[np.int64]:
    return np.concatenate([[0], np.cumsum(sizes)[:-1]]).astype(np.int64)


def _descend(table: _Table, gold: Floats32, decay: float, steps: int) -> Floats32:
    """Adam on the summed loss, with a rate that falls to zero."""
    weights: Floats32 = np.zeros((len(table.by_feature), gold.shape[1]), dtype=np.float32)
    first: Floats32 = np.zeros_like(weights)
    second: Floats32 = np.zeros_like(weights)
    for step in range(1, steps + 1):
        slope = table.slopes(_softmax(table.scores(weights)) - gold) + decay * weights
        first = (0.9 * first + 0.1 * slope).astype(np.float32)
        second = (0.99 * second + 0.01 * slope**2).astype(np.float32)
        rate = RATE * (1 - step / (steps + 1))
        weights -= rate * (first / (1 - 0.9**step)) / (np.sqrt(second / (1 - 0.99**step)) + 1e-8)
    return weights


def _softmax(raw: Floats32) -> Floats32:
    grown: Floats32 = np.exp(raw - raw.max(axis=1, keepdims=True))
    shares: Floats32 = grown / grown.sum(axis=1, keepdims=True)
    return shares
