"""Who takes part in an event: noun phrases turned into participants by the trigger's roles."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from schemas.report import Participant, ParticipantKind, Role, Speaker
from services.parser.grammar import named_head, object_, subject
from services.parser.rule_types import Trigger
from services.parser.rules import Rules
from services.parser.scene import Scene
from services.parser.speakers import (
    COLLECTIVE,
    NEUTRAL,
    PERSONAL,
    PLURAL,
    PRONOUNS,
    Discourse,
    best_mention,
    is_person,
    remembered,
)  # fmt: skip
from services.parser.tree import Token
from services.parser.voices import Voice

POSSESSIVES = frozenset({"its", "their", "his", "her", "our"})
CLASS_KINDS: tuple[tuple[str, ParticipantKind], ...] = (
    ("attackers", "armed_group"), ("forces", "military"), ("responders", "police_rescue"), ("police", "police_rescue"),
    ("armed", "armed_group"), ("civilian", "civilians"), ("protesters", "civilians"), ("suspects", "unnamed"),
)  # fmt: skip
AGAINST = ("on", "against", "at", "upon")
BY = ("by",)
DONE_TO = frozenset(
    {
        "murder", "killing", "slaying", "assassination", "massacre", "execution", "kidnapping", "abduction", "kidnap",
        "homicide", "beating", "stabbing", "shooting", "disappearance",
    }
)  # fmt: skip
NOBODYS = "o:military"  # an army of no known state


@dataclass(frozen=True, slots=True)
class Cast:
    """What roles need beside the sentence: who speaks and what was mentioned before."""

    scene: Scene
    voice: Voice
    discourse: Discourse


def participants(cast: Cast, trigger: Trigger, token: Token) -> tuple[Participant, ...]:
    found = list(_noun_cast(cast, trigger, token) if trigger.noun else _verb_cast(cast, trigger, token))
    unique = {(p.role, p.actor_id or p.text): p for p in found}
    return tuple(unique.values())


def _verb_cast(cast: Cast, trigger: Trigger, verb: Token) -> Iterator[Participant]:
    s = cast.scene.sentence
    for who, role in ((subject(s, verb), trigger.subject_role), (object_(s, verb), trigger.object_role)):
        if who is None or (role == "instrument" and not _owner_words(cast, who)):
            continue
        for one in s.conjuncts(named_head(s, who).i):
            yield from cast_as(cast, one, role)
    if trigger.subject_role == "actor":
        for against in s.prepositional(verb.i, "against", "with"):
            if cast.scene.is_class(against, "armed") or cast.scene.is_class(against, "actor"):
                yield from cast_as(cast, against, "actor2" if trigger.object_role == "actor2" else "target")


def _owner_words(cast: Cast, token: Token) -> bool:
    """Whether an instrument tells whose it is: "a Ukrainian drone"."""
    return nationality(cast.scene, token) is not None


def _noun_cast(cast: Cast, trigger: Trigger, noun: Token) -> Iterator[Participant]:
    """ "Ukrainian artillery fire", "X's attack on Y", "clashes between X and Y", "an attack by X", "murder of Y"."""
    s = cast.scene.sentence
    country = nationality(cast.scene, noun)
    if country is not None:
        yield country
    for owner in s.kids(noun.i, "poss"):
        yield from cast_as(cast, owner, "actor")
    for by in s.prepositional(noun.i, *BY):
        yield from cast_as(cast, by, "actor")
    for one in s.prepositional(noun.i, "between"):
        yield from cast_as(cast, one, "actor")
    for against in s.prepositional(noun.i, *AGAINST):
        yield from cast_as(cast, against, "target")
    if noun.lemma in DONE_TO:
        for of in s.prepositional(noun.i, "of"):
            yield from cast_as(cast, named_head(s, of), trigger.object_role)


def nationality(scene: Scene, token: Token) -> Participant | None:
    """The country in front of a noun of war: its army or state acts."""
    for kid in scene.sentence.kids(token.i, "amod", "compound", "nmod", "poss"):
        code = scene.rules.demonyms.get(kid.text)
        if code:
            return Participant(
                role="actor", text=f"{kid.text} {token.text}", kind="military", actor_id=f"c:{code}", country=code
            )
    return None


def cast_as(cast: Cast, token: Token, role: str) -> Iterator[Participant]:
    """A noun phrase in a role; what is neither people nor an institution takes no part."""
    known: Role = {"instrument": "instrument_owner"}.get(role, role)  # type: ignore[assignment]
    for speaker in people(cast, token):
        yield as_participant(speaker, known)
        return
    described = _described(cast, token, known)
    if described is not None:
        yield described


def people(cast: Cast, token: Token) -> list[Speaker]:
    """The known actor behind a noun phrase: by name, by pronoun, or by "its fighters"."""
    scene, s = cast.scene, cast.scene.sentence
    if token.lower in PRONOUNS or token.lower in POSSESSIVES:
        return _pronoun(cast, token)
    own = s.kid(token.i, "poss")
    if own is not None and own.lower in POSSESSIVES and scene.is_class(token, "armed"):
        return people(cast, own)  # "its forces"
    mention = best_mention(scene, token)
    if mention is not None and mention.speaker.kind != "unnamed":
        return list(mention.plural_of) or [remembered(mention.speaker, cast.discourse)]
    if token.lemma in BODIES and any(k.lower in {"the", "this"} for k in s.kids(token.i, "det")):
        return _the_body(cast, token)
    if scene.is_class(token, "armed"):
        owner = s.kid(token.i, "poss")
        if owner is not None:
            return people(cast, owner)
        for of in s.prepositional(token.i, "of"):
            found = people(cast, of)
            if found:
                return found
    return []


BODIES = frozenset({"group", "organisation", "organization", "militia", "movement", "ministry", "company"})


def _the_body(cast: Cast, token: Token) -> list[Speaker]:
    """ "the group" in somebody's words is the speaker's own; else the last one spoken of."""
    speaker = cast.voice.speaker
    if speaker is not None and speaker.org_id and speaker.org_id != speaker.id:
        name = speaker.org or speaker.name
        return [replace(speaker, name=name, id=speaker.org_id, office=None)]
    if speaker is not None and speaker.kind in COLLECTIVE and not is_person(speaker):
        return [speaker]
    found = cast.discourse.back((cast.scene.sentence.number, token.start), ("body",))
    return [found] if found else []


def _pronoun(cast: Cast, token: Token) -> list[Speaker]:
    """Inside somebody's words a pronoun that fits is that speaker; else the last one mentioned that fits."""
    speaker = cast.voice.owner or cast.voice.speaker
    personal = token.lower in PERSONAL
    if speaker is not None and speaker.kind != "unnamed":
        body = not (speaker.office or (speaker.id or "").startswith("p:"))
        if personal != body and token.lower in PRONOUNS | POSSESSIVES:
            return [speaker]
    fits = ("person",) if personal else ("body",)
    found = cast.discourse.back((cast.scene.sentence.number, token.start), fits)
    return [found] if found and (token.lower in NEUTRAL | PLURAL | POSSESSIVES or personal) else []


