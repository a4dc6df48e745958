"""`sitrep dlq` without Kafka: what a letter says, what resolves it, what a terminal gets to see of it."""

import json
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, strategies as st

from schemas.topics import TOPICS
from services.cli.dlq_letters import Letter, NoSuchLetter, chosen, letter_of, matching, retried, tombstone, why_not
from services.cli.dlq_screen import as_json, in_json, row_for_pipe, summary, table, whole, whole_as_json
from services.cli.main import run
from services.cli.render_text import columns
from services.runtime.dead_letters import MAX_LETTER, dead_letter
from services.runtime.records import Headers, Out, Record, size_of

AT = 1_900_000_000_000
NOW = datetime.fromtimestamp(AT / 1000 + 750, UTC)
DEAD = "news.dead-letters"
ORIGINS = {f"news.{name}": TOPICS[name] for name in ("articles", "reports", "events")}
ESCAPE = b'{"body": "\x1b]0;owned\x07 \xe2\x80\xae"}'


def record(
    value: bytes | None = b"{", key: bytes | None = b"k", headers: Headers = (), partition: int = 3, offset: int = 41
) -> Record:
    return Record("news.articles", partition, offset, AT, key, value, headers)


def buried(given: Record, reason: str = "not_json", error: str = "unexpected end") -> Out:
    return dead_letter(given, DEAD, stage="parser", reason=reason, error=error)


def read_back(out: Out, at: int = 7) -> tuple[Letter, Record]:
    there = Record(out.topic, 0, at, out.timestamp_ms or 0, out.key, out.value, out.headers)
    return letter_of(there), there


def letter(given: Record | None = None, reason: str = "not_json", error: str = "unexpected end") -> Letter:
    return read_back(buried(given or record(), reason, error))[0]


names = st.text(max_size=8).filter(lambda name: not name.startswith("sitrep_"))
anything = st.builds(
    record, st.none() | st.binary(max_size=60), st.none() | st.binary(max_size=20),
    st.lists(st.tuples(names, st.binary(max_size=20)), max_size=3).map(tuple),
)  # fmt: skip


@given(anything)
def test_a_retry_is_the_record_as_it_was_with_its_first_time_and_one_attempt_more(given: Record) -> None:
    found, there = read_back(buried(given))
    again = retried(found, there.value, ORIGINS["news.articles"])
    assert (again.topic, again.partition, again.key, again.value) == ("news.articles", 3, given.key, given.value)
    assert again.headers[: len(given.headers)] == given.headers
    assert dict(again.headers[len(given.headers) :]) == {"sitrep_timestamp": b"%d" % AT, "sitrep_attempt": b"1"}


def test_attempts_are_counted_and_the_first_time_is_kept_however_often_it_fails() -> None:
    given = record()
    for attempt in range(5):
        found, there = read_back(buried(given))
        assert (found.attempt, found.first_ms) == (attempt, AT)
        assert why_not(found, ORIGINS) is None
        again = retried(found, there.value, ORIGINS["news.articles"])
        given = Record(again.topic, 3, given.offset + 1, AT + 1000 * attempt, again.key, again.value, again.headers)
    found = letter(given)
    assert (found.attempt, found.first_ms) == (5, AT)
    assert "5 times" in (why_not(found, ORIGINS) or "")


def test_what_cannot_be_sent_again_is_said() -> None:
    assert "reads" in (why_not(letter(Record("other", 0, 0, AT, None, b"x")), ORIGINS) or "")
    assert "neither key nor value" in (why_not(letter(record(None, None)), ORIGINS) or "")
    assert "more than" in (why_not(letter(record(b"x" * (3 << 20))), ORIGINS) or "")
    assert why_not(letter(record(None, b"k")), ORIGINS) is None
    assert why_not(letter(record(b"x" * 1_900_000)), ORIGINS) is None


def test_a_letter_that_anybody_wrote_is_read_for_what_it_is() -> None:
    strange = Record(DEAD, 0, 1, AT, b"\xff", b"x", (("sitrep_attempt", b"many"), ("sitrep_partition", b"-1")))
    found = letter_of(strange)
    assert (found.attempt, found.partition, found.topic, found.first_ms) == (0, None, None, AT)
    assert found.place == "?/?@?"
    assert "nowhere" in (why_not(found, ORIGINS) or "")


