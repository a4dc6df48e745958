"""Stage 8: what authorities introduce, extend, ease, lift or are given the power to do (data/measures.toml)."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from schemas.report import MeasureAct, MeasureValue, Place, Span, Speaker, Value
from services.parser.certainty import Modality, modality
from services.parser.events import Draft, Event
from services.parser.grammar import is_passive, object_, subject
from services.parser.occurrences import same_words
from services.parser.roles import Cast, as_participant, people
from services.parser.scene import Scene
from services.parser.speakers import Discourse
from services.parser.tree import Token
from services.parser.voices import Said, Voice, voices
from services.parser.where import date_of, place_of

ACTS: tuple[MeasureAct, ...] = ("lifted", "extended", "eased", "authorised", "introduced")


@dataclass(frozen=True, slots=True)
class Found:
    """A measure met in a sentence: what it is, what is done to it, the word that says so."""

    type: str
    slug: str
    label: str
    act: MeasureAct
    token: Token  # the governing verb or noun
    area: Token  # where its place is looked for
    rule: str


def measures(scene: Scene, heard: Sequence[Said], outer: Voice, discourse: Discourse) -> Iterator[Draft]:
    for found in (*_regimes(scene), *_direct(scene)):
        for voice in voices(scene, heard, found.token.i, outer):
            yield _draft(scene, found, heard, voice, discourse)


def _regimes(scene: Scene) -> Iterator[Found]:
    """A named measure and the word that governs it."""
    s = scene.sentence
    text = scene.text[s.start : s.end].lower().replace("‑", "-")
    for match in scene.rules.regimes.finditer(text):
        yield from _governed(scene, scene.rules.regime_of[match[0]], s.start + match.start(), s.start + match.end())


def _governed(scene: Scene, entry: Mapping[str, Any], start: int, end: int) -> Iterator[Found]:
    s = scene.sentence
    inside = s.inside(start, end)
    numbers = {t.i for t in inside}
    head = next((t for t in inside if t.head not in numbers or t.head == t.i), None)
    if head is None:
        return
    found = _act(scene, head)
    if found is not None:
        act, word = found
        yield Found(entry["type"], entry["slug"], scene.words(start, end), act, word, head, f"M.{entry['slug']}.{act}")


def _act(scene: Scene, head: Token) -> tuple[MeasureAct, Token] | None:
    """The nearest word above that does something to the measure."""
    s = scene.sentence
    below = head
    for token in (*s.up(head.i), *s.kids(head.i, "acl")):
        if token.verb or token.noun:
            for act in ACTS:
                if token.lemma in scene.rules.measures["acts"][act] and (token.verb or below.dep in {"pobj", "prep"}):
                    return act, token
        if token.verb and below.dep not in {
            "dobj",
            "nsubjpass",
            "conj",
            "prep",
            "pobj",
            "compound",
            "attr",
            "oprd",
            "nsubj",
        }:
            return None
        below = token
        if token.verb and token.lemma not in {"begin", "have"}:
            return None
    return None


def _direct(scene: Scene) -> Iterator[Found]:
    """Verbs that are a measure with their object: "closed the border"; in the scope of a power they are authorised."""
    s = scene.sentence
    verbs = scene.rules.direct_verbs
    for verb in s.tokens:
        if verb.lemma not in verbs:
            continue
        entries = [e for e in scene.rules.measures["direct"] if verb.lemma in e["verbs"]]
        what = _object_words(scene, verb)
        chosen = next((e for e in entries if what & set(e["objects"])), None)
        if chosen is None:
            continue
        power = _power(scene, verb)
        order = _order(scene, verb) if chosen.get("ordered") else None
        if order is not None:
            rule = f"M.{chosen['slug']}.ordered"
            yield Found(chosen["type"], chosen["slug"], chosen["slug"], "introduced", order, verb, rule)
            continue
        if power is None and not (verb.verb and _by_authority(scene, verb, chosen)):
            continue
        act: MeasureAct = "authorised" if power else "introduced"
        label = scene.words(*s.stretch(s.subtree(verb.i) if verb.verb else {verb.i}))[:80]
        yield Found(chosen["type"], chosen["slug"], label, act, power or verb, verb, f"M.{chosen['slug']}.{act}")


def _object_words(scene: Scene, verb: Token) -> set[str]:
    """Base forms of what the verb is about, coordinated verbs sharing one object."""
    s = scene.sentence
    found = object_(s, verb)
    chain = [found] if found is not None else []
    if found is None:
        chain = [
            o for c in s.conjuncts(verb.i) for o in [s.kid(c.i, "dobj"), *([c] if c.noun else [])] if o is not None
        ]
    words: set[str] = set()
    for token in chain:
        for one in s.conjuncts(token.i):
            words |= {one.lemma, one.lower} | {k.lower for k in s.kids(one.i, "compound", "amod", "nmod")}
    return words


def _power(scene: Scene, verb: Token) -> Token | None:
    """The word that grants it: "given the power to", "authorised to"."""
    s, powers = scene.sentence, scene.rules.measures["powers"]
    for head in s.up(s.first(verb.i).i):
        if head.noun and head.lemma in powers["nouns"]:
            giver = next((t for t in s.up(head.i) if t.verb), None)
            return giver if giver is not None and giver.lemma in powers["verbs"] else None
        if head.verb and head.lemma in powers["passives"] and is_passive(s, head):
            return head
        if head.verb and s.kid(verb.i, "aux") is None:
            return None
    return None


def _order(scene: Scene, verb: Token) -> Token | None:
    """ "ordered to evacuate", "told people to leave": the ordering verb."""
    head = scene.sentence.tokens[verb.head]
    return head if verb.dep in {"xcomp", "ccomp"} and head.lemma in scene.rules.measures["orders"]["verbs"] else None


def _by_authority(scene: Scene, verb: Token, entry: Mapping[str, Any]) -> bool:
    """Closing is a measure where an authority does it, or where nobody is named and a thing of the list is closed."""
    who = subject(scene.sentence, verb)
    if who is None:
        return not entry.get("ordered", False) and is_passive(scene.sentence, verb)
    return is_authority(scene, who)


def is_authority(scene: Scene, token: Token) -> bool:
    authorities = scene.rules.measures["authorities"]
    mention = scene.actor_at(token)
    if mention is not None:
        return mention.speaker.kind in authorities["kinds"]
    return token.lemma in authorities["nouns"]


def _draft(scene: Scene, found: Found, heard: Sequence[Said], voice: Voice, discourse: Discourse) -> Draft:
    s = scene.sentence
    cast = Cast(scene, voice, discourse)
    reach = same_words(scene, heard, found.token)
    who = _authority(cast, found) or _speaking_authority(scene, voice, found)
    told = modality(scene, found.token, voice.stop, voice.realis)
    if found.act == "authorised":
        told = replace(told, realis="possible")
    date = date_of(scene, found.token, reach)
    place = _area(scene, found, discourse, reach)
    start, end = s.stretch(s.subtree(_top(scene, found).i, without=voice.stop) or {found.token.i})
    event = Event(
        sentence=s.number, token=found.token.i, type=found.type, rule=found.rule, modality=told, start=start, end=end,
        participants=tuple(as_participant(w, "authority") for w in who), place=place,
        when=date.when if date else None, subtype="ordered" if found.type == "evacuation" else None,
        history=bool(date and date.history) or s.piece.kind == "background",
    )  # fmt: skip
    value = Value(measure=MeasureValue(act=found.act, name=found.slug, label=found.label))
    span = Span(field=scene.field, start=start, end=end, text=scene.words(start, end), rule=found.rule)
    return Draft(event, "measure", declared(voice, who, told, scene, found.token), span, found.rule, told, value)


def _speaking_authority(scene: Scene, voice: Voice, found: Found) -> list[Speaker]:
    """ "The curfew has been lifted, the mayor said": nobody else is named, so the mayor speaks of an act of his own."""
    speaker = voice.speaker
    official = speaker is not None and speaker.kind in scene.rules.measures["authorities"]["kinds"]
    named = subject(scene.sentence, found.token) is not None
    return [speaker] if speaker is not None and official and not named and found.act != "authorised" else []


def _top(scene: Scene, found: Found) -> Token:
    return found.token if found.token.verb else scene.sentence.clause(found.token.i)


def _area(scene: Scene, found: Found, discourse: Discourse, reach: frozenset[int]) -> Place | None:
    """The measure's own place goes before that of the verb."""
    s = scene.sentence
    own = s.subtree(found.area.i) & reach
    return place_of(scene, found.area, discourse, own) or place_of(scene, found.token, discourse, reach)


def _authority(cast: Cast, found: Found) -> list[Speaker]:
    if found.act == "authorised":
        return []
    who = subject(cast.scene.sentence, found.token)
    if who is None or (not is_authority(cast.scene, who) and who.lower not in {"he", "she", "it", "they"}):
        return []
    return people(cast, who)


def declared(voice: Voice, who: Sequence[Speaker], told: Modality, scene: Scene, verb: Token) -> Voice:
    """An authority that introduces or lifts speaks by doing so: it is the last link of the chain."""
    if not who or told.polarity == "-" or told.realis not in ("actual", "ongoing"):
        return voice
    if voice.chain and (voice.chain[-1].id or voice.chain[-1].name) == (who[0].id or who[0].name):
        return voice
    cue = Span(field=scene.field, start=verb.start, end=verb.end, text=verb.text, rule="Q.declare")
    return replace(voice, chain=(*voice.chain, who[0]), stance="claims", evidence="statement", cue=cue)
