"""Short words for positions and cases, and the adapter from the neutral cases to the rules' own terms."""

import random
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from services.projector.rules.positions import (
    Act,
    FactTerms,
    Position,
    Relation,
    Review,
    Sides,
    Status,
    Verdict,
    Withdrawal,
)
from services.projector.rules.relation import Harm, RelationTerms, Said, SpeakerTerms

Json = dict[str, Any]

HOUR = 3600
SIDES = Sides.of(opposed=[["north", "south"], ["north", "hill"]], allied=[["south", "hill"]])
HAPPENED = FactTerms("happened")
RANK: dict[Status, int] = {
    "retracted": 0, "denied": 0, "disputed": 0, "claimed": 1, "reported": 2, "corroborated": 3, "confirmed": 4,
}  # fmt: skip


def said(
    who: str,
    relation: Relation,
    act: Act = "+",
    time: int = 1,
    *,
    published: int = 0,
    side: str | None = None,
    value: str | None = None,
    realis: str = "actual",
    org: str | None = None,
    via: Sequence[str] = (),
    family: str | None = None,
    withdrawn: Withdrawal | None = None,
    withdrawn_at: int | None = None,
) -> Position:
    """A position; its id is what it says, so that the same words twice are one assertion."""
    words = (who, relation, act, time, published, side, value, realis, org, *via, family, withdrawn, withdrawn_at)
    key = "/".join(map(str, words))
    return Position(
        key, who, relation, act, time, published, org, side, value, realis, tuple(via), family, withdrawn, withdrawn_at
    )  # fmt: skip


def fact_of(terms: Json) -> FactTerms:
    return FactTerms(terms["aspect"], terms.get("realis", "actual"), terms.get("value"))


def position_of(entry: Json, number: int, fact: FactTerms) -> Position:
    """A position of status.jsonl, or an assertion `on` a fact of b4.jsonl; hours become seconds."""
    withdrawn_at = entry.get("withdrawn_at")
    return Position(
        id=f"assertion-{number:03}",
        origin=entry.get("origin") or entry["speaker"],
        relation=entry.get("relation", "O"),  # a retraction states none, and none is looked at
        act=entry["act"],
        time=seconds(entry["time"]),
        published=seconds(entry.get("published", 0)),
        org=entry.get("org"),
        side=entry.get("side"),
        value=entry.get("value"),
        realis=entry.get("realis", fact.realis),
        via=tuple(entry.get("via", ())),
        family=entry.get("family"),
        withdrawn=entry.get("withdrawn"),
        withdrawn_at=None if withdrawn_at is None else seconds(withdrawn_at),
    )


def seconds(hours: float) -> int:
    return round(hours * HOUR)


def sides_in(case: Json) -> Sides:
    stated = case.get("sides")
    return SIDES if stated is None else Sides.of(stated["opposed"], stated["allied"])


def review_in(case: Json) -> Review | None:
    stated = case.get("review")
    return None if stated is None else Review(stated["status"], stated["reviewer"])


def relation_terms(case: Json) -> tuple[SpeakerTerms, RelationTerms, Said]:
    fact = dict(case["fact"])
    harm = fact.pop("harms", None)
    fact["place_within"] = frozenset(fact.get("place_within", ()))
    terms = RelationTerms(**fact, harms=None if harm is None else Harm(**harm))
    return SpeakerTerms(**case["speaker"]), terms, Said(**case["said"])


def told(verdict: Verdict, keys: Sequence[str]) -> Json:
    """What a case's `expect` may ask of a verdict, only the keys it asks for."""
    everything: Json = {
        "status": verdict.status,
        "rule": verdict.rule,
        "tags": set(verdict.tags),
        "dissent": {position.origin for position in verdict.dissent},
        "rules_say": _rules_say(verdict),
    }
    return {key: everything[key] for key in keys}


def expected(expect: Json) -> Json:
    return {key: set(value) if key in ("tags", "dissent") else value for key, value in expect.items()}


def _rules_say(verdict: Verdict) -> Json | None:
    beside = verdict.rules_say
    return None if beside is None else {"status": beside.status, "rule": beside.rule}


def shuffled_twice(positions: Sequence[Position], seed: str) -> list[Position]:
    """Every position twice, in an order that depends on the seed alone."""
    twice = [*positions, *(replace(position) for position in positions)]
    random.Random(seed).shuffle(twice)
    return twice
