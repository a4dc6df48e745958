"""What of a view must not depend on the order in which reports arrive (contracts: equal but for ids and since)."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from schemas.incident import Incident

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def comparable(view: Incident) -> dict[str, Any]:
    """Facts without `since`, heads, control, measures, actors, sides, area; rows without the order of `previous`."""
    facts = tuple(replace(fact, since=EPOCH) for fact in view.facts)
    return {
        "facts": facts, "casualties": view.casualties, "control": view.control, "measures": view.measures,
        "actors": view.actors, "sides": view.sides, "area": view.area, "window": view.window, "title": view.title,
        "origins": view.origins, "last_said": view.last_said,
    }  # fmt: skip
