"""The one place where bytes become records and records bytes.

Encoding is canonical: declared field order, absent fields left out. `headers` mirror the body as CloudEvents 1.0.
"""

from typing import Annotated, Any, Generic, TypeVar

from pydantic import Field, TypeAdapter, ValidationError
from pydantic_core import from_json

from schemas.change import Change
from schemas.command import Command
from schemas.errors import InvalidRecord, UnknownVersion
from schemas.events import IncidentEvent
from schemas.incident import Incident
from schemas.report import Report

T = TypeVar("T")
ReportOrCommand = Report | Command


class Codec(Generic[T]):
    """Bytes <-> records of one topic. `kinds` are the (type, v) it knows."""

    def __init__(self, adapter: TypeAdapter[T], kinds: frozenset[tuple[str, int]]) -> None:
        self.adapter = adapter
        self.kinds = kinds

    def decode(self, value: bytes | None) -> T:
        """Raises UnknownVersion where type or v is not known, InvalidRecord for anything else that is wrong."""
        if value is None:
            raise InvalidRecord("null", "a value is required here")
        try:
            return self.adapter.validate_json(value)
        except ValidationError as error:
            raise self._reason(value, error) from error

    def encode(self, record: T) -> bytes:
        return self.adapter.dump_json(record, exclude_none=True)

    def _reason(self, value: bytes, error: ValidationError) -> InvalidRecord:
        try:
            data = from_json(value)
        except ValueError as broken:
            return InvalidRecord("not_json", str(broken))
        if not isinstance(data, dict):
            return InvalidRecord("not_an_object", f"a record is a JSON object, this is {type(data).__name__}")
        kind = (data.get("type"), data.get("v"))
        if kind not in self.kinds:
            return UnknownVersion("unknown_version", f"type {kind[0]!r} v {kind[1]!r} is not known here")
        first = error.errors()[0]
        return InvalidRecord("invalid", f"{'.'.join(map(str, first['loc']))}: {first['msg']}")


def _union(record: Any) -> TypeAdapter[Any]:
    return TypeAdapter(Annotated[record, Field(discriminator="type")])


EVENT_TYPES = (
    "report_recorded", "report_replaced", "report_withdrawn", "report_moved", "report_unlinked", "incident_merged",
    "incident_split", "incident_renamed", "fact_reviewed", "fact_pinned", "command_rejected",
)  # fmt: skip
REPORTS: Codec[ReportOrCommand] = Codec(_union(ReportOrCommand), frozenset({("report", 1), ("command", 1)}))
EVENTS: Codec[IncidentEvent] = Codec(_union(IncidentEvent), frozenset((name, 1) for name in EVENT_TYPES))
INCIDENTS: Codec[Incident] = Codec(TypeAdapter(Incident), frozenset({("incident", 1)}))
CHANGES: Codec[Change] = Codec(TypeAdapter(Change), frozenset({("change", 1)}))


def cloudevent_headers(
    *, kind: str, v: int, record_id: str, desk: str, subject: str, time: str | None
) -> tuple[tuple[str, bytes], ...]:
    """CloudEvents 1.0, binary mode. The body is right where they differ."""
    pairs = {
        "ce_specversion": "1.0",
        "ce_id": record_id,
        "ce_type": f"sitrep.{kind}.v{v}",
        "ce_source": f"/desks/{desk}",
        "ce_subject": subject,
        "ce_time": time,
        "content-type": "application/json",
    }
    return tuple((name, text.encode()) for name, text in pairs.items() if text is not None)
