"""Examples are the contract: append-only, and every one must decode for ever. Those under invalid/ must not."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import orjson
import pytest
from jsonschema import Draft202012Validator, ValidationError

from schemas.article import from_wire
from schemas.codec import CHANGES, EVENTS, INCIDENTS, REPORTS
from schemas.errors import InvalidRecord
from schemas.published import FOLDER

EXAMPLES = Path(__file__).resolve().parents[2] / "schemas" / "examples"
KINDS: dict[str, tuple[Callable[[bytes], Any], str]] = {
    "article": (lambda data: from_wire(data, None, {}, 0), "article.v1"),
    "report": (REPORTS.decode, "report.v1"),
    "command": (REPORTS.decode, "report.v1"),
    "event": (EVENTS.decode, "event.v1"),
    "incident": (INCIDENTS.decode, "incident.v1"),
    "change": (CHANGES.decode, "change.v1"),
}
CODECS = {"report": REPORTS, "command": REPORTS, "event": EVENTS, "incident": INCIDENTS, "change": CHANGES}
FILES = sorted(EXAMPLES.glob("*/v1/*.json"))
INVALID = sorted(EXAMPLES.glob("invalid/*/*.json"))


def ident(path: Path) -> str:
    return str(path.relative_to(EXAMPLES))


def schema(kind: str) -> Draft202012Validator:
    return Draft202012Validator(orjson.loads((FOLDER / f"{KINDS[kind][1]}.schema.json").read_bytes()))


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_every_kind_of_record_has_an_example(kind: str) -> None:
    assert [path for path in FILES if path.parts[-3] == kind]


@pytest.mark.parametrize("path", FILES, ids=ident)
def test_an_example_decodes_and_fits_its_schema(path: Path) -> None:
    kind = path.parts[-3]
    record = KINDS[kind][0](path.read_bytes())
    assert record is not None
    schema(kind).validate(orjson.loads(path.read_bytes()))


@pytest.mark.parametrize("path", [p for p in FILES if p.parts[-3] in CODECS], ids=ident)
def test_what_was_written_is_written_again(path: Path) -> None:
    codec: Any = CODECS[path.parts[-3]]
    record = codec.decode(path.read_bytes())
    assert orjson.loads(codec.encode(record)) == orjson.loads(path.read_bytes())


@pytest.mark.parametrize("path", INVALID, ids=ident)
def test_an_invalid_example_is_refused_by_both(path: Path) -> None:
    kind = path.parts[-2]
    with pytest.raises(InvalidRecord):
        KINDS[kind][0](path.read_bytes())
    with pytest.raises(ValidationError):
        schema(kind).validate(orjson.loads(path.read_bytes()))


def test_there_is_something_that_must_fail() -> None:
    assert {path.parts[-2] for path in INVALID} >= {"article", "event", "incident"}
