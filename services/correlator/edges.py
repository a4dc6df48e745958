"""The forest of links: every group hangs on its best earlier neighbour, in the order (published, article, group).

A tree is an incident. Which neighbour is best depends on the set of groups and not on their arrival, so a late report
may take over what hung elsewhere: a root brings its whole incident (a merge), any other what hangs on it (moves).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from services.correlator.gates import barrier
from services.correlator.link import pair_probability
from services.correlator.member import Member
from services.correlator.profile import Profile, profile_of
from services.correlator.weights import link_model


@dataclass(frozen=True, slots=True)
class Edge:
    """A link to a member of an incident, strong enough to count."""

    score: float
    member: Member
    incident: str


@dataclass(frozen=True, slots=True)
class Taken:
    """A member that the new group takes over, with what hangs on it; `whole`: that is the whole incident."""

    edge: Edge
    members: tuple[Member, ...]
    whole: bool


@dataclass(frozen=True, slots=True)
class Links:
    """`parent`: what the new group hangs on; `taken`: what hangs on it from now on; `twins`: sure links beside."""

    parent: Edge | None
    taken: tuple[Taken, ...]
    twins: tuple[Edge, ...]


def links(new: Member, incidents: Mapping[str, Profile]) -> Links:
    """Everything the new group is linked to among the examples of the incidents."""
    found = [
        Edge(score, old, incident)
        for incident in sorted(incidents)
        for old in incidents[incident].examples
        if (score := strength(new, old))
    ]
    earlier = [edge for edge in found if edge.member.order < new.order or edge.member.article == new.article]
    later = [edge for edge in found if edge not in earlier]
    forests = {name: dict(_parents(incidents[name].examples)) for name in {edge.incident for edge in later}}
    taken = [_taken(edge, incidents[edge.incident], forests[edge.incident]) for edge in later]
    twins = tuple(edge for edge in found if _sure(new, edge))
    return Links(_best(earlier), tuple(one for one in taken if one is not None), twins)


def strength(a: Member, b: Member) -> float:
    """The probability of a link if it counts, else 0. Symmetric."""
    score = pair_probability(a, b)
    return score if score >= _least(a, b) and barrier(a, profile_of((b,))) is None else 0.0


def _least(a: Member, b: Member) -> float:
    limits = link_model().thresholds
    return limits.join + (limits.roundup if a.roundup or b.roundup else 0.0)


def _best(edges: Sequence[Edge]) -> Edge | None:
    return max(edges, key=lambda edge: (edge.score, edge.member.order), default=None)


def _sure(new: Member, edge: Edge) -> bool:
    """A link that makes two incidents one, whatever else they hang on: of main groups of plain stories."""
    plain = all(one.role == "main" and not one.roundup for one in (new, edge.member))
    return plain and edge.score >= link_model().thresholds.merge


Order = tuple[datetime, str, str]


def _taken(edge: Edge, home: Profile, parents: Mapping[Order, Edge]) -> Taken | None:
    """None if the member hangs more firmly on another."""
    current = parents.get(edge.member.order)
    if current is not None and (current.score, current.member.order) > (edge.score, edge.member.order):
        return None
    hanging = _hanging(edge.member, home.examples, parents)
    return Taken(edge, hanging, whole=current is None or len(hanging) == home.size)


def _parents(members: Sequence[Member]) -> Iterator[tuple[Order, Edge]]:
    ordered = sorted(members, key=lambda one: one.order)
    for n, one in enumerate(ordered):
        edges = [Edge(score, old, "") for old in ordered[:n] if (score := strength(one, old))]
        best = _best(edges)
        if best is not None:
            yield one.order, best


def _hanging(root: Member, members: Sequence[Member], parents: Mapping[Order, Edge]) -> tuple[Member, ...]:
    """The member and all that hangs on it, directly or not."""
    below = {root.order}
    for one in sorted(members, key=lambda one: one.order):
        parent = parents.get(one.order)
        if parent is not None and parent.member.order in below:
            below.add(one.order)
    return tuple(one for one in members if one.order in below)
