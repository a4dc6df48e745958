"""Control of a place (K7): who claims to hold it, who holds it by the word of a neutral, of both sides or of a desk.

`assess` gives what is stored; only `at` knows a clock. Pure; times are whole seconds; order and repetition of the
claims do not matter.
"""

from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Literal, NamedTuple

from services.projector.rules import expiry
from services.projector.rules.positions import Act, Relation, Sides
from services.projector.rules.rule_text import RuleText
from services.projector.rules.utterance import Utterance, live

Display = Literal["held", "contested", "claimed", "unknown"]
Basis = Literal["agreement", "neutral", "review"]

CLAIMANTS: frozenset[Relation] = frozenset({"P", "G"})
"""Whose claims are listed as such."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HolderClaim(Utterance):
    """Somebody's word on who holds the place; `polarity` -: that it is not this holder."""

    holder: str
    polarity: Act = "+"

    @property
    def topic(self) -> Hashable:
        return "holder"

    @property
    def content(self) -> Hashable:
        return self.holder, self.polarity

    @property
    def takes_back(self) -> bool:
        return self.polarity == "retracts"

    @property
    def fresh_until(self) -> int | None:
        return _fresh_until(self.said_at)


class Review(NamedTuple):
    """A desk's own assessment, and when it was made."""

    holder: str
    reviewer: str
    at: int


class Assessment(NamedTuple):
    """A holder that is more than claimed. `by` = the speaker; of an agreement both, in the order of speech."""

    holder: str
    by: str
    said_at: int
    fresh_until: int | None
    basis: Basis


@dataclass(frozen=True, slots=True)
class ControlView:
    """Each origin's latest firm words and what may be assessed from them, by time. Nothing here has expired yet."""

    claims: tuple[HolderClaim, ...] = ()
    assessments: tuple[Assessment, ...] = ()


class ControlNow(NamedTuple):
    """The view at a moment. `claims` = holders with a live claim of a party or an admission, by name."""

    display: Display
    assessed: Assessment | None
    claims: tuple[str, ...]
    rule: str


class _Fresh(NamedTuple):
    claims: Sequence[HolderClaim]
    assessments: Sequence[Assessment]

    @property
    def assessed(self) -> Assessment | None:
        """The newest; of one moment the review (bases happen to sort that way)."""
        return max(self.assessments, key=lambda it: (it.said_at, it.basis, it.holder), default=None)

    @property
    def holders(self) -> set[str]:
        return {claim.holder for claim in self.claims if claim.polarity == "+"}


class DisplayRule(NamedTuple):
    """A row; the first that holds is taken, the last always does."""

    id: str
    display: Display
    holds: Callable[[_Fresh], bool]
    condition: str


DISPLAYS: tuple[DisplayRule, ...] = (
    DisplayRule("K7a", "contested", lambda fresh: _is_denied(fresh),
                "assessed, and denied since by anybody but a weak voice, or assessed otherwise by another"),
    DisplayRule("K7b", "held", lambda fresh: fresh.assessed is not None,
                "assessed by a neutral voice, by both opposed sides or by a reviewer"),
    DisplayRule("K7c", "contested", lambda fresh: len(fresh.holders) > 1, "two holders are claimed"),
    DisplayRule("K7d", "claimed", lambda fresh: bool(fresh.holders), "one holder is claimed"),
    DisplayRule("K7e", "unknown", lambda fresh: True, "nobody speaks, or nothing said is fresh any more"),
)  # fmt: skip

RULES: tuple[RuleText, ...] = (
    RuleText("K7", "somebody says who holds a place",
             "a claim; assessed only from a neutral voice, opposed sides that agree, or a reviewer; the newest "
             "assessment counts; words last 24 hours"),
    *(RuleText(row.id, row.condition, row.display) for row in DISPLAYS),
)  # fmt: skip


