"""Frames for cues that no lexicon lists, from the learned attributions; and quotations that go on over sentences.

Learned cues speak for clauses only: a noun phrase behind an unknown verb ("hailed the rescue") says nothing by itself,
and what somebody wants or plans (an infinitive) has a cue of its own in data/cues.toml or none.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from schemas.report import Speaker
from services.parser.attributions import Attribution, Wanted, attributions
from services.parser.certainty import negated
from services.parser.frames import Frame, nest
from services.parser.grammar import is_passive
from services.parser.learned import Learned, load_learned
from services.parser.marked import OUT, Groups, Marked, cue_groups, marked
from services.parser.mentions import Layout
from services.parser.rule_types import Cue
from services.parser.rules import Rules
from services.parser.scene import Scene
from services.parser.speakers import Discourse, resolve
from services.parser.stems import stem
from services.parser.tables import word_set
from services.parser.tree import Sentence, Token

SURE, SURE_OF_LISTED = 0.0, 1.0  # log-odds of cues that the lexicon does not list, and of those whose clause it missed
SUBJECTS = frozenset({"nsubj", "nsubjpass"})
SET_APART = frozenset({"parataxis", "ccomp", "advcl", "dep"})
SOME = frozenset({"some", "others", "many", "both", "these", "those", "several"})
FACTIVE = frozenset(stem(word, "VB") for word in word_set("factive"))
FINITE = frozenset({"VBD", "VBP", "VBZ", "MD"})


@dataclass(frozen=True, slots=True)
class Listened:
    """`own`: attributions by the number of their sentence; `over`: sentence -> the attribution whose words go on."""

    own: Mapping[int, tuple[Attribution, ...]]
    over: Mapping[int, Attribution]

    def frames(self, scene: Scene, known: Sequence[Frame]) -> tuple[Frame, ...]:
        """The frames of the lexicon, and those of cues that it does not know or whose clause it missed."""
        taken = cue_tokens(known)
        found = self.own.get(scene.sentence.number, ())
        more = [frame for a in found if not taken & {*a.cue} for frame in _frame(scene, a)]
        return nest([*known, *more]) if more else tuple(known)


@dataclass(frozen=True, slots=True)
class Ear:
    """What it takes to hear who says what: the learned weights, and the words of the lexicon."""

    groups: Groups
    learned: Learned

    def listen(self, scenes: Sequence[Scene], framed: Sequence[Sequence[Frame]], layout: Layout) -> Listened:
        """Attributions of an article: all where something is quoted, elsewhere those that the lexicon has no frame for.
        Sentences are numbered from 0 in their order."""
        marks = marked([scene.sentence for scene in scenes], self.groups, lambda s: _text(layout, s))
        own: dict[int, list[Attribution]] = {}
        over: dict[int, Attribution] = {}
        for found in attributions(marks, self.learned, _wanted(marks, framed)):
            own.setdefault(found.sentence, []).append(found)
            for at, tokens in found.beyond:
                if found.source and all(marks[at].quote[i] != OUT for i in tokens[:-1]):
                    over.setdefault(at, found)
        return Listened({at: tuple(group) for at, group in own.items()}, over)


def _wanted(marks: Sequence[Marked], framed: Sequence[Sequence[Frame]]) -> Wanted:
    """Where nothing is quoted, only verbs without a frame that the lexicon lists or that have a clause."""
    quoted = {m.sentence.piece.id for m in marks if m.marks or (m.quote and m.quote[0] != OUT)}
    quotes = [m.sentence.piece.id in quoted for m in marks]
    taken = [cue_tokens(found) for found in framed]

    def wanted(at: int, t: Token) -> bool:
        if quotes[at]:
            return True
        if not t.verb or t.i in taken[at]:
            return False
        if t.dep in SET_APART or marks[at].groups[t.i]:
            return True
        return any(marks[at].tokens[k].dep == "ccomp" for k in marks[at].sentence.children[t.i])

    return wanted


def cue_tokens(found: Iterable[Frame]) -> frozenset[int]:
    return frozenset(i for frame in found for i in range(frame.cue[0], frame.cue[1] + 1))


def load_ear(rules: Rules) -> Ear:
    """Raises OSError where the weights are missing."""
    return Ear(cue_groups(rules), load_learned())


def goes_on(scenes: Sequence[Scene], listened: Listened, discourse: Discourse) -> Mapping[int, tuple[Speaker, ...]]:
    """Sentence -> the speakers whose quotation goes on in it."""
    found = {at: _resolved(scenes[a.sentence], a, discourse) for at, a in listened.over.items()}
    return {at: speakers for at, speakers in found.items() if speakers}


def _resolved(scene: Scene, a: Attribution, discourse: Discourse) -> tuple[Speaker, ...]:
    heads = speaker_heads(scene.sentence, a.source)
    known = resolve(scene, heads, discourse, wordless=False) if heads else ()
    return tuple(speaker for speaker in known if speaker.kind != "unnamed")


def _text(layout: Layout, s: Sentence) -> str:
    clean = layout.title if s.piece.field == "title" else layout.body
    return clean.text[s.start : s.end]


def _frame(scene: Scene, a: Attribution) -> list[Frame]:
    s = scene.sentence
    head = s.tokens[a.head]
    listed = head.lemma in scene.rules.verbs
    cue = _listed(scene, head) if listed else _unlisted(head)
    speakers = speaker_heads(s, a.source)
    if not head.verb or cue is None or a.odds < (SURE_OF_LISTED if listed else SURE):
        return []
    if not speakers or not _clause(s, head, a.content):
        return []
    return [
        Frame(
            rule=cue.rule, cue=(a.head, a.head), speakers=speakers, content=frozenset(a.content), stance=cue.stance,
            certainty=cue.certainty, realis=cue.realis, media=cue.media,
        )
    ]  # fmt: skip


def _unlisted(verb: Token) -> Cue | None:
    """Who "knows" or "forgets" that something happened does not say so: the article does."""
    if stem(verb.lower, verb.tag) in FACTIVE:
        return None
    return Cue(f"Q.learned.{verb.lemma}", verb.lemma, "claims", "certain", frozenset({"clause"}))


def _listed(scene: Scene, verb: Token) -> Cue | None:
    """What the lexicon makes of a clause behind the verb; its rules missed the clause, as parses go."""
    if negated(scene, verb) or is_passive(scene.sentence, verb):
        return None
    known = scene.rules.verbs[verb.lemma]
    return next((c for c in known if "clause" in c.takes and not c.evidence and not c.particle), None)


def _clause(s: Sentence, head: Token, content: Collection[int]) -> bool:
    """A finite clause with a subject of its own."""
    return any(
        t.i in content and any(k.dep in SUBJECTS for k in s.kids(t.i)) and (t.tag in FINITE or _finite(s, t))
        for t in s.tokens
        if t.i != head.i and t.dep in {"ccomp", "root", "parataxis", "advcl"}
    )


def _finite(s: Sentence, verb: Token) -> bool:
    return any(k.tag in FINITE for k in s.kids(verb.i, "aux", "auxpass"))


def speaker_heads(s: Sentence, source: Sequence[int]) -> tuple[int, ...]:
    """The words of a speaking phrase that hang on none of its others, with what is coordinated to them."""
    inside = frozenset(source)
    tops = [s.tokens[i] for i in source if s.tokens[i].head not in inside or s.tokens[i].head == i]
    nouns = [t for t in tops if t.noun or t.tag in {"PRP", "WP", "WDT", "CD"} or t.lower in SOME][:1]
    return tuple(k.i for t in nouns for k in _meant(s, t) if k.i in inside or t.tag.startswith("W"))


def _meant(s: Sentence, t: Token) -> list[Token]:
    """With what is coordinated; of "who" and "which" the noun before."""
    if not t.tag.startswith("W"):
        return s.conjuncts(t.i)
    verb = s.tokens[t.head]
    return [s.tokens[verb.head]] if verb.dep == "relcl" else []
