"""What an incident is to the linker: sums over its members, and the earliest and latest of them as examples.

A profile is a function of the set of members, whatever their order, and its size is bounded: an incident of ten
thousand reports costs no more to compare with than one of ten.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from services.correlator.member import Member
from services.correlator.spots import Spot

EXAMPLES = 12
MAX_AREA = 64
MAX_NAMES = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """`start`, `end`: first and last new occurrence; `told_from`, `told_to`: first and last publication."""

    size: int = 0
    first: tuple[Member, ...] = ()
    last: tuple[Member, ...] = ()
    start: datetime | None = None
    end: datetime | None = None
    told_from: datetime | None = None
    told_to: datetime | None = None
    violent: bool = False
    area: tuple[Spot, ...] = ()
    countries: tuple[str, ...] = ()
    families: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    parties: tuple[str, ...] = ()
    actors: tuple[str, ...] = ()

    @property
    def places(self) -> tuple[Spot, ...]:
        """The area; of an incident that no main group has placed, what its examples name."""
        return self.area or tuple(spot for one in self.examples for spot in one.spots)

    @property
    def examples(self) -> tuple[Member, ...]:
        return tuple({m.order: m for m in (*self.first, *self.last)}.values())


EMPTY = Profile()


def joined(profile: Profile, new: Member) -> Profile:
    """The profile with one more member. Background never moves an incident."""
    if new.role == "background":
        return profile
    return replace(
        profile,
        size=profile.size + 1,
        first=_sorted({*profile.first, new})[:EXAMPLES],
        last=_sorted({*profile.last, new})[-EXAMPLES:],
        start=_least(profile.start, new.start),
        end=_most(profile.end, new.end),
        told_from=_least(profile.told_from, new.published),
        told_to=_most(profile.told_to, new.published),
        violent=profile.violent or new.violent,
        area=_area(profile, new),
        countries=_union(profile.countries, new.countries),
        families=_union(profile.families, new.families),
        types=_union(profile.types, new.types),
        parties=_union(profile.parties, new.parties),
        actors=_union(profile.actors, new.actors),
    )


def profile_of(members: Iterable[Member]) -> Profile:
    found = EMPTY
    for one in members:
        found = joined(found, one)
    return found


def _area(profile: Profile, new: Member) -> tuple[Spot, ...]:
    """Only main groups of something that happened widen the area."""
    if not new.widens:
        return profile.area
    spots: dict[str, Spot] = {}
    for spot in (*profile.area, *new.spots):
        known = spots.get(spot.id, spot)
        spots[spot.id] = min(spot, known, key=lambda s: (s.precision, s.lat or 0, s.lon or 0, s.within))
    return tuple(spots[name] for name in sorted(spots)[:MAX_AREA])


def _sorted(members: Iterable[Member]) -> tuple[Member, ...]:
    return tuple(sorted(members, key=lambda one: one.order))


def _union(ours: tuple[str, ...], more: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(sorted({*ours, *more})[:MAX_NAMES])


def _least(a: datetime | None, b: datetime | None) -> datetime | None:
    return min((t for t in (a, b) if t is not None), default=None)


def _most(a: datetime | None, b: datetime | None) -> datetime | None:
    return max((t for t in (a, b) if t is not None), default=None)
