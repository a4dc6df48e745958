"""Fields of an article as anybody writes them: read out of JSON, checked for type, length and sense."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import orjson
from pydantic import TypeAdapter, ValidationError

from schemas.base import Instant
from schemas.errors import InvalidRecord

ALIASES: Mapping[str, str] = {  # schema.org NewsArticle and IPTC ninjs names -> ours
    "headline": "title",
    "name": "title",
    "articleBody": "body",
    "body_text": "body",
    "datePublished": "published",
    "versioncreated": "published",
    "published_at": "published",
    "dateModified": "modified",
    "inLanguage": "language",
    "publisher": "outlet",
    "provider": "outlet",
    "source": "outlet",
    "uri": "id",
    "identifier": "id",
    "link": "url",
    "mainEntityOfPage": "url",
}
EARLIEST, LATEST = 1000, 9000
"""Years of a stated time: rules look days and years back and ahead of it."""
MAX_ID, MAX_TITLE, MAX_FIELD = 500, 5_000, 2_000
"""Characters: what stands beside the body is repeated in reports, events and views, which have limits of their own."""
_INSTANT: TypeAdapter[datetime] = TypeAdapter(Instant)


def json_object(value: bytes) -> dict[str, Any]:
    """The fields under our names. Raises InvalidRecord."""
    try:
        data = orjson.loads(value)
    except orjson.JSONDecodeError as error:
        _check_utf8(value)
        raise InvalidRecord("not_json", str(error)) from error
    if not isinstance(data, dict):
        raise InvalidRecord("not_an_object", f"an article is a JSON object, this is {type(data).__name__}")
    out: dict[str, Any] = {name: item for name, item in data.items() if name not in ALIASES}
    for name, item in data.items():
        if name in ALIASES and item not in (None, ""):
            out.setdefault(ALIASES[name], item)
    return out


def _check_utf8(value: bytes) -> None:
    try:
        value.decode()
    except UnicodeDecodeError as error:
        raise InvalidRecord("not_utf8", f"JSON is UTF-8: {error}") from error


def text_of(data: Mapping[str, Any], name: str) -> str | None:
    """A string of bounded length; None where it is missing or empty. Raises InvalidRecord."""
    value = data.get(name)
    if value is None or value == "":
        return None
    if isinstance(value, dict) and name == "url":
        value = value.get("@id") or value.get("url")
    if not isinstance(value, str):
        raise InvalidRecord("wrong_type", f"{name} is a string, this is {type(value).__name__}")
    check_unicode(value)
    check_length(name, value, MAX_TITLE if name == "title" else MAX_FIELD)
    return value


def check_length(name: str, value: str, most: int) -> None:
    if len(value) > most:
        raise InvalidRecord("too_long", f"{name} has {len(value)} characters; it may have {most}")


def time_of(data: Mapping[str, Any], name: str) -> datetime | None:
    """A moment in UTC; a day is its first. Raises InvalidRecord."""
    value = data.get(name)
    if value in (None, ""):
        return None
    if isinstance(value, str) and re.fullmatch(r"\d{4}-\d{2}-\d{2}", value):
        value += "T00:00:00Z"
    try:
        parsed = _INSTANT.validate_python(value, strict=False)
        if not EARLIEST <= parsed.year <= LATEST:
            raise OverflowError(parsed.year)
        return datetime.combine(parsed.date(), parsed.time().replace(tzinfo=None), UTC)
    except (ValidationError, OverflowError, ValueError) as error:
        raise InvalidRecord("wrong_time", f"{name}: {str(value)[:60]!r} is no time (ISO 8601)") from error


def check_unicode(*texts: str) -> None:
    for text in texts:
        try:
            text.encode()
        except UnicodeEncodeError as error:
            raise InvalidRecord("lone_surrogate", str(error)) from error
