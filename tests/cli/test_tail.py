"""How `sitrep tail` prints a record."""

from types import SimpleNamespace
from typing import Any

import orjson
import pytest

from services.cli.tail import as_line, for_people


def message(value: bytes | None, **more: Any) -> SimpleNamespace:
    fields: dict[str, Any] = {
        "topic": "t", "partition": 3, "offset": 41, "timestamp": 1_900_000_000_123, "key": b"k1", "headers": (),
    }  # fmt: skip
    return SimpleNamespace(**{**fields, **more, "value": value})


def test_a_json_line_has_position_time_key_and_value() -> None:
    line = orjson.loads(as_line(message(b'{"a": 1}', headers=(("ce_id", b"x"),))))
    assert line == {
        "topic": "t", "partition": 3, "offset": 41, "at": "2030-03-17T17:46:40.123Z", "key": "k1",
        "headers": {"ce_id": "x"}, "value": {"a": 1},
    }  # fmt: skip


def test_what_is_no_json_is_text_and_a_tombstone_is_null() -> None:
    assert orjson.loads(as_line(message(b"\xffoh")))["text"] == "\ufffdoh"
    assert orjson.loads(as_line(message(None)))["value"] is None


@pytest.mark.parametrize(
    ("value", "headers", "words"),
    [
        (
            b'{"type": "report_recorded", "report": {"article": {"title": "Bridge shut"}}}',
            (),
            "Bridge shut",
        ),
        (b'{"type": "change", "seq": 7, "items": [{"text": "injured 8"}, {"text": "ended"}]}', (), "injured 8; ended"),
        (b'{"type": "article", "title": "Bridge shut"}', (), "Bridge shut"),
        (b"junk", (("sitrep_reason", b"not_json"),), "not_json"),
        (b'{"title": "a\\u001b[31mb\\nc"}', (), r"a\x1b[31mb c"),
        (b'{"report": 7, "items": 8}', (), ""),
        (b"[1]", (), "(no JSON object)"),
    ],
)
def test_a_line_for_people_is_one_safe_line(value: bytes, headers: tuple[tuple[str, bytes], ...], words: str) -> None:
    line = for_people(message(value, headers=headers), 200)
    assert words in line
    assert "17 Mar 17:46:40  3:41" in line
    assert "\n" not in line
    assert "\x1b" not in line


def test_a_line_is_cut_to_the_width() -> None:
    assert len(for_people(message(orjson.dumps({"title": "x" * 500})), 80)) == 80
