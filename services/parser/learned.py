"""The weights behind the attributions, as data/attribution.npz holds them. bench/train_attribution.py makes the file.

    cue      (size) int8        log-odds that a word heads a cue, times `cue_scale`
    role     (size, 4) int8     what a token is for a cue: nothing, speaker, cue, content; times `role_scale`
    reach    (size) int8        log-odds that the words go on in the next sentence, times `reach_scale`
    moves    (4, 4) float32     weighted log-probability of a role behind a role, from one token to the next
    idle     (bytes) uint8      bits of words that are so seldom cues that they are not looked at
    least    (2) float32        least log-odds of a cue, and of a sentence that goes on

All tables but `moves` and `least` are looked up by hashes of features (patterns.py): they hold no words.
"""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from services.parser.marked import Marked, key
from services.parser.patterns import Buckets
from services.parser.tables import DATA

NAME = "attribution.npz"
Floats = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Linear:
    """A score a label: the sum of the weights of all features of a row."""

    weights: npt.NDArray[np.int8]
    scale: float

    @property
    def size(self) -> int:
        return len(self.weights)

    def scores(self, buckets: Buckets) -> Floats:
        """(rows, patterns) -> (rows, labels), or (rows) where there is one label."""
        summed = self.weights[buckets].sum(axis=1, dtype=np.int32)
        scores: Floats = summed.astype(np.float32) * np.float32(self.scale)
        return scores


@dataclass(frozen=True, slots=True)
class Learned:
    """All that attributions are decided by."""

    cue: Linear
    role: Linear
    reach: Linear
    moves: Floats
    idle: bytes
    least_cue: float
    least_reach: float

    def looks_at(self, m: Marked, i: int) -> bool:
        """Whether a word may head a cue: training saw it do so, or hardly saw it at all."""
        bit = word(m, i) % (8 * len(self.idle))
        return not self.idle[bit >> 3] >> (bit & 7) & 1


def word(m: Marked, i: int) -> int:
    """A number for a word with its part of speech, as `idle` counts them."""
    return key(f"{m.tokens[i].tag[:2]} {m.stems[i]}")


@cache
def load_learned(path: Path = DATA / NAME) -> Learned:
    """Raises OSError where the file is missing, KeyError where a table is."""
    with np.load(path, allow_pickle=False) as file:
        return learned({name: file[name] for name in file.files})


def learned(tables: dict[str, npt.NDArray[Any]]) -> Learned:
    return Learned(
        cue=Linear(tables["cue"], float(tables["cue_scale"])),
        role=Linear(tables["role"], float(tables["role_scale"])),
        reach=Linear(tables["reach"], float(tables["reach_scale"])),
        moves=tables["moves"].astype(np.float32), idle=tables["idle"].tobytes(),
        least_cue=float(tables["least"][0]), least_reach=float(tables["least"][1]),
    )  # fmt: skip
