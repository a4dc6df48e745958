"""How long a fact stays fresh after it was last supported. Stale is a flag at read time, never a status."""

from collections.abc import Callable
from dataclasses import dataclass

from services.projector.rules.positions import Status

HOUR = 3600
DAY = 24 * HOUR


@dataclass(frozen=True, slots=True)
class ExpiryTerms:
    """A fact as expiry sees it. `outcome` = of a count; `until` = end of a measure, in seconds, where it has one."""

    aspect: str
    status: Status
    last_supported: int
    realis: str = "actual"
    outcome: str | None = None
    until: int | None = None


@dataclass(frozen=True, slots=True)
class ExpiryRule:
    """A row: `seconds` None = never stale. The first row that holds is taken; the last always does."""

    id: str
    seconds: int | None
    holds: Callable[[ExpiryTerms], bool]
    condition: str


RULES: tuple[ExpiryRule, ...] = (
    ExpiryRule("E1", None, lambda it: it.status in ("denied", "retracted"), "denied or retracted"),
    ExpiryRule("E2", 7 * DAY, lambda it: it.aspect == "measure", "measure without an end; else its end"),
    ExpiryRule("E3", DAY, lambda it: it.aspect == "control", "control of a place"),
    ExpiryRule("E4", DAY, lambda it: it.aspect == "count" and it.outcome == "missing", "count of missing"),
    ExpiryRule("E5", 3 * DAY, lambda it: it.aspect == "count", "any other count"),
    ExpiryRule("E6", DAY, lambda it: it.realis == "ongoing", "going on"),
    ExpiryRule("E7", None, lambda it: it.status == "confirmed", "confirmed event, actor or cause"),
    ExpiryRule("E8", 2 * DAY, lambda it: True, "event, actor or cause not confirmed"),
)


def expiry_rule(terms: ExpiryTerms) -> ExpiryRule:
    """The row that applies."""
    return next(rule for rule in RULES if rule.holds(terms))


def fresh_until(terms: ExpiryTerms) -> int | None:
    """The last second at which the fact is fresh; None = it never goes stale."""
    rule = expiry_rule(terms)
    if rule.id == "E2" and terms.until is not None:
        return terms.until
    return None if rule.seconds is None else terms.last_supported + rule.seconds


def is_stale(until: int | None, as_of: int) -> bool:
    """Whether `as_of` is past what `fresh_until` gave."""
    return until is not None and as_of > until
