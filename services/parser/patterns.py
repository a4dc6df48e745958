"""Features of a row of numbers: chosen columns hashed together, for all rows at once.

A row says what is known of one decision, a number a column (0 = there is none). A pattern is a name and the columns
that it looks at together; patterns of one name share their weights (the children of a verb, wherever they stand).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from zlib import crc32

import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[np.uint64]
Buckets = npt.NDArray[np.int64]
_SPREAD = np.uint64(0x9E3779B97F4A7C15)
_SHIFT = np.uint64(29)


@dataclass(frozen=True, slots=True)
class Patterns:
    """`seeds`: (patterns); `columns`: (patterns, longest), padded with a column of zeros at the end of the row."""

    width: int
    seeds: Numbers
    columns: npt.NDArray[np.int64]

    def buckets(self, rows: Sequence[Sequence[int]], size: int) -> Buckets:
        """(rows, patterns) numbers below `size`, a power of two."""
        table = np.zeros((len(rows), self.width + 1), dtype=np.uint64)
        if rows:
            table[:, : self.width] = rows
        x = np.broadcast_to(self.seeds, (len(rows), len(self.seeds))).copy()
        for at in range(self.columns.shape[1]):
            x = (x ^ table[:, self.columns[:, at]]) * _SPREAD
            x ^= x >> _SHIFT
        return (x & np.uint64(size - 1)).astype(np.int64)


def patterns(columns: Sequence[str], wanted: Sequence[str]) -> Patterns:
    """`columns` names the columns of a row. A pattern is "a b c", or "name: a b c" where a name is shared.
    Raises ValueError for a column that is not there."""
    place = {name: at for at, name in enumerate(columns)}
    seeds, chosen = [], []
    for text in wanted:
        name, _, rest = text.rpartition(": ")
        missing = [c for c in rest.split() if c not in place]
        if missing:
            raise ValueError(f"pattern {text!r}: no column {missing[0]}")
        seeds.append(crc32((name or rest).encode()))
        chosen.append([place[c] for c in rest.split()])
    longest = max(map(len, chosen))
    padded = [c + [len(columns)] * (longest - len(c)) for c in chosen]
    return Patterns(len(columns), np.array(seeds, dtype=np.uint64), np.array(padded, dtype=np.int64))
