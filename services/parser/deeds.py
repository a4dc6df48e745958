"""Who did it: the aspect "actor" of an event, from roles, from claims of responsibility, and from "was behind"."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from schemas.report import Span, Speaker, Stance, Value
from services.parser.certainty import Modality, modality
from services.parser.events import Draft, Event
from services.parser.grammar import grammatical_subject, subject
from services.parser.occurrences import Told, match, span_of
from services.parser.roles import Cast, actor_of, as_participant, people
from services.parser.scene import Scene
from services.parser.speakers import Discourse
from services.parser.tree import Token
from services.parser.voices import Said, Voice, voices
from services.parser.where import place_of


def happenings(scene: Scene, told: Sequence[Told], discourse: Discourse) -> Iterator[Draft]:
    """An event with a voice says that it happened, and by whom where that is a fact of its own."""
    for item in told:
        event, voice = item.event, item.voice
        span = Span(
            field=scene.field,
            start=event.start,
            end=event.end,
            text=scene.words(event.start, event.end),
            rule=event.rule,
        )
        if not (event.definite and not _reaffirmed(scene, voice, event)):
            yield Draft(event, "happened", voice, span, event.rule, event.modality, concerns=event.concerns)
        yield from _accused(scene, item, span, discourse)
        if event.actor and event.type in scene.rules.actor_types and not event.definite:
            yield Draft(event, "actor", voice, span, event.rule, event.modality, Value(actor=event.actor))


def _accused(scene: Scene, item: Told, span: Span, discourse: Discourse) -> Iterator[Draft]:
    """ "accused X of the attack", "blamed X for the blast": the accused did it, says the accuser."""
    event, voice = item.event, item.voice
    if voice.target is None or voice.stance != "accuses" or not scene.sentence.tokens[event.token].noun:
        return
    for one in scene.sentence.conjuncts(voice.target):
        for doer in people(Cast(scene, voice, discourse), one):
            actor = actor_of(doer)
            if actor is not None:
                yield Draft(event, "actor", voice, span, "A.accused", event.modality, Value(actor=actor))


def _reaffirmed(scene: Scene, voice: Voice, event: Event) -> bool:
    """ "confirmed the clashes", "denied the raid": a noun that refers back is asserted by its cue."""
    if voice.stance in ("confirms", "denies", "admits", "doubts"):
        return True
    return _asserted_by_verb(scene, event)


def _asserted_by_verb(scene: Scene, event: Event) -> bool:
    """ "the shooting took place", "the fire broke out": the noun's own verb says that it was."""
    s = scene.sentence
    token = s.tokens[event.token]
    head = s.tokens[token.head]
    if token.dep in {"nsubj", "nsubjpass"} and head.verb:
        return head.lemma in {"break", "take", "happen", "occur", "begin", "start", "erupt", "continue", "rage", "hit"}
    return False


def responsibility(scene: Scene, heard: Sequence[Said], outer: Voice, discourse: Discourse) -> Iterator[Draft]:
    """ "claimed responsibility for the raid", "denied any involvement", "was behind it", "had carried out the raid"."""
    actors = scene.rules.actors
    nouns, verbs, behind = actors["responsibility"]["nouns"], actors["support"]["verbs"], actors["behind"]["be"]
    for token in scene.sentence.tokens:
        if token.lemma in nouns and token.noun:
            yield from _claimed(scene, heard, token, outer, discourse)
        elif token.lemma in verbs and token.verb:
            yield from _carried_out(scene, heard, token, outer, discourse)
        elif token.lower == "involved" and token.tag == "VBN":
            yield from _involved(scene, heard, token, outer, discourse)
        elif token.lower in behind or token.lower == "nothing":
            yield from _behind(scene, heard, token, outer, discourse)


def _claimed(scene: Scene, heard: Sequence[Said], noun: Token, outer: Voice, discourse: Discourse) -> Iterator[Draft]:
    """The speaker is the actor."""
    s = scene.sentence
    verb = s.tokens[noun.head]
    preps = scene.rules.actors["responsibility"]["preps"]
    what = next(iter(s.prepositional(noun.i, *preps) or s.prepositional(verb.i, *preps)), None)
    vague = noun.lemma not in scene.rules.actors["responsibility"]["plain"]
    if noun.lemma == "part" and verb.lemma == "take" and not _is_violent(scene, what):
        return
    if (what is None and vague) or (what is not None and not _names_event(scene, what)):
        return
    for voice in voices(scene, heard, noun.i, outer):
        claims = verb.verb and verb.i in voice.stop
        doer = voice.speaker if claims else _someone(scene, voice, verb, discourse)
        if doer is None or (not claims and verb.lemma not in {"claim", "have", "take", "accept", "bear"}):
            continue
        how = modality(scene, noun, voice.stop, None)
        yield _draft(scene, what, noun, voice, doer, how, discourse, "A.responsibility")


def _is_violent(scene: Scene, what: Token | None) -> bool:
    trigger = match(scene, what) if what is not None else None
    return trigger is not None and trigger.type in scene.rules.actor_types


def _someone(scene: Scene, voice: Voice, verb: Token, discourse: Discourse) -> Speaker | None:
    who = subject(scene.sentence, verb) if verb.verb else None
    found = people(Cast(scene, voice, discourse), who) if who is not None else []
    return found[0] if found else None