def test_a_partition_that_is_no_more_is_left_to_the_key() -> None:
    found, there = read_back(buried(record(partition=9)))
    assert retried(found, there.value, ORIGINS["news.articles"]).partition is None


def test_a_tombstone_closes_its_own_letter_and_says_how() -> None:
    found = letter()
    out = tombstone(found, "drop", "a test")
    assert (out.topic, out.partition, out.key, out.value) == (DEAD, 0, found.name, None)
    assert dict(out.headers) == {"sitrep_resolved": b"drop", "sitrep_words": b"a test"}


@pytest.mark.parametrize("given", [record(b"x" * 5_000_000), record(b"x", headers=(("big", b"x" * 5_000_000),))])
def test_what_no_topic_takes_is_left_out_and_said(given: Record) -> None:
    out = buried(given, "too_large")
    found = read_back(out)[0]
    assert size_of(out) < MAX_LETTER
    assert (found.left_out or 0) > 5_000_000
    assert (out.value, found.headers, found.place) == (b"", (), "news.articles/3@41")
    assert "more than" in (why_not(found, ORIGINS) or "")
    assert "left out" in whole(found, out.value, NOW, 80, 100, False)


def three() -> list[Letter]:
    return [letter(record(offset=offset), reason) for offset, reason in ((1, "not_json"), (2, "timeout"), (3, "x"))]


def test_letters_are_chosen_by_id_or_beginning_each_once() -> None:
    letters = three()
    assert chosen([letters[1].id, letters[0].id[:6], letters[1].id[:8].upper()], letters) == [letters[1], letters[0]]


@pytest.mark.parametrize(("name", "why"), [("abc", "too short"), ("zzzz", "is called"), ("ffffffff", "is called")])
def test_a_name_of_no_letter_is_said_to_be_none(name: str, why: str) -> None:
    with pytest.raises(NoSuchLetter, match=why):
        chosen([name], three())


def test_a_beginning_of_several_ids_lists_them() -> None:
    alike = [replace(letter(), name=f"abcd{n}".encode()) for n in range(3)]
    with pytest.raises(NoSuchLetter, match="begins 3 ids") as caught:
        chosen(["abcd"], alike)
    assert "abcd2" in caught.value.why
    assert chosen(["abcd1"], alike) == [alike[1]]


def test_letters_are_picked_by_stage_and_reason() -> None:
    letters = three()
    assert matching(letters, "parser", None) == letters
    assert matching(letters, None, "timeout") == [letters[1]]
    assert matching(letters, "projector", "timeout") == []


def test_the_table_says_which_why_where_and_how_often() -> None:
    rows = table([letter(error="unexpected end of data")], NOW, 80, "news.", False).splitlines()
    assert rows[0].split() == ["ID", "AGE", "STAGE", "REASON", "FROM", "RETRIED"]
    assert rows[1].split()[1:] == ["12m", "parser", "not_json", "articles/3@41", "-"]
    assert rows[2].split(None, 1) == ["k", "unexpected end of data"]


def test_ids_in_the_table_are_as_long_as_it_takes_to_tell_them_apart() -> None:
    alike = [replace(letter(), name=f"aaaaaaaa{n}".encode()) for n in range(2)]
    told = table(alike, NOW, 80, "news.", False)
    assert "aaaaaaaa0" in told
    assert "aaaaaaaa1" in told


def test_the_summary_counts_reasons_and_says_what_is_not_shown() -> None:
    assert summary([], 0) == "no open dead letters"
    told = summary([*three(), letter(reason="timeout")], 2)
    assert told.splitlines()[0] == "4 open dead letters: 2 timeout, 1 not_json, 1 x"
    assert "latest 2" in told
    many = summary([letter(reason=f"reason_{n}") for n in range(30)], 30)
    assert (len(many) <= 80, many.endswith(", …"), many.count("reason_")) == (True, True, 4)


