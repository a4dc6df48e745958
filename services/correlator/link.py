"""How likely it is that two mention groups tell of one incident: a sum of evidence through the logistic function."""

import math
from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from functools import lru_cache

from schemas.ontology import ontology
from services.correlator.member import Member
from services.correlator.profile import Profile
from services.correlator.spots import PlaceRelation, relation
from services.correlator.weights import Weights, commonness, link_model

CRIME = "crime"


def probability(new: Member, profile: Profile) -> float:
    """Of the best pair: the group and any example of the incident. 0 for an incident without members."""
    return max((pair_probability(new, old) for old in profile.examples), default=0.0)


def pair_probability(a: Member, b: Member) -> float:
    return _logistic(logit(a, b))


def logit(a: Member, b: Member) -> float:
    """Symmetric, so that it does not matter who came first."""
    return link_model().weights.bias + math.fsum(evidence(a, b).values())


def evidence(a: Member, b: Member) -> dict[str, float]:
    """Every feature that says something, by name: what an explanation shows."""
    weights = link_model().weights
    found = dict(_text(a, b, weights))
    found |= dict(_place(a, b, weights))
    found |= dict(_time(a, b, weights))
    found |= dict(_kind(a, b, weights))
    if CRIME in a.families and CRIME in b.families:
        found |= dict(_crime(a, b, weights))
    if one_text(a, b):
        found["near_duplicate"] = weights.near_duplicate
    return {name: value for name, value in found.items() if value}


def one_text(a: Member, b: Member) -> bool:
    """Two copies of a text, and of the same part of it: a copied roundup has several parts."""
    if a.text_family is None or a.text_family != b.text_family or not set(a.families) & set(b.families):
        return False
    return relation(a.spots, b.spots) in (None, "same", "near")


def _text(a: Member, b: Member, weights: Weights) -> Iterator[tuple[str, float]]:
    yield "cosine", weights.cosine * cosine(a.features.terms, b.features.terms)
    shared = set(a.features.rare) & set(b.features.rare)
    idf = len(shared) * commonness().rarest
    yield "rare", weights.rare * min(weights.rare_cap, idf / weights.rare_scale)


def _place(a: Member, b: Member, weights: Weights) -> Iterator[tuple[str, float]]:
    worth: Mapping[PlaceRelation, float] = {
        "same": weights.place_same, "near": weights.place_near, "province": weights.place_province,
        "country": weights.place_country, "abroad": weights.place_abroad,
    }  # fmt: skip
    found = relation(a.spots, b.spots) or _countries(a, b)
    if found is not None:
        yield f"place_{found}", worth[found]


def _countries(a: Member, b: Member) -> PlaceRelation | None:
    """Without places the countries can at least be different ones."""
    apart = a.countries and b.countries and not set(a.countries) & set(b.countries)
    return "abroad" if apart else None


def _time(a: Member, b: Member, weights: Weights) -> Iterator[tuple[str, float]]:
    published = abs(a.published - b.published) / timedelta(days=1)
    yield "gap", weights.gap * math.log(1 + published)
    days = days_apart(a, b)
    if days is None:
        return
    names = ("date_same", "date_next", "date_week", "date_later")
    name = names[0 if days == 0 else 1 if days == 1 else 2 if days <= 6 else 3]
    yield name, float(getattr(weights, name))
    if days and (_refers(a, b) or _refers(b, a)):
        yield "back_reference", weights.back_reference


def days_apart(a: Member, b: Member) -> int | None:
    """Between the days the groups are about; 0 where the stretches of what happened overlap; None if unknown."""
    if a.start and a.end and b.start and b.end and a.start <= b.end and b.start <= a.end:
        return 0
    return abs((a.day - b.day).days) if a.day and b.day else None


def _refers(later: Member, earlier: Member) -> bool:
    """The one names a day on which the other's occurrences happened, looking back."""
    if earlier.day is None or later.published.date() <= earlier.day:
        return False
    return bool(days_named(later) & _days(earlier.start, earlier.end, earlier.day))


def days_named(one: Member) -> frozenset[date]:
    found = (_iso(text) for text in one.features.dates)
    return frozenset(day for day in found if day is not None)


def _iso(text: str) -> date | None:
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        return None


def _days(start: datetime | None, end: datetime | None, day: date) -> frozenset[date]:
    if start is None or end is None:
        return frozenset({day})
    # The end is exclusive: midnight does not belong to the stretch.
    last = max(start, end - timedelta(microseconds=1)).date()
    return frozenset(start.date() + timedelta(days=n) for n in range((last - start.date()).days + 1))


def _kind(a: Member, b: Member, weights: Weights) -> Iterator[tuple[str, float]]:
    actors = {name for name in set(a.actors) & set(b.actors) if not name.startswith("c:")}
    if actors or same_sides(a.parties, b.parties):
        yield "actors", weights.actors
    if link_model().families_apart(a.families, b.families):
        yield "families_apart", weights.families_apart
    elif set(a.families) & set(b.families) or any(ontology().compatible(s, t) for s in a.types for t in b.types):
        yield "types_alike", weights.types_alike


def same_sides(ours: tuple[str, ...], theirs: tuple[str, ...]) -> bool:
    return len(set(ours) & set(theirs)) >= 2


def _crime(a: Member, b: Member, weights: Weights) -> Iterator[tuple[str, float]]:
    if set(a.features.streets) & set(b.features.streets):
        yield "street", weights.street
    ours, theirs = set(a.features.ages), set(b.features.ages)
    if ours and theirs:
        yield ("age_same", weights.age_same) if ours & theirs else ("age_different", weights.age_different)


def cosine(ours: tuple[tuple[str, int], ...], theirs: tuple[tuple[str, int], ...]) -> float:
    a, b = _vector(ours), _vector(theirs)
    if len(b) < len(a):
        a, b = b, a
    # fsum: a sum of floats must not depend on who came first.
    return math.fsum(weight * b[word] for word, weight in a.items() if word in b)


@lru_cache(maxsize=4096)
def _vector(terms: tuple[tuple[str, int], ...]) -> Mapping[str, float]:
    """Unit vector of (1 + ln count) x idf."""
    table = commonness()
    raw = {word: (1 + math.log(count)) * table.idf(word) for word, count in terms if count > 0}
    length = math.sqrt(math.fsum(value * value for value in raw.values()))
    return {word: value / length for word, value in raw.items()} if length else {}


def _logistic(value: float) -> float:
    return 1 / (1 + math.exp(-value)) if value > -700 else 0.0
