"""Training of the adapters' classifiers: full-batch logistic regression in numpy, the same weights on every run."""

from collections import Counter
from collections.abc import Sequence

import numpy as np

from bench.adapters.muc4_linear import Floats, Linear

STEPS, RATE = 150, 0.1


def fit(
    examples: Sequence[tuple[Sequence[str], str]],
    *,
    least: int = 3,
    decay: float = 2.0,
    weights: Sequence[float] | None = None,
    steps: int = STEPS,
) -> Linear:
    """`examples`: features and class. A feature needs `least` examples; `decay` pulls weights to zero."""
    seen = Counter(name for features, _ in examples for name in set(features))
    rows = {name: i for i, name in enumerate(sorted(n for n, count in seen.items() if count >= least))}
    classes = tuple(sorted({label for _, label in examples}))
    at = {label: i for i, label in enumerate(classes)}
    flat = [sorted({rows[name] for name in features if name in rows}) for features, _ in examples]
    columns = np.array([i for line in flat for i in line], dtype=np.int64)
    lines = np.repeat(np.arange(len(flat)), [len(line) for line in flat])
    gold = np.zeros((len(examples), len(classes)))
    gold[np.arange(len(examples)), [at[label] for _, label in examples]] = 1
    each = np.ones(len(examples)) if weights is None else np.asarray(weights, dtype=np.float64)
    return Linear(classes, rows, _descend(columns, lines, gold, each, len(rows), decay, steps))


def _descend(
    columns: np.ndarray, lines: np.ndarray, gold: Floats, each: Floats, width: int, decay: float, steps: int
) -> Floats:  # fmt: skip
    """Adam on the summed loss."""
    count, kinds = gold.shape
    weights = np.zeros((width, kinds))
    first, second = np.zeros_like(weights), np.zeros_like(weights)
    for step in range(1, steps + 1):
        wrong = (_softmax(_spread(weights[columns], lines, count)) - gold) * each[:, None]
        slope = _spread(wrong[lines], columns, width) + decay * weights
        first = 0.9 * first + 0.1 * slope
        second = 0.99 * second + 0.01 * slope**2
        rate = RATE * (1 - step / (steps + 1))
        weights -= rate * (first / (1 - 0.9**step)) / (np.sqrt(second / (1 - 0.99**step)) + 1e-8)
    return weights


def _spread(values: Floats, target: np.ndarray, size: int) -> Floats:
    return np.stack([np.bincount(target, values[:, k], size) for k in range(values.shape[1])], axis=1)


def _softmax(raw: Floats) -> Floats:
    grown: Floats = np.exp(raw - raw.max(axis=1, keepdims=True))
    return grown / grown.sum(axis=1, keepdims=True)
