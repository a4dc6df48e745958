"""Stage 6: triggers to events. A verb or noun of triggers.toml with all its conditions met; the most conditions win."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from schemas.report import Concern, Means
from services.parser.certainty import modality
from services.parser.events import Event
from services.parser.grammar import is_passive, named_head, object_, subject
from services.parser.roles import Cast, participants
from services.parser.rule_types import Trigger, Words
from services.parser.scene import Scene, covering
from services.parser.speakers import Discourse
from services.parser.tree import Token
from services.parser.voices import Said, Voice, voices
from services.parser.where import date_of, place_of

REFERRING = frozenset({"the", "this", "that", "these", "those", "its", "their", "his", "her"})
AWAY = frozenset({"withdrawal", "evacuation"})


@dataclass(frozen=True, slots=True)
class Told:
    """An event with a voice that tells it."""

    event: Event
    voice: Voice


def events(scene: Scene, heard: Sequence[Said], outer: Voice, discourse: Discourse) -> list[Told]:
    """Every event of a sentence with each of its voices."""
    found: list[Told] = []
    for token in scene.sentence.tokens:
        trigger = match(scene, token)
        if trigger is None:
            continue
        for voice in voices(scene, heard, token.i, outer):
            if token.i not in voice.stop or trigger.noun:
                found.append(Told(_event(scene, trigger, token, heard, voice, discourse), voice))
    return _without_purposes(found)


def _without_purposes(found: list[Told]) -> list[Told]:
    """ "used tear gas to disperse the crowd" tells one act, not also the plan of another."""
    actual = {(t.event.type, t.voice.chain) for t in found if t.event.modality.realis in ("actual", "ongoing")}
    return [t for t in found if t.event.modality.realis != "planned" or (t.event.type, t.voice.chain) not in actual]


def match(scene: Scene, token: Token) -> Trigger | None:
    """The trigger of a token, if it is one; names of places and actors are none."""
    verb = token.verb
    known = scene.rules.verb_triggers if verb else scene.rules.noun_triggers
    triggers = known.get(token.lemma)
    if triggers is None or covering(scene.dates, token) is not None:  # "8 March"
        return None
    if verb:
        return next((t for t in triggers if _verb_fits(scene, t, token)), None)
    if not token.noun or _is_name(scene, token):
        return None
    return next((t for t in triggers if _noun_fits(scene, t, token)), None)


def _is_name(scene: Scene, token: Token) -> bool:
    mention = scene.actor_at(token)
    if mention is not None and (mention.speaker.named or mention.speaker.office):
        return True
    return scene.place_at(token) is not None


def _verb_fits(scene: Scene, t: Trigger, verb: Token) -> bool:
    s = scene.sentence
    done_to, doer = object_(s, verb), subject(s, verb)
    if verb.dep == "compound" or (verb.dep == "amod" and not (t.object or t.object_is)):
        return False
    if done_to is not None and done_to.lemma in t.not_object:
        return False
    if t.alone and (done_to is not None or s.kid(verb.i, "ccomp")):
        return False
    if (t.object or t.object_is) and not _is(scene, done_to, t.object, t.object_is):
        return False
    if (t.subject or t.subject_is) and not _is(scene, doer, t.subject, t.subject_is):
        return False
    if t.particle and not any(_word(k) in t.particle for k in s.kids(verb.i)):
        return False
    if any(o.lemma in words for prep, words in t.not_prep.items() for o in s.prepositional(verb.i, prep)):
        return False
    return not t.prep or any(_prep_fits(scene, t, verb, prep, name) for prep, name in t.prep)


def _word(token: Token) -> str:
    return token.lower if token.dep in {"prt", "advmod", "acomp", "oprd", "prep", "dobj", "xcomp", "ccomp"} else ""


def _is(scene: Scene, token: Token | None, words: Words, classes: Words) -> bool:
    """Of the words if some are asked for, and of one of the classes if some are."""
    if token is None:
        return False
    some = scene.sentence.conjuncts(named_head(scene.sentence, token).i)
    if words and not any(t.lemma in words for t in some):
        return False
    return not classes or any(scene.is_class(t, name) for t in some for name in classes) or _pronoun(token, classes)


def _pronoun(token: Token, classes: Words) -> bool:
    if token.lower in {"they", "it", "we", "who", "which", "them"}:
        return bool({"armed", "actor", "power"} & classes)
    return token.lower in {"he", "she", "him", "her"} and bool({"civilian", "actor"} & classes)


def _prep_fits(scene: Scene, t: Trigger, verb: Token, prep: str, name: str) -> bool:
    s = scene.sentence
    objects = s.prepositional(verb.i, prep)
    wanted = t.object_of.get(prep)
    if wanted is not None:
        return any(o.lemma in wanted for o in objects)
    return any(scene.is_class(o, name) for o in objects)


def _noun_fits(scene: Scene, t: Trigger, noun: Token) -> bool:
    s = scene.sentence
    if noun.dep in {"npadvmod", "amod"}:  # "battle hardened"
        return False
    if noun.dep in {"compound", "nmod"} and scene.sentence.tokens[noun.head].noun and not _event_noun(scene, noun):
        return False
    around = {k.lemma for k in s.kids(noun.i, "compound", "amod", "nmod", "nummod")} | {
        k.lower for k in s.kids(noun.i, "compound", "amod", "nmod")
    }
    around |= {k.lemma for o in s.prepositional(noun.i, "of") for k in [o]} if t.modifier else set()
    hyphened = {part for k in s.kids(noun.i) for part in k.lower.split("-")}
    if t.modifier and not t.modifier & (around | hyphened):
        return False
    if t.purpose and not any(k.lemma in t.purpose for k in s.kids(noun.i, "acl", "relcl")):
        return False
    if t.of_place and not any(scene.is_class(o, "place") for o in s.prepositional(noun.i, "of")):
        return False
    of = s.prepositional(noun.i, "of") if t.of_is else []
    if of and not any(scene.is_class(o, name) for o in of for name in t.of_is):
        return False
    return not t.unmodified & (around | hyphened)


def _event_noun(scene: Scene, noun: Token) -> bool:
    """In a compound only the last noun is the event ("raid aftermath" has none), but for "shooting victim"."""
    return scene.rules.is_class(scene.sentence.tokens[noun.head].lemma, "civilian")


def _event(scene: Scene, t: Trigger, token: Token, heard: Sequence[Said], voice: Voice, discourse: Discourse) -> Event:
    cast = Cast(scene, voice, discourse)
    reach = same_words(scene, heard, token)
    date = date_of(scene, token, reach)
    place = place_of(scene, token, discourse, reach, t.type in AWAY)
    if place is not None and t.type in AWAY and place.relation == "toward":
        place = None
    start, end = span_of(scene, token, voice)
    who = participants(cast, t, token)
    return Event(
        sentence=scene.sentence.number, token=token.i, type=t.type, rule=t.rule,
        modality=modality(scene, token, voice.stop, voice.realis or t.realis), start=start, end=end,
        participants=who, place=place, when=date.when if date else None,
        means=_means(scene, t, token), subtype=t.subtype,
        definite=t.noun and (is_definite(scene, token) or _is_charge(scene, token)),
        history=bool(date and date.history) or scene.sentence.piece.kind == "background",
        concerns=concern(scene, t, token),
    )  # fmt: skip


def same_words(scene: Scene, heard: Sequence[Said], token: Token) -> frozenset[int]:
    """The tokens that are told by the same frames as this one: other people's words bind nothing here."""

    tokens = range(len(scene.sentence.tokens))
    frames = [h.frame for h in heard if h.frame.clause]
    if not frames:
        return frozenset(tokens)

    def tellers(i: int) -> frozenset[int]:
        return frozenset(f.at for f in frames if i in f.content)

    mine = tellers(token.i)
    cues = frozenset(i for f in frames for i in scene.sentence.subtree(f.at) - f.content)
    told = _all(heard)
    return frozenset(i for i in tokens if tellers(i) == mine and (not mine or i not in cues or i in told))


