"""A dead letter as its headers tell it, and what resolves one: the record of a retry, the tombstone. Pure."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from schemas.topics import Topic
from services.cli.render_text import neutral
from services.runtime.dead_letters import KEPT, PLACE
from services.runtime.exits import NOT_FOUND, Exit
from services.runtime.records import Headers, Out, Record, TopicPartition

MOST_ATTEMPTS = 5
SHORTEST_ID = 4
SHORT_ID = 8
SHOWN = 8
ID = re.compile(r"[0-9a-f-]+")
DIGITS = re.compile(rb"[0-9]{1,15}")


class NoSuchLetter(Exit):
    """No open letter is called that, or several are; `why` says which."""

    code = NOT_FOUND


@dataclass(frozen=True, slots=True)
class Letter:
    """An open dead letter without its value. Anybody may write the topic: what its headers do not say is None.

    `topic`, `partition`, `offset` = where the record lay that could not be read; `key` and `headers` are its own.
    `left_out`: the bytes of a record that was too large for the topic; then key, headers and value are not here.
    `lies_in` and `at` = where the letter lies; `failed_ms` = its time, `first_ms` = when the input first came in.
    """

    name: bytes
    lies_in: TopicPartition
    at: int
    failed_ms: int
    first_ms: int
    stage: str
    reason: str
    error: str
    topic: str | None
    partition: int | None
    offset: int | None
    key: bytes | None
    null: bool
    left_out: int | None
    size: int
    attempt: int
    headers: Headers

    @property
    def id(self) -> str:
        return self.name.decode("utf-8", "replace")

    @property
    def place(self) -> str:
        """topic/partition@offset."""
        known = ("?" if number is None else str(number) for number in (self.partition, self.offset))
        return "{}/{}@{}".format(self.topic or "?", *known)


def letter_of(record: Record) -> Letter:
    """The letter that a record of news.dead-letters is; it has a key and a value."""
    told = dict(record.headers)
    return Letter(
        name=record.key or b"", lies_in=record.tp, at=record.offset, failed_ms=record.timestamp_ms,
        first_ms=_number(told, "sitrep_timestamp") or record.timestamp_ms,
        stage=_text(told, "sitrep_stage"), reason=_text(told, "sitrep_reason"), error=_text(told, "sitrep_error"),
        topic=_text(told, "sitrep_topic") or None, partition=_number(told, "sitrep_partition"),
        offset=_number(told, "sitrep_offset"), key=told.get("sitrep_key"), null="sitrep_null" in told,
        left_out=_number(told, "sitrep_left_out"),
        size=len(record.value or b""), attempt=_number(told, "sitrep_attempt") or 0,
        headers=tuple(pair for pair in record.headers if pair[0] not in (*PLACE, *KEPT)),
    )  # fmt: skip


def _text(told: Mapping[str, bytes], name: str) -> str:
    return (told.get(name) or b"").decode("utf-8", "replace")


def _number(told: Mapping[str, bytes], name: str) -> int | None:
    value = told.get(name) or b""
    return int(value) if DIGITS.fullmatch(value) else None


def chosen(names: Iterable[str], letters: Sequence[Letter]) -> list[Letter]:
    """The letters that are meant by ids or beginnings of ids, each once, in the order given. Raises NoSuchLetter."""
    by_id = {letter.id: letter for letter in letters}
    found = (by_id.get(name) or _beginning(name, by_id.values()) for name in names)
    return list({letter.id: letter for letter in found}.values())


def _beginning(name: str, letters: Iterable[Letter]) -> Letter:
    low = name.casefold()
    if len(low) < SHORTEST_ID:
        raise NoSuchLetter(f"{neutral(name, 60)!r} is too short: an id's first {SHORTEST_ID} characters at least")
    looks_like_one = ID.fullmatch(low)
    found = [letter for letter in letters if looks_like_one and letter.id.startswith(low)]
    if len(found) == 1:
        return found[0]
    called = repr(neutral(name, 60))
    if not found:
        raise NoSuchLetter(f"no open dead letter is called {called}; `sitrep dlq list` lists them")
    lines = [f"  {neutral(letter.id, 60)}  {neutral(letter.reason, 40)}" for letter in found[:SHOWN]]
    raise NoSuchLetter("\n".join([f"{called} begins {len(found)} ids; say more:", *lines]))


def matching(letters: Iterable[Letter], stage: str | None, reason: str | None) -> list[Letter]:
    """Those of the stage and the reason; None = any."""
    return [
        letter
        for letter in letters
        if (stage is None or letter.stage == stage) and (reason is None or letter.reason == reason)
    ]


def why_not(letter: Letter, allowed: Mapping[str, Topic]) -> str | None:
    """Why the letter cannot be retried; `allowed` = the topics it may go back to, by full name."""
    if letter.attempt >= MOST_ATTEMPTS:
        return f"retried {letter.attempt} times already; put right what is wrong and publish it anew, or drop it"
    origin = allowed.get(letter.topic or "")
    if origin is None:
        return f"it came from {neutral(letter.topic or 'nowhere', 80)!r}, which no service of this installation reads"
    if letter.left_out is not None or letter.size > origin.max_bytes:
        return f"its {letter.left_out or letter.size} bytes are more than the topic takes; drop it"
    if letter.null and letter.key is None:
        return "it has neither key nor value, so there is nothing to send; drop it"
    return None


def retried(letter: Letter, value: bytes | None, origin: Topic) -> Out:
    """The record as it was, with the time of its first append and one attempt more.

    It goes to the partition it lay in, so that it stays in one order with its key's other records.
    """
    assert letter.topic
    kept = letter.partition is not None and letter.partition < origin.partitions
    headers: Headers = (
        *letter.headers,
        ("sitrep_timestamp", b"%d" % letter.first_ms),
        ("sitrep_attempt", b"%d" % (letter.attempt + 1)),
    )
    return Out(
        letter.topic, letter.key, None if letter.null else value, headers,
        partition=letter.partition if kept else None, timestamp_ms=letter.first_ms,
    )  # fmt: skip


def tombstone(letter: Letter, how: str, words: str = "") -> Out:
    """What closes the letter. `how` and the operator's words stay in its headers until the topic is compacted."""
    headers: Headers = (("sitrep_resolved", how.encode()),)
    if words:
        headers = (*headers, ("sitrep_words", words.encode("utf-8", "replace")))
    return Out(letter.lies_in.topic, letter.name, None, headers, partition=letter.lies_in.partition)
