"""Why a fact has its status, and what would change it: computed from the rule table for the voices it has."""

from datetime import datetime

from schemas.incident import Fact
from services.projector import people
from services.projector.facts import clusters_of, fact_of, fact_terms, questions, value_key
from services.projector.frame import frame
from services.projector.rules.status import WouldChange, would_change
from services.projector.state import State, entries
from services.projector.voices import position


def why(state: State, fact_id: str, said_until: datetime | None = None) -> tuple[Fact, tuple[WouldChange, ...]] | None:
    """The fact of the view of `said_until` and each voice that would give it another status; None: no such fact."""
    told = entries(state, said_until)
    setting = frame(told)
    names = people.actor_names(told)
    for asked in questions(told, clusters_of(told, setting), setting):
        answer = fact_of(asked, setting, names, state.reviews, state.memory.values(), state.changed_at)
        if answer is not None and answer.fact.id == fact_id:
            positions = [position(entry, setting, value_key(entry, setting) or None) for entry in asked.entries]
            return answer.fact, tuple(would_change(fact_terms(asked), positions, setting.sides))
    return None
