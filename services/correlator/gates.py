"""The hard gates C1 to C4: what no score can join. Each names itself, so that a decision can say why."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import product

from services.correlator.link import days_named, same_sides
from services.correlator.member import Member
from services.correlator.profile import Profile, profile_of
from services.correlator.spots import distance_km, relation
from services.correlator.weights import Reach, link_model

FREE_FAMILIES = frozenset({"measures", "statements"})


def barrier(new: Member, old: Profile) -> str | None:
    """The gate that keeps the group out of the incident, or None."""
    return next(_barriers(new, old), None)


def _barriers(new: Member, old: Profile) -> Iterator[str]:
    if _abroad(new, old):
        yield "C1"
    if _families_apart(new, old):
        yield "C2"
    if new.start is None:
        follows = _follows_up(new, old)
    elif old.start is not None:
        yield from _continues(new, old)
        return
    else:  # the follow-ups came first, what they follow comes now
        origin = profile_of((new,))
        follows = any(_follows_up(told, origin) for told in old.examples)
    if not follows:
        yield "C4"


def _abroad(new: Member, old: Profile) -> bool:
    if not new.countries or not old.countries or set(new.countries) & set(old.countries):
        return False
    shared = {*new.actors, *new.parties} & {*old.actors, *old.parties}
    return not shared


def _families_apart(new: Member, old: Profile) -> bool:
    if FREE_FAMILIES & {*new.families, *old.families}:
        return False
    return link_model().families_apart(new.families, old.families)


def _continues(new: Member, old: Profile) -> Iterator[str]:
    """C3, the same forwards and backwards in time: a late report of earlier violence is no other case."""
    reach = _reach(new, old)
    apart = gap(new.start, new.end, old.start, old.end)
    if apart is not None and apart > timedelta(hours=reach.hours):
        yield "C3 time"
    away = distance_km(new.spots, old.places)
    if away is not None and away > (reach.dyad_km if same_sides(new.parties, old.parties) else reach.km):
        yield "C3 place"


def _reach(new: Member, old: Profile) -> Reach:
    reaches = link_model().reach
    if new.violent or old.violent:
        return reaches["violence"]
    if "earthquake" in new.types and "earthquake" in old.types:
        return reaches["aftershock"]
    return reaches["disaster" if "disaster" in new.families else "accident"]


def gap(a: datetime | None, b: datetime | None, c: datetime | None, d: datetime | None) -> timedelta | None:
    """Between the stretches a..b and c..d; zero if they meet, None if one is unknown."""
    if a is None or b is None or c is None or d is None:
        return None
    return max(a - d, c - b, timedelta())


def _follows_up(new: Member, old: Profile) -> bool:
    """C4: courts, funerals, counts, inquiries, measures."""
    rule = link_model().follow_up
    starts = [t for t in (old.start, old.told_from) if t is not None]
    ends = [t for t in (old.end, old.told_to) if t is not None]
    age = gap(new.published, new.published, min(starts, default=None), max(ends, default=None))
    if age is None or age <= timedelta(hours=rule.free_hours):
        return True
    if age > timedelta(days=rule.most_days) or relation(new.spots, old.places) not in ("same", "near"):
        return False
    return _names_day(new, old) or any(
        len(set(a.features.rare) & set(b.features.rare)) >= rule.rare_names for a, b in product((new,), old.examples)
    )


def _names_day(new: Member, old: Profile) -> bool:
    if old.start is None or old.end is None:
        return False
    days = days_named(new) | ({new.day} if new.day else set())
    return any(old.start.date() <= day <= old.end.date() for day in days)
