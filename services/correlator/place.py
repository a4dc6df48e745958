"""Where the parts of a report go: on with what the article said before, else to the likeliest incident, or nowhere."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from schemas.ids import content_id
from schemas.report import Report
from services.correlator.candidates import candidates
from services.correlator.gates import barrier
from services.correlator.ledger import Placement, Reading
from services.correlator.link import probability
from services.correlator.parts import Part
from services.correlator.profile import EMPTY, Profile, joined
from services.correlator.versions import match
from services.correlator.weights import link_model

CONTINUES, OPENS, LINKS, BACKGROUND = "continues", "opens", "links", "background"


@dataclass(frozen=True, slots=True)
class Place:
    """A part's incident and why. `also`: incidents that it shows to be the same one, strongest first."""

    part: Part
    incident: str
    rule: str
    score: float | None = None
    former: Placement | None = None
    also: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Scored:
    incident: str
    score: float


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


def _placed(ledger: Reading, report: Report, part: Part, fresh: dict[str, Profile]) -> Place | None:
    scored = sorted(_scored(ledger, report, part, fresh), key=lambda s: (-s.score, s.incident))
    limits = link_model().thresholds
    if part.group.role == "background":
        old = [s for s in scored if s.incident not in fresh and s.score >= limits.background]
        return Place(part, old[0].incident, BACKGROUND, old[0].score) if old else None
    least = limits.join + (limits.roundup if report.genre == "roundup" else 0)
    if scored and scored[0].score >= least:
        also = tuple(s.incident for s in scored[1:] if s.score >= limits.merge)
        return Place(part, scored[0].incident, LINKS, scored[0].score, also=also if _may_merge(report, part) else ())
    return Place(part, _opened(ledger, report, part), OPENS) if _may_open(part) else None


def _scored(ledger: Reading, report: Report, part: Part, fresh: dict[str, Profile]) -> Iterator[Scored]:
    desk = report.article.desk
    names = [survivor(ledger, name) for name in candidates(ledger, desk, part.member)]
    hint = report.article.incident_hint
    if hint is not None and (row := ledger.incident(hint)) is not None and row.desk == desk:
        names.append(survivor(ledger, hint))
    for name in dict.fromkeys([*names, *fresh]):
        profile = fresh.get(name) or _profile(ledger, name)
        if profile.size and barrier(part.member, profile) is None:
            yield Scored(name, probability(part.member, profile))


def _profile(ledger: Reading, incident: str) -> Profile:
    row = ledger.incident(incident)
    return row.profile if row else EMPTY


def _may_merge(report: Report, part: Part) -> bool:
    """Only the main group of a plain story shows that two incidents are one."""
    return part.group.role == "main" and report.genre != "roundup"


def _may_open(part: Part) -> bool:
    """The main group always; another one if it says where or when, and more than words."""
    if part.group.role == "main":
        return True
    known = bool(part.member.spots) or part.member.day is not None
    return known and set(part.group.families) != {"statements"}


def _opened(ledger: Reading, report: Report, part: Part) -> str:
    """The id of a new incident: of its opener. If a merge made it a signpost, what it points to.

    The id may be taken: a person moved the opener away, and others stayed. Then the version makes it a new one.
    """
    own = "incident", report.article.desk, report.article.id, part.group.id
    incident = survivor(ledger, content_id(*own))
    return content_id(*own, report.id) if _profile(ledger, incident).size else incident
