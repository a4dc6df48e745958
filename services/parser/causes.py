"""Why something happened: the aspect "cause" of accidents and disasters (data/causes.toml)."""

from collections.abc import Collection, Iterator, Sequence

from schemas.report import Cause, Span, Value
from services.parser.certainty import modality
from services.parser.events import Draft
from services.parser.grammar import object_, subject
from services.parser.occurrences import Told, span_of
from services.parser.scene import Scene
from services.parser.tree import Token

CAUSES: tuple[Cause, ...] = ("attack", "self_inflicted", "natural", "accident")


def causes(scene: Scene, told: Sequence[Told]) -> Iterator[Draft]:
    """A draft for each event of the sentence whose cause is told, by the voice that tells the event."""
    for item in told:
        if item.event.type not in scene.rules.causes["types"]:
            continue
        trigger = scene.sentence.tokens[item.event.token]
        found = _by_verb(scene, trigger) or _by_phrase(scene, trigger) or _open(scene, trigger)
        if found is None:
            continue
        cause, at = found
        start, end = span_of(scene, at, item.voice)
        rule = f"W.{cause}"
        span = Span(field=scene.field, start=start, end=end, text=scene.words(start, end), rule=rule)
        how = modality(scene, at, item.voice.stop, item.voice.realis)
        yield Draft(item.event, "cause", item.voice, span, rule, how, Value(cause=cause))


def _by_verb(scene: Scene, event: Token) -> tuple[Cause, Token] | None:
    """ "a leak caused the blast", "the fire was sparked by lightning"."""
    s = scene.sentence
    for verb in (t for t in s.up(event.i) if t.verb and t.lemma in scene.rules.causes["verbs"]):
        doer, done = subject(s, verb), object_(s, verb)
        if doer is not None and done is not None and event.i in s.subtree(done.i):
            cause = _named(scene, s.subtree(doer.i))
            return (cause, verb) if cause else None
    return None


def _by_phrase(scene: Scene, event: Token) -> tuple[Cause, Token] | None:
    """ "... due to brake failure": the words behind the phrase, in the event's own clause."""
    s = scene.sentence
    clause = s.clause(event.i)
    text = scene.text[s.start : s.end].lower()
    for phrase in scene.rules.causes["preps"]:
        at = text.find(f" {phrase} ")
        token = s.at(s.start + at + 1) if at >= 0 else None
        if token is not None and token.i in s.subtree(clause.i):
            behind = {t.i for t in s.tokens if t.start > token.start and t.start < token.start + 80}
            cause = _named(scene, behind & s.subtree(clause.i))
            if cause:
                return cause, clause
    return None


def _open(scene: Scene, event: Token) -> tuple[Cause, Token] | None:
    """ "the cause of the blast is not known"."""
    s = scene.sentence
    over = next((t for t in s.up(event.i) if t.lower == "cause" and t.noun), None)
    text = scene.text[s.start : s.end].lower()
    if over is not None and any(words in text for words in scene.rules.causes["unknown"]):
        return "unknown", s.clause(over.i)
    return None


def _named(scene: Scene, members: Collection[int]) -> Cause | None:
    words = {w for i in members for w in (scene.sentence.tokens[i].lemma, scene.sentence.tokens[i].lower)}
    return next((c for c in CAUSES if words & set(scene.rules.causes["causes"][c])), None)
