"""Reports of shootings as articles of ours. They are about real private persons: nothing of them is kept anywhere."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from urllib.parse import urlsplit

import orjson

from schemas.article import Article, from_wire

DAY_MS = 86_400_000
NOON_MS = DAY_MS // 2


@dataclass(frozen=True, slots=True)
class Known:
    """What gold knows of an incident."""

    killed: int
    injured: int
    date: date
    city: str


@dataclass(frozen=True, slots=True)
class Told:
    """An article with the incident that gold puts it into."""

    article: Article
    incident: str


def told(data: Path) -> list[Told]:
    """All articles in the order of publication, then of id. Articles of one day have arrived at one moment."""
    rows = _lines(data / "articles.jsonl")
    return [Told(_article(row), row["incident"]) for row in sorted(rows, key=lambda row: (row["dct"], row["id"]))]


def known(data: Path) -> dict[str, Known]:
    """Incidents by id."""
    return {
        row["incident"]: Known(row["num_killed"], row["num_injured"], date.fromisoformat(row["date"]), row["city"])
        for row in _lines(data / "incidents.jsonl")
    }


def _lines(path: Path) -> Iterator[dict]:  # type: ignore[type-arg]
    with path.open(encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def _article(row: dict) -> Article:  # type: ignore[type-arg]
    outlet = (urlsplit(row["uri"]).hostname or "unknown").removeprefix("www.")
    value = {
        "id": row["id"], "title": row["title"], "body": row["content"], "published": row["dct"], "url": row["uri"],
        "outlet": outlet,
    }  # fmt: skip
    return from_wire(orjson.dumps(value), None, {}, _arrival(row["dct"]))


def _arrival(day: str) -> int:
    """Noon of the day after: in milliseconds, as the broker's append time would be."""
    return (date.fromisoformat(day).toordinal() - date(1970, 1, 1).toordinal() + 1) * DAY_MS + NOON_MS
