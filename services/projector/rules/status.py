"""Status of a fact (B3): its voices read through the table, and what other voices would make of it."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import product
from typing import NamedTuple

from services.projector.rules.origins import Standing, Voice, count_independent, positions_of
from services.projector.rules.positions import (
    Act,
    FactTerms,
    Position,
    Relation,
    Review,
    Sides,
    Status,
    Verdict,
)
from services.projector.rules.status_table import RULES, Case, StatusRule, first_rule

__all__ = ["RULES", "FactTerms", "WouldChange", "assess", "would_change"]

PLANS = frozenset({"planned", "possible"})
STANDS: frozenset[Status] = frozenset({"confirmed", "corroborated", "reported", "claimed"})

HYPOTHETICAL: tuple[tuple[Relation, str], ...] = (
    ("A", "the author of the act"),
    ("G", "somebody against own interest"),
    ("N", "a neutral voice"),
    ("D", "a duty voice"),
    ("O", "an ordinary voice"),
    ("P", "a party"),
)
"""The voices that `would_change` tries, in the order they are told."""


def assess(fact: FactTerms, positions: Sequence[Position], sides: Sides, review: Review | None = None) -> Verdict:
    """The status of the fact and the rule that gives it. Order and repetition of positions do not matter.

    `positions` are all assertions on the fact, of all its values; the caller leaves out what was not yet said at
    the moment asked about, and sets `withdrawn` only where it was withdrawn by then.
    """
    return judged(fact, positions_of(fact, positions), sides, review)


def judged(fact: FactTerms, standing: Standing, sides: Sides, review: Review | None = None) -> Verdict:
    """The status by who stands where, as `positions_of` tells it."""
    case = Case(standing.pro, standing.con, sides, standing.former, fact.realis in PLANS)
    verdict = _verdict(first_rule(case), case, standing)
    if review is None:
        return verdict
    dissent = verdict.opposing if review.status in STANDS else ()
    return replace(
        verdict,
        status=review.status,
        rule=first_rule(replace(case, review=review)).id,
        tags=_withheld_tag(standing),
        dissent=dissent,
        reviewer=review.reviewer,
        rules_say=verdict,
    )


def _verdict(rule: StatusRule, case: Case, standing: Standing) -> Verdict:
    assert rule.status is not None  # only R0 has none, and it needs a review
    opposing = _positions(case.con)
    return Verdict(
        status=rule.status,
        rule=rule.id,
        tags=_tags(rule, case, standing),
        supporting=_positions(case.pro),
        opposing=opposing,
        withholding=_positions(standing.withheld),
        dissent=opposing if rule.status in STANDS else (),
        independent_for=count_independent(case.firm_pro, case.sides),
        independent_against=count_independent(case.firm_con, case.sides),
    )


def _tags(rule: StatusRule, case: Case, standing: Standing) -> frozenset[str]:
    only_weak = {"R7": not case.firm_pro, "R3b": not case.firm_con}.get(rule.id, False)
    return frozenset({"unverified"}) if only_weak else _withheld_tag(standing)


def _withheld_tag(standing: Standing) -> frozenset[str]:
    return frozenset({"unverified"}) if standing.withheld else frozenset()


def _positions(voices: tuple[Voice, ...]) -> tuple[Position, ...]:
    return tuple(voice.position for voice in voices)


class WouldChange(NamedTuple):
    """A voice that is not there, and the status and rule it would lead to."""

    voice: str
    status: Status
    rule: str


def would_change(
    fact: FactTerms,
    positions: Sequence[Position],
    sides: Sides,
    relations: Iterable[Relation] | None = None,
) -> list[WouldChange]:
    """What one more voice, heard now, would change: each relation affirming, then each denying.

    `relations` = those that can occur here; by default A only where the aspect is a measure (B1 also knows authors
    of arrests and agreements, which the caller can tell), D only where no two sides are opposed.
    """
    now = assess(fact, positions, sides).status
    allowed = _likely(fact, sides) if relations is None else frozenset(relations)
    told = []
    for text, voice in _hypothetical(fact, positions, sides, allowed):
        verdict = assess(fact, [*positions, voice], sides)
        if verdict.status != now:
            told.append(WouldChange(text, verdict.status, verdict.rule))
    return told


def _likely(fact: FactTerms, sides: Sides) -> frozenset[Relation]:
    never = {"A": fact.aspect != "measure", "D": sides.two_sided}
    return frozenset(relation for relation, _ in HYPOTHETICAL if not never.get(relation, False))


def _hypothetical(
    fact: FactTerms, positions: Sequence[Position], sides: Sides, allowed: frozenset[Relation]
) -> Iterator[tuple[str, Position]]:
    after = max((position.time for position in positions), default=0) + 1
    voices = [(relation, who) for relation, who in HYPOTHETICAL if relation in allowed]
    acts: tuple[tuple[Act, str], ...] = (("+", "affirms it"), ("-", "denies it"))
    for (act, does), (relation, who) in product(acts, voices):
        for side in _sides_of_voice(relation, positions, sides):
            text = f"{who} of side {side} {does}" if side else f"{who} {does}"
            yield (
                text,
                Position("hypothetical", text, relation, act, after, side=side, value=fact.value, realis=fact.realis),
            )


def _sides_of_voice(relation: Relation, positions: Sequence[Position], sides: Sides) -> tuple[str | None, ...]:
    """A hypothetical party stands opposed to somebody who has spoken; other voices have no side."""
    if relation != "P":
        return (None,)
    spoke = {position.side for position in positions if position.side is not None}
    every = {side for pair in sides.opposed_pairs for side in pair}
    return tuple(sorted(s for s in every if any(sides.opposed(s, t) for t in spoke))) or (None,)
