"""One record of news.articles to the bytes of its report: what a slot of the parser's worker runs.

`parse` itself is pure; the parser is loaded once in a process, before the first record.
"""

import base64
from functools import cache
from typing import Any

import orjson

from schemas.article import from_wire
from schemas.codec import REPORTS, cloudevent_headers
from schemas.report import Report
from services.parser import language
from services.parser.extractors.contract import Options
from services.parser.extractors.handler import Reader, find
from services.parser.parse import load
from services.runtime.failpoints import trip
from services.runtime.records import Out, Record
from services.runtime.settings import Settings

FUNCTION = "services.parser.step:work"


def pack(record: Record) -> bytes:
    """What `work` needs of a record, as bytes for the pipe to a slot."""
    headers = [[name, _text(value)] for name, value in record.headers]
    packed: dict[str, Any] = {"key": _text(record.key), "value": _text(record.value), "headers": headers}
    return orjson.dumps(packed | {"append_ms": record.timestamp_ms})


def work(packed: bytes) -> bytes:
    """Raises InvalidRecord where the record is no article."""
    data = orjson.loads(packed)
    headers = {name: _bytes(value) or b"" for name, value in data["headers"]}
    article = from_wire(_bytes(data["value"]), _bytes(data["key"]), headers, data["append_ms"])
    trip(article.body, _trip_word())
    return REPORTS.encode(reader()(article))


def prepare() -> None:
    """Load the parser: seconds, which must not count against the first article."""
    reader()
    language.prepare()


def answer(report: bytes, topic: str) -> Out:
    """The record to send: the key is the desk, whose decisions have one order; headers mirror the body."""
    found = REPORTS.decode(report)
    if not isinstance(found, Report):
        raise TypeError("the parser gives reports only")
    headers = cloudevent_headers(
        kind=found.type, v=found.v, record_id=found.id, desk=found.article.desk, subject=found.article.id, time=None
    )
    return Out(topic, found.article.desk.encode(), report, headers)


@cache
def reader() -> Reader:
    """The parser of this process, and the extractor if one is set. Raises LookupError or ValueError if that is not
    there or lacks a setting."""
    settings = Settings()
    parser = load(settings.spacy_model)
    extractor = find(settings.extractor, options(settings), parser) if settings.extractor else None
    return Reader(parser, extractor, settings.extractor_timeout_s)


def options(settings: Settings) -> Options:
    key = settings.extractor_key.get_secret_value() if settings.extractor_key else ""
    return Options(settings.extractor_url, settings.extractor_model, key, settings.extractor_timeout_s)


@cache
def _trip_word() -> str | None:
    return Settings().child_failpoint


def _text(value: bytes | None) -> str | None:
    return None if value is None else base64.b85encode(value).decode()


def _bytes(value: str | None) -> bytes | None:
    return None if value is None else base64.b85decode(value)
