"""The frame of an incident: its sides, computed from the set of live assertions, and what every speaker is in it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from schemas.countries import country_names
from schemas.ontology import ontology
from schemas.report import Occurrence, Participant, Speaker
from services.projector.area import area, main_type
from services.projector.rules.positions import Sides
from services.projector.rules.sides import ActorTerms, sides_of
from services.projector.state import Entry

OFFICIAL_KINDS = {"government", "military", "police_rescue", "health", "judiciary"}
TWO_SIDED_FAMILIES = {"conflict", "political_violence"}
TWO_SIDED_TYPES = {"crowd_control", "riot"}
AGAINST_ROLES = {"actor2", "target", "victim"}
ENTERING = {"incursion", "territory_taken"}
FROM_AFAR = {"shelling", "air_drone_strike"}


@dataclass(frozen=True, slots=True)
class Frame:
    """`side_of` maps actor ids to sides; `home_of` maps ids of officials and institutions to their country.

    `ground` = ids of the main place and of all that contain it: where a word without a place of its own belongs.
    """

    sides: Sides
    side_of: Mapping[str, str | None]
    home_of: Mapping[str, str]
    two_sided: bool
    attackers: str | None
    ground: tuple[str, ...] = ()

    def side(self, speaker: Speaker) -> str | None:
        """The side of a speaker in this incident, also where no rule may use it."""
        for name in speaker_ids(speaker):
            if self.side_of.get(name):
                return self.side_of[name]
        return home(speaker)

    def actor_side(self, actor: str | None) -> str | None:
        return None if actor is None else self.side_of.get(actor) or self.home_of.get(actor)

    def actor_value(self, actor: str) -> str:
        """Offices and forces of one country are one value: "its army" and "it" are the same accused."""
        return self.home_of.get(actor, actor)


def speaker_id(speaker: Speaker) -> str:
    return speaker.id or f"n:{speaker.name.casefold()}"


def origin_id(speaker: Speaker) -> str:
    """The organisation a speaker speaks for, else the speaker."""
    return speaker.org_id or speaker_id(speaker)


def speaker_ids(speaker: Speaker) -> tuple[str, ...]:
    return (speaker_id(speaker), *([speaker.org_id] if speaker.org_id else []))


def home(who: Speaker | Participant) -> str | None:
    """The camp an office-holder belongs to by office: its country. State media speak for theirs."""
    if who.kind in OFFICIAL_KINDS and who.country:
        return f"c:{who.country}"
    return who.side if who.side else None


def is_contest(occurrence: Occurrence) -> bool:
    kind = ontology().of(occurrence.type)
    return kind.family in TWO_SIDED_FAMILIES or occurrence.type in TWO_SIDED_TYPES


def frame(entries: Sequence[Entry]) -> Frame:
    """Sides from the live entries; nothing here depends on their order."""
    live = [entry for entry in entries if entry.withdrawn is None]
    homes = dict(_homes(live))
    found = sides_of(_actors(live), sorted(set(_against(live, homes))), _names(live, homes))
    contested = any(is_contest(entry.occurrence) for entry in live)
    attackers = _attackers(live, found.side_of, homes)
    main = area(live, main_type(live)).main
    two_sided = contested and bool(found.sides.opposed_pairs)
    return Frame(found.sides, found.side_of, homes, two_sided, attackers, main.within if main else ())


def _homes(live: Iterable[Entry]) -> Iterator[tuple[str, str]]:
    for entry in live:
        for speaker in entry.assertion.chain:
            camp = home(speaker)
            if camp:
                yield from ((name, camp) for name in speaker_ids(speaker))
        for participant in entry.occurrence.participants:
            camp = home(participant)
            if camp and participant.actor_id:
                yield participant.actor_id, camp


def _actors(live: Iterable[Entry]) -> Iterator[ActorTerms]:
    for entry in live:
        for speaker in entry.assertion.chain:
            if speaker.kind not in {"media", "unnamed", "witness", "social_channel", "expert", "ngo_monitor"}:
                for name in speaker_ids(speaker):
                    yield ActorTerms(name, home(speaker), frozenset(speaker.descriptors))
        for who in entry.occurrence.participants:
            if who.actor_id and who.kind != "civilians":
                yield ActorTerms(who.actor_id, home(who), frozenset(who.descriptors))


def _against(live: Iterable[Entry], homes: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Who acts against whom, as affirmed; and who accuses whom: accuser and accused are parties."""
    for entry in live:
        if is_contest(entry.occurrence) and entry.assertion.polarity == "+":
            yield from _deeds(entry.occurrence, homes)
            yield from _accusations(entry, homes)


def _deeds(occurrence: Occurrence, homes: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    actors = [p.actor_id for p in occurrence.participants if p.role == "actor" and p.actor_id]
    targets = [p.actor_id for p in occurrence.participants if p.role in AGAINST_ROLES and p.actor_id]
    if occurrence.type in ENTERING or (occurrence.type in FROM_AFAR and not targets):
        targets += _land(occurrence)
    for actor in actors:
        yield from ((actor, target) for target in targets if homes.get(actor, actor) != homes.get(target, target))


def _land(occurrence: Occurrence) -> list[str]:
    return [f"c:{occurrence.place.country}"] if occurrence.place and occurrence.place.country else []


def _accusations(entry: Entry, homes: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    assertion = entry.assertion
    accused = assertion.value.actor if assertion.value and assertion.aspect == "actor" else None
    if accused is None or len(assertion.chain) == 1:
        return
    camp, accuser = homes.get(accused, accused), home(assertion.chain[-1])
    victims = _land(entry.occurrence) if entry.occurrence.type in FROM_AFAR | ENTERING else []
    against = {camp_of for camp_of in (*victims, accuser) if camp_of and camp_of != camp}
    # Who tells of an ally's deed accuses nobody: only the land that was struck counts then.
    if accuser is not None and accuser not in victims:
        against.discard(accuser)
    yield from ((accused, other) for other in sorted(against))


def _names(live: Sequence[Entry], homes: Mapping[str, str]) -> dict[str, str]:
    """What "x" means in "anti-x": a country by name or code, or the name of a speaker or institution heard here."""
    names = {name.casefold(): f"c:{code}" for code, name in country_names().items()}
    for entry in live:
        for speaker in entry.assertion.chain:
            camp = home(speaker)
            if camp:
                names |= {text.casefold(): camp for text in (speaker.name, speaker.org or speaker.name)}
    lands = {f"c:{e.occurrence.place.country}" for e in live if e.occurrence.place and e.occurrence.place.country}
    return names | {camp.casefold(): camp for camp in lands | set(homes.values())}


def _attackers(live: Iterable[Entry], side_of: Mapping[str, str | None], homes: Mapping[str, str]) -> str | None:
    """The side that came: of those who entered or attacked; None where that is open."""
    found = set()
    for entry in live:
        if entry.occurrence.type in ENTERING:
            actors = [p.actor_id for p in entry.occurrence.participants if p.role == "actor" and p.actor_id]
            found |= {side_of.get(actor) or homes.get(actor) for actor in actors}
    found.discard(None)
    groups = {side for side in found if side is not None and not side.startswith("c:")}
    chosen = groups or found
    return min(s for s in chosen if s) if len(chosen) == 1 else None
