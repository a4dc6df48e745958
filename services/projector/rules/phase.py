"""Phase of an incident (contracts.md): computed when it is read, from what had been said by then."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from services.projector.rules.positions import Relation, Sides

Phase = Literal["ended", "developing", "ongoing", "dormant"]
RuleId = Literal["P1", "P2", "P3", "P4"]

HOUR = 3600
RECENT = 24 * HOUR
SILENCE = 72 * HOUR
NEW_STORY = 3
"""Fewer reports than this make an ongoing incident a developing one."""

REAL = frozenset({"actual", "ongoing"})


class Happening(NamedTuple):
    """An occurrence as one voice told it: when it was said, and when it happened where that is known."""

    realis: str
    said: int
    happened: int | None = None


class EndStatement(NamedTuple):
    """A live statement that the incident is over."""

    relation: Relation
    said: int
    side: str | None = None


@dataclass(frozen=True, slots=True)
class PhaseTerms:
    """What the phase is read from; times in seconds, only what had been said by `as_of`.

    `measures_lifted` = one entry for each measure that was introduced; `last_said` = the newest word of any kind.
    """

    happenings: Sequence[Happening] = ()
    ends: Sequence[EndStatement] = ()
    measures_lifted: Sequence[bool] = ()
    reports: int = 0
    last_said: int | None = None
    sides: Sides = field(default_factory=Sides)


class PhaseVerdict(NamedTuple):
    """The phase and the rule that gave it; the rule is None where none held."""

    phase: Phase
    rule: RuleId | None


class PhaseRule(NamedTuple):
    """A row; the first that holds is taken. `condition` is for readers."""

    id: RuleId
    phase: Phase
    holds: Callable[[PhaseTerms, int], bool]
    condition: str


def phase(terms: PhaseTerms, as_of: int) -> PhaseVerdict:
    """The first row of RULES that holds, else ongoing."""
    rule = next((rule for rule in RULES if rule.holds(terms, as_of)), None)
    return PhaseVerdict(rule.phase, rule.id) if rule else PhaseVerdict("ongoing", None)


def _recent(terms: PhaseTerms, as_of: int) -> bool:
    return any(as_of - _moment(it) <= RECENT for it in _real(terms))


def _developing(terms: PhaseTerms, as_of: int) -> bool:
    return terms.reports < NEW_STORY and _recent(terms, as_of)


def _dormant(terms: PhaseTerms, as_of: int) -> bool:
    return terms.last_said is not None and as_of - terms.last_said > SILENCE


def _real(terms: PhaseTerms) -> list[Happening]:
    return [it for it in terms.happenings if it.realis in REAL]


def _moment(it: Happening) -> int:
    return it.said if it.happened is None else it.happened


def _ended(terms: PhaseTerms, as_of: int) -> bool:
    said_end = _end_said(terms)
    if said_end is not None and not any(_reopens(it, said_end) for it in _real(terms)):
        return True
    quiet = all(as_of - it.said > RECENT for it in _real(terms))
    return bool(terms.measures_lifted) and all(terms.measures_lifted) and quiet


def _reopens(it: Happening, end: int) -> bool:
    # An undated retelling of what came before must not reopen a closed story; new or continuing events do.
    continues = it.realis == "ongoing" and it.said > end
    return continues or (it.happened is not None and it.happened > end)


def _end_said(terms: PhaseTerms) -> int | None:
    """When the newest end was said that an author stands for, or two opposed sides together."""
    firm = [end for end in terms.ends if end.relation != "W"]
    counted = [end for end in firm if end.relation == "A" or any(terms.sides.opposed(end.side, e.side) for e in firm)]
    return max((end.said for end in counted), default=None)


RULES: tuple[PhaseRule, ...] = (
    PhaseRule("P1", "ended", _ended,
              "the end was said by an author or by both opposed sides, and nothing real happened after it; or all "
              "measures are lifted and for 24 hours nobody told of anything real"),
    PhaseRule("P3", "developing", _developing, "as P2, and fewer than three reports"),
    PhaseRule("P2", "ongoing", _recent, "something actual or ongoing happened in the last 24 hours"),
    PhaseRule("P4", "dormant", _dormant,
              "for 72 hours nobody has said anything; a follow-up more than 14 days after the last happening does not "
              "wake it"),
)  # fmt: skip
