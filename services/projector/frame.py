"""The frame of an incident: its sides, computed from the set of live assertions, and what every speaker is in it."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
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


@dataclass(frozen=True, slots=True)
class FrameTerms:
    """What the frame is computed from: sets and last words, so that one more telling of the same changes nothing.

    `homes` and `words` = the camp of each id and of each name heard; `contests` = entries that affirm deeds of
    contest, one of each sort; `entered` = actors who came in; `lands` = country codes; `ground` as in Frame.
    """

    actors: Collection[ActorTerms]
    homes: Mapping[str, str]
    words: Mapping[str, str]
    contests: Collection[Entry]
    contested: bool
    entered: Collection[str]
    lands: Collection[str]
    ground: tuple[str, ...]


def frame(entries: Sequence[Entry]) -> Frame:
    """Sides from the live entries; nothing here depends on their order."""
    live = [entry for entry in entries if entry.withdrawn is None]
    main = area(live, main_type(live)).main
    return frame_of(
        FrameTerms(
            actors=[terms for entry in live for terms in actor_terms(entry)],
            homes={name: camp for entry in live for name, camp in homes_told(entry)},
            words={word: camp for entry in live for word, camp in words_told(entry)},
            contests=[entry for entry in live if is_deed(entry)],
            contested=any(is_contest(entry.occurrence) for entry in live),
            entered={actor for entry in live for actor in entered(entry)},
            lands={code for entry in live if (code := land_of(entry))},
            ground=main.within if main else (),
        )
    )


def frame_of(terms: FrameTerms) -> Frame:
    homes = dict(terms.homes)
    against = sorted(set(_against(terms.contests, homes)))
    found = sides_of(terms.actors, against, _names(terms, homes))
    attackers = _attackers(terms.entered, found.side_of, homes)
    two_sided = terms.contested and bool(found.sides.opposed_pairs)
    return Frame(found.sides, found.side_of, homes, two_sided, attackers, terms.ground)


def is_deed(entry: Entry) -> bool:
    return is_contest(entry.occurrence) and entry.assertion.polarity == "+"


def entered(entry: Entry) -> tuple[str, ...]:
    if entry.occurrence.type not in ENTERING:
        return ()
    return tuple(p.actor_id for p in entry.occurrence.participants if p.role == "actor" and p.actor_id)


def land_of(entry: Entry) -> str | None:
    return entry.occurrence.place.country if entry.occurrence.place else None


def homes_told(entry: Entry) -> Iterator[tuple[str, str]]:
    for speaker in entry.assertion.chain:
        camp = home(speaker)
        if camp:
            yield from ((name, camp) for name in speaker_ids(speaker))
    for participant in entry.occurrence.participants:
        camp = home(participant)
        if camp and participant.actor_id:
            yield participant.actor_id, camp


def words_told(entry: Entry) -> Iterator[tuple[str, str]]:
    for speaker in entry.assertion.chain:
        camp = home(speaker)
        if camp:
            yield from ((text.casefold(), camp) for text in {speaker.name, speaker.org or speaker.name})


def actor_terms(entry: Entry) -> Iterator[ActorTerms]:
    for speaker in entry.assertion.chain:
        if speaker.kind not in {"media", "unnamed", "witness", "social_channel", "expert", "ngo_monitor"}:
            for name in speaker_ids(speaker):
                yield ActorTerms(name, home(speaker), frozenset(speaker.descriptors))
    for who in entry.occurrence.participants:
        if who.actor_id and who.kind != "civilians":
            yield ActorTerms(who.actor_id, home(who), frozenset(who.descriptors))


def _against(contests: Iterable[Entry], homes: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Who acts against whom, as affirmed; and who accuses whom: accuser and accused are parties."""
    for entry in contests:
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


def _names(terms: FrameTerms, homes: Mapping[str, str]) -> dict[str, str]:
    """What "x" means in "anti-x": a country by name or code, or the name of a speaker or institution heard here."""
    names = {name.casefold(): f"c:{code}" for code, name in country_names().items()} | dict(terms.words)
    lands = {f"c:{code}" for code in terms.lands}
    return names | {camp.casefold(): camp for camp in sorted(lands | set(homes.values()))}


def _attackers(entered: Iterable[str], side_of: Mapping[str, str | None], homes: Mapping[str, str]) -> str | None:
    """The side that came: of those who entered or attacked; None where that is open."""
    found = {side for actor in entered if (side := side_of.get(actor) or homes.get(actor))}
    groups = {side for side in found if not side.startswith("c:")}
    chosen = groups or found
    return min(chosen) if len(chosen) == 1 else None
