"""The numbers of the linker (data: link.toml) and how common words are (data: frequency.tsv)."""

import math
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

DATA = Path(__file__).parent / "data"


@dataclass(frozen=True, slots=True)
class Weights:
    bias: float
    cosine: float
    rare: float
    rare_scale: float
    rare_cap: float
    place_same: float
    place_near: float
    place_province: float
    place_country: float
    place_abroad: float
    date_same: float
    date_next: float
    date_week: float
    date_later: float
    gap: float
    actors: float
    types_alike: float
    families_apart: float
    back_reference: float
    near_duplicate: float
    street: float
    age_same: float
    age_different: float


@dataclass(frozen=True, slots=True)
class Thresholds:
    join: float
    merge: float
    roundup: float
    background: float
    most_merged: int


@dataclass(frozen=True, slots=True)
class Reach:
    """How far new occurrences may be from an incident in time and space."""

    hours: float
    km: float
    dyad_km: float


@dataclass(frozen=True, slots=True)
class FollowUp:
    free_hours: float
    most_days: float
    rare_names: int


@dataclass(frozen=True, slots=True)
class Look:
    """A kind of bucket: what sharing one is worth, and how many days around it are searched."""

    worth: float
    days: int


@dataclass(frozen=True, slots=True)
class TextFamilies:
    jaccard: float
    credited_jaccard: float
    rows: int
    most_alike: int


@dataclass(frozen=True, slots=True)
class LinkModel:
    version: str
    weights: Weights
    thresholds: Thresholds
    reach: Mapping[str, Reach]
    follow_up: FollowUp
    apart: frozenset[tuple[str, str]]
    looks: Mapping[str, Look]
    most_candidates: int
    per_bucket: int
    texts: TextFamilies

    def families_apart(self, ours: Iterable[str], theirs: Iterable[str]) -> bool:
        """True if no family of the one goes with any of the other; unknown families go with all."""
        others = tuple(theirs)
        pairs = [(a, b) in self.apart for a in ours for b in others]
        return bool(pairs) and all(pairs)


@cache
def link_model() -> LinkModel:
    """Loaded once: packaged constants, not input."""
    data = tomllib.loads((DATA / "link.toml").read_text("utf-8"))
    gates, looks = dict(data["gates"]), dict(data["candidates"])
    follow_up = FollowUp(**gates.pop("follow_up"))
    most, per_bucket = looks.pop("most"), looks.pop("per_bucket")
    return LinkModel(
        version=data["version"],
        weights=Weights(**data["weights"]),
        thresholds=Thresholds(**data["thresholds"]),
        reach={kind: Reach(**fields) for kind, fields in gates.items()},
        follow_up=follow_up,
        apart=_apart(data["families"]),
        looks={kind: Look(**fields) for kind, fields in looks.items()},
        most_candidates=most,
        per_bucket=per_bucket,
        texts=TextFamilies(**data["families_of_texts"]),
    )


def _apart(table: Mapping[str, Any]) -> frozenset[tuple[str, str]]:
    names: list[str] = table["order"]
    rows = dict(zip(names, table["rows"], strict=True))
    return frozenset((a, b) for a in names for b, together in zip(names, rows[a], strict=True) if not together)


@dataclass(frozen=True, slots=True)
class Commonness:
    """Inverse document frequency from a frozen table: a running count would make links depend on order."""

    documents: int
    found: Mapping[str, int]

    @property
    def rarest(self) -> float:
        return math.log(self.documents)

    def idf(self, word: str) -> float:
        """Natural logarithm of documents / documents with the word; a word that is not in the table is rarest."""
        return math.log(self.documents / self.found.get(word, 1))


@cache
def commonness() -> Commonness:
    lines = (DATA / "frequency.tsv").read_text("utf-8").splitlines()
    rows = [line.split("\t") for line in lines if not line.startswith("#")]
    return Commonness(int(rows[0][1]), {word: int(n) for word, n in rows[1:]})
