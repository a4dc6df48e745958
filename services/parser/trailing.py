"""Cues behind their content: "..., the mayor, Ann Hart, said on Monday." and phrases in front of a second cue.

The tail of such a sentence is read by position: parsers attach the commas in many wrong ways.
"""

from collections.abc import Sequence
from dataclasses import replace

from services.parser.frames import Frame
from services.parser.scene import Scene
from services.parser.tree import Sentence, Token

BETWEEN = frozenset({"has", "have", "had", "also", "later", "earlier", "then", "told", "reporters", "both", "all"})
QUOTES = frozenset({'"', "''", "``", "”", "“"})
PRONOUNS = frozenset({"he", "she", "they", "it"})
COMPLEMENTS = frozenset({"that", "whether", "if"})


def trailing(scene: Scene, verb: Token) -> tuple[frozenset[int], tuple[int, ...]] | None:
    """(content, speakers) of a cue that ends its sentence, else None."""
    s = scene.sentence
    if not verb.verb or not _ends(scene, verb):
        return None
    at = _before(s, verb.i - 1)
    first = _phrase_start(scene, at) if at >= 0 else None
    if first is None:
        return None
    speakers = [at]
    while first > 0 and s.tokens[first - 1].lower == "and":  # "X and Y said"
        at = first - 2
        other = _phrase_start(scene, at) if at >= 0 else None
        if other is None:
            return None
        speakers.append(at)
        first = other
    comma = _skip(s, first - 1)
    if comma == first - 1 or comma < 0:
        return None
    return _cut(s, _apposed(scene, comma, speakers) + 1, speakers)


def _apposed(scene: Scene, at: int, speakers: list[int]) -> int:
    """ ", the mayor, Ann Hart, said": two phrases for one person, of which the named one speaks. The content's end."""
    s = scene.sentence
    first = _phrase_start(scene, at)
    if first is None or first < 2 or s.tokens[first - 1].text not in {",", *QUOTES} or len(speakers) > 1:
        return at
    if s.tokens[at].lower in PRONOUNS:
        return at
    inner, outer = scene.actor_at(s.tokens[speakers[0]]), scene.actor_at(s.tokens[at])
    if inner is None or outer is None or scene.place_at(s.tokens[at]) is not None:
        return at
    if outer.speaker.named and not inner.speaker.named:
        speakers[0] = at
    return _skip(s, first - 1)


def _cut(s: Sentence, end: int, speakers: Sequence[int]) -> tuple[frozenset[int], tuple[int, ...]] | None:
    content = frozenset(range(end))
    if not any(s.tokens[i].verb for i in content):
        return None
    return content, tuple(speakers)


def _ends(scene: Scene, verb: Token) -> bool:
    """Only adverbials follow: no object, no clause, no further verb but in "as it ended its search"."""
    s = scene.sentence
    rest = s.tokens[verb.i + 1 :]
    if rest and (rest[0].lower in COMPLEMENTS or (rest[0].text in {":", ","} and len(rest) > 3)):
        return False
    stop = next((n for n, t in enumerate(rest) if t.lower in {"as", "after", "when", "while"}), len(rest))
    direct = s.kid(verb.i, "dobj")
    return not any(t.verb for t in rest[:stop]) and (direct is None or direct.i < verb.i)


def _before(s: Sentence, at: int) -> int:
    while at >= 0 and s.tokens[at].lower in BETWEEN:
        at -= 1
    if at >= 0 and s.tokens[at].text == ",":  # "Nora Keane, said"
        at -= 1
    return at


def _skip(s: Sentence, at: int) -> int:
    """Back over commas and quotation marks."""
    while at >= 0 and s.tokens[at].text in {",", "—", "–"} | QUOTES:
        at -= 1
    return at


def _phrase_start(scene: Scene, at: int) -> int | None:
    """The first token of the actor's noun phrase that ends at a token."""
    s = scene.sentence
    if s.tokens[at].lower in PRONOUNS:
        return at
    mention = scene.actor_at(s.tokens[at])
    if mention is None:
        return None
    first = min(t.i for t in s.inside(mention.start, mention.end))
    while first > 0 and (
        s.tokens[first - 1].dep in {"det", "amod", "compound", "poss", "case", "nmod"}
        and s.tokens[first - 1].text not in {","}
    ):
        first -= 1
    return first


def behind_phrases(scene: Scene, found: Sequence[Frame]) -> list[Frame]:
    """ "According to A, ..., B reported": the phrase in front stands inside B's words, not around them."""
    s = scene.sentence
    out = list(found)
    for n, frame in enumerate(out):
        if not frame.phrase:
            continue
        around = next((f for f in out if not f.phrase and f.clause and _holds_after(f, frame)), None)
        if around is None:
            continue
        own = s.subtree(frame.at)
        at = out.index(around)
        out[at] = replace(around, content=around.content | own)
        out[n] = replace(frame, content=around.content - own)
    return out


def _holds_after(outer: Frame, phrase: Frame) -> bool:
    """The cue comes after its content, which comes after the phrase that the parser hung on the cue."""
    return bool(outer.content) and phrase.at < outer.at and outer.at in phrase.content and min(outer.content) < outer.at
