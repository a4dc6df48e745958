"""Stage 5: who says what. Cues of a sentence become frames: speaker tokens, stance, and the tokens of their words.

Each content token has one innermost frame; frames that contain the cue of another are the outer links of its chain.
"""

from collections.abc import Iterator, Sequence

from schemas.report import Evidence, Stance
from services.parser.certainty import cue_hedges, negated
from services.parser.contents import claimed_before, contents, evidence_of, picture
from services.parser.frames import Frame, nest, weakest
from services.parser.grammar import grammatical_subject, is_passive, named_head, subject
from services.parser.rule_types import Cue, Phrase
from services.parser.scene import Scene
from services.parser.trailing import PRONOUNS, QUOTES, behind_phrases, trailing
from services.parser.tree import Sentence, Token


def frames(scene: Scene) -> tuple[Frame, ...]:
    """All frames of a sentence, outer before inner."""
    s = scene.sentence
    found: list[Frame] = []
    for token in s.tokens:
        if token.verb and token.dep not in {"amod", "compound"}:
            found += _verb_frames(scene, token)
        elif token.tag in {"NN", "NNS"}:
            found += _noun_frames(scene, token)
    found += _phrase_frames(scene)
    found += _label_frames(scene)
    found += _colon_frames(scene, found)
    return nest(behind_phrases(scene, found))


def _verb_frames(scene: Scene, verb: Token) -> Iterator[Frame]:
    s = scene.sentence
    cues = scene.rules.verbs.get(verb.lemma, ())
    behind = trailing(scene, verb) if any("clause" in cue.takes and not cue.evidence for cue in cues) else None
    for cue in cues:
        if behind is not None and "clause" in cue.takes:
            frame = _framed(scene, verb, cue, behind[0], True, behind[1])
            if frame is not None:
                yield frame
                return
        for content, clause in contents(scene, verb, cue):
            frame = _framed(scene, verb, cue, content, clause)
            if frame is not None:
                yield frame
                break
        else:
            continue
        if s.kid(verb.i, "ccomp", "xcomp") is not None or not cue.evidence:
            return


def _framed(
    scene: Scene, verb: Token, cue: Cue, content: frozenset[int], clause: bool, known: tuple[int, ...] = ()
) -> Frame | None:
    s = scene.sentence
    evidence = _evidence(scene, verb) if cue.evidence else None
    shown = picture(scene, verb) if "footage" in cue.takes else None
    if cue.evidence and evidence is None:
        return None
    if cue.particle and not any(k.lower == cue.particle for k in s.kids(verb.i)):
        return None
    no = negated(scene, verb)
    if no and not cue.negated:
        return None
    stance: Stance = cue.negated if no else cue.stance  # type: ignore[assignment]
    speakers = known or (_employer(scene, verb) if evidence else tuple(t.i for t in _speakers(scene, verb)))
    if not evidence and not speakers and "of" not in cue.takes and _speaks_for_nobody(s, verb):
        return None
    if not evidence and not _may_speak(scene, verb, speakers, clause):
        return None
    weak, hedges = cue_hedges(scene, verb, speakers if not evidence else _shower(scene, verb))
    return Frame(
        rule=cue.rule, cue=(verb.i, verb.i), speakers=speakers, content=content, stance=stance,
        certainty=weakest(((no and cue.weakened) or cue.certainty, weak)), hedges=hedges, realis=cue.realis,
        media=cue.media, evidence=evidence or shown, clause=clause,
        target=_target(s, verb) if cue.takes & {"of", "prep:for"} else None, apart=bool(claimed_before(scene, verb)),
    )  # fmt: skip


def _employer(scene: Scene, verb: Token) -> tuple[int, ...]:
    """ "a Reuters reporter saw": the outlet of whoever was there."""
    s = scene.sentence
    who = grammatical_subject(s, verb)
    kids = s.kids(who.i, "compound", "poss", "nmod") if who is not None else []
    found = ((k, scene.actor_at(k)) for k in kids)
    return tuple(k.i for k, m in found if m is not None and m.speaker.kind == "media" and m.speaker.named)[:1]