def _all(heard: Sequence[Said]) -> frozenset[int]:
    return frozenset(i for h in heard if h.frame.clause for i in h.frame.content)


def span_of(scene: Scene, token: Token, voice: Voice) -> tuple[int, int]:
    """The clause of an event without the cue that tells it: what the fact's text is."""
    s = scene.sentence
    top = s.tokens[token.head] if token.dep == "amod" else token
    for head in s.up(token.i) if token.dep != "amod" else ():
        if head.i in voice.stop or top.verb:
            break
        top = head
    members = s.subtree(top.i, without=voice.stop)
    return s.stretch(members if members else {token.i})


def is_definite(scene: Scene, noun: Token) -> bool:
    """ "the raid", "X's attack", "Friday's shooting" refer; "a raid", "clashes" and "violent battles" assert."""
    s = scene.sentence
    kids = s.kids(noun.i)
    return any(k.lower in REFERRING and k.dep in {"det", "poss"} for k in kids) or s.kid(noun.i, "poss") is not None


def _is_charge(scene: Scene, noun: Token) -> bool:
    """ "charged with murder", "accused of the attack": what somebody is charged with did not thereby happen."""
    s = scene.sentence
    prep = s.tokens[noun.head]
    over = s.tokens[prep.head]
    return noun.dep in {"pobj", "conj"} and prep.dep == "prep" and over.lemma in scene.rules.hedges["realis"]["legal"]


def _means(scene: Scene, t: Trigger, token: Token) -> Means | None:
    s, table = scene.sentence, scene.rules.means
    who = subject(s, token) if token.verb else None
    around = [*([who] if who else []), *s.prepositional(token.i, "with", "by"), *s.kids(token.i, "compound", "amod")]
    return next((table[w.lemma] for w in around if w.lemma in table), t.means)


def concern(scene: Scene, t: Trigger, token: Token) -> Concern | None:
    """Whom the event harms: what is hit, else the people named with it."""
    s = scene.sentence
    hit = object_(s, token) if token.verb else next(iter(s.prepositional(token.i, "on", "at", "against")), None)
    if hit is not None:
        found = concern_of(scene, hit)
        if found:
            return found
    return None


def concern_of(scene: Scene, token: Token) -> Concern | None:
    order: tuple[Concern, ...] = ("forces", "services", "civilians")
    return next((c for c in order if any(scene.is_class(token, name) for name in scene.rules.concerns[c])), None)


def clauses(scene: Scene) -> Iterator[Token]:
    """Verbs that head a clause."""
    return (t for t in scene.sentence.tokens if t.verb and t.dep not in {"amod", "compound", "aux", "auxpass"})


def passive(scene: Scene, verb: Token) -> bool:
    return is_passive(scene.sentence, verb)
