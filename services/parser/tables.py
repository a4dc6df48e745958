"""Reading the data files: tab-separated columns, `;` between values of one cell, `#` comments, UTF-8."""

from collections.abc import Iterator
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
