"""Stage 8: who holds a place. A seizure is an act; who holds the place by it, or holds it now, is a state."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from schemas.report import Place, Span, Speaker, Value
from services.parser.certainty import Modality, modality
from services.parser.events import Draft, Event
from services.parser.grammar import grammatical_subject, object_, subject
from services.parser.occurrences import Told, same_words, span_of
from services.parser.roles import Cast, actor_of, nationality, people
from services.parser.scene import Scene
from services.parser.speakers import Discourse
from services.parser.tree import Token
from services.parser.voices import Said, Voice, voices
from services.parser.where import place_of

TAKEN = "territory_taken"


def taken(scene: Scene, told: Sequence[Told]) -> Iterator[Draft]:
    """Whoever took a place is said to hold it."""
    for item in told:
        event = item.event
        if event.type != TAKEN or event.modality.realis not in ("actual", "ongoing") or event.actor is None:
            continue
        span = Span(
            field=scene.field,
            start=event.start,
            end=event.end,
            text=scene.words(event.start, event.end),
            rule=event.rule,
        )
        yield Draft(event, "control", item.voice, span, "C.taken", event.modality, Value(holder=event.actor))


def held(scene: Scene, heard: Sequence[Said], outer: Voice, discourse: Discourse) -> Iterator[Draft]:
    """ "X holds the village", "X is in control of it", "it is in the hands of X"."""
    hold = scene.rules.actors["control"]["hold"]
    for verb in (t for t in scene.sentence.tokens if (t.lemma == "be" or t.lemma in hold) and t.verb):
        for voice in voices(scene, heard, verb.i, outer):
            found = _holder(Cast(scene, voice, discourse), verb)
            if found is not None:
                yield from _draft(scene, heard, verb, voice, discourse, found)


def _holder(cast: Cast, verb: Token) -> str | None:
    scene, s = cast.scene, cast.scene.sentence
    if verb.lemma in scene.rules.actors["control"]["hold"]:
        what, who = object_(s, verb), subject(s, verb)
        if what is None or who is None or not scene.is_class(what, "place"):
            return None
        return _id(cast, who)
    if verb.lemma != "be":
        return None
    text = " ".join(t.lower for t in s.tokens[verb.i + 1 : verb.i + 6])
    phrase = next((p for p in scene.rules.actors["control"]["phrases"] if text.startswith(p)), None)
    if phrase is None:
        return None
    who = grammatical_subject(s, verb)
    if "hands" in phrase or phrase.startswith("under"):
        who = next((t for t in s.tokens[verb.i + len(phrase.split()) :] if t.dep == "pobj"), None)
    return _id(cast, who) if who is not None else None


def _id(cast: Cast, who: Token) -> str | None:
    country = nationality(cast.scene, who)
    if country is not None and cast.scene.is_class(who, "armed"):
        return country.actor_id
    found: list[Speaker] = people(cast, who)
    return actor_of(found[0]) if found else None


def _draft(
    scene: Scene, heard: Sequence[Said], verb: Token, voice: Voice, discourse: Discourse, holder: str
) -> Iterator[Draft]:
    place: Place | None = place_of(scene, verb, discourse, same_words(scene, heard, verb))
    if place is None or place.precision > 4:
        return
    how: Modality = modality(scene, verb, voice.stop, voice.realis)
    if how.realis not in ("actual", "ongoing"):
        return
    start, end = span_of(scene, verb, voice)
    event = Event(
        sentence=scene.sentence.number, token=verb.i, type=TAKEN, rule="C.held", modality=replace(how, realis="actual"),
        start=start, end=end, place=place, definite=True,
    )  # fmt: skip
    span = Span(field=scene.field, start=start, end=end, text=scene.words(start, end), rule="C.held")
    yield Draft(event, "control", voice, span, "C.held", how, Value(holder=holder))
