"""The view that is on the screen, the moment it is read at, and how its ids are called there."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from schemas.incident import CasualtyHead, Fact, Incident
from schemas.report import Place
from services.cli.render_text import glued, neutral
from services.cli.render_words import moment, name, side_words
from services.projector.text import FORCES, names_in

LEAST_WIDTH = 80


@dataclass(frozen=True, slots=True)
class Screen:
    """`width` in columns. `handles` = "f7" for fact ids; `names` = names for ids of actors and sides."""

    incident: Incident
    as_of: datetime
    width: int
    handles: Mapping[str, str]
    names: Mapping[str, str]

    @classmethod
    def of(cls, incident: Incident, as_of: datetime, width: int) -> "Screen":
        names = {place.id: place.name for place in _places(incident) if place.id}
        names |= names_in(incident)
        return cls(incident, as_of, max(width, LEAST_WIDTH), fact_handles(incident), names)

    def moment(self, at: datetime) -> str:
        """ "23 May 14:10", never broken over two lines."""
        return glued(moment(at, self.as_of))

    def handle(self, fact: Fact) -> str:
        return self.handles[fact.id]

    def called(self, actor: str) -> str:
        """The name of an actor, a side or a place; a bare id is read as words."""
        known = self.names.get(actor)
        return name(known) if known and known != actor else side_words(actor)

    def people(self, group: str) -> str:
        """Whose people: "civilians", "forces of Northland"; nothing where that is open."""
        if group == "mixed":
            return ""
        if group.startswith(FORCES):
            return f"forces of {self.called(group.removeprefix(FORCES))}"
        return neutral(group, 60)

    def counted(self, head: CasualtyHead) -> str:
        """ "killed civilians (indirect)" """
        counted = f"{neutral(head.outcome, 30)} {self.people(head.group)}".rstrip()
        return f"{counted} (indirect)" if head.indirect else counted


def _places(incident: Incident) -> Iterator[Place]:
    yield from incident.area.places
    yield from (held.place for held in incident.control)
    yield from (fact.place for fact in incident.facts if fact.place)


def fact_handles(incident: Incident) -> dict[str, str]:
    """Short names of the facts, by id: their place in the view, counted from 1."""
    return {fact.id: f"f{number}" for number, fact in enumerate(incident.facts, 1)}


def report_handles(view: Incident) -> dict[tuple[str, str], str]:
    """Short names of the reports, by article and group: their place in the view, counted from 1."""
    return {(ref.article, ref.group): f"r{number}" for number, ref in enumerate(view.reports, 1)}
