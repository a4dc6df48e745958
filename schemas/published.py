"""The JSON Schemas that `schemas/published/` holds: generated from the models, committed, compared by a test.

`python -m schemas.published` writes them; it refuses a change that would break a consumer within a version.
"""

import sys
from pathlib import Path
from typing import Any

import orjson
from pydantic import TypeAdapter

from schemas.codec import CHANGES, EVENTS, INCIDENTS, REPORTS
from schemas.compat import breaking_changes
from schemas.wire_article import WireRecord

FOLDER = Path(__file__).parent / "published"


def schemas() -> dict[str, dict[str, Any]]:
    """File name -> JSON Schema (2020-12)."""
    adapters: dict[str, TypeAdapter[Any]] = {
        "article.v1": TypeAdapter(WireRecord),
        "report.v1": REPORTS.adapter,
        "event.v1": EVENTS.adapter,
        "incident.v1": INCIDENTS.adapter,
        "change.v1": CHANGES.adapter,
    }
    return {f"{name}.schema.json": _schema(name, adapter) for name, adapter in adapters.items()}


def _schema(name: str, adapter: TypeAdapter[Any]) -> dict[str, Any]:
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": f"sitrep:{name}"}
    return head | adapter.json_schema(mode="validation")


def rendered(schema: dict[str, Any]) -> bytes:
    return orjson.dumps(schema, option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS) + b"\n"


def main() -> int:
    FOLDER.mkdir(exist_ok=True)
    broken = []
    for name, schema in schemas().items():
        path = FOLDER / name
        old = orjson.loads(path.read_bytes()) if path.exists() else None
        broken += [f"{name}: {change}" for change in (breaking_changes(old, schema) if old else ())]
    if broken:
        sys.stderr.write("refused, these would break a consumer; make a new version:\n" + "\n".join(broken) + "\n")
        return 1
    for name, schema in schemas().items():
        (FOLDER / name).write_bytes(rendered(schema))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
