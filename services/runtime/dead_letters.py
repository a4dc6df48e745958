"""Dead letters: what could not be read, bytes unchanged; where it came from and why in its headers.

Compressed records can be larger than any topic takes. Such a letter says so (`sitrep_left_out`, in bytes) and holds
neither value nor key nor the original headers; they lie where `sitrep_topic`, `_partition` and `_offset` say.
"""

from schemas.ids import content_id
from services.runtime.records import MAX_RECORD, Headers, Out, Record, size_of
from services.runtime.store import record_hash

MAX_ERROR = 2000
MAX_LETTER = MAX_RECORD - (64 << 10)
"""Bytes of key, value and headers; a record has some bytes more."""
PLACE = ("sitrep_reason", "sitrep_error", "sitrep_stage", "sitrep_topic", "sitrep_partition", "sitrep_offset",
         "sitrep_key", "sitrep_null", "sitrep_left_out")  # fmt: skip
KEPT = ("sitrep_timestamp", "sitrep_attempt")
"""A retried record brings these along: its first append time, and how often it was retried."""
MAX_KEPT = 20


def dead_letter(record: Record, topic: str, *, stage: str, reason: str, error: str) -> Out:
    """The record as a dead letter on `topic`. Its key is the same whenever the same record fails at the same stage.

    `reason` is a stable slug, `error` is for people. A null value becomes empty bytes, marked by `sitrep_null`: on
    a compacted topic a null would close the letter.
    """
    told = _told(record, stage, reason, error)
    original: Headers = tuple(pair for pair in record.headers if pair[0] not in (*PLACE, *KEPT))
    key = dead_letter_id(record, stage).encode()
    whole = Out(topic, key, record.value or b"", (*told, *_nature(record), *original), None, record.timestamp_ms)
    if size_of(whole) <= MAX_LETTER:
        return whole
    left_out = ("sitrep_left_out", b"%d" % size_of(whole))
    return Out(topic, key, b"", (*told, left_out), None, record.timestamp_ms)


def _told(record: Record, stage: str, reason: str, error: str) -> Headers:
    earlier = dict(record.headers)
    kept = {name: (earlier.get(name) or b"")[:MAX_KEPT] for name in KEPT}
    return (
        ("sitrep_reason", reason.encode()),
        ("sitrep_error", error[:MAX_ERROR].encode("utf-8", "replace")),
        ("sitrep_stage", stage.encode()),
        ("sitrep_topic", record.topic.encode()),
        ("sitrep_partition", b"%d" % record.partition),
        ("sitrep_offset", b"%d" % record.offset),
        ("sitrep_timestamp", kept["sitrep_timestamp"] or b"%d" % record.timestamp_ms),
        ("sitrep_attempt", kept["sitrep_attempt"] or b"0"),
    )


def _nature(record: Record) -> Headers:
    """The key, and whether there was a value: what the letter's own key and value cannot say."""
    key: Headers = () if record.key is None else (("sitrep_key", record.key),)
    return key if record.value is not None else (*key, ("sitrep_null", b"1"))


def dead_letter_id(record: Record, stage: str) -> str:
    """The hash tells a record of a re-created log from the one that lay there before."""
    return content_id("dead-letter", stage, record.topic, record.partition, record.offset, record_hash(record).hex())