def assess(
    claims: Iterable[HolderClaim], sides: Sides, as_of: int | None = None, review: Review | None = None
) -> ControlView:  # fmt: skip
    """What is stored of one place. With `as_of`, of what had been said by then; the clock is in `at`."""
    told = [claim for claim in claims if as_of is None or claim.said_at <= as_of]
    firm = tuple(claim for claim in _latest(live(told)) if claim.relation != "W")
    found = [*_neutral(firm), *_agreements(firm, sides)]
    if review is not None and (as_of is None or review.at <= as_of):
        found.append(Assessment(review.holder, review.reviewer, review.at, _fresh_until(review.at), "review"))
    return ControlView(firm, tuple(sorted(found, key=lambda it: (it.said_at, it.basis, it.holder, it.by))))


def at(view: ControlView, as_of: int) -> ControlNow:
    """The view as it is to be shown at `as_of`: only fresh words count."""
    fresh = _Fresh(
        [claim for claim in view.claims if not expiry.is_stale(claim.fresh_until, as_of)],
        [it for it in view.assessments if not expiry.is_stale(it.fresh_until, as_of)],
    )
    rule = next(rule for rule in DISPLAYS if rule.holds(fresh))
    claimed = {claim.holder for claim in fresh.claims if claim.polarity == "+" and claim.relation in CLAIMANTS}
    return ControlNow(rule.display, fresh.assessed, tuple(sorted(claimed)), rule.id)


def _fresh_until(said_at: int) -> int | None:
    return expiry.fresh_until(expiry.ExpiryTerms("control", "claimed", said_at))


def _latest(living: Sequence[HolderClaim]) -> list[HolderClaim]:
    """Each origin's last word for one holder and against each; a word on a holder ends the contrary one."""
    standing: dict[tuple[str, str], HolderClaim] = {}
    for claim in (it for it in living if it.polarity in ("+", "-")):
        for key in [key for key, other in standing.items() if _ends(claim, other)]:
            del standing[key]
        standing[claim.origin, claim.holder] = claim
    return sorted(standing.values(), key=lambda claim: claim.order)


def _ends(claim: HolderClaim, former: HolderClaim) -> bool:
    moved_on = claim.polarity == former.polarity == "+"
    return claim.origin == former.origin and (moved_on or claim.holder == former.holder)


def _neutral(firm: Sequence[HolderClaim]) -> Iterator[Assessment]:
    for claim in firm:
        if claim.relation == "N" and claim.polarity == "+":
            yield Assessment(claim.holder, claim.speaker, claim.said_at, claim.fresh_until, "neutral")


def _agreements(firm: Sequence[HolderClaim], sides: Sides) -> Iterator[Assessment]:
    """Opposed sides that name one holder; of several pairs the newest."""
    affirming = [claim for claim in firm if claim.polarity == "+"]
    for holder in sorted({claim.holder for claim in affirming}):
        voices = [claim for claim in affirming if claim.holder == holder]
        pairs = [pair for pair in combinations(voices, 2) if sides.opposed(pair[0].side, pair[1].side)]
        if pairs:
            first, second = max(pairs, key=lambda pair: (pair[1].order, pair[0].order))
            by = f"{first.speaker}+{second.speaker}"
            yield Assessment(holder, by, second.said_at, second.fresh_until, "agreement")


def _is_denied(fresh: _Fresh) -> bool:
    assessed = fresh.assessed
    if assessed is None:
        return False
    otherwise = any(it.holder != assessed.holder for it in fresh.assessments)
    return otherwise or any(_contradicts(claim, assessed) for claim in fresh.claims)


def _contradicts(claim: HolderClaim, assessed: Assessment) -> bool:
    against = (claim.holder == assessed.holder) == (claim.polarity == "-")
    # Another neutral voice assesses, whenever it spoke; a view read back may hold the newest assessment only.
    assesses = claim.relation == "N" and claim.polarity == "+"
    return against and (assesses or claim.said_at > assessed.said_at)
