"""What the classifiers look at: a message's sentences with their phrases, and named features of both.

Words enter features only if they are common ones: no classifier knows a name.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bench.adapters.muc4_phrases import Phrase, phrases
from schemas.report import Participant
from services.parser.events import Event
from services.parser.grammar import is_passive, object_, subject
from services.parser.mentions import DateMention
from services.parser.parse import Analysis
from services.parser.scene import Scene
from services.parser.tree import Sentence, Token
from services.parser.voices import Voice

PASSED = frozenset({"conj", "appos"})
OLD = timedelta(days=60)
STEPS = 4


@dataclass(frozen=True)
class Line:
    """A parsed sentence of a message. `events` are the parser's, of this sentence."""

    at: int
    scene: Scene
    phrases: tuple[Phrase, ...]
    events: tuple[Event, ...]
    words: frozenset[str]
    voices: tuple[Voice, ...] = ()

    @property
    def sentence(self) -> Sentence:
        return self.scene.sentence


@dataclass(frozen=True)
class Text:
    """A message: its lines, and features that hold for all of it."""

    lines: tuple[Line, ...]
    published: datetime
    whole: frozenset[str]
    common: frozenset[str]


def read_text(analysis: Analysis, published: datetime, common: frozenset[str]) -> Text:
    """`common`: the words that may stand in features."""
    events: dict[int, dict[tuple[int, str], Event]] = {}
    voices: dict[int, dict[Voice, None]] = {}
    reading = analysis.reading
    for event in reading.events if reading else ():
        events.setdefault(event.sentence, {}).setdefault((event.token, event.type), event)
    for draft in reading.drafts if reading else ():
        voices.setdefault(draft.event.sentence, {})[draft.voice] = None
    lines = [
        Line(at, scene, tuple(phrases(scene)), tuple(events.get(scene.sentence.number, {}).values()),
             frozenset(_words(scene, common)), tuple(voices.get(scene.sentence.number, ())))
        for at, scene in enumerate(s for s in analysis.scenes if s.sentence.tokens)
    ]  # fmt: skip
    whole = {f"D:{e.type}" for line in lines for e in line.events if e.modality.realis in ("actual", "ongoing")}
    return Text(tuple(lines), published, frozenset(whole), common)


def word(token: Token, common: frozenset[str]) -> str:
    """The base form of a common word, else its tag."""
    if token.lower in common or (token.text.islower() and not token.tag.startswith("NNP")):
        return _base(token)
    return token.tag


def _base(token: Token) -> str:
    if token.lemma == token.lower and token.tag == "NNS" and token.lower.endswith("s"):
        return token.lower[:-1]
    return token.lemma


def _words(scene: Scene, common: frozenset[str]) -> Iterator[str]:
    for token in scene.sentence.tokens:
        if token.noun or token.verb or token.tag[:2] in {"JJ", "RB", "MD", "RP", "IN"}:
            yield word(token, common)


# ------------------------------------------------------------------------------------------------ sentences


def line_features(text: Text, at: int) -> list[str]:
    """For the question what kind of incident a sentence tells, if any."""
    line = text.lines[at]
    found = [f"w:{w}" for w in line.words]
    found += [f for e in line.events for f in _event_features(e)]
    found += list(_clauses(line.scene, text.common))
    found += [f"at:{min(at, 5)}", "lead" if at < 2 else "later", f"kind:{line.sentence.piece.kind}"]
    found += list(_times(line.scene, text.published))
    found += [f"land:{m.place.country}" for m in line.scene.places if m.place.country]
    for near, name in ((at - 1, "before"), (at + 1, "after")):
        if 0 <= near < len(text.lines):
            other = text.lines[near]
            found += [f"{name}:{e.type}" for e in other.events] + [f"{name}:w:{w}" for w in other.words]
    return [*found, *text.whole, "bias"]


def _event_features(event: Event) -> Iterator[str]:
    how = event.modality
    yield f"e:{event.type}"
    yield f"e:{event.type}:{how.realis}:{how.polarity}"
    yield f"e:{event.rule}"
    if event.history:
        yield f"e:{event.type}:history"
    for who in event.participants:
        yield f"e:{event.type}:{who.role}:{who.kind}"


