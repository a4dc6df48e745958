"""What all records share: frozen slotted dataclasses behind pydantic, open enumerations, UTC instants.

Wire rules (see docs): JSON in declared field order, absent fields left out, unknown fields ignored by readers,
enumerations open within a version: a reader accepts a value it does not know.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Any, get_args

from pydantic import AfterValidator, GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic_core import CoreSchema, core_schema


@dataclass(frozen=True)
class OpenEnum:
    """Static type: the known values; on the wire: any string, the known ones listed as examples."""

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        schema = core_schema.str_schema(metadata={"known": list(get_args(source))})
        schema["metadata"]["pydantic_js_functions"] = [self._json_schema(list(get_args(source)))]
        return schema

    @staticmethod
    def _json_schema(known: list[str]) -> Any:
        def examples(schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
            return {"type": "string", "examples": known}

        return examples


def _utc(value: datetime) -> datetime:
    """Naive times are UTC: that is what the contract says of times without a zone."""
    return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


Instant = Annotated[datetime, AfterValidator(_utc)]
