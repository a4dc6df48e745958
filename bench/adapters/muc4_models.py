"""The classifiers of the MUC-4 adapter: one file, one model a question (`bench/train_muc4.py` writes it)."""

import gzip
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from bench.adapters.muc4_linear import Linear, loaded

FILE = Path(__file__).with_name("muc4_models.json.gz")
QUESTIONS = (
    "line", "pair", "role", "entity", "human_type", "human_effect", "thing_type", "thing_effect", "means_type",
    "confidence", "category", "stage", "unnamed_means", "worth",
)  # fmt: skip


@dataclass(frozen=True)
class Models:
    """`line`: which type a sentence tells; `pair`: whether two tell one incident; `role`: which slot a phrase fills;
    `entity`: whether what several phrases mean does, beside the others;
    `worth`: whether a template is one that a key would have; the others: values of closed slots."""

    by_name: Mapping[str, Linear]

    def __getitem__(self, name: str) -> Linear:
        return self.by_name[name]


def read_models(path: Path = FILE) -> Models:
    """Raises OSError if the file is not there."""
    with gzip.open(path, "rt", encoding="utf-8") as file:
        raw = json.load(file)
    return Models({name: loaded(part) for name, part in raw.items()})


def write_models(models: Mapping[str, Linear], path: Path = FILE) -> None:
    """The same bytes for the same weights."""
    text = json.dumps({name: model.dump() for name, model in models.items()}, separators=(",", ":"), sort_keys=True)
    path.write_bytes(gzip.compress(text.encode(), 9, mtime=0))
