"""What the classifiers look at: a message's sentences with their phrases, and named features of both.

Words enter features only if they are common ones: no classifier knows a name.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from bench.adapters.muc4_phrases import Phrase, phrases
from services.parser.events import Event
from services.parser.grammar import is_passive, object_, subject
from services.parser.mentions import DateMention
from services.parser.parse import Analysis
from services.parser.scene import Scene
from services.parser.tree import Sentence, Token
from services.parser.voices import Voice

VIOLENT = frozenset({
    "attack", "homicide", "bombing", "explosion", "abduction", "shooting", "sabotage_arson", "robbery", "assault",
    "shelling", "air_drone_strike",
})  # fmt: skip
OLD = timedelta(days=60)


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
    return [*found, *_elsewhere(text, line), *_violence(text, line), *text.whole, "bias"]


def _elsewhere(text: Text, line: Line) -> Iterator[str]:
    """What befalls this sentence's people in other sentences."""
    people = _people(line)
    told = [set(_violent(other)) for other in text.lines if other is not line and people & _people(other)]
    yield from sorted(f"linked:{kind}" for kind in set().union(*told))
    yield f"linkn:{min(sum(map(bool, told)), 3)}"


def _people(line: Line) -> set[str]:
    return {p.key for p in line.phrases if p.person}


def _violent(line: Line) -> list[str]:
    return [e.type for e in line.events if e.type in VIOLENT]


def _violence(text: Text, line: Line) -> Iterator[str]:
    """How much of the message tells violence, and of whom and what this sentence does."""
    many = sum(1 for other in text.lines if _violent(other))
    size = [
        f"persons:{min(len(_people(line)), 3)}", f"nviol:{min(many, 6)}",
        f"share:{5 * many // max(1, len(text.lines))}", f"len:{min(len(text.lines) // 5, 6)}",
    ]  # fmt: skip
    yield from size
    mine = set(_violent(line))
    yield from (f"V+{name}" for name in size if mine)
    heads = {kind for p in line.phrases for kind in kinds(line.scene, p.head)}
    yield from sorted(f"{kind}&{head}" for kind in mine for head in heads)


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
