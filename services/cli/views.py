"""What the commands that show something ask of whoever keeps the views."""

from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Protocol

from schemas.change import Change
from schemas.events import IncidentEvent
from schemas.incident import Incident
from services.cli.explain import Explanation


class Views(Protocol):
    """Reads only. `said_until` = the said clock, `known_at` = the recorded clock; None = now."""

    def all(self) -> Iterable[Incident]:
        """The current views, merged incidents too, in any order."""
        ...

    def get(self, incident: str) -> Incident | None:
        """The current view of an id."""
        ...

    def at(self, incident: str, said_until: datetime | None, known_at: datetime | None) -> Incident | None:
        """The view of what had been said by `said_until`, as this desk knew it at `known_at`; None: nothing yet."""
        ...

    def explain(
        self, incident: str, fact: str, said_until: datetime | None, known_at: datetime | None
    ) -> Explanation | None:
        """The fact of that view (by its full id) and what would change it; None where the view has no such fact."""
        ...

    def events(self, incident: str) -> Sequence[IncidentEvent]:
        """Those that the view is folded from, in the order of their seq."""
        ...

    def changes(self) -> AsyncIterator[Change]:
        """The changes from now on, without end."""
        ...


OpenViews = Callable[[], AbstractContextManager[Views]]
"""Opens the views for one command and closes them again. Raises Unavailable where there is nothing to read."""
