"""assess(state) -> Incident: the whole view, a function of the set of live assertions and their own times.

Only `since` and what people decided come from history; nothing comes from a clock or from the order of arrival.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from schemas.incident import Incident, ReportRef
from services.projector import caps, people
from services.projector.area import area, days, family_of, last_actual, main_type, window
from services.projector.facts import Answer, clusters_of, fact_of, fact_order, questions
from services.projector.frame import Frame, frame
from services.projector.holding import control, measures
from services.projector.ledger import casualties
from services.projector.pmap import PMap
from services.projector.rules.origins import count_independent, positions_of
from services.projector.rules.positions import FactTerms
from services.projector.state import Entry, Held, Remembered, ReportKey, State, entries
from services.projector.text import group_words, incident_title, slugify
from services.projector.timeline import correction_rows, fact_row, head_rows, measure_rows, timeline
from services.projector.voices import position


@dataclass(frozen=True, slots=True)
class Assessment:
    """The view and what the next one must remember of it."""

    view: Incident
    memory: PMap[str, Remembered]


def assess(state: State, generation: int = 1, said_until: datetime | None = None) -> Assessment:
    """The view of the state; `said_until` leaves out what was said later (the said clock)."""
    told = entries(state, said_until)
    setting = frame(told)
    names = people.actor_names(told)
    clusters, memory = clusters_of(told, setting), list(state.memory.values())
    asked = questions(told, clusters, setting)
    found = [fact_of(q, setting, names, state.reviews, memory, state.changed_at) for q in asked]
    answers = [answer for answer in found if answer]
    view = _view(_by_then(state, said_until), generation, told, setting, answers, names)
    return Assessment(view, PMap((answer.fact.id, _remembered(answer)) for answer in answers))


def _remembered(answer: Answer) -> Remembered:
    fact, asked = answer.fact, answer.asked
    ids = frozenset(occurrence.id for occurrence in asked.cluster.occurrences)
    return Remembered(asked.aspect, asked.value, ids, fact.status, fact.since)


def _view(
    state: State,
    generation: int,
    told: Sequence[Entry],
    setting: Frame,
    answers: Sequence[Answer],
    names: dict[str, str],
) -> Incident:
    facts = sorted((answer.fact for answer in answers), key=fact_order)
    shown, voices = caps.shown_facts(facts, caps.weights)
    kind = main_type(told)
    where, span = area(told, kind), window(told)
    title = state.title or incident_title(kind, where.main, days(told))
    heads = casualties(told, setting, where)
    acts = measures(told, setting)
    refs = _reports(state)
    view = Incident(
        type="incident", v=1, id=state.id, generation=generation, seq=state.seq, desk=state.desk, title=title,
        slug=slug_of(title, state.id), category=family_of(kind),
        state="merged" if state.merged_into else "open", changed_at=state.changed_at, window=span, area=where,
        two_sided=setting.two_sided, sides=people.sides(setting, names),
        facts=tuple(caps.cut(fact, voices) for fact in shown), casualties=heads,
        control=control(told, setting), measures=acts, actors=people.actors(told, setting, names),
        timeline=timeline(
            (
                *map(fact_row, facts),
                *(row for head in caps.heads(heads) for row in head_rows(head, group_words(head.group, names))),
                *measure_rows(caps.measures(acts)), *correction_rows(state.corrections),
            )
        ),
        reports=tuple(refs[-caps.MAX_REPORTS :]),
        corrections=state.corrections, origins=_origins(told, setting), merged_into=state.merged_into,
        last_said=max((e.said for e in told if e.withdrawn is None), default=None), last_actual=last_actual(told),
        orphaned_reviews=_orphans(state, answers),
    )  # fmt: skip
    return caps.capped(view, caps.Many(len(facts), len(heads), people.actor_count(told), len(refs)))


def slug_of(title: str, incident: str) -> str:
    return f"{slugify(title)[:60].rstrip('-')}-{incident[:4]}"


def _origins(told: Sequence[Entry], setting: Frame) -> int:
    """Independent voices of the incident, whatever they spoke about."""
    live = [position(entry, setting) for entry in told if entry.withdrawn is None]
    standing = positions_of(FactTerms("happened"), live)
    return count_independent((*standing.pro, *standing.con), setting.sides)


def _by_then(state: State, said_until: datetime | None) -> State:
    """The state without the reports and corrections that came later."""
    if said_until is None:
        return state
    held = PMap((key, it) for key, it in state.held.items() if it.header.article.published <= said_until)
    gone = PMap((key, it) for key, it in state.gone.items() if it.header.article.published <= said_until)
    notes = tuple(note for note in state.corrections if note.at <= said_until)
    return replace(state, held=held, gone=gone, corrections=notes)


def _reports(state: State) -> list[ReportRef]:
    """In the order of publication; a withdrawn one stays listed as such."""
    refs = [ref_of(key, held, withdrawn=False) for key, held in state.held.items()]
    refs += [ref_of(key, held, withdrawn=True) for key, held in state.gone.items() if key not in state.held]
    return sorted(refs, key=lambda ref: (ref.published, ref.article, ref.group))


def ref_of(key: ReportKey, held: Held, withdrawn: bool) -> ReportRef:
    article = held.header.article
    return ReportRef(
        article=key.article, group=key.group, role=held.group.role, title=article.title, outlet=article.outlet.name,
        published=article.published, family=held.family, score=held.score, url=article.url, version=article.version,
        withdrawn=withdrawn,
    )  # fmt: skip


def _orphans(state: State, answers: Sequence[Answer]) -> tuple[str, ...]:
    """Reviews that no fact claims any more: shown, never dropped."""
    claimed = frozenset[str]().union(*(answer.voices for answer in answers))
    return tuple(sorted(command for command, review in state.reviews.items() if not claimed & set(review.keys)))
