"""assess(state) -> Incident: the whole view, a function of the set of live assertions and their own times.

Only `since` and what people decided come from history; nothing comes from a clock or from the order of arrival.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from schemas.incident import Fact, Incident, ReportRef
from services.projector import people
from services.projector.area import area, days, family_of, last_actual, main_type, window
from services.projector.facts import clusters_of, fact_of, questions
from services.projector.frame import Frame, frame
from services.projector.holding import control, measures
from services.projector.ledger import casualties
from services.projector.rules.origins import count_independent, positions_of
from services.projector.rules.positions import FactTerms
from services.projector.state import Entry, Held, Remembered, ReportKey, State, entries
from services.projector.text import incident_title, slugify
from services.projector.timeline import timeline
from services.projector.voices import position

MAX_REPORTS = 100
MAX_FACTS = 200
ORDER = ("confirmed", "corroborated", "reported", "disputed", "claimed", "denied", "retracted")


@dataclass(frozen=True, slots=True)
class Assessment:
    """The view and what the next one must remember of it."""

    view: Incident
    memory: tuple[Remembered, ...]


def assess(state: State, generation: int = 1, said_until: datetime | None = None) -> Assessment:
    """The view of the state; `said_until` leaves out what was said later (the said clock)."""
    told = entries(state, said_until)
    setting = frame(told)
    names = people.actor_names(told)
    clusters = clusters_of(told, setting)
    asked = questions(told, clusters, setting)
    found = [fact_of(q, setting, names, state.reviews, state.memory, state.changed_at) for q in asked]
    facts = tuple(sorted((fact for fact in found if fact), key=_fact_order))
    view = _view(_by_then(state, said_until), generation, told, setting, facts, names)
    return Assessment(view, _memory(facts))


def _fact_order(fact: Fact) -> tuple[int, datetime, str, str, str]:
    return (ORDER.index(fact.status), fact.first_said, fact.type, fact.text, fact.id)


def _memory(facts: Sequence[Fact]) -> tuple[Remembered, ...]:
    return tuple(
        Remembered(f.aspect, _value(f), frozenset(f.occurrences), f.status, f.since) for f in facts
    )  # fmt: skip


def _value(fact: Fact) -> str:
    if fact.value is None:
        return ""
    return fact.value.actor or fact.value.cause or ""


def _view(
    state: State,
    generation: int,
    told: Sequence[Entry],
    setting: Frame,
    facts: tuple[Fact, ...],
    names: dict[str, str],
) -> Incident:
    kind = main_type(told)
    where, span = area(told, kind), window(told)
    title = state.title or incident_title(kind, where.main, days(told))
    heads = casualties(told, setting, where)
    acts = measures(told, setting)
    return Incident(
        type="incident", v=1, id=state.id, generation=generation, seq=state.seq, desk=state.desk, title=title,
        slug=f"{slugify(title)[:60].rstrip('-')}-{state.id[:4]}", category=family_of(kind),
        state="merged" if state.merged_into else "open", changed_at=state.changed_at, window=span, area=where,
        two_sided=setting.two_sided, sides=people.sides(setting, names), facts=facts[:MAX_FACTS], casualties=heads,
        control=control(told, setting), measures=acts, actors=people.actors(told, setting, names),
        timeline=timeline(facts, heads, acts, state.corrections, names), reports=_reports(state),
        corrections=state.corrections, origins=_origins(told, setting), merged_into=state.merged_into,
        last_said=max((e.said for e in told if e.withdrawn is None), default=None), last_actual=last_actual(told),
        orphaned_reviews=_orphans(state, facts),
    )  # fmt: skip


def _origins(told: Sequence[Entry], setting: Frame) -> int:
    """Independent voices of the incident, whatever they spoke about."""
    live = [position(entry, setting) for entry in told if entry.withdrawn is None]
    standing = positions_of(FactTerms("happened"), live)
    return count_independent((*standing.pro, *standing.con), setting.sides)


def _by_then(state: State, said_until: datetime | None) -> State:
    """The state without the reports and corrections that came later."""
    if said_until is None:
        return state
    held = {key: report for key, report in state.held.items() if report.header.article.published <= said_until}
    gone = {key: report for key, report in state.gone.items() if report.header.article.published <= said_until}
    notes = tuple(note for note in state.corrections if note.at <= said_until)
    return replace(state, held=held, gone=gone, corrections=notes)


def _reports(state: State) -> tuple[ReportRef, ...]:
    """The last of them; a withdrawn one stays listed as such."""
    refs = [_ref(key, held, withdrawn=False) for key, held in state.held.items()]
    refs += [_ref(key, held, withdrawn=True) for key, held in state.gone.items() if key not in state.held]
    return tuple(sorted(refs, key=lambda ref: (ref.published, ref.article, ref.group))[-MAX_REPORTS:])


def _ref(key: ReportKey, held: Held, withdrawn: bool) -> ReportRef:
    article = held.header.article
    return ReportRef(
        article=key.article, group=key.group, role=held.group.role, title=article.title, outlet=article.outlet.name,
        published=article.published, family=held.family, score=held.score, url=article.url, version=article.version,
        withdrawn=withdrawn,
    )  # fmt: skip


def _orphans(state: State, facts: Sequence[Fact]) -> tuple[str, ...]:
    """Reviews that no fact claims any more: shown, never dropped."""
    claimed = {voice.key for fact in facts for voice in (*fact.supporting, *fact.opposing, *fact.withheld)}
    return tuple(sorted(command for command, review in state.reviews.items() if not claimed & set(review.keys)))
