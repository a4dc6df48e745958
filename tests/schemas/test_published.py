"""The published JSON Schemas are the models, and a breaking change is seen."""

import copy
from typing import Any

import orjson
import pytest
from jsonschema import Draft202012Validator

from schemas.compat import breaking_changes
from schemas.published import FOLDER, rendered, schemas


@pytest.mark.parametrize("name", sorted(schemas()))
def test_published_schema_is_the_generated_one(name: str) -> None:
    committed = (FOLDER / name).read_bytes()
    assert committed == rendered(schemas()[name]), "run: python -m schemas.published"


def test_no_file_is_published_that_nothing_generates() -> None:
    assert {path.name for path in FOLDER.glob("*.json")} == set(schemas())


@pytest.mark.parametrize("name", sorted(schemas()))
def test_published_schema_is_a_valid_schema(name: str) -> None:
    Draft202012Validator.check_schema(schemas()[name])


def _event() -> dict[str, Any]:
    loaded: dict[str, Any] = orjson.loads(rendered(schemas()["event.v1.schema.json"]))
    return loaded


def test_an_equal_schema_breaks_nothing() -> None:
    assert breaking_changes(_event(), _event()) == []


def test_an_optional_field_more_breaks_nothing() -> None:
    new = _event()
    new["$defs"]["Group"]["properties"]["mood"] = {"type": "string"}
    assert breaking_changes(_event(), new) == []


def _without(record: str, field: str) -> dict[str, Any]:
    new = copy.deepcopy(_event())
    del new["$defs"][record]["properties"][field]
    return new


def test_a_removed_field_is_refused() -> None:
    assert breaking_changes(_event(), _without("Group", "families")) == ["Group.families: field removed"]


def test_a_retyped_field_is_refused() -> None:
    new = _event()
    new["$defs"]["Decision"]["properties"]["n"] = {"type": "string"}
    assert any("Decision.n: type" in line for line in breaking_changes(_event(), new))


def test_a_field_that_may_now_be_absent_is_refused() -> None:
    new = _event()
    new["$defs"]["Assertion"]["required"].remove("stance")
    assert breaking_changes(_event(), new) == ["Assertion.stance: no longer required"]


def test_a_removed_event_type_is_refused() -> None:
    new = _event()
    del new["$defs"]["FactReviewed"]
    assert "FactReviewed: record removed" in breaking_changes(_event(), new)
