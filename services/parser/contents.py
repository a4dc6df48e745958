"""What a cue carries: a clause, quoted or not, a noun phrase, a figure, a picture."""

from collections.abc import Iterator

from schemas.report import Evidence
from services.parser.grammar import is_passive
from services.parser.rule_types import Cue
from services.parser.scene import Scene
from services.parser.tree import Sentence, Token


def contents(scene: Scene, verb: Token, cue: Cue) -> Iterator[tuple[frozenset[int], bool]]:
    """What the cue may carry, the likeliest first; the flag says whether it is a clause."""
    s = scene.sentence
    if "clause" in cue.takes:
        clause = _clause(s, verb)
        if clause:
            yield clause, True
    if "small" in cue.takes:
        below = [k.i for k in s.kids(verb.i) if k.dep not in {"nsubj", "nsubjpass", "punct", "aux", "advmod"}]
        if below:
            yield frozenset().union(*(s.subtree(i) for i in below)), False
    if "footage" in cue.takes and picture(scene, verb) is not None:
        yield frozenset().union(*(s.subtree(k.i) for k in s.kids(verb.i, "dobj", "prep", "acl"))), False
    if "figure" in cue.takes:
        number = s.kid(verb.i, "dobj")
        if number is not None and number.lemma in scene.rules.counting["number_nouns"]:
            said = s.kids(verb.i, "dobj", "prep", "prt", "advmod")
            yield frozenset().union(*(s.subtree(k.i) for k in said)), False
    if "of" in cue.takes:
        parts = [s.subtree(p.i) for p in s.kids(verb.i, "prep") if p.lower == "of"]
        if parts:
            yield frozenset().union(*parts), False
    if "noun" in cue.takes:
        passive = is_passive(s, verb)
        what = s.kid(verb.i, "nsubjpass") if passive else s.kid(verb.i, "dobj")
        claimed = claimed_before(scene, verb)
        if claimed:
            yield claimed, True
        elif what is not None:
            yield s.subtree(what.i, without=_foreign(s, what)), False
    for take in sorted(cue.takes):
        if take.startswith("prep:"):
            parts = [s.subtree(p.i) for p in s.kids(verb.i, "prep") if p.lower == take[5:]]
            if parts:
                yield frozenset().union(*parts), False


def claimed_before(scene: Scene, verb: Token) -> frozenset[int]:
    """ "..., a claim that X denied": the words before the noun are what X denies."""
    s = scene.sentence
    noun, what = s.tokens[verb.head], s.kid(verb.i, "dobj")
    if (
        what is None
        or what.lower not in {"which", "that"}
        or verb.dep != "relcl"
        or noun.lemma not in scene.rules.nouns
    ):
        return frozenset()
    over = next((t for t in s.up(noun.i) if t.verb), None)
    return s.subtree(over.i, without=[noun.i]) if over is not None else frozenset()


def _foreign(s: Sentence, what: Token) -> list[int]:
    return [k.i for k in s.kids(what.i, "appos") if s.tokens[k.i].verb]


def _clause(s: Sentence, verb: Token) -> frozenset[int]:
    """A complement clause, or the clause around "..., he said, ..."."""
    complements = [
        k for k in s.kids(verb.i, "ccomp", "xcomp") if k.verb or s.kid(k.i, "nsubj", "cop", "aux") or k.i < verb.i
    ]
    complements = [k for k in complements if not any(t.text == ";" for t in s.tokens[k.i : verb.i])]
    if complements:
        return frozenset().union(*(s.subtree(k.i) for k in complements))
    head = s.tokens[verb.head]
    if verb.dep in {"parataxis", "ccomp", "advcl", "dep"} and head.i != verb.i and not s.kid(verb.i, "mark", "dobj"):
        return s.subtree(head.i, without=[verb.i]) if s.kid(verb.i, "nsubj") and _set_off(s, verb) else frozenset()
    return frozenset()


def _set_off(s: Sentence, verb: Token) -> bool:
    """The cue's own words stand between commas, or at the end behind one."""
    own = s.subtree(verb.i)
    before = s.tokens[min(own) - 1].text if min(own) > 0 else ""
    return before in {",", "”", '"', "''", "—", "–", "-"} or s.tokens[min(own)].text in {",", '"'}


def picture(scene: Scene, verb: Token) -> Evidence | None:
    """The video or photo that somebody shows."""
    shown = scene.sentence.kid(verb.i, "dobj")
    found = evidence_of(scene, shown) if shown is not None else None
    return found if found in ("video", "photo", "satellite") else None


def evidence_of(scene: Scene, token: Token) -> Evidence | None:
    found: list[str] = []
    words = " ".join(t.lemma for t in scene.sentence.tokens[max(0, token.i - 1) : token.i + 1])
    for name in (words, token.lemma):
        if name in scene.rules.evidence:
            found.append(scene.rules.evidence[name])
    return found[0] if found else None  # type: ignore[return-value]