def _carried_out(
    scene: Scene, heard: Sequence[Said], verb: Token, outer: Voice, discourse: Discourse
) -> Iterator[Draft]:
    s = scene.sentence
    what = s.kid(verb.i, "dobj") or s.kid(verb.i, "nsubjpass")
    if what is None or not _names_event(scene, what):
        return
    if verb.lemma in {"carry"} and not any(k.lower == "out" for k in s.kids(verb.i)):
        return
    who = subject(s, verb)
    if who is None:
        return
    for voice in voices(scene, heard, verb.i, outer):
        cast = Cast(scene, voice, discourse)
        for one in s.conjuncts(who.i):
            for doer in people(cast, one):
                how = modality(scene, verb, voice.stop, voice.realis)
                yield _draft(scene, what, verb, voice, doer, how, discourse, "A.carried_out")


def _behind(scene: Scene, heard: Sequence[Said], token: Token, outer: Voice, discourse: Discourse) -> Iterator[Draft]:
    """ "X was behind the raid", "responsible for it", "had nothing to do with it"."""
    s = scene.sentence
    verb = next((t for t in s.up(token.i) if t.verb), None)
    if verb is None or not _is_behind(scene, token, verb):
        return
    who = grammatical_subject(s, verb)
    if who is None:
        return
    what = next((o for t in (token, *_below(scene, token)) for o in _objects(scene, t)), None)
    if what is not None and what.lower not in {"it", "this", "that"} and not _names_event(scene, what):
        return
    for voice in voices(scene, heard, verb.i, outer):
        cast = Cast(scene, voice, discourse)
        how = modality(scene, verb, voice.stop, voice.realis)
        if token.lower == "nothing":
            how = replace(how, polarity="-")
        for one in s.conjuncts(who.i):
            for doer in people(cast, one):
                yield _draft(scene, what, token, voice, doer, how, discourse, "A.behind")


def _involved(scene: Scene, heard: Sequence[Said], verb: Token, outer: Voice, discourse: Discourse) -> Iterator[Draft]:
    """ "X was (not) involved in the attack"."""
    s = scene.sentence
    who = s.kid(verb.i, "nsubjpass", "nsubj")
    what = next(iter(s.prepositional(verb.i, "in")), None)
    if who is None or what is None or not _names_event(scene, what):
        return
    for voice in voices(scene, heard, verb.i, outer):
        how = modality(scene, verb, voice.stop, voice.realis)
        for one in s.conjuncts(who.i):
            for doer in people(Cast(scene, voice, discourse), one):
                yield _draft(scene, what, verb, voice, doer, how, discourse, "A.involved")


def _is_behind(scene: Scene, token: Token, verb: Token) -> bool:
    if token.lower == "nothing":
        rest = scene.text[token.start : token.start + 30].lower()
        return any(rest.startswith(p) for p in scene.rules.actors["behind"]["nothing"])
    if verb.lemma != "be":
        return False
    return token.dep in {"prep", "acomp", "advmod"} and bool(_objects(scene, token))


def _below(scene: Scene, token: Token) -> list[Token]:
    s = scene.sentence
    return [s.tokens[i] for i in sorted(s.subtree(token.i)) if s.tokens[i].dep == "prep" or s.tokens[i].verb]


def _objects(scene: Scene, token: Token) -> list[Token]:
    s = scene.sentence
    return s.kids(token.i, "pobj") or s.prepositional(token.i, "for", "with")


def _names_event(scene: Scene, noun: Token) -> bool:
    return noun.lemma in scene.rules.generic_nouns or match(scene, noun) is not None


def _draft(
    scene: Scene,
    what: Token | None,
    at: Token,
    voice: Voice,
    doer: Speaker,
    how: Modality,
    discourse: Discourse,
    rule: str,
) -> Draft:
    """`what` names the event; a generic word ("the operation") leaves it to the article's main one."""
    s = scene.sentence
    event_type, generic = _type_of(scene, what)
    place = place_of(scene, what, discourse, s.subtree(what.i)) if what is not None else None
    start, end = span_of(scene, at, Voice())
    actor = actor_of(doer) or f"n:{doer.name.casefold()}"
    event = Event(
        sentence=s.number, token=(what or at).i, type=event_type, rule=rule,
        modality=replace(how, polarity="+"), start=start, end=end, place=place, definite=True, generic=generic,
        participants=(as_participant(doer, "actor"),) if how.polarity == "+" and voice.stance != "denies" else (),
        history=s.piece.kind == "background",
    )  # fmt: skip
    span = Span(field=scene.field, start=start, end=end, text=scene.words(start, end), rule=rule)
    stance: Stance | None = "denies" if how.polarity == "-" and voice.chain else None
    return Draft(event, "actor", voice, span, rule, how, Value(actor=actor), stance=stance, anchor="main")


def _type_of(scene: Scene, what: Token | None) -> tuple[str, bool]:
    trigger = match(scene, what) if what is not None else None
    if what is None or trigger is None:
        return "attack", True
    return trigger.type, what.lemma in scene.rules.generic_nouns
