"""Stage 7: how many were killed, hurt, missing ... Each figure hangs on an outcome word of outcomes.toml."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from schemas.report import Count, CountKind, Outcome, Place, Span, Value
from services.parser.certainty import Modality, modality
from services.parser.count_groups import concern_of_group, group_of
from services.parser.counted import counted
from services.parser.events import Draft, Event
from services.parser.harmed import forms_of
from services.parser.occurrences import AWAY, Told, same_words
from services.parser.roles import Cast
from services.parser.scene import Scene
from services.parser.speakers import Discourse
from services.parser.tolls import Counted
from services.parser.voices import Said, Voice, voices
from services.parser.where import date_of, place_of

OTHERS = frozenset({"other", "others", "survivor", "more", "another"})
SEEN = frozenset({"video", "photo", "satellite"})  # what a picture shows is never all


def counts(
    scene: Scene, heard: Sequence[Said], outer: Voice, discourse: Discourse, told: Sequence[Told]
) -> Iterator[Draft]:
    """A draft for each figure and voice; `told` are the events of the sentence, one of which it may hang on."""
    for found in counted(scene):
        for voice in voices(scene, heard, found.word.i, outer):
            yield _draft(scene, found, heard, voice, discourse, told)


def _draft(
    scene: Scene, found: Counted, heard: Sequence[Said], voice: Voice, discourse: Discourse, told: Sequence[Told]
) -> Draft:
    cast = Cast(scene, voice, discourse)
    reach = same_words(scene, heard, found.word)
    how = modality(scene, found.word, voice.stop, voice.realis)
    how = replace(how, realis="actual") if how.realis == "ongoing" else how  # "are missing" is a state
    group, descriptor = group_of(cast, found)
    anchor, own = _anchor(scene, found, voice, told)
    place = place_of(scene, found.word, discourse, reach, any(t.event.type in AWAY for t in told))
    scope = _scope(scene, found, place)
    count = _count(scene, found, group, descriptor, scope)
    if found.implied and voice.evidence in SEEN and found.outcome in ("killed", "injured"):
        count = replace(count, comparator=">=", best=None, high=None)
    if found.zero:
        how = Modality(how.realis, "+", how.certainty, how.hedges)
    event = _event(scene, found, anchor, how, place, reach)
    start, end = _span(scene, found, voice)
    span = Span(field=scene.field, start=start, end=end, text=scene.words(start, end), rule=found.rule)
    return Draft(
        event, "count", voice, span, found.rule, how, Value(count=count), concern_of_group(group, found.outcome),
        anchor="own" if own else "main", implied=found.implied,
        struck=found.outcome == "injured" and _may_be_dead(scene, found),
    )  # fmt: skip


def _may_be_dead(scene: Scene, found: Counted) -> bool:
    """Who was shot, taken to hospital or found with a wound is hurt or dead."""
    words, word = scene.rules.counting, found.word
    beside = {found.noun.lemma, *(k.lower for k in scene.sentence.kids(found.head.i))} & OTHERS
    alive = forms_of(tuple(words["alive"]))
    living = any(t.lower in alive for t in scene.sentence.up(word.i))
    if beside or living or found.number.additional:  # "four others were taken to hospital": not the dead
        return False
    nouns = word.lower in words["hospital"] or word.lemma in words["bearing"] or word.lemma in words["deeds"]["injured"]
    return word.lemma in words["struck"] or (nouns and word.noun) or found.rule.endswith(".victims")


def _count(scene: Scene, found: Counted, group: str, descriptor: str | None, scope: str) -> Count:
    n = found.number
    text = scene.text[scene.sentence.start : scene.sentence.end].lower()
    words = scene.rules.counting
    revised = any(word in text for word in words["revised"])
    kind: CountKind = (
        "additional" if n.additional or found.from_base else ("subset" if found.part_of is not None else "total")
    )
    return Count(
        outcome=found.outcome, group=group, comparator=n.comparator, kind=kind, low=n.low, best=n.best, high=n.high,
        part_of=found.part_of or None, indirect=_indirect(scene, found, words["indirect"]), scope=scope,
        descriptor=descriptor, word=n.word, base=found.from_base, revised=revised,
    )  # fmt: skip


def _indirect(scene: Scene, found: Counted, words: Sequence[str]) -> bool:
    """Died while being evacuated, of a heart attack: harm that nobody did."""
    if found.outcome not in ("killed", "injured") or found.zero:
        return False
    s = scene.sentence
    below = s.subtree(found.word.i)
    inner = (s.tokens[i] for i in below if i != found.head.i)
    return any(t.lemma in words and t.dep in {"advcl", "pobj", "pcomp", "compound"} for t in inner)


def _anchor(scene: Scene, found: Counted, voice: Voice, told: Sequence[Told]) -> tuple[Event | None, bool]:
    """The event of the sentence that a figure belongs to: what the outcome comes from, else the weightiest."""
    s, rules = scene.sentence, scene.rules.counting
    own = rules["own_type"].get(found.outcome, ())
    mine = [t.event for t in told if t.voice.chain == voice.chain and _may_hold(scene, t.event, found.outcome)]
    if not mine:
        mine = [t.event for t in told if t.event.definite and _may_hold(scene, t.event, found.outcome)]
    if not mine:
        return None, False
    below = s.subtree(found.word.i) | s.subtree(found.head.i)

    def rank(event: Event) -> tuple[bool, bool, bool, int, int]:
        weight = scene.rules.weights.get(event.type, 0)
        return (
            event.type in own, event.token == found.word.i, event.token in below,
            weight, -abs(event.token - found.word.i),
        )  # fmt: skip

    return max(mine, key=rank), True


def _may_hold(scene: Scene, event: Event, outcome: Outcome) -> bool:
    own = scene.rules.counting["own_type"].get(outcome, ())
    return event.type in own or event.type in scene.rules.countable


def _event(
    scene: Scene, found: Counted, anchor: Event | None, how: Modality, place: Place | None, reach: frozenset[int]
) -> Event:
    """The event counted on: the anchor at the figure's own place, or one of the outcome's kind that merging places."""
    s = scene.sentence
    if anchor is not None:
        realis = how.realis if how.realis in ("planned", "possible") else anchor.modality.realis
        modal = replace(anchor.modality, realis=realis, polarity="+")
        return replace(anchor, modality=modal, place=anchor.place or place)
    date = date_of(scene, found.word, reach)
    return Event(
        sentence=s.number, token=found.word.i, type=scene.rules.counting["fallback"][found.outcome], rule=found.rule,
        modality=replace(how, polarity="+"), start=found.word.start, end=found.word.end, place=place,
        when=date.when if date else None, generic=True,
        history=bool(date and date.history) or s.piece.kind == "background",
    )  # fmt: skip


def _scope(scene: Scene, found: Counted, place: Place | None) -> str:
    """A figure for some villages that nobody names is a figure of a part."""
    s = scene.sentence
    for noun in (t for t in s.tokens if t.tag == "NNS" and scene.rules.is_class(t.lemma, "place")):
        restricted = s.kid(noun.i, "relcl", "acl") is not None
        inside = noun.i in s.subtree(found.word.i)
        if restricted and inside and scene.place_at(noun) is None:
            text = scene.words(*s.stretch(s.subtree(noun.i)))
            return "t:" + " ".join(text.casefold().split())[:80]
    return place.id if place is not None and place.id else "incident"


def _span(scene: Scene, found: Counted, voice: Voice) -> tuple[int, int]:
    s = scene.sentence
    top = found.word if found.word.verb else s.clause(found.word.i)
    members = s.subtree(top.i, without=voice.stop) or s.subtree(found.head.i)
    before = [k.i for k in s.kids(found.head.i) if k.i < found.head.i]
    members |= {found.head.i, found.word.i, *(i for k in before for i in s.subtree(k))}
    return s.stretch(members)
