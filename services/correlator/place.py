"""Where the parts of a report go: on with what the article said before, else to the likeliest incident, or nowhere."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from schemas.ids import content_id
from schemas.report import Report
from services.correlator.candidates import candidates
from services.correlator.edges import Edge, Links, links
from services.correlator.gates import barrier
from services.correlator.ledger import Placement, Reading
from services.correlator.link import probability
from services.correlator.member import Member
from services.correlator.parts import Part
from services.correlator.profile import EMPTY, Profile, joined
from services.correlator.versions import match
from services.correlator.weights import link_model

CONTINUES, OPENS, LINKS, BACKGROUND = "continues", "opens", "links", "background"


@dataclass(frozen=True, slots=True)
class Place:
    """A part's incident and why. `twins`: incidents that are this one too; `takes`: (incident, member) to come here."""

    part: Part
    incident: str
    rule: str
    score: float | None = None
    former: Placement | None = None
    twins: tuple[str, ...] = ()
    takes: tuple[tuple[str, Member], ...] = ()


def survivor(ledger: Reading, incident: str) -> str:
    """The incident that a merged one lives on as."""
    row = ledger.incident(incident)
    while row is not None and row.merged_into is not None:
        incident = row.merged_into
        row = ledger.incident(incident)
    return incident


def places(ledger: Reading, report: Report, parts: Sequence[Part], formers: Sequence[Placement]) -> tuple[Place, ...]:
    """A place for each part that has one; the others stay in the report, unlinked."""
    known = match(parts, formers)
    fresh: dict[str, Profile] = {}
    found = []
    for part in parts:
        former = known.get(part.group.id)
        at = Place(part, former.incident, CONTINUES, former=former) if former else _placed(ledger, report, part, fresh)
        if at is None:
            continue
        found.append(at)
        if report.genre != "roundup":  # each part of a roundup links alone
            fresh[at.incident] = joined(fresh.get(at.incident) or _profile(ledger, at.incident), part.member)
    return tuple(found)


def _placed(ledger: Reading, report: Report, part: Part, fresh: Mapping[str, Profile]) -> Place | None:
    profiles = _open_to(ledger, report, part, fresh)
    if part.group.role == "background":
        return _background(part, {name: profile for name, profile in profiles.items() if name not in fresh})
    found = links(part.member, profiles)
    home = _home(found)
    if home is None and not _may_open(report, part):
        return None
    incident = home.incident if home else _opened(ledger, report, part)
    whole = {taken.edge.incident for taken in found.taken if taken.whole} | {twin.incident for twin in found.twins}
    takes = [(taken.edge.incident, one) for taken in found.taken if not taken.whole for one in taken.members]
    return Place(
        part, incident, LINKS if home else OPENS, home.score if home else None,
        twins=tuple(sorted(whole - {incident})),
        takes=tuple((name, one) for name, one in takes if name != incident and name not in whole),
    )  # fmt: skip


def _home(found: Links) -> Edge | None:
    """What decides the incident: the parent, else the strongest of those that bring their whole incident along."""
    if found.parent is not None:
        return found.parent
    whole = [taken.edge for taken in found.taken if taken.whole] or list(found.twins)
    return max(whole, key=lambda edge: (edge.score, edge.member.order), default=None)


def _background(part: Part, profiles: Mapping[str, Profile]) -> Place | None:
    """Listed in the old incident, if there surely is one."""
    scored = [(probability(part.member, profile), name) for name, profile in profiles.items()]
    score, incident = max(scored, key=lambda found: (found[0], found[1]), default=(0.0, ""))
    return Place(part, incident, BACKGROUND, score) if score >= link_model().thresholds.background else None


def _open_to(ledger: Reading, report: Report, part: Part, fresh: Mapping[str, Profile]) -> dict[str, Profile]:
    """The incidents that the gates do not keep the part out of."""
    desk = report.article.desk
    names = [survivor(ledger, name) for name in candidates(ledger, desk, part.member)]
    hint = report.article.incident_hint
    if hint is not None and (row := ledger.incident(hint)) is not None and row.desk == desk:
        names.append(survivor(ledger, hint))
    found = {name: fresh.get(name) or _profile(ledger, name) for name in dict.fromkeys([*names, *fresh])}
    return {name: profile for name, profile in found.items() if profile.size and barrier(part.member, profile) is None}


def _profile(ledger: Reading, incident: str) -> Profile:
    row = ledger.incident(incident)
    return row.profile if row else EMPTY


def _may_open(report: Report, part: Part) -> bool:
    """The main group always; an item of a roundup that says where or when; another group that says where.

    A group beside the main one that names no place, or just a country, is talk about the world.
    """
    if part.group.role == "main":
        return True
    known = bool(part.member.spots) or (report.genre == "roundup" and part.member.day is not None)
    return known and set(part.group.families) != {"statements"}


def _opened(ledger: Reading, report: Report, part: Part) -> str:
    """The id of a new incident: of its opener. If a merge made it a signpost, what it points to.

    The id may be taken: a person moved the opener away, and others stayed. Then the version makes it a new one.
    """
    own = "incident", report.article.desk, report.article.id, part.group.id
    incident = survivor(ledger, content_id(*own))
    return content_id(*own, report.id) if _profile(ledger, incident).size else incident
