"""Sides of an incident (contracts.md): who stands with and against whom, from a set of descriptions and acts.

An office-holder's side is its home: a country or an institution. A group without a home gets its side from what it is
called ("anti-x", "x-backed", "pro-x") and from whom it acts against. Nobody knows any more: no side.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import NamedTuple

from services.projector.rules.positions import Sides

AGAINST_PREFIXES = ("anti-",)
FRIEND_PREFIXES = ("pro-",)
FRIEND_SUFFIXES = (
    "-backed",
    "-aligned",
    "-allied",
    "-led",
    "-supported",
    "-sponsored",
    "-funded",
    "-controlled",
)


@dataclass(frozen=True, slots=True)
class ActorTerms:
    """An actor of the incident as its live assertions describe it."""

    id: str
    home: str | None = None
    descriptors: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class IncidentSides:
    """The side of each actor (None = unknown) and how the sides stand to one another."""

    side_of: Mapping[str, str | None]
    sides: Sides


class _Called(NamedTuple):
    """Whom a group is called against and whom it is called with."""

    against: frozenset[str]
    friends: frozenset[str]


Camp = str
"""A home, or the id of a group without one, or a name that nobody in the incident bears."""

Relations = Mapping[Camp, frozenset[Camp]]


def sides_of(
    actors: Iterable[ActorTerms],
    acts_against: Iterable[tuple[str, str]],
    names: Mapping[str, str] | None = None,
) -> IncidentSides:
    """Sides from the set of actors and of pairs (who, against whom), each an actor's id or a home.

    Several entries for one actor are one actor with all their descriptors; of several homes the first by name is
    taken. `names` maps a case-folded name in a descriptor ("kingdom" in "anti-kingdom") to the home or actor id that
    is meant; a name it lacks is compared with homes and ids, else it stands for itself. A group's foes by deed come
    before what it is called; "anti-x" beside "x-backed" cancel out. Order and repetition do not matter.
    """
    known = _merged(actors)
    camps = {actor.id: actor.home or actor.id for actor in known}
    groups = [actor for actor in known if actor.home is None]
    called = {group.id: _called(group, _meanings(camps, names or {})) for group in groups}
    foes = _foes({(camps.get(a, a), camps.get(b, b)) for a, b in acts_against}, called)
    friends = {camp: _friends(terms, foes.get(camp, frozenset())) for camp, terms in called.items()}
    side_of_group = {group.id: _side_of_group(group.id, foes, friends) for group in groups}
    sides = _as_sides(foes, friends, side_of_group)
    return IncidentSides({id_: side_of_group.get(camp, camp) for id_, camp in camps.items()}, sides)


def descriptor_stance(descriptor: str) -> tuple[bool, str] | None:
    """(against?, of whom) for "anti-x", "pro-x", "x-backed" and their like, folded; None for any other word."""
    word = descriptor.strip().casefold()
    for against, prefixes in ((True, AGAINST_PREFIXES), (False, FRIEND_PREFIXES)):
        for prefix in prefixes:
            if word.startswith(prefix) and len(word) > len(prefix):
                return against, word.removeprefix(prefix)
    for suffix in FRIEND_SUFFIXES:
        if word.endswith(suffix) and len(word) > len(suffix):
            return False, word.removesuffix(suffix)
    return None


def _merged(actors: Iterable[ActorTerms]) -> list[ActorTerms]:
    by_id: dict[str, list[ActorTerms]] = defaultdict(list)
    for actor in actors:
        by_id[actor.id].append(actor)
    return [
        ActorTerms(
            id_,
            min((entry.home for entry in entries if entry.home is not None), default=None),
            frozenset[str]().union(*(entry.descriptors for entry in entries)),
        )
        for id_, entries in sorted(by_id.items())
    ]


def _meanings(camps: Mapping[str, Camp], names: Mapping[str, str]) -> Mapping[str, Camp]:
    """What a folded name in a descriptor stands for."""
    own = {word.casefold(): camp for id_, camp in sorted(camps.items()) for word in (camp, id_)}
    return own | {name: camps.get(meant, meant) for name, meant in names.items()}


def _called(group: ActorTerms, meanings: Mapping[str, Camp]) -> _Called:
    stances = [stance for word in group.descriptors if (stance := descriptor_stance(word)) is not None]
    against = frozenset(meanings.get(whom, whom) for is_against, whom in stances if is_against)
    friends = frozenset(meanings.get(whom, whom) for is_against, whom in stances if not is_against)
    itself = frozenset({group.id})
    return _Called(against - friends - itself, friends - against - itself)


def _foes(deeds: Iterable[tuple[Camp, Camp]], called: Mapping[Camp, _Called]) -> Relations:
    pairs = set(deeds) | {(camp, foe) for camp, terms in called.items() for foe in terms.against}
    foes: dict[Camp, set[Camp]] = defaultdict(set)
    for a, b in pairs:
        if a != b:
            foes[a].add(b)
            foes[b].add(a)
    return {camp: frozenset(against) for camp, against in foes.items()}


def _friends(terms: _Called, foes: frozenset[Camp]) -> frozenset[Camp]:
    return terms.friends - foes


def _side_of_group(group: Camp, foes: Relations, friends: Relations) -> str | None:
    """Named by its foes, so that groups with the same foes are one side; a mere follower is on its patron's side."""
    seen: list[Camp] = []
    camp = group
    while camp not in seen:
        seen.append(camp)
        if camp not in friends:
            return camp
        if foes.get(camp):
            return "anti-" + "+".join(sorted(foes[camp]))
        if len(friends[camp]) != 1:
            return "pro-" + "+".join(sorted(friends[camp])) if friends[camp] else None
        (camp,) = friends[camp]
    return min(seen[seen.index(camp) :])


def _as_sides(foes: Relations, friends: Relations, side_of_group: Mapping[Camp, str | None]) -> Sides:
    opposed = _pairs(foes, side_of_group)
    against: dict[str, set[str]] = defaultdict(set)
    for a, b in map(sorted, opposed):
        against[a].add(b)
        against[b].add(a)
    common_foe = {frozenset(pair) for camp in against.values() for pair in combinations(camp, 2)}
    return Sides(opposed, (_pairs(friends, side_of_group) | common_foe) - opposed)


def _pairs(relations: Relations, side_of_group: Mapping[Camp, str | None]) -> frozenset[frozenset[str]]:
    named = ((side_of_group.get(a, a), side_of_group.get(b, b)) for a, others in relations.items() for b in others)
    return frozenset(frozenset((a, b)) for a, b in named if a is not None and b is not None and a != b)
