"""What people hand in, as records of news.articles."""

import orjson
import pytest
from hypothesis import given, strategies as st

from schemas.article import MAX_ARTICLE_BYTES, from_wire
from schemas.errors import InvalidRecord
from services.ingest.prepare import Form, prepare, prepare_all

BRIDGE = {"title": "Bridge closed", "body": "Police closed the bridge on Monday."}
TEXT = st.text(st.characters(exclude_categories=["Cs"]), min_size=1).filter(lambda text: text.strip())


def bodies(data: bytes, form: Form = "any") -> list[str]:
    return [orjson.loads(each.value)["body"] for each in prepare_all(data, form, "test")]


@pytest.mark.parametrize(
    ("data", "form", "expected"),
    [
        (b"Plain words.\n", "text", ["Plain words.\n"]),
        (b"Plain words.\n", "any", ["Plain words.\n"]),
        (b"\xef\xbb\xbfWith a mark.", "text", ["With a mark."]),
        (b'{"body": "One."}', "json", ["One."]),
        (b'\n [{"body": "One."}, {"body": "Two."}]', "any", ["One.", "Two."]),
        (b'{"body": "One."}\n\n{"body": "Two."}\n', "any", ["One.", "Two."]),
        (b'{"body": "One."}\n{"body": "Two."}', "ndjson", ["One.", "Two."]),
        (b"[]", "json", []),
    ],
)
def test_articles_are_found_in_every_form(data: bytes, form: Form, expected: list[str]) -> None:
    assert bodies(data, form) == expected


@pytest.mark.parametrize(
    ("data", "form", "reason"),
    [
        (b"", "text", "empty_body"),
        (b"\xff\xfe", "text", "not_utf8"),
        (b'{"body": ', "json", "not_json"),
        (b'{"body": "One."}\n{"body": ', "ndjson", "not_json"),
        (b'{"title": "No body"}', "json", "no_body"),
        (b'{"body": "x", "published": "soon"}', "json", "wrong_time"),
        (b'{"body": "x", "v": 99}', "json", "unknown_version"),
        (orjson.dumps({"body": "x" * MAX_ARTICLE_BYTES}), "json", "too_large"),
        (b"x" * (MAX_ARTICLE_BYTES + 1), "text", "too_large"),
    ],
)
def test_what_is_no_article_is_refused_with_the_reason(data: bytes, form: Form, reason: str) -> None:
    with pytest.raises(InvalidRecord) as refused:
        prepare_all(data, form, "test")
    assert refused.value.reason == reason


def test_the_wrong_one_of_several_is_named() -> None:
    with pytest.raises(InvalidRecord, match=r"article 2 of 3"):
        prepare_all(b'[{"body": "One."}, {"title": "Two"}, {"body": "Three."}]', "json", "test")


def test_who_publishes_is_recorded_unless_the_client_says_so() -> None:
    assert orjson.loads(prepare(orjson.dumps(BRIDGE), "cli").value)["via"] == "cli"
    assert orjson.loads(prepare(orjson.dumps(BRIDGE | {"via": "desk 7"}), "cli").value)["via"] == "desk 7"


def test_the_key_is_the_id_that_every_reader_derives() -> None:
    prepared = prepare(orjson.dumps(BRIDGE), "cli")
    assert prepared.key.decode() == prepared.id == from_wire(prepared.value, None, {}, 123).id
    assert dict(prepared.headers)["ce_id"] == prepared.key
    assert prepare(orjson.dumps(BRIDGE), "http").id == prepared.id


@given(TEXT, TEXT)
def test_title_and_body_are_never_altered(title: str, body: str) -> None:
    sent = from_wire(prepare(orjson.dumps({"title": title, "body": body}), "test").value, None, {}, 0)
    assert (sent.title, sent.body) == (title, body)


def test_a_withdrawal_passes() -> None:
    prepared = prepare(b'{"id": "a-1", "withdrawn": true}', "cli")
    assert (prepared.id, from_wire(prepared.value, None, {}, 0).withdrawn) == ("a-1", True)
