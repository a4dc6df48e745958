"""From what people hand in to records of news.articles. Pure; title and body are never altered beyond decoding."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

import orjson

from schemas.article import MAX_ARTICLE_BYTES, from_wire
from schemas.codec import cloudevent_headers
from schemas.errors import InvalidRecord

BOM = b"\xef\xbb\xbf"
Form = Literal["text", "json", "ndjson", "any"]
"""How articles lie in a file: one text; a JSON object or a list of them; one object a line; or see for yourself."""
FORMS: dict[str, Form] = {
    ".txt": "text", ".md": "text", ".text": "text", ".json": "json", ".ndjson": "ndjson", ".jsonl": "ndjson",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Prepared:
    """An article that is fit for the topic: `id` and `version` as every reader will derive them."""

    id: str
    version: str
    key: bytes
    value: bytes
    headers: tuple[tuple[str, bytes], ...]


def prepare_all(data: bytes, form: Form, via: str) -> list[Prepared]:
    """The articles in `data`. Raises InvalidRecord, which says which of several is wrong."""
    found = list(_split(data, form))
    prepared = []
    for number, value in enumerate(found, 1):
        try:
            prepared.append(prepare(value, via))
        except InvalidRecord as error:
            where = f"article {number} of {len(found)}: " if len(found) > 1 else ""
            raise InvalidRecord(error.reason, f"{where}{error.detail}") from error
    return prepared


def prepare(value: bytes, via: str) -> Prepared:
    """One JSON object as an article. `via` = who publishes it, if it does not say so itself. Raises InvalidRecord."""
    from_wire(value, None, {}, 0)  # says what is wrong before anything is altered
    data = orjson.loads(value)
    if not data.get("via"):
        value = orjson.dumps(data | {"via": via})
    # Neither id nor version depends on the broker's time, which is not known yet.
    article = from_wire(value, None, {}, 0)
    headers = cloudevent_headers(
        kind="article", v=1, record_id=article.id, desk=article.desk, subject=article.id, time=None
    )
    return Prepared(article.id, article.version, article.id.encode(), value, headers)


def _split(data: bytes, form: Form) -> Iterator[bytes]:
    """JSON objects, one an article. Raises InvalidRecord."""
    data = data.removeprefix(BOM)
    start = data.lstrip()[:1]
    if form == "text" or (form == "any" and start not in (b"{", b"[")):
        yield _text(data)
    elif form == "ndjson":
        yield from _lines(data)
    else:
        yield from _json(data, lines_too=form == "any")


def _text(data: bytes) -> bytes:
    if len(data) > MAX_ARTICLE_BYTES:
        raise InvalidRecord("too_large", f"{len(data)} bytes; an article may have {MAX_ARTICLE_BYTES}")
    try:
        return orjson.dumps({"body": data.decode()})
    except UnicodeDecodeError as error:
        raise InvalidRecord("not_utf8", f"text is UTF-8: {error}") from error


def _lines(data: bytes) -> Iterator[bytes]:
    yield from (line for line in data.splitlines() if line.strip())


def _json(data: bytes, lines_too: bool) -> Iterator[bytes]:
    try:
        whole: Any = orjson.loads(data)
    except ValueError as error:
        if not lines_too or b"\n" not in data.strip():
            raise InvalidRecord("not_json", str(error)) from error
        yield from _lines(data)
        return
    if isinstance(whole, list):
        yield from (orjson.dumps(item) for item in whole)
    else:
        yield data.strip()
