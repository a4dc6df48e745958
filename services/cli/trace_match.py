"""Which records a reference means, and what they are called. Pure."""

import re
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import orjson
from pydantic_core import to_json

from schemas.article import Article, from_wire
from schemas.errors import InvalidRecord
from schemas.ids import content_id
from schemas.urls import canonical_url
from services.cli.trace_hops import Letter, position
from services.runtime.records import Record

SHORTEST = 4
PLACE = re.compile(r"(?:(?P<topic>[\w.-]+)/)?(?P<partition>\d+)[@:](?P<offset>\d+)")


@dataclass(frozen=True)
class Named:
    """A record of news.articles and what it is called; `wrong` = why it is no article."""

    record: Record
    id: str
    article: Article | None = None
    wrong: str | None = None


def named(record: Record) -> Named:
    """What is no article is called as it says itself, else by its key, else by its position."""
    try:
        found = from_wire(record.value, record.key, dict(record.headers), record.timestamp_ms)
        return Named(record, found.id, found)
    except InvalidRecord as error:
        name = _own_name(record.value) or (record.key or b"").decode("utf-8", "replace") or position(record)
        return Named(record, name, wrong=f"{error.reason}: {error.detail}")


def _own_name(value: bytes | None) -> str | None:
    try:
        data = orjson.loads(value or b"")
    except ValueError:
        return None
    name = data.get("id") if isinstance(data, dict) else None
    return name if isinstance(name, str) else None


@dataclass(frozen=True)
class Wanted:
    """An article's id, its beginning, a url, or a position: TOPIC/PARTITION@OFFSET or PARTITION@OFFSET."""

    reference: str

    def fits(self, found: Named) -> Literal["exact", "begins"] | None:
        if self.reference in (found.id, position(found.record)) or found.id == self._derived or self._here(found):
            return "exact"
        if self._url and found.article and found.article.url and canonical_url(found.article.url) == self._url:
            return "exact"
        return "begins" if len(self.reference) >= SHORTEST and found.id.startswith(self.reference) else None

    @property
    def is_place(self) -> bool:
        return PLACE.fullmatch(self.reference) is not None

    @cached_property
    def _url(self) -> str | None:
        return canonical_url(self.reference) if "://" in self.reference else None

    @cached_property
    def _derived(self) -> str | None:
        return content_id("article", self._url) if self._url else None

    @property
    def ids(self) -> tuple[str, ...]:
        """Ids that the reference may be, where no article of the log says."""
        return (self.reference, *((self._derived,) if self._derived else ()))

    def _here(self, found: Named) -> bool:
        place = PLACE.fullmatch(self.reference)
        at = (found.record.partition, found.record.offset)
        return place is not None and place["topic"] is None and (int(place["partition"]), int(place["offset"])) == at


def needle(text: str) -> bytes:
    """How the text stands in the JSON that our own services write: what does not contain it need not be decoded."""
    return to_json(text)[1:-1]


def letter_of(record: Record) -> Letter:
    """An open dead letter, as its headers say."""
    told = {name: value.decode("utf-8", "replace") for name, value in record.headers}
    attempt = told.get("sitrep_attempt", "0")
    return Letter(
        id=(record.key or b"").decode("utf-8", "replace"), position=position(record), origin=origin_of(record),
        stage=told.get("sitrep_stage", "?"), reason=told.get("sitrep_reason", "?"),
        error=told.get("sitrep_error", ""), attempt=int(attempt) if attempt.isdigit() else 0, open=True,
    )  # fmt: skip


def origin_of(letter: Record) -> str:
    """The position of the record that a dead letter was."""
    told = dict(letter.headers)
    topic, partition, offset = (told.get(f"sitrep_{name}", b"?") for name in ("topic", "partition", "offset"))
    return f"{_text(topic)}/{_text(partition)}@{_text(offset)}"


def _text(value: bytes) -> str:
    return value.decode("utf-8", "replace")
