"""The adapter from the neutral cases of counts, measures and control to the rules' own terms, and what they expect."""

import random
from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import Any, TypeVar

from _pytest.mark.structures import ParameterSet

from services.projector.rules.control import ControlNow, HolderClaim, Review
from services.projector.rules.counts import Head, Statement
from services.projector.rules.measures import MeasureRow, MeasureStatement, at
from services.projector.rules.positions import Act
from tests.projector.rules.cases import seconds

Json = dict[str, Any]
T = TypeVar("T")

NUMBER = {"<=": "high", "<": "high", ">=": "low", ">": "low"}
"""Where a report's count carries the stated number; elsewhere in `best`."""


def shuffled(items: Sequence[T], seed: str) -> list[T]:
    """Every item twice, in an order that depends on the seed alone."""
    twice = [*items, *items]
    random.Random(seed).shuffle(twice)
    return twice


def cases_of_kind(kind: str, cases: Iterable[ParameterSet]) -> list[ParameterSet]:
    """Those of a mixed file; the one that says that the file is absent stays."""
    return [case for case in cases if _kind(case) in (kind, None)]


def _kind(case: ParameterSet) -> object:
    stated = case.values[0]
    return stated.get("kind") if isinstance(stated, dict) else None


def _said(entry: Json, number: int) -> Json:
    via = entry.get("via", ())
    return {
        "id": f"assertion-{number:03}",
        "speaker": entry["speaker"],
        "relation": entry.get("relation", "O"),
        "said_at": seconds(entry["said_at"]),
        "published": seconds(entry.get("published", 0)),
        "side": entry.get("side"),
        "via": (via,) if isinstance(via, str) else tuple(via),
    }


def count_statement(entry: Json, number: int) -> Statement:
    """A statement of counts.jsonl, or an assertion on a count of b4.jsonl."""
    comparator = entry.get("comparator", "=")
    numbers: Json = {key: entry[key] for key in ("low", "high", "word", "of") if key in entry}
    if "n" in entry:
        numbers[NUMBER.get(comparator, "best")] = entry["n"]
    return Statement(
        **_said(entry, number),
        outcome=entry["outcome"],
        group=entry["group"],
        scope=entry.get("scope", "incident"),
        indirect=entry.get("indirect", False),
        kind=entry.get("kind", "total"),
        comparator=comparator,
        cue_revised=entry.get("cue") == "revised",
        official=entry.get("official", False),
        own_voice=entry.get("own_voice", False),
        act=entry.get("act", "figure"),
        **numbers,
    )


def head_told(head: Head, keys: Iterable[str]) -> Json:
    """What a case's `expect` may ask of a head, only the keys it asks for."""
    everything: Json = {
        "outcome": head.outcome,
        "group": head.group,
        "indirect": head.indirect,
        "best": head.best,
        "low": head.low,
        "high": head.high,
        "word": head.word,
        "status": head.status,
        "rule": head.rule,
        "governed_by": head.governed_by,
        "previous": [former.value for former in head.previous],
        "outside": {(row.speaker, row.n if row.comparator != "vague" else row.low) for row in head.outside},
        "rows": len(head.rows),
        "tags": set(head.tags),
    }
    return {key: everything[key] for key in keys}


def head_expected(expect: Json) -> Json:
    told = dict(expect)
    if "outside" in told:
        told["outside"] = {(row["speaker"], row["n"]) for row in told["outside"]}
    if "tags" in told:
        told["tags"] = set(told["tags"])
    return told


def head_key(head: Mapping[str, Any]) -> Hashable:
    return head["outcome"], head["group"], head.get("indirect", False)


def heads_by_key(heads: Iterable[Head]) -> dict[Hashable, Head]:
    return {(head.outcome, head.group, head.indirect): head for head in heads}


def measure_statement(entry: Json, number: int) -> MeasureStatement:
    until = entry.get("until")
    return MeasureStatement(
        **_said(entry, number),
        act=entry["act"],
        polarity=entry["polarity"],
        name=entry["name"],
        area=entry["area"],
        until=None if until is None else seconds(until),
    )


def measure_told(row: MeasureRow, as_of: int, keys: Iterable[str]) -> Json:
    now = at(row, as_of)
    everything: Json = {
        "name": row.name,
        "area": row.area,
        "in_force": now.in_force,
        "introduced": row.introduced,
        "lifted": row.lifted,
        "status": row.status,
        "rule": row.rule,
        "until": row.until,
        "stale": now.stale,
    }
    return {key: everything[key] for key in keys}


def measure_expected(expect: Json) -> Json:
    times = {key: seconds(expect[key]) for key in ("introduced", "lifted", "until") if expect.get(key) is not None}
    return expect | times


def holder_claim(entry: Json, number: int) -> HolderClaim:
    polarity: Act = entry["polarity"]
    return HolderClaim(**_said(entry, number), polarity=polarity, holder=entry["holder"])


def review_of_holder(case: Json) -> Review | None:
    stated = case.get("review")
    return None if stated is None else Review(stated["holder"], stated["reviewer"], seconds(stated["at"]))


def control_told(now: ControlNow, keys: Iterable[str]) -> Json:
    assessed = now.assessed
    everything: Json = {
        "display": now.display,
        "assessed": None if assessed is None else {"holder": assessed.holder, "by": assessed.by},
        "claims": set(now.claims),
    }
    return {key: everything[key] for key in keys}


def control_expected(expect: Json) -> Json:
    return {key: set(value) if key == "claims" else value for key, value in expect.items()}