def _speaks_for_nobody(s: Sentence, verb: Token) -> bool:
    """ "was told that", "is believed to", "too early to say": no words of anybody's; "it was reported that" is."""
    if is_passive(s, verb):
        own = s.kid(verb.i, "nsubjpass", "nsubj")
        return own is not None and own.lower != "it"
    return any(k.tag == "TO" for k in s.kids(verb.i, "aux"))


def _speakers(scene: Scene, verb: Token) -> list[Token]:
    """The heads of the noun phrases that speak: subject or agent, split where coordinated."""
    s = scene.sentence
    found = _loose_subject(s, verb) or subject(s, verb)
    if found is None:
        return []
    found = named_head(s, found)
    if found.lemma in scene.rules.nouns and scene.actor_at(found) is None:
        return _behind_noun(scene, found)
    return s.conjuncts(found.i)


def _loose_subject(s: Sentence, verb: Token) -> Token | None:
    """ "..., a day after a militia said that": a clause that was read as a second verb of the main one."""
    if verb.dep != "conj" or s.kid(verb.i, "nsubj", "nsubjpass") is not None:
        return None
    if any(verb.head < k.i < verb.i and k.dep == "cc" for k in s.kids(verb.head)):
        return None
    before = (s.tokens[i] for i in range(verb.i - 1, verb.head, -1))
    return next((t for t in before if t.dep == "pobj" and s.tokens[t.head].lower in CONJUNCTIONS), None)


MIN_QUOTED = 4  # words; shorter quotations are names and scare quotes
CONJUNCTIONS = frozenset({"after", "before", "since", "as", "while", "when", "until"})


def _behind_noun(scene: Scene, noun: Token) -> list[Token]:
    """ "a report by X said", "X's statement said", "unconfirmed reports said" (nobody)."""
    s = scene.sentence
    owners = s.kids(noun.i, "poss")
    return [c for o in [*owners, *s.prepositional(noun.i, "by", "from", "of")] for c in s.conjuncts(o.i)
            if scene.actor_at(c) is not None]  # fmt: skip


def _may_speak(scene: Scene, verb: Token, speakers: tuple[int, ...], clause: bool) -> bool:
    """A cue needs somebody who can speak; without one only a clause may be anybody's words."""
    s = scene.sentence
    if not speakers:
        return clause or is_passive(s, verb) or grammatical_subject(s, verb) is not None
    return any(_is_speaker(scene, s.tokens[i]) for i in speakers)


def _is_speaker(scene: Scene, token: Token) -> bool:
    if scene.actor_at(token) is not None or token.tag in {"PRP", "NNP", "NNPS", "WP"}:
        return True
    if token.tag in {"CD", "DT", "JJ"}:
        return token.lower in {"one", "some", "others", "both", "many", "neither"}
    return token.lemma not in scene.rules.evidence or scene.rules.evidence[token.lemma] == "witness"


def _evidence(scene: Scene, verb: Token) -> Evidence | None:
    """What shows it: the noun that is the subject, or in "was shown in a video" the one behind the preposition."""
    return next((k for t in _showing(scene, verb) if (k := evidence_of(scene, t)) is not None), None)


def _showing(scene: Scene, verb: Token) -> list[Token]:
    s = scene.sentence
    found = grammatical_subject(s, verb)
    own = [found, *(inner for inner in s.prepositional(found.i, "of", "from"))] if found is not None else []
    around = [verb, *([s.tokens[verb.head]] if verb.dep in {"advcl", "conj"} else [])]
    objects = [o for v in around for o in s.prepositional(v.i, "in", "by", "on", "from")]
    posted = [o for v in around[1:] for o in s.kids(v.i, "dobj")]
    return [*own, *objects, *posted]


def _shower(scene: Scene, verb: Token) -> tuple[int, ...]:
    return tuple(t.i for t in _showing(scene, verb) if evidence_of(scene, t) is not None)[:1]


def _target(s: Sentence, verb: Token) -> int | None:
    target = s.kid(verb.i, "dobj", "nsubjpass")
    return target.i if target is not None else None