def _clauses(scene: Scene, common: frozenset[str]) -> Iterator[str]:
    s = scene.sentence
    for verb in s.tokens:
        if verb.verb:
            name = word(verb, common)
            yield f"v:{name}:{'p' if is_passive(s, verb) else 'a'}"
            for what, role in ((subject(s, verb), "s"), (object_(s, verb), "o")):
                for kind in kinds(scene, what) if what is not None else ():
                    yield f"v:{name}:{role}:{kind}"


def kinds(scene: Scene, token: Token) -> list[str]:
    """The classes of a noun: those of the word lists, and the kind of a known actor."""
    mention = scene.actor_at(token)
    found = sorted(scene.rules.classes.get(token.lemma, ()))
    if mention is not None:
        found.append(f"k:{mention.speaker.kind}")
        if (mention.speaker.id or "").startswith("p:"):
            found.append("person")
    return found or [token.tag]


def _times(scene: Scene, published: datetime) -> Iterator[str]:
    for mention in scene.dates:
        yield f"when:{'old' if is_old(mention, published) else 'new'}:{mention.when.precision}"
        if mention.history:
            yield "when:history"
    if not scene.dates:
        yield "when:none"


def is_old(mention: DateMention, published: datetime) -> bool:
    start = mention.when.start
    return start is not None and published - start > OLD


# ------------------------------------------------------------------------------------------------ phrases


def phrase_features(text: Text, line: Line, phrase: Phrase, told: str) -> list[str]:
    """For the question which slot a phrase fills in an incident of type `told`."""
    scene, common = line.scene, text.common
    own = list(_own(scene, phrase, common))
    ways = list(_ways(scene, phrase, common))
    found = [*own, *ways, f"told:{told}"]
    coarse = _coarse(scene, phrase)
    found += [f"{coarse}+{way}" for way in ways] + [f"{told}+{name}" for name in own]
    found += list(_cast(line, phrase))
    found += [f"{coarse}+e:{e.type}" for e in line.events]
    found += [f"near:{_side(line, phrase)}", f"{coarse}+near:{_side(line, phrase)}"]
    return [*found, f"c:{coarse}", f"{told}+c:{coarse}", "bias"]


def _own(scene: Scene, phrase: Phrase, common: frozenset[str]) -> Iterator[str]:
    head = phrase.head
    yield f"h:{word(head, common)}"
    for kind in kinds(scene, head):
        yield f"k:{kind}"
    for token in scene.sentence.inside(phrase.start, phrase.end):
        if token is not head:
            yield f"m:{word(token, common)}"
    for kid in scene.sentence.kids(head.i, "prep", "relcl", "acl", "appos"):
        yield f"r:{kid.dep}:{word(kid, common)}"
    if phrase.person:
        yield "person"
        if phrase.title:
            yield "titled"
    if phrase.low is not None:
        yield "numbered"
    if phrase.country:
        yield f"demonym:{phrase.country}"
    yield f"plural:{phrase.plural}"
    for kid in scene.sentence.kids(head.i, "det", "poss"):
        yield f"d:{kid.lower if kid.dep == 'det' else 'poss'}"


def _coarse(scene: Scene, phrase: Phrase) -> str:
    if phrase.person:
        return "person"
    mention = phrase.actor
    if mention is not None and mention.speaker.named:
        return mention.speaker.kind
    found = scene.rules.classes.get(phrase.head.lemma, frozenset())
    for name in ("suspects", "attackers", "police", "forces", "protesters", "armed", "weapon", "vehicle", "building"):
        if name in found:
            return name
    return "civilian" if "civilian" in found else phrase.head.tag


def _ways(scene: Scene, phrase: Phrase, common: frozenset[str]) -> Iterator[str]:
    """How the phrase hangs on the words above it: relation and word, passive told apart."""
    s = scene.sentence
    token, steps, path = phrase.head, 0, ""
    while token.head != token.i and steps < STEPS:
        over = s.tokens[token.head]
        if token.dep in PASSED:
            path += token.dep[0]
            yield f"joined:{token.dep}:{word(over, common)}"
        elif token.dep in {"prep", "agent"}:
            path += f">{token.lower}"
        elif token.dep == "pobj":
            pass
        else:
            path += f">{token.dep}"
        if over.dep not in {"prep", "agent"} or token.dep != "pobj":
            voice = "p" if over.verb and is_passive(s, over) else ""
            yield f"g{min(steps, 3)}:{path}:{word(over, common)}{voice}"
            if steps < 3:
                yield f"u:{word(over, common)}"
        if not (token.dep == "pobj"):
            steps += 1
        token = over
    for verb in s.tokens:
        if verb.verb:
            yield from _logical(scene, phrase, verb, common)


