"""Where the stores say that their services are."""

import sqlite3
from collections.abc import Mapping

from services.runtime.exits import Unavailable
from services.runtime.records import TopicPartition
from services.runtime.settings import Settings
from services.runtime.stores import reading


def stored_positions(settings: Settings, service: str) -> Mapping[TopicPartition, int] | None:
    """The next offset to fold of each lane that was claimed; None where no store can be read from here."""
    try:
        with reading(settings, service, "lane") as query:
            rows = query("SELECT topic, part, pos FROM lane", ())
    except (Unavailable, sqlite3.Error):  # just being made, or damaged
        return None
    return {TopicPartition(topic, part): pos for topic, part, pos in rows}
