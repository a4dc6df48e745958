"""breaking_changes(old, new): what in a newer JSON Schema a consumer of the older one could not read. Pure."""

from collections.abc import Iterator, Mapping
from typing import Any

Schema = Mapping[str, Any]


def breaking_changes(old: Schema, new: Schema) -> list[str]:
    """One line a change: a field removed, retyped, or no longer always there; a record type removed."""
    old_defs, new_defs = old.get("$defs", {}), new.get("$defs", {})
    found = [f"{name}: record removed" for name in old_defs if name not in new_defs]
    for name in sorted(set(old_defs) & set(new_defs)):
        found += [f"{name}{path}: {what}" for path, what in _compare(old_defs[name], new_defs[name], "")]
    found += [f"(root){path}: {what}" for path, what in _compare(_own(old), _own(new), "")]
    return found


def _own(schema: Schema) -> Schema:
    return {key: value for key, value in schema.items() if key != "$defs"}


def _compare(old: Schema, new: Schema, path: str) -> Iterator[tuple[str, str]]:
    if _shape(old) != _shape(new):
        yield path, f"type {_shape(old)} became {_shape(new)}"
        return
    yield from ((f"{path}.{name}", "no longer required") for name in _gone(old, new, "required"))
    for name, child in old.get("properties", {}).items():
        if name not in new.get("properties", {}):
            yield f"{path}.{name}", "field removed"
        else:
            yield from _compare(child, new["properties"][name], f"{path}.{name}")
    if isinstance(old.get("items"), Mapping) and isinstance(new.get("items"), Mapping):
        yield from _compare(old["items"], new["items"], f"{path}[]")
    yield from _alternatives(old, new, path)


def _gone(old: Schema, new: Schema, word: str) -> list[str]:
    return [name for name in old.get(word, []) if name not in new.get(word, []) and name in new.get("properties", {})]


def _alternatives(old: Schema, new: Schema, path: str) -> Iterator[tuple[str, str]]:
    """A consumer that knows these alternatives cannot read another one; one that falls away is lost to it."""
    for word in ("anyOf", "oneOf"):
        before = {repr(_shape(option)) for option in old.get(word, [])}
        after = {repr(_shape(option)) for option in new.get(word, [])}
        if before != after and before:
            yield path, f"alternatives {sorted(before)} became {sorted(after)}"


def _shape(schema: Schema) -> tuple[Any, ...]:
    return (schema.get("type"), schema.get("$ref"), schema.get("const"), tuple(schema.get("enum", ())))
