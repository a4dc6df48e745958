"""The step that a slot runs: the bytes of a record in, the bytes of a report out, or why it is a dead letter."""

import json

import pytest

from schemas.codec import REPORTS
from schemas.errors import InvalidRecord
from schemas.report import Report
from services.parser.step import answer, pack, work
from services.runtime.records import Record


def record(value: bytes | None, key: bytes | None = b"k") -> Record:
    return Record("news.articles", 0, 7, 1_930_000_000_000, key, value, (("desk", b"main"),))


def test_an_article_becomes_a_report_keyed_by_its_desk() -> None:
    value = json.dumps(
        {"id": "a/1", "body": "Rebels shelled the town of Odessa, police said.", "language": "en"}
    ).encode()
    report = REPORTS.decode(work(pack(record(value))))
    assert isinstance(report, Report)
    assert report.article.id == "a/1"
    assert report.assertions
    out = answer(REPORTS.encode(report), "news.reports")
    assert (out.topic, out.key) == ("news.reports", b"main")
    assert dict(out.headers)["ce_type"] == b"sitrep.report.v1"


def test_a_null_value_withdraws_the_article_named_by_the_key() -> None:
    report = REPORTS.decode(work(pack(record(None, b"a/1"))))
    assert isinstance(report, Report)
    assert (report.article.id, report.article.withdrawn) == ("a/1", True)


@pytest.mark.parametrize(
    ("value", "key", "reason"),
    [
        (b"\xff\x00", b"k", "not_utf8"),
        (b"{}", b"k", "no_body"),
        (None, None, "null_without_key"),
        (b"[]", b"k", "not_an_object"),
    ],
)
def test_what_is_no_article_is_refused_with_a_reason(value: bytes | None, key: bytes | None, reason: str) -> None:
    with pytest.raises(InvalidRecord) as refused:
        work(pack(record(value, key)))
    assert refused.value.reason == reason