def as_participant(speaker: Speaker, role: Role) -> Participant:
    actor_id = speaker.id or speaker.org_id if role == "authority" else actor_of(speaker)
    return Participant(
        role=role, text=speaker.name, kind=speaker.kind, actor_id=actor_id,
        side=speaker.side, country=speaker.country, descriptors=speaker.descriptors,
    )  # fmt: skip


def actor_of(speaker: Speaker) -> str | None:
    """Who did it: the bodies of a state are the state, "its army" and "it" alike."""
    if speaker.kind in ("government", "military") and speaker.country and not is_person(speaker):
        return f"c:{speaker.country}"
    return None if speaker.id == NOBODYS else speaker.id or speaker.org_id


def _described(cast: Cast, token: Token, role: Role) -> Participant | None:
    """People of a class without a name: with a country, if the words say one."""
    scene = cast.scene
    kind = class_kind(scene.rules, token.lemma)
    if kind is None:
        return None
    country = nationality(scene, token)
    text = f"{country.text}" if country else token.text
    if country is not None and kind in {"military", "armed_group"}:
        army = scene.rules.is_class(token.lemma, "forces")
        return Participant(
            role=role, text=text, kind="military" if army else kind,
            actor_id=country.actor_id if army else None, country=country.country,
        )  # fmt: skip
    inside = scene.sentence.subtree(token.i)
    calls = sorted({d for a, b, d in scene.descriptors for t in scene.sentence.inside(a, b) if t.i in inside})
    return Participant(role=role, text=text, kind=kind, descriptors=tuple(calls))


def class_kind(rules: Rules, lemma: str) -> ParticipantKind | None:
    return next((kind for name, kind in CLASS_KINDS if rules.is_class(lemma, name)), None)
