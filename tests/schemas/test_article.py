"""from_wire: what anybody may write on news.articles, and how it is understood."""

from contextlib import suppress
from datetime import date

import orjson
import pytest
from hypothesis import given, strategies as st

from schemas.article import Article, from_wire, to_wire
from schemas.errors import InvalidRecord, UnknownVersion
from schemas.urls import canonical_url

APPENDED = 1_700_000_000_000


def read(value: object, key: bytes | None = None, headers: dict[str, bytes] | None = None) -> Article:
    data = value if isinstance(value, bytes) or value is None else orjson.dumps(value)
    return from_wire(data, key, headers or {}, APPENDED)


def test_a_body_alone_is_an_article() -> None:
    article = read({"body": "A bridge fell."})
    assert (article.title, article.desk, article.outlet.name) == ("", "main", "unnamed outlet")
    assert (article.published_precision, article.published) == ("unknown", article.received_at)


def test_id_is_given_else_url_else_content() -> None:
    same = {"title": "t", "body": "b"}
    assert read(same | {"id": "x"}).id == "x"
    assert read(same | {"url": "http://www.a.example/n/1/?utm_source=z#top"}).id == (
        read({"body": "other", "url": "https://a.example/n/1"}).id
    )
    assert read(same).id == read(same).id != read({"title": "t", "body": "c"}).id


def test_version_is_the_content_and_revision_the_stated_time_else_the_append_time() -> None:
    first, later = read({"id": "x", "body": "b"}), read({"id": "x", "body": "b", "modified": "2030-01-01T00:00:00Z"})
    assert first.version == later.version
    assert first.revision.ms == APPENDED < later.revision.ms


def test_a_retried_dead_letter_keeps_its_first_append_time() -> None:
    assert read({"body": "b"}, headers={"sitrep_timestamp": b"5"}).revision.ms == 5


@pytest.mark.parametrize("stated", [b"", b"-1", b"\xff", b"999999999999999", b"9" * 4000])
def test_a_first_append_time_that_is_none_is_left_out(stated: bytes) -> None:
    assert read({"body": "b"}, headers={"sitrep_timestamp": stated}).revision.ms == APPENDED


def test_a_date_prefix_is_a_hint_and_a_stated_time_wins() -> None:
    assert read({"body": "date 2023-05-23 Troops"}).published.isoformat() == "2023-05-23T00:00:00+00:00"
    stated = read({"body": "date 2023-05-23 Troops", "published": "2023-05-24T10:00:00+02:00"})
    assert stated.published.isoformat() == "2023-05-24T08:00:00+00:00"
    assert read({"body": "date 2023-99-99 Troops"}).published_precision == "unknown"
    assert read({"body": "date 9999-12-31 Troops"}).published_precision == "unknown"


def test_outlet_is_a_name_an_object_or_the_host() -> None:
    assert read({"body": "b", "outlet": "Herald"}).outlet.name == "Herald"
    assert read({"body": "b", "outlet": {"name": "Herald", "kind": "local"}}).outlet.kind == "local"
    assert read({"body": "b", "url": "https://www.herald.example/1"}).outlet.domain == "herald.example"


def test_schema_org_and_ninjs_names_are_understood() -> None:
    article = read({"headline": "H", "articleBody": "B", "datePublished": "2024-01-02", "publisher": {"name": "P"}})
    assert (article.title, article.body, article.outlet.name) == ("H", "B", "P")
    assert (article.published.day, article.published_precision) == (2, "day")


def test_unknown_fields_are_kept() -> None:
    assert orjson.loads(to_wire(read({"body": "b", "x_desk_note": [1, 2]})))["x_desk_note"] == [1, 2]


def test_withdrawals_by_field_and_by_null() -> None:
    assert read({"id": "x", "withdrawn": True}).withdrawn
    tombstone = read(None, key=b"x", headers={"desk": b"east"})
    assert (tombstone.id, tombstone.withdrawn, tombstone.desk) == ("x", True, "east")


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        (b"{", "not_json"),
        (b"\xff\xfe", "not_utf8"),
        (b'{"body": "K\xf6ln"}', "not_utf8"),
        (b"[1]", "not_an_object"),
        ({"title": "t"}, "no_body"),
        ({"body": 5}, "no_body"),
        ({"body": "  \n"}, "empty_body"),
        ({"body": "b", "title": 5}, "wrong_type"),
        ({"body": "b", "outlet": {"domain": "x"}}, "wrong_type"),
        ({"body": "b", "published": "yesterday"}, "wrong_time"),
        ({"body": "b", "published": "9999-12-31T23:59:59Z"}, "wrong_time"),
        ({"body": "b", "modified": "0001-01-01"}, "wrong_time"),
        ({"body": "b", "id": "x" * 501}, "id_too_long"),
        ({"body": "b", "outlet": "x" * 2_001}, "too_long"),
        ({"body": "b", "outlet": {"name": "x", "country": "x" * 2_001}}, "too_long"),
        ({"body": "b", "desk": "x" * 2_001}, "too_long"),
        ({"body": "b", "title": "x" * 5_001}, "too_long"),
        ({"withdrawn": True}, "no_id"),
        ({"body": "b" * 2_000_001}, "too_large"),
        (None, "null_without_key"),
    ],
)
def test_what_is_wrong_is_named(value: object, reason: str) -> None:
    with pytest.raises(InvalidRecord) as caught:
        read(value)
    assert caught.value.reason == reason


@pytest.mark.parametrize(
    "value", [{"body": "b", "v": 2}, {"body": "b", "type": "event"}, {"body": "b", "type": ["article"]}, {"v": {}}]
)
def test_an_unknown_version_or_type_is_said_to_be_one(value: object) -> None:
    with pytest.raises(UnknownVersion):
        read(value)


def test_canonical_url_survives_nonsense() -> None:
    assert canonical_url("http://[broken") == "http://[broken"
    assert read({"body": "b", "url": "http://[broken"}).outlet.name == "unnamed outlet"


text = st.text(st.characters(exclude_categories=["Cs"]), min_size=1).filter(lambda s: s.strip() != "")


@given(text, text, st.dates(date(1000, 1, 1), date(9000, 1, 1)).map(lambda d: f"{d}T10:20:30.5Z"))
def test_to_wire_and_back_is_the_same_article(title: str, body: str, published: str) -> None:
    article = read({"title": title, "body": body, "published": published})
    assert from_wire(to_wire(article), None, {}, APPENDED) == article


@given(st.binary(max_size=200))
def test_no_bytes_raise_anything_but_invalid_record(value: bytes) -> None:
    with suppress(InvalidRecord):
        assert read(value).id


NAMES = ("type", "v", "id", "url", "outlet", "title", "body", "language", "published", "modified", "desk", "withdrawn",
         "headline", "publisher", "link", "datePublished")  # fmt: skip
ODD = ("", "x", "\0", "http://[", "//[x", "http://\u2100.example/", "0001-01-01", "9999-12-31T23:59:59-23:59", 1e308)
json = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**18), 10**18) | st.floats(allow_nan=False) | st.sampled_from(ODD),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(("name", "kind", "@id", "x")), inner),
    max_leaves=6,
)


@given(st.dictionaries(st.sampled_from(NAMES), json, max_size=6), st.booleans())
def test_no_json_raises_anything_but_invalid_record(value: dict[str, object], with_body: bool) -> None:
    """What else it raised would count as a failure of our own code, and enough of that stops the desk."""
    with suppress(InvalidRecord):
        assert read({"body": "b"} | value if with_body else value).id
