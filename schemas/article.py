"""The article: what anybody may put on news.articles, and how it is understood.

`from_wire` is the one way to read an article: ingest and parser both call it, so an article written by any client and
one written by ingest mean the same. Only `body` is required; unknown fields are kept.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Any, Literal

import orjson
from pydantic import TypeAdapter, ValidationError

from schemas.base import Instant, OpenEnum
from schemas.errors import InvalidRecord, UnknownVersion
from schemas.ids import content_id, text_hash
from schemas.urls import canonical_url, host_of
from schemas.wire_fields import (
    EARLIEST,
    LATEST,
    MAX_FIELD,
    MAX_ID,
    check_length,
    check_unicode,
    json_object,
    text_of,
    time_of,
)

OutletKind = Annotated[Literal["wire", "national", "local", "state", "social", "official", "unknown"], OpenEnum()]
MAX_ARTICLE_BYTES = 2_000_000
UNNAMED_OUTLET = "unnamed outlet"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlet:
    name: str
    kind: OutletKind = "unknown"
    domain: str | None = None
    country: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Revision:
    """The order of the versions of one article: stated `modified`, else append time (ms), then the content hash."""

    ms: int
    hash: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """One article version as understood. `extra` keeps the fields that nobody here knows."""

    id: str
    version: str
    revision: Revision
    title: str
    body: str
    outlet: Outlet
    published: Instant
    published_precision: Literal["minute", "day", "unknown"]
    received_at: Instant
    desk: str
    url: str | None = None
    language: str | None = None
    modified: Instant | None = None
    fetched: Instant | None = None
    withdrawn: bool = False
    via: str | None = None
    incident: str | None = None
    extra: tuple[tuple[str, Any], ...] = ()


_KNOWN = {
    "type", "v", "id", "url", "outlet", "title", "body", "language", "published", "modified", "fetched", "desk",
    "withdrawn", "via", "incident",
}  # fmt: skip
_DATE_PREFIX = re.compile(r"^\s*date\s+(\d{4}-\d{2}-\d{2})\b")
_OUTLET: TypeAdapter[Outlet] = TypeAdapter(Outlet)
FIRST_APPEND_HEADER = "sitrep_timestamp"
MS_DIGITS = 14
"""More digits than this less one, and it is no moment of this age (year 2286)."""


def from_wire(value: bytes | None, key: bytes | None, headers: Mapping[str, bytes], append_ms: int) -> Article:
    """Understand one record of news.articles; `append_ms` is the broker's time of it.

    Raises InvalidRecord (it belongs into the dead letters) and UnknownVersion, which is one.
    """
    append_ms = _first_append(headers, append_ms)
    if value is None:
        return _tombstone(key, headers, append_ms)
    if len(value) > MAX_ARTICLE_BYTES:
        raise InvalidRecord("too_large", f"{len(value)} bytes; an article may have {MAX_ARTICLE_BYTES}")
    data = json_object(value)
    _check_version(data)
    if data.get("withdrawn") is True:
        return _withdrawal(data, append_ms)
    return _article(data, append_ms)


def to_wire(article: Article) -> bytes:
    """The JSON that from_wire understands as this article. What from_wire derives is left out."""
    record: dict[str, Any] = {"type": "article", "v": 1, "id": article.id}
    record |= {"url": article.url, "outlet": _OUTLET.dump_python(article.outlet, exclude_none=True)}
    record |= {"title": article.title, "body": article.body, "language": article.language}
    if article.published_precision == "minute":
        record["published"] = article.published
    elif article.published_precision == "day":
        record["published"] = article.published.date().isoformat()
    record |= {"modified": article.modified, "fetched": article.fetched, "desk": article.desk}
    record |= {"withdrawn": article.withdrawn or None, "via": article.via, "incident": article.incident}
    record |= dict(article.extra)
    return orjson.dumps({k: v for k, v in record.items() if v is not None}, option=orjson.OPT_UTC_Z)


def _first_append(headers: Mapping[str, bytes], append_ms: int) -> int:
    """A retried dead letter keeps the time at which it first came in, else it would overtake newer versions."""
    stated = headers.get(FIRST_APPEND_HEADER, b"")
    return int(stated) if stated.isdigit() and len(stated) < MS_DIGITS else append_ms


def _check_version(data: Mapping[str, Any]) -> None:
    if data.get("type", "article") not in ("article", "NewsArticle", "text"):  # it may be unhashable
        raise UnknownVersion("unknown_type", f"type {str(data['type'])[:80]!r} on news.articles")
    if data.get("v", 1) != 1:
        raise UnknownVersion("unknown_version", f"article version {str(data['v'])[:20]!r}; known: 1")


def _tombstone(key: bytes | None, headers: Mapping[str, bytes], append_ms: int) -> Article:
    if not key:
        raise InvalidRecord("null_without_key", "a null value withdraws the article named by the key; there is none")
    try:
        name = key.decode()
    except UnicodeDecodeError as error:
        raise InvalidRecord("key_not_utf8", str(error)) from error
    desk = headers.get("desk", b"main").decode("utf-8", "replace")
    return _withdrawal({"id": name, "desk": desk}, append_ms)


def _withdrawal(data: Mapping[str, Any], append_ms: int) -> Article:
    given = _given_id(data)
    if given is None:
        raise InvalidRecord("no_id", "a withdrawal names the article's id")
    at = _from_ms(append_ms)
    modified = time_of(data, "modified")
    revision = Revision(ms=_ms(modified) if modified else append_ms, hash=text_hash("withdrawn"))
    return Article(
        id=given, version=revision.hash, revision=revision, title="", body="", outlet=_outlet(data),
        published=at, published_precision="unknown", received_at=at, desk=text_of(data, "desk") or "main",
        modified=modified, withdrawn=True, via=text_of(data, "via"),
    )  # fmt: skip


def _article(data: Mapping[str, Any], append_ms: int) -> Article:
    body, title, url = data.get("body"), text_of(data, "title") or "", text_of(data, "url")
    if not isinstance(body, str):
        raise InvalidRecord("no_body", "an article needs a body, a string")
    if not body.strip():
        raise InvalidRecord("empty_body", "the body is empty")
    check_unicode(title, body)
    published, precision = _published(data, body, append_ms)
    modified = time_of(data, "modified")
    version = text_hash(title, body)
    return Article(
        id=_identity(data, url, title, body), version=version,
        revision=Revision(ms=_ms(modified) if modified else append_ms, hash=version),
        title=title, body=body, outlet=_outlet(data), published=published, published_precision=precision,
        received_at=_from_ms(append_ms), desk=text_of(data, "desk") or "main", url=url,
        language=text_of(data, "language"), modified=modified, fetched=time_of(data, "fetched"),
        via=text_of(data, "via"), incident=text_of(data, "incident"),
        extra=tuple((name, item) for name, item in data.items() if name not in _KNOWN),
    )  # fmt: skip


def _identity(data: Mapping[str, Any], url: str | None, title: str, body: str) -> str:
    derived = ("article", canonical_url(url)) if url else ("article", title, body)
    return _given_id(data) or content_id(*derived)


def _given_id(data: Mapping[str, Any]) -> str | None:
    given = text_of(data, "id")
    if given and len(given) > MAX_ID:
        raise InvalidRecord("id_too_long", f"{len(given)} characters; an id may have {MAX_ID}")
    return given


def _outlet(data: Mapping[str, Any]) -> Outlet:
    value = data.get("outlet")
    if value in (None, "", {}):
        host = host_of(str(data.get("url") or ""))
        return Outlet(name=host, domain=host) if host else Outlet(name=UNNAMED_OUTLET)
    try:
        outlet = Outlet(name=value) if isinstance(value, str) else _OUTLET.validate_python(value)
    except ValidationError as error:
        raise InvalidRecord("wrong_type", f"outlet: {error.errors()[0]['msg']}") from error
    for part in (outlet.name, outlet.kind, outlet.domain, outlet.country):
        check_length("outlet", part or "", MAX_FIELD)
    return outlet


def _published(
    data: Mapping[str, Any], body: str, append_ms: int
) -> tuple[datetime, Literal["minute", "day", "unknown"]]:
    stated = data.get("published")
    if stated not in (None, ""):
        day = isinstance(stated, str) and re.fullmatch(r"\d{4}-\d{2}-\d{2}", stated) is not None
        parsed = time_of(data, "published")
        if parsed:
            return parsed, "day" if day else "minute"
    hint = _DATE_PREFIX.match(body)
    if hint:
        try:
            day_hint = datetime.strptime(hint[1], "%Y-%m-%d").replace(tzinfo=UTC)
        except ValueError:
            return _from_ms(append_ms), "unknown"
        if EARLIEST <= day_hint.year <= LATEST:
            return day_hint, "day"
    return _from_ms(append_ms), "unknown"


def _ms(at: datetime) -> int:
    return int(at.timestamp() * 1000)


def _from_ms(ms: int) -> datetime:
    return datetime.fromtimestamp(ms / 1000, UTC)
