"""What of a view depends on the moment it is read: phase, stale, measures that ran out, who holds a place.

Pure: `as_of` comes in. The view is the one of `as_of` on the said clock; what it says of later moments is left out.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple, Protocol

from schemas.incident import Assessed, Control, Fact, HolderClaim, Incident, InForce, Measure
from services.projector.rules import control as control_rules, expiry, measures as measure_rules, phase
from services.projector.rules.phase import EndStatement, Happening, Phase, PhaseTerms, PhaseVerdict

GONE = frozenset({"denied", "retracted"})
AFTERMATH = frozenset({"arrest", "prosecution", "investigation", "threat_demand", "agreement_talks"})
"""Types that follow an incident and do not keep it going."""

FOLLOW_UP = timedelta(days=14)
"""A word so long after the last happening is a follow-up (C4): it may change the view, never the phase."""


class Perishable(Protocol):
    """A fact, a figure, a measure or a claim of holding a place."""

    @property
    def fresh_until(self) -> datetime | None: ...


def is_stale(thing: Perishable, as_of: datetime) -> bool:
    """Whether nobody has supported it for so long that it may no longer hold. A flag, never a status."""
    until = thing.fresh_until
    return expiry.is_stale(_seconds(until) if until else None, _seconds(as_of))


def phase_of(incident: Incident, as_of: datetime) -> Phase:
    """developing, ongoing, ended or dormant."""
    return phase_verdict(incident, as_of).phase


def phase_verdict(incident: Incident, as_of: datetime) -> PhaseVerdict:
    """The phase and the rule that says so: P1 to P4, None where none held."""
    ended = incident.ended_at if incident.ended_at and incident.ended_at <= as_of else None
    told = _told(incident, as_of)
    terms = PhaseTerms(
        happenings=[_happening(fact, ended, as_of) for fact in told],
        ends=[EndStatement("A", _seconds(ended))] if ended else [],
        measures_lifted=[_lifted(m, as_of) for m in incident.measures if m.introduced and m.introduced <= as_of],
        reports=_reports(incident, as_of),
        last_said=_last_word(incident, told, as_of),
    )
    return phase.phase(terms, _seconds(as_of))


def _told(incident: Incident, as_of: datetime) -> list[Fact]:
    """What happened, without its aftermath; where there is nothing else, the aftermath."""
    told = [
        fact
        for fact in incident.facts
        if fact.aspect == "happened" and fact.status not in GONE and fact.first_said <= as_of
    ]
    return [fact for fact in told if fact.type not in AFTERMATH] or told


def _last_word(incident: Incident, told: Sequence[Fact], as_of: datetime) -> int | None:
    """The newest word; what follows long after the last happening does not wake a story again (C4)."""
    if incident.last_said is None:
        return None
    last = min(incident.last_said, as_of)
    happened = min(max((fact.last_supported for fact in told), default=last), as_of)
    return _seconds(happened if last - happened > FOLLOW_UP else last)


def _happening(fact: Fact, ended: datetime | None, as_of: datetime) -> Happening:
    said = min(fact.last_supported, as_of)
    happened = _moment(fact, ended, said)
    return Happening(fact.realis, _seconds(said), _seconds(happened) if happened else None)


def _moment(fact: Fact, ended: datetime | None, said: datetime) -> datetime | None:
    """The latest moment that the fact's time and the words about it allow; None where its time is open.

    A stretch in which the end of the incident was said counts from its start: "on Monday" does not reopen on Monday.
    """
    when = fact.when
    if when.start is None or when.precision == "unknown":
        return None
    last = max(when.start, min(when.end or when.start, said))
    return when.start if ended and when.start <= ended <= last else last


def _reports(incident: Incident, as_of: datetime) -> int:
    live = (ref for ref in incident.reports if not ref.withdrawn and ref.role != "background")
    return len({ref.article for ref in live if ref.published <= as_of})


def _lifted(measure: Measure, as_of: datetime) -> bool:
    return measure.lifted is not None and measure.lifted <= as_of


def in_force_of(measure: Measure, as_of: datetime) -> InForce:
    """K6: a measure whose end has passed, and that nobody lifted or extended, is in force or not: unknown."""
    row = measure_rules.MeasureRow(
        name=measure.value.name, area=None, in_force=measure.in_force, decided_by="", status=measure.status,
        rule=measure.rule, statements=measure.assertions, last_supported=0,
        until=_seconds(measure.until) if measure.until else None,
    )  # fmt: skip
    return measure_rules.at(row, _seconds(as_of)).in_force


class Holding(NamedTuple):
    """Who holds a place at a moment (K7). `claims` are the fresh ones, `stale` the others, newest first."""

    display: control_rules.Display
    rule: str
    assessed: Assessed | None
    claims: tuple[HolderClaim, ...]
    stale: tuple[HolderClaim, ...]


def holding_of(control: Control, as_of: datetime) -> Holding:
    """held, contested, claimed or unknown; a claim that is older than the assessment does not deny it."""
    said = sorted((c for c in control.claims if c.said_at <= as_of), key=lambda c: (c.said_at, c.by), reverse=True)
    assessed = [it for it in control.assessments if it.said_at <= as_of]
    view = control_rules.ControlView(tuple(map(_claim, said[::-1])), tuple(map(_assessment, assessed)))
    now = control_rules.at(view, _seconds(as_of))
    return Holding(
        now.display,
        now.rule,
        next((it for it in reversed(assessed) if _assessment(it) == now.assessed), None),
        tuple(claim for claim in said if not is_stale(claim, as_of)),
        tuple(claim for claim in said if is_stale(claim, as_of)),
    )


def _claim(claim: HolderClaim) -> control_rules.HolderClaim:
    return control_rules.HolderClaim(
        id=claim.assertion, speaker=claim.by, relation=claim.relation, said_at=_seconds(claim.said_at),
        side=claim.side, holder=claim.holder, polarity=claim.polarity,
    )  # fmt: skip


def _assessment(it: Assessed) -> control_rules.Assessment:
    return control_rules.Assessment(it.holder, it.by, _seconds(it.said_at), _seconds(it.fresh_until), it.basis)


def _seconds(at: datetime) -> int:
    return int(at.timestamp())
