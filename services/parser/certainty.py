"""Stage 9: hedges, negation, realis by scope. A hedge on a cue weakens the chain, one in the content the occurrence."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from schemas.report import Certainty, Polarity, Realis
from services.parser.scene import Scene
from services.parser.tree import Token

RANK: Mapping[Certainty, int] = {"certain": 0, "probable": 1, "possible": 2, "unknown": 3}
LEVELS: tuple[Certainty, ...] = ("probable", "possible")


@dataclass(frozen=True, slots=True)
class Modality:
    """What the words around a trigger leave of it."""

    realis: Realis
    polarity: Polarity
    certainty: Certainty
    hedges: tuple[str, ...]


def negated(scene: Scene, verb: Token) -> bool:
    """Whether a cue itself is negated: "did not confirm", "neither group commented", "refused to"."""
    s = scene.sentence
    if any(t.dep == "neg" for t in s.kids(verb.i)):
        return True
    if any(t.lower in {"neither", "nobody", "none"} for k in s.kids(verb.i, "nsubj") for t in [k, *s.kids(k.i)]):
        return True
    head = s.tokens[verb.head]
    if verb.dep != "xcomp":
        return False
    if head.lower in {"able", "possible"}:
        return any(t.dep == "neg" for t in s.kids(s.tokens[head.head].i))
    return head.lemma in {"decline", "refuse", "fail"} or head.lower in {"unable", "impossible"}


def _level(scene: Scene, kind: str, word: str) -> Certainty | None:
    words = scene.rules.hedges[kind]
    return next((level for level in LEVELS if word in words.get(level, ())), None)


def cue_hedges(scene: Scene, cue: Token, speakers: tuple[int, ...]) -> tuple[Certainty, tuple[str, ...]]:
    """How much a cue and its source are weakened: "apparently said", "unconfirmed reports said"."""
    s = scene.sentence
    found: list[tuple[Certainty, str]] = []
    for kid in s.kids(cue.i):
        level = _level(scene, "adverbs", kid.lower) or (_level(scene, "adjectives", kid.lower) if cue.noun else None)
        if level:
            found.append((level, kid.lower))
    if cue.verb:
        own = [k for k in s.kids(cue.i, "nsubj", "nsubjpass") if k.lemma in scene.rules.nouns]
        for noun in own:
            nouns = scene.rules.nouns[noun.lemma]
            found += [(n.certainty, noun.lower) for n in nouns if n.certainty != "certain"]
            found += [(lv, k.lower) for k in s.kids(noun.i) if (lv := _level(scene, "adjectives", k.lower))]
        found += _governing(scene, cue)
    for i in speakers:
        inside = [s.tokens[j] for j in sorted(s.subtree(i))]
        found += [(lv, t.lower) for t in inside if (lv := _level(scene, "adverbs", t.lower))]
        found += [(lv, t.lower) for t in s.kids(i, "amod") if (lv := _level(scene, "adjectives", t.lower))]
    return _weakest(found)


def _governing(scene: Scene, verb: Token) -> list[tuple[Certainty, str]]:
    """ "appeared to show": the verb above an infinitive."""
    s = scene.sentence
    head = s.tokens[verb.head]
    level = _level(scene, "verbs", head.lemma) if verb.dep in {"xcomp", "ccomp"} and head.verb else None
    return [(level, head.lower)] if level else []


def _weakest(found: list[tuple[Certainty, str]]) -> tuple[Certainty, tuple[str, ...]]:
    ranked: list[Certainty] = ["certain", *(level for level, _ in found)]
    level = max(ranked, key=RANK.__getitem__)
    return level, tuple(dict.fromkeys(word for _, word in found))


def modality(scene: Scene, trigger: Token, stop: frozenset[int], given: str | None) -> Modality:
    """Read upwards from a trigger to the cue it is told by (`stop`): each step may deny, weaken or put off.

    `given` is the realis that the cue demands of its content ("warned", "urged").
    """
    state = _State()
    path = list(_path(scene, trigger, stop))
    for token, below in path:
        _step(scene, state, token, below)
    if path and (cue := scene.sentence.tokens[path[-1][0].head]).i in stop:
        state.negations += _is_refused(scene, cue, path[-1][0])
    realis = _realis(scene, trigger, state, given)
    level, hedges = _weakest(state.hedges)
    if scene.text[scene.sentence.start : scene.sentence.end].rstrip("\"”’' ").endswith("?"):
        level = "possible"
    polarity: Polarity = "-" if state.negations % 2 else "+"
    return Modality(realis, polarity, level, hedges)


class _State:
    """What has been met on the way up."""

    def __init__(self) -> None:
        self.negations = 0
        self.hedges: list[tuple[Certainty, str]] = []
        self.future: str | None = None
        self.attempted = False
        self.ongoing = False


def _path(scene: Scene, trigger: Token, stop: frozenset[int]) -> Iterator[tuple[Token, Token | None]]:
    """The trigger and its heads up to the cue; each with the token it was reached from."""
    s, below = scene.sentence, None
    for token in (trigger, *s.up(trigger.i)):
        if token.i in stop:
            return
        if below is not None and below.dep in {"nsubj", "nsubjpass"} and not trigger.noun:
            return  # a clause about the thing is not about the act
        if below is not None and below.dep in {"relcl", "advcl"} and below.tag not in {"VB"}:
            return  # a clause of its own: what is said above does not touch it
        yield token, below
        below = token


def _step(scene: Scene, state: _State, token: Token, below: Token | None) -> None:
    s, hedges = scene.sentence, scene.rules.hedges
    kids = [k for k in s.kids(token.i) if below is None or k.i != below.i]
    shared = below is not None and below.dep == "conj"
    for kid in kids:
        if shared and kid.i > (below.i if below else 0):
            continue
        if _negates(scene, token, kid, below):
            state.negations += 1
        elif kid.dep in {"aux", "auxpass"} or kid.tag == "MD":
            _auxiliary(scene, state, token, kid)
        elif kid.dep in {"advmod", "amod", "npadvmod"}:
            kind = "adjectives" if token.noun else "adverbs"
            level = _level(scene, kind, kid.lower)
            if level:
                state.hedges.append((level, kid.lower))
        elif kid.dep == "mark" and kid.lower in hedges["realis"]["conditional"]:
            state.future = state.future or "possible"
    if below is not None:
        _over(scene, state, token, below)


def _negates(scene: Scene, token: Token, kid: Token, below: Token | None) -> bool:
    if kid.dep == "neg" or kid.lower in {"not", "n't", "never"} or (kid.dep == "preconj" and kid.lower == "neither"):
        return True
    if kid.dep in {"nsubj", "nsubjpass"} and token.verb and below is None:
        return kid.lower in {"nobody", "none"} or _no_one(scene, kid)
    return kid.dep == "det" and kid.lower in {"no", "neither"} and token.noun and below is None


def _no_one(scene: Scene, noun: Token) -> bool:
    return any(k.lower in {"no", "neither"} and k.dep == "det" for k in scene.sentence.kids(noun.i))


def _auxiliary(scene: Scene, state: _State, token: Token, kid: Token) -> None:
    hedges = scene.rules.hedges
    perfect = any(k.lower in {"have", "'ve"} for k in scene.sentence.kids(token.i, "aux"))
    if kid.lower in hedges["modals"]["possible"]:
        state.hedges.append(("possible", kid.lower))
        if not perfect:
            state.future = state.future or "possible"
    elif kid.lower in hedges["realis"]["planned"] and not perfect:
        state.future = "planned"
    elif kid.lower in {"should", "must", "ought"} and not perfect:
        state.future = state.future or "planned"


def _over(scene: Scene, state: _State, token: Token, below: Token) -> None:
    """A governing word: "plans to", "failed to", "appeared to", "threat of", "said to have"."""
    realis = scene.rules.hedges["realis"]
    if below.dep in {"xcomp", "ccomp", "acl", "pcomp"} and (token.verb or token.tag.startswith("J")):
        level = _level(scene, "verbs", token.lemma)
        if level:
            state.hedges.append((level, token.lower))
        passive = scene.sentence.kid(token.i, "auxpass") is not None
        level = _level(scene, "passives", token.lemma) if passive and below.dep == "xcomp" else None
        if level:
            state.hedges.append((level, token.lower))
        elif token.lemma in realis["wish"] and _is_infinitive(scene, below):
            state.future = state.future or "planned"
    if below.dep == "nsubjpass" and scene.sentence.kid(token.i, "auxpass") is not None:  # "clashes were reported"
        level = _level(scene, "passives", token.lemma)
        state.hedges += [(level, token.lower)] if level else []
    state.negations += _is_refused(scene, token, below)
    if token.lemma in realis["attempted"] and token.verb:
        state.attempted = True
        state.negations += token.lemma == "fail"
    if (
        token.lemma in realis["prevented"]
        and token.verb
        and below.dep in {"dobj", "prep", "pcomp", "xcomp", "nsubjpass"}
    ):
        state.attempted = True
        state.negations += 1
    if token.noun and token.lemma in realis["plan_nouns"] and below.dep in {"acl", "prep", "compound"}:
        state.future = state.future or "possible"
    if below.dep == "nsubj" and token.lemma == "be":  # "reports of an explosion were false"
        state.negations += any(k.lower in realis["false"] for k in scene.sentence.kids(token.i, "acomp", "attr"))
    if below.dep == "pobj" and token.lower == "without":
        state.negations += 1


def _is_refused(scene: Scene, token: Token, below: Token) -> bool:
    """ "refused to", "forgot to": it did not happen."""
    refused = scene.rules.hedges["realis"]["refused"]
    return token.verb and token.lemma in refused and below.dep == "xcomp" and _is_infinitive(scene, below)


def _is_infinitive(scene: Scene, verb: Token) -> bool:
    marks = scene.sentence.kids(verb.i, "aux")
    perfect = any(m.lower == "have" for m in marks)
    return any(m.tag == "TO" for m in marks) and not perfect


def _realis(scene: Scene, trigger: Token, state: _State, given: str | None) -> Realis:
    if state.future == "planned" or (given == "planned" and state.future is None and _unrealised(scene, trigger)):
        return "planned"
    if state.future == "possible":
        return "possible"
    if given == "possible" and _unrealised(scene, trigger):
        return "possible"
    if state.attempted:
        return "attempted"
    if trigger.verb and _is_infinitive(scene, trigger) and not _is_achieved(scene, trigger):
        return "planned"  # "to" tells a purpose
    return "ongoing" if _is_ongoing(scene, trigger) else "actual"


def _is_achieved(scene: Scene, verb: Token) -> bool:
    """ "managed to", "forced to", "was seen to": what an infinitive tells did happen."""
    head = scene.sentence.tokens[scene.sentence.first(verb.i).head]
    return head.lemma in scene.rules.hedges["realis"]["achieved"] or head.lemma in _hedging(scene)


def _hedging(scene: Scene) -> frozenset[str]:
    return frozenset(w for kind in ("verbs", "passives") for words in scene.rules.hedges[kind].values() for w in words)


def _unrealised(scene: Scene, trigger: Token) -> bool:
    """Under a demand or warning only what is told in a past tense is an act."""
    clause = scene.sentence.clause(trigger.i)
    return clause.tag not in {"VBD"} and not any(
        k.lower in {"had", "was", "were", "has", "have"} for k in scene.sentence.kids(clause.i, "aux", "auxpass")
    )


def _is_ongoing(scene: Scene, trigger: Token) -> bool:
    s, realis = scene.sentence, scene.rules.hedges["realis"]
    clause = trigger if trigger.verb else s.clause(trigger.i)
    kids = s.kids(clause.i, "aux", "auxpass")
    if clause.tag == "VBG" and trigger.verb and any(k.lower in {"is", "are", "was", "were", "'s", "'re"} for k in kids):
        return True
    if clause.lemma in realis["ongoing_verbs"] and clause.i != trigger.i:
        return True
    if trigger.verb:
        return False
    ends = scene.text[trigger.start : min(trigger.end + 80, s.end)].lower()
    return any(phrase in ends for phrase in realis["ongoing_phrases"])
