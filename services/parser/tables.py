"""Reading the data files: tab-separated columns, `;` between values of one cell, `#` comments, UTF-8."""

from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

DATA = Path(__file__).parent / "data"


def rows(name: str, columns: int) -> Iterator[tuple[str, ...]]:
    """The lines of a data file, padded to `columns` cells. Raises ValueError on a longer line, naming it."""
    for number, line in enumerate((DATA / name).read_text("utf-8").splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        cells = [cell.strip() for cell in line.split("\t")]
        if len(cells) > columns:
            raise ValueError(f"{name}:{number}: {len(cells)} columns, expected {columns}")
        yield (*cells, *[""] * (columns - len(cells)))


def values(cell: str) -> tuple[str, ...]:
    """The values of one cell."""
    return tuple(part.strip() for part in cell.split(";") if part.strip())


@cache
def _word_sets() -> Mapping[str, frozenset[str]]:
    return {name: frozenset(words.split()) for name, words in rows("word_sets.tsv", 2)}


def word_set(name: str) -> frozenset[str]:
    """A set of words of data/word_sets.tsv. Raises KeyError for a name that is not there."""
    return _word_sets()[name]