def _noun_frames(scene: Scene, noun: Token) -> Iterator[Frame]:
    """ "reports that ...", "X's denial of ...", "a statement saying ..." is left to the verb."""
    s = scene.sentence
    for cue in scene.rules.nouns.get(noun.lemma, ()):
        clauses = [k for k in s.kids(noun.i, "acl", "ccomp", "relcl") if s.kid(k.i, "mark") is not None]
        parts = [s.subtree(k.i) for k in clauses]
        if not parts and cue.lemma not in {"report", "account", "statement", "charge"} | scene.rules.evidence.keys():
            parts = [s.subtree(p.i) for p in s.kids(noun.i, "prep") if p.lower in {"of", "about"}]
        if parts:
            weak, hedges = cue_hedges(scene, noun, ())
            yield Frame(
                rule=cue.rule, cue=(noun.i, noun.i), speakers=tuple(t.i for t in _behind_noun(scene, noun)),
                content=frozenset().union(*parts), stance=cue.stance, certainty=weakest((cue.certainty, weak)),
                hedges=hedges, noun=True,
            )  # fmt: skip


def _phrase_frames(scene: Scene) -> Iterator[Frame]:
    s = scene.sentence
    words = tuple(t.lower for t in s.tokens)
    there = frozenset(words)
    for phrase in scene.rules.phrases:
        n = len(phrase.words)
        for i in range(len(words) - n) if there.issuperset(phrase.words) else ():
            if words[i : i + n] == phrase.words:
                yield from _phrase_frame(scene, phrase, i, i + n - 1)


def _label_frames(scene: Scene) -> Iterator[Frame]:
    """A headline's "Police: suspect is dead": who stands before the colon speaks."""
    s = scene.sentence
    colon = next((t for t in s.tokens if t.text == ":"), None)
    if s.piece.kind != "headline" or colon is None or colon.i == 0 or colon.i + 1 == len(s.tokens):
        return
    if scene.actor_at(s.tokens[colon.i - 1]) is not None:
        yield Frame(
            rule="Q.label", cue=(colon.i, colon.i), speakers=(colon.i - 1,), stance="claims", certainty="certain",
            content=frozenset(range(colon.i + 1, len(s.tokens))),
        )  # fmt: skip


def _colon_frames(scene: Scene, found: Sequence[Frame]) -> Iterator[Frame]:
    """ "Ann Hart: “...”", "The mayor was blunt: “...”": who is spoken of before the colon says the quotation."""
    s = scene.sentence
    at = next((t.i for t in s.tokens if t.text == ":" and t.i and t.i + MIN_QUOTED < len(s.tokens)), None)
    if at is None or s.tokens[at + 1].text not in QUOTES:
        return
    said = frozenset(range(at + 1, len(s.tokens)))
    verb = next((t for t in reversed(s.tokens[:at]) if t.verb and t.dep not in {"amod", "compound"}), None)
    speaker = grammatical_subject(s, verb) if verb is not None else s.tokens[at - 1]
    if any(said & frame.content for frame in found) or speaker is None or speaker.i >= at:
        return
    if scene.actor_at(speaker) is not None or speaker.lower in PRONOUNS:
        yield Frame(
            rule="Q.colon", cue=(at, at), speakers=(speaker.i,), content=said, stance="claims", certainty="certain"
        )


def _phrase_frame(scene: Scene, phrase: Phrase, first: int, last: int) -> Iterator[Frame]:
    s = scene.sentence
    own = s.subtree(first)
    named = next((t for t in s.tokens[last + 1 :] if t.i in own and t.dep in {"pobj", "dobj", "pcomp", "nsubj"}), None)
    named = named or next((t for t in s.tokens[last + 1 :] if scene.actor_at(t) is not None), None)
    if named is None:
        return
    head = _governed(s, s.tokens[first])
    content = s.subtree(head.i, without=[first]) - s.subtree(named.i) if head is not None else frozenset()
    weak, hedges = cue_hedges(scene, s.tokens[first], (named.i,))
    yield Frame(
        rule=phrase.rule, cue=(first, last), speakers=tuple(t.i for t in s.conjuncts(named.i)), content=content,
        stance=phrase.stance, certainty=weak, hedges=hedges, media=phrase.media, source=phrase.source,
    )  # fmt: skip


def _governed(s: Sentence, phrase: Token) -> Token | None:
    """The clause that "according to X" stands in: as far up as its own clause goes, not into what surrounds it."""
    for token in s.up(phrase.i):
        if token.verb or token.dep == "root":
            return token
    return None
