"""Features of a phrase: what it is, and how it hangs in its sentence."""

from collections.abc import Iterator

from bench.adapters.muc4_features import Line, Text, kinds, word
from bench.adapters.muc4_phrases import Phrase
from schemas.report import Participant
from services.parser.grammar import is_passive, object_, subject
from services.parser.scene import Scene
from services.parser.tree import Token

PASSED = frozenset({"conj", "appos"})
STEPS = 4


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
        if token.dep != "pobj":
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
