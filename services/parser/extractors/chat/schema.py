"""The JSON schema of an answer, with the words of our records as its closed lists. Strict: all fields are required."""

from collections.abc import Iterator
from functools import cache
from typing import Any, get_args

from schemas import vocabulary as words
from schemas.ontology import ontology

MAX_STATEMENTS = 200
ASPECTS = ("happened", "count", "actor", "cause", "measure")
Schema = dict[str, Any]


@cache
def answer_schema() -> Schema:
    return _object({"statements": {"type": "array", "items": statement_schema()}})


@cache
def statement_schema() -> Schema:
    return _object({
        "field": {"enum": ["title", "body"]},
        "content": {"type": "string"},
        "cue": _or_null({"type": "string"}),
        "speakers": {"type": "array", "items": _object({"name": {"type": "string"}, "kind": _one(words.SpeakerKind)})},
        "type": {"enum": sorted(ontology().types)},
        "aspect": {"enum": list(ASPECTS)},
        "stance": _one(words.Stance), "polarity": {"enum": ["+", "-"]}, "certainty": _one(words.Certainty),
        "evidence": _one(words.Evidence), "realis": _one(words.Realis),
        "place": _or_null({"type": "string"}), "actor": _or_null({"type": "string"}),
        "count": _or_null(_count()), "cause": _or_null(_one(words.Cause)), "measure": _or_null(_measure()),
    })  # fmt: skip


def unlisted(value: Any, schema: Schema) -> Iterator[str]:
    """Words of a value that are not in the closed lists of its schema: our records are open to new words, it is not."""
    if value is None:
        return
    if "enum" in schema and value not in schema["enum"]:
        yield str(value)
    for part in schema.get("anyOf", [])[:1]:
        yield from unlisted(value, part)
    for item in value if "items" in schema else ():
        yield from unlisted(item, schema["items"])
    for name, part in schema.get("properties", {}).items():
        yield from unlisted(value[name], part)


def _count() -> Schema:
    figure = _or_null({"type": "integer"})
    return _object({
        "outcome": _one(words.Outcome), "group": {"type": "string"}, "comparator": _one(words.Comparator),
        "kind": _one(words.CountKind), "low": figure, "best": figure, "high": figure,
    })  # fmt: skip


def _measure() -> Schema:
    return _object({"act": _one(words.MeasureAct), "name": {"type": "string"}})


def _object(properties: Schema) -> Schema:
    return {"type": "object", "properties": properties, "required": list(properties), "additionalProperties": False}


def _or_null(schema: Schema) -> Schema:
    return {"anyOf": [schema, {"type": "null"}]}


def _one(word: Any) -> Schema:
    return {"enum": [value for value in get_args(get_args(word)[0]) if isinstance(value, str)]}