def test_text_is_shown_as_text_with_its_indents_and_other_bytes_as_bytes() -> None:
    text = b'\xef\xbb\xbf{\n  "a":   1,\n\t"b": 2\r\n}\n'
    shown = whole(letter(record(text)), text, NOW, 80, 1000, False)
    assert '  \\ufeff{\n    "a":   1,\n      "b": 2\\r\n  }\n' in shown
    shown = whole(letter(record(b"\xffAB\n")), b"\xffAB\n", NOW, 80, 1000, False)
    assert "00000000  ff 41 42 0a" in shown
    assert "|.AB.|" in shown


def test_no_more_of_a_value_is_shown_than_was_asked_for() -> None:
    value = "é".encode() * 1_000_000
    shown = whole(letter(record(value)), value, NOW, 80, 501, False)
    assert shown.count("é") == 250
    assert "1,999,499 more bytes" in shown


SAFE = frozenset("\n")
HOSTILE = st.text(st.characters() | st.sampled_from("\x1b\x07\x9b\u202e\u2028\u200f\r\b\0"), max_size=40)


def steers(text: str) -> set[str]:
    return {char for char in text if char not in SAFE and unicodedata.category(char) in ("Cc", "Cf", "Zl", "Zp", "Cs")}


@given(HOSTILE, HOSTILE, st.binary(max_size=80) | HOSTILE.map(lambda text: text.encode("utf-8", "surrogatepass")))
def test_nothing_a_stranger_wrote_steers_the_terminal(name: str, text: str, value: bytes) -> None:
    raw = text.encode("utf-8", "surrogatepass")
    found = letter(record(value, raw, ((name, raw),)), reason=name.encode("utf-8", "replace").decode(), error=text)
    screens: Sequence[str] = (
        table([found], NOW, 80, "news.", False), whole(found, value, NOW, 80, 60, False), row_for_pipe(found),
        summary([found], 1),
    )  # fmt: skip
    joiners = set("\u200c\u200d")
    for screen in screens:
        assert steers(screen.replace("\t", " ")) <= joiners
    assert all(columns(line) <= 80 for screen in screens[:2] for line in screen.splitlines())


@given(st.text(max_size=40), st.binary(max_size=40))
def test_json_for_programs_says_the_same_and_steers_nothing_either(text: str, value: bytes) -> None:
    raw = text.encode("utf-8", "surrogatepass")
    found = letter(record(value, raw, (("h", raw),)))
    for line in (in_json(as_json(found)), whole_as_json(found, value)):
        assert steers(line.decode()) <= set("\u200c\u200d\u00ad")
        told = json.loads(line)
        assert told["id"] == found.id
        assert told.get("key", text) == text


def test_hostile_text_is_shown_where_it_is() -> None:
    shown = whole(letter(record(ESCAPE)), ESCAPE, NOW, 80, 1000, False)
    assert r'{"body": "\x1b]0;owned\x07 \u202e"}' in shown


@pytest.mark.parametrize(
    "args",
    [["dlq", "retry"], ["dlq", "retry", "--all", "abcd"], ["dlq", "drop"], ["dlq", "show"], ["dlq", "list", "x"],
     ["dlq", "list", "--limit", "-1"]],
)  # fmt: skip
def test_wrong_usage_is_64(args: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert run(args) == 64
    assert "Error" in capsys.readouterr().err


ROOT = Path(__file__).resolve().parents[2]
SLUGS = re.compile(
    r"""(?:InvalidRecord|UnknownVersion|SlotFailure|_Died|_failed|_bury)\((?:tx, )?(?:record, )?f?"([a-z_]+)[":]"""
)


def test_every_reason_in_the_code_is_explained_to_operators() -> None:
    paths = [path for folder in ("schemas", "services") for path in (ROOT / folder).rglob("*.py")]
    found = {slug for path in paths for slug in SLUGS.findall(path.read_text("utf-8"))}
    page = (ROOT / "docs" / "dead-letters.md").read_text("utf-8")
    assert {"not_json", "decide_failed", "crashed", "failed", "timeout", "memory", "invalid"} <= found
    assert {slug for slug in found if f"`{slug}" not in page} == set()
