"""Dead letters: what could not be read, bytes unchanged; where it came from and why in its headers."""

from schemas.ids import content_id
from services.runtime.records import Headers, Out, Record
from services.runtime.store import record_hash

MAX_ERROR = 2000
PLACE = ("sitrep_reason", "sitrep_error", "sitrep_stage", "sitrep_topic", "sitrep_partition", "sitrep_offset",
         "sitrep_key", "sitrep_null")  # fmt: skip
KEPT = ("sitrep_timestamp", "sitrep_attempt")
"""A retried record brings these along: its first append time, and how often it was retried."""


def dead_letter(record: Record, topic: str, *, stage: str, reason: str, error: str) -> Out:
    """The record as a dead letter on `topic`. Its key is the same whenever the same record fails at the same stage.

    `reason` is a stable slug, `error` is for people. A null value becomes empty bytes, marked by `sitrep_null`: on
    a compacted topic a null would close the letter.
    """
    earlier = dict(record.headers)
    ours = {
        "sitrep_reason": reason.encode(),
        "sitrep_error": error[:MAX_ERROR].encode("utf-8", "replace"),
        "sitrep_stage": stage.encode(),
        "sitrep_topic": record.topic.encode(),
        "sitrep_partition": b"%d" % record.partition,
        "sitrep_offset": b"%d" % record.offset,
        "sitrep_timestamp": earlier.get("sitrep_timestamp", b"%d" % record.timestamp_ms),
        "sitrep_attempt": earlier.get("sitrep_attempt", b"0"),
    }
    if record.key is not None:
        ours["sitrep_key"] = record.key
    if record.value is None:
        ours["sitrep_null"] = b"1"
    headers: Headers = (*ours.items(), *(pair for pair in record.headers if pair[0] not in (*PLACE, *KEPT)))
    key = dead_letter_id(record, stage).encode()
    return Out(topic, key, record.value or b"", headers, timestamp_ms=record.timestamp_ms)


def dead_letter_id(record: Record, stage: str) -> str:
    """The hash tells a record of a re-created log from the one that lay there before."""
    return content_id("dead-letter", stage, record.topic, record.partition, record.offset, record_hash(record).hex())
