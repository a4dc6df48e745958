"""When our own code fails too often, the process stops instead of draining the topic into the dead letters."""

from collections import deque

from services.runtime.exits import Bug

IN_A_ROW = 20
LAST = 1000
SHARE = 0.1


class Flood:
    """Counts what our code did with each record. What nobody could decode is neither: do not count it."""

    def __init__(self, in_a_row: int = IN_A_ROW, share: float = SHARE, last: int = LAST) -> None:
        self._in_a_row = in_a_row
        self._limit = share * last
        self._last: deque[bool] = deque(maxlen=last)
        self._row = 0

    def passed(self) -> None:
        self._row = 0
        self._last.append(False)

    def failed(self, error: str) -> None:
        """Raises Bug at the limit, with the last error."""
        self._row += 1
        self._last.append(True)
        if self._row >= self._in_a_row or sum(self._last) > self._limit:
            raise Bug(f"too many failures of our own code ({self._row} in a row); the last: {error}")
