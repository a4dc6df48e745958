"""Progress of long work, on standard error, only where somebody looks; gone when the work is done."""

import sys
from types import TracebackType

WIDTH = 24
CLEAR = "\r\x1b[K"


class Progress:
    """A line that is written over. `total` may be set anew."""

    def __init__(self, what: str, total: int = 0) -> None:
        self._shown = sys.stderr.isatty()
        self._what = what
        self.total = total

    def __enter__(self) -> "Progress":
        self.reached(0)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._write(CLEAR)

    def reached(self, done: int, what: str | None = None) -> None:
        """So many of the total are done."""
        self._what = what or self._what
        if self.total:
            full = WIDTH * min(done, self.total) // self.total
            bar = "█" * full + "░" * (WIDTH - full)
            self._write(f"{CLEAR}{bar} {done} of {self.total}  {self._what}")

    def _write(self, text: str) -> None:
        if self._shown:
            sys.stderr.write(text)
            sys.stderr.flush()
