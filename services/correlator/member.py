"""A member of an incident: what the linker knows of one mention group of one article."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from schemas.events import ReportHeader
from schemas.ontology import ontology
from schemas.report import Assertion, Family, Features, Group, Occurrence, Place, Speaker, When
from services.correlator.spots import Spot, spot

FIGHTING_KINDS = frozenset({"government", "military", "armed_group"})
FIGHTING_ROLES = frozenset({"actor", "actor2", "target", "instrument_owner"})
STATE_KINDS = frozenset({"government", "military"})
HAPPENED = frozenset({"actual", "ongoing", "attempted"})
DATED = frozenset({"minute", "hour", "day", "range"})
NEWS_FAMILIES = frozenset({"disaster", "accident"})
MAX_SPOTS = 8
LONGEST = timedelta(days=7)  # a longer stretch says no more when it happened than "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """`start` and `end`: when new occurrences of it happened, absent if it tells of none; `day`: what it is about.

    `parties` = sides, states and armed groups that act or speak; `actors` = ids of who acts or speaks.
    """

    article: str
    group: str
    published: datetime
    role: str
    families: tuple[Family, ...]
    types: tuple[str, ...]
    features: Features
    spots: tuple[Spot, ...] = ()
    countries: tuple[str, ...] = ()
    start: datetime | None = None
    end: datetime | None = None
    day: date | None = None
    violent: bool = False
    widens: bool = False
    roundup: bool = False
    parties: tuple[str, ...] = ()
    actors: tuple[str, ...] = ()
    text_family: str | None = None

    @property
    def order(self) -> tuple[datetime, str, str]:
        return self.published, self.article, self.group


def member(
    header: ReportHeader,
    group: Group,
    occurrences: Sequence[Occurrence],
    assertions: Sequence[Assertion],
    text_family: str | None,
) -> Member:
    places = list(_places(group, occurrences))
    news = [o for o in occurrences if is_news(o)]
    spans = [span for o in news if (span := _span(o.when)) is not None]
    start = min((s for s, _ in spans), default=None)
    return Member(
        article=header.article.id, group=group.id, published=header.article.published, role=group.role,
        families=tuple(sorted(set(group.families))), types=tuple(sorted({o.type for o in occurrences})),
        features=group.features, spots=_spots(places),
        countries=tuple(sorted({p.country for p in places if p.country})),
        start=start, end=max((e for _, e in spans), default=None),
        day=start.date() if start else _day(group.when),
        violent=any(ontology().of(o.type).violence for o in news),
        widens=group.role == "main" and any(o.realis in HAPPENED for o in occurrences),
        roundup=header.genre == "roundup",
        parties=tuple(sorted(set(_parties(occurrences, assertions)))),
        actors=tuple(sorted({*group.actors, *_actors(occurrences, assertions)})), text_family=text_family,
    )  # fmt: skip


def is_news(occurrence: Occurrence) -> bool:
    """Violence, a disaster or an accident that is said to have happened: what opens an incident or keeps it going."""
    kind = ontology().of(occurrence.type)
    return occurrence.realis in HAPPENED and (kind.violence or kind.family in NEWS_FAMILIES)


def _places(group: Group, occurrences: Iterable[Occurrence]) -> Iterator[Place]:
    if group.place is not None:
        yield group.place
    yield from (o.place for o in occurrences if o.place is not None and o.realis in HAPPENED)


def _spots(places: Iterable[Place]) -> tuple[Spot, ...]:
    found = {s.id: s for place in places if (s := spot(place)) is not None}
    return tuple(found[name] for name in sorted(found)[:MAX_SPOTS])


def _span(when: When) -> tuple[datetime, datetime] | None:
    if when.start is None or when.precision not in DATED:
        return None
    end = when.end or when.start
    return (when.start, end) if end - when.start <= LONGEST else None


def _day(when: When) -> date | None:
    span = _span(when)
    return span[0].date() if span else None


def _parties(occurrences: Iterable[Occurrence], assertions: Iterable[Assertion]) -> Iterator[str]:
    for occurrence in occurrences:
        for who in occurrence.participants:
            if who.kind in FIGHTING_KINDS and who.role in FIGHTING_ROLES:
                state = f"c:{who.country}" if who.country and who.kind in STATE_KINDS else None
                yield from _named(who.side or state or who.actor_id)
    for speaker in speakers(assertions):
        if speaker.kind in FIGHTING_KINDS:
            state = f"c:{speaker.country}" if speaker.country and speaker.kind in STATE_KINDS else None
            yield from _named(speaker.side or state or speaker.org_id or speaker.id)


def _actors(occurrences: Iterable[Occurrence], assertions: Iterable[Assertion]) -> Iterator[str]:
    for occurrence in occurrences:
        yield from (who.actor_id for who in occurrence.participants if who.actor_id)
    for speaker in speakers(assertions):
        if speaker.named:
            yield from _named(speaker.id)


def speakers(assertions: Iterable[Assertion]) -> Iterator[Speaker]:
    """Who is quoted: every link but the outlet's own."""
    for assertion in assertions:
        yield from (link for link in assertion.chain[1:] if link.kind != "media")


def _named(name: str | None) -> Iterator[str]:
    if name:
        yield name
