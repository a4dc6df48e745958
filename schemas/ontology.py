"""The occurrence types: their families, labels, and which of them may be one occurrence (data: ontology.toml)."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from schemas.report import Family


@dataclass(frozen=True, slots=True)
class OccurrenceType:
    name: str
    family: Family
    label: str
    clause: str
    weight: int
    violence: bool


@dataclass(frozen=True, slots=True)
class Ontology:
    types: Mapping[str, OccurrenceType]
    pairs: frozenset[frozenset[str]]

    def of(self, name: str) -> OccurrenceType:
        """The type; an unknown one (enumerations are open) is an attack-like statement of weight 0."""
        known = self.types.get(name)
        return known or OccurrenceType(name, "statements", name.replace("_", " ").capitalize(), name, 0, False)

    def compatible(self, a: str, b: str) -> bool:
        return a == b or frozenset((a, b)) in self.pairs


@cache
def ontology() -> Ontology:
    """Loaded once: a packaged constant, not input."""
    data = tomllib.loads((Path(__file__).parent / "ontology.toml").read_text("utf-8"))
    types = {name: OccurrenceType(name=name, **fields) for name, fields in data["types"].items()}
    return Ontology(types, frozenset(frozenset(pair) for pair in data["compatible"]))