def _logical(scene: Scene, phrase: Phrase, verb: Token, common: frozenset[str]) -> Iterator[str]:
    s = scene.sentence
    for what, role in ((subject(s, verb), "s"), (object_(s, verb), "o")):
        if what is not None and phrase.head.i in {t.i for t in s.conjuncts(what.i)}:
            yield f"{role}:{word(verb, common)}"


def _cast(line: Line, phrase: Phrase) -> Iterator[str]:
    for event in line.events:
        for who in event.participants:
            if _is(who, phrase):
                yield f"part:{who.role}"
                yield f"part:{event.type}:{who.role}"
                yield f"part:{event.type}:{who.role}:{event.modality.realis}"


def _is(who: Participant, phrase: Phrase) -> bool:
    if who.actor_id and phrase.key == who.actor_id:
        return True
    return who.text.upper() in {phrase.text, phrase.person, phrase.head.text.upper()}


def _side(line: Line, phrase: Phrase) -> str:
    """The nearest event of the parser: before or behind, how far."""
    if not line.events:
        return "none"
    nearest = min(line.events, key=lambda e: abs(e.token - phrase.head.i))
    gap = nearest.token - phrase.head.i
    return f"{'right' if gap > 0 else 'left'}{min(abs(gap) // 4, 3)}:{nearest.type}"


# ------------------------------------------------------------------------------------------------ pairs


def pair_features(text: Text, first: Line, second: Line, types: Sequence[str]) -> list[str]:
    """For the question whether two sentences tell the same incident; `types` are those of the two."""
    gap = second.at - first.at
    found = ["bias", f"gap:{min(gap, 6)}", f"types:{'+'.join(sorted(types))}", f"same:{types[0] == types[1]}"]
    found += _agreement("day", _days(first), _days(second))
    found += _agreement("place", _places(first), _places(second))
    found += _agreement("person", _people(first), _people(second))
    found += _agreement("thing", _things(first), _things(second))
    found += _agreement("actor", _bodies(first), _bodies(second))
    found += _agreement("event", {e.type for e in first.events}, {e.type for e in second.events})
    words = {t.lower for t in second.sentence.tokens}
    found += [f"says:{w}" for w in MARKS if w in words]
    opening = second.sentence.tokens[0].lower
    found += [f"opens:{opening}"] if opening in text.common else []
    found.append(f"piece:{first.sentence.piece.id == second.sentence.piece.id}:{min(gap, 3)}")
    return found


MARKS = (
    "another", "other", "also", "meanwhile", "second", "similar", "same", "later", "previous", "earlier", "two", "the",
    "this", "attack", "attacks", "on", "third", "hours", "simultaneously", "elsewhere", "addition",
)  # fmt: skip


def _agreement(name: str, one: set[str], two: set[str]) -> list[str]:
    if not one or not two:
        return [f"{name}:{'one' if one or two else 'none'}"]
    both = len(one & two)
    return [f"{name}:{'same' if both else 'other'}"] + ([f"{name}:all"] if one == two else [])


def _days(line: Line) -> set[str]:
    return {m.when.start.date().isoformat() for m in line.scene.dates if m.when.start and m.when.precision in EXACT}


EXACT = frozenset({"minute", "hour", "day"})


def _places(line: Line) -> set[str]:
    return {m.place.id or m.place.name for m in line.scene.places if m.place.precision <= 4}


def _people(line: Line) -> set[str]:
    return {p.key for p in line.phrases if p.person}


def _things(line: Line) -> set[str]:
    return {p.key.rpartition(" ")[2] for p in line.phrases if p.key.startswith("d:")}


def _bodies(line: Line) -> set[str]:
    return {m.speaker.id for m in line.scene.actors if m.speaker.id and m.speaker.kind == "armed_group"}
