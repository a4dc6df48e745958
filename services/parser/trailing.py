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
COMPLEMENTS = frozenset({"that", "whether", "if"})


def trailing(scene: Scene, verb: Token) -> tuple[frozenset[int], tuple[int, ...]] | None:
    """(content, speakers) of a cue that ends its sentence, else None."""
    s = scene.sentence
    if not verb.verb or not _ends(scene, verb):
        return None
    at = _before(s, verb.i - 1)
    speakers: list[int] = []
    while at >= 0:
        first = _phrase_start(scene, at)
        if first is None:
            break
        speakers.append(at)
        at = first - 1
        if at < 0 or s.tokens[at].text not in {",", "and"} | QUOTES:
            return None
        comma = at
        at = _skip(s, at)
        if at < 0 or scene.actor_at(s.tokens[at]) is None:
            return _cut(s, comma, speakers)
        if _clause_before(s, at) is False:
            return _cut(s, comma, speakers)
    return None


def _cut(s: Sentence, comma: int, speakers: Sequence[int]) -> tuple[frozenset[int], tuple[int, ...]] | None:
    content = frozenset(range(comma))
    if not any(s.tokens[i].verb for i in content):
        return None
    return content, tuple(speakers)


def _ends(scene: Scene, verb: Token) -> bool:
    """Only adverbials follow: no object, no clause, no further verb but in "as it ended its search"."""
    s = scene.sentence
    rest = s.tokens[verb.i + 1 :]
    if rest and (rest[0].lower in COMPLEMENTS or (rest[0].text in {":", ","} and len(rest) > 3)):
        return False
    plain = [t for t in rest if t.lower not in {"as", "after", "when"}]
    stop = next((n for n, t in enumerate(rest) if t.lower in {"as", "after", "when", "while"}), len(rest))
    direct = s.kid(verb.i, "dobj")
    return bool(plain is not None) and not any(t.verb for t in rest[:stop]) and (direct is None or direct.i < verb.i)


def _before(s: Sentence, at: int) -> int:
    while at >= 0 and s.tokens[at].lower in BETWEEN:
        at -= 1
    if at >= 0 and s.tokens[at].text == ",":  # "Nora Keane, said"
        at -= 1
    return at


def _skip(s: Sentence, at: int) -> int:
    while at >= 0 and s.tokens[at].text in {",", "and"} | QUOTES:
        at -= 1
    return at


def _phrase_start(scene: Scene, at: int) -> int | None:
    """The first token of the actor's noun phrase that ends at a token."""
    s = scene.sentence
    if s.tokens[at].lower in {"he", "she", "they", "it"}:
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


def _clause_before(s: Sentence, at: int) -> bool:
    """Whether what stands before an actor is still the speaker's phrase: commas on both sides and no verb between."""
    return at > 0 and any(t.text == "," for t in s.tokens[max(0, at - 8) : at])


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
