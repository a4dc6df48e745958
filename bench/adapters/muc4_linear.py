"""Linear classifiers over named features: scores in plain numpy, weights from a small JSON file."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Linear:
    """Multinomial logistic regression. `weights`: one row a feature, one column a class."""

    classes: tuple[str, ...]
    rows: Mapping[str, int]
    weights: Floats

    def scores(self, features: Iterable[str]) -> Floats:
        """Probabilities of the classes; features that were never seen say nothing."""
        known = sorted({self.rows[name] for name in features if name in self.rows})
        raw = self.weights[known].sum(axis=0) if known else np.zeros(len(self.classes))
        grown: Floats = np.exp(raw - raw.max())
        shares: Floats = grown / grown.sum()
        return shares

    def probabilities(self, features: Iterable[str]) -> dict[str, float]:
        return dict(zip(self.classes, map(float, self.scores(features)), strict=True))

    def best(self, features: Iterable[str]) -> str:
        return self.classes[int(self.scores(features).argmax())]

    def dump(self) -> dict[str, Any]:
        """Weights in hundredths; rows that are all zero are left out."""
        hundredths = np.rint(self.weights * 100).astype(int)
        return {
            "classes": list(self.classes),
            "weights": {name: hundredths[i].tolist() for name, i in sorted(self.rows.items()) if hundredths[i].any()},
        }


def loaded(raw: Mapping[str, Any]) -> Linear:
    """What `dump` wrote."""
    names: Sequence[str] = sorted(raw["weights"])
    weights = np.array([raw["weights"][name] for name in names], dtype=np.float64).reshape(len(names), -1) / 100
    return Linear(tuple(raw["classes"]), {name: i for i, name in enumerate(names)}, weights)
