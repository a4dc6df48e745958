"""Dead letters: what could not be read, bytes unchanged; where it came from and why in its headers."""

from schemas.ids import content_id
from services.runtime.records import Headers, Out, Record

MAX_ERROR = 2000
OWN = (
    "sitrep_reason", "sitrep_error", "sitrep_stage", "sitrep_topic", "sitrep_partition", "sitrep_offset",
    "sitrep_timestamp", "sitrep_key",
)  # fmt: skip


def dead_letter(record: Record, topic: str, *, stage: str, reason: str, error: str) -> Out:
    """The record as a dead letter on `topic`. Its key is the same whenever the same record fails at the same stage."""
    attempt = dict(record.headers).get("sitrep_attempt", b"0")
    key = content_id("dead-letter", stage, record.topic, record.partition, record.offset, record.timestamp_ms)
    headers: Headers = (
        ("sitrep_reason", reason.encode()),
        ("sitrep_error", error[:MAX_ERROR].encode("utf-8", "replace")),
        ("sitrep_stage", stage.encode()),
        ("sitrep_topic", record.topic.encode()),
        ("sitrep_partition", str(record.partition).encode()),
        ("sitrep_offset", str(record.offset).encode()),
        ("sitrep_timestamp", str(record.timestamp_ms).encode()),
        ("sitrep_key", record.key or b""),
        ("sitrep_attempt", attempt),
        *(pair for pair in record.headers if pair[0] not in OWN and pair[0] != "sitrep_attempt"),
    )
    return Out(topic, key.encode(), record.value, headers, timestamp_ms=record.timestamp_ms)
