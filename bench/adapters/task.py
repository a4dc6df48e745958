"""What an adapter is asked for."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Task:
    """`data` is a folder laid out as the scorer expects it; `parts` of it (dev, train, test, tst1 …; empty = the
    scorer's default), `set` for a data set that has several, `status` = where to write a second file (gva)."""

    data: Path
    parts: tuple[str, ...] = ()
    set: str | None = None
    status: Path | None = None
