"""Which number phrases of a sentence count an outcome: by verb, adjective, noun, or "the number of injured rose to"."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from schemas.report import Outcome
from services.parser.figures import countable, has_number, is_nobody, is_one, is_unit, noun_of, number_on, zero_at
from services.parser.grammar import grammatical_subject, is_passive, object_, subject
from services.parser.harmed import charged, harmed, is_definite, multiple, own_hand, telling
from services.parser.mentions import NumberMention
from services.parser.rule_types import OutcomeWords
from services.parser.scene import Scene
from services.parser.tolls import Counted, by_noun, reached
from services.parser.tree import Token

SINGLE = frozenset({"killed", "injured", "captured", "arrested", "missing", "damaged", "destroyed"})
HARMED = frozenset({"killed", "injured"})
PREDICATES = frozenset({"acomp", "oprd", "attr", "advmod"})


def counted(scene: Scene) -> list[Counted]:
    """All figures of a sentence, one for each outcome and counted noun."""
    found: dict[tuple[str, int], Counted] = {}
    known = scene.rules.outcome_words
    for token in scene.sentence.tokens:
        for words in scene.rules.outcomes if token.lemma in known or token.lower in known else ():
            for item in _by_token(scene, words, token):
                found.setdefault((item.outcome, item.head.i), item)
        for item in _without_verb(scene, token) if token.lemma in telling() or token.lower in telling() else ():
            found.setdefault((item.outcome, item.head.i), item)
    for item in _restated(scene, list(found.values())):
        found.setdefault((item.outcome, item.head.i), item)
    for item in list(found.values()):
        for part in _parts(scene, item):
            found.setdefault((part.outcome, part.head.i), part)
    return sorted(found.values(), key=lambda c: (c.word.i, c.head.i))


def _without_verb(scene: Scene, token: Token) -> Iterator[Counted]:
    """Figures of harmed.py, counted as others are."""
    yield from multiple(scene, token)
    yield from own_hand(scene, token)
    yield from charged(scene, token)
    found = list(harmed(scene, token))
    whom_hit = _befallen(scene, token) if token.verb and _is_hit(scene, token) else None
    if whom_hit is not None:
        found.append(("injured", token, whom_hit, "N.injured.hit"))
    for outcome, word, whom, rule in found:
        words = next(w for w in scene.rules.outcomes if w.outcome == outcome)
        yield from _together(scene, words, word, _targets(scene, whom), rule)


def _restated(scene: Scene, found: Sequence[Counted]) -> Iterator[Counted]:
    """ "20,000 took part; police put the number at 4,000": a bare number is of what was counted before it."""
    for token in scene.sentence.tokens:
        before = [f for f in found if f.head.i < token.i]
        if token.lemma in scene.rules.counting["number_nouns"] and before and not scene.sentence.kids(token.i, "prep"):
            number = reached(scene, token)
            if number is not None and not any(f.number == number for f in found):
                yield replace(before[-1], word=token, number=number, head=token, rule=f"N.{before[-1].outcome}.number")


def _by_token(scene: Scene, words: OutcomeWords, token: Token) -> Iterator[Counted]:
    s = scene.sentence
    kind = words.outcome
    if token.verb and token.dep not in {"amod", "compound"} and _befalls(scene, words, token):
        rule = f"N.{kind}.{'passive' if is_passive(s, token) else 'active'}"
        yield from _elliptical(scene, words, token)
        yield from _together(scene, words, token, _targets(scene, _befallen(scene, token)), rule)
    elif (token.verb and token.lemma in words.subject_verbs) or _suffers(scene, words, token):
        yield from _together(scene, words, token, _targets(scene, grammatical_subject(s, token)), f"N.{kind}.subject")
    elif (
        token.lower in words.adjectives | words.heads and token.dep not in {"aux"} and not _fatally(scene, words, token)
    ):
        yield from _together(scene, words, token, _described(scene, token), f"N.{kind}.adjective")
    counting = scene.rules.counting
    if token.lemma in words.nouns or token.lemma in counting["number_nouns"] or token.lemma in counting["either"]:
        yield from by_noun(scene, words, token)


def _befalls(scene: Scene, words: OutcomeWords, verb: Token) -> bool:
    """Whether a verb does this to its object; "fatally shot" kills, "shot" wounds."""
    counting = scene.rules.counting
    fatal = any(k.lower in counting["fatal"] for k in scene.sentence.kids(verb.i))
    fatal = fatal or any(o.lemma in counting["death"] for o in scene.sentence.prepositional(verb.i, "to"))
    if words.outcome == "injured":
        return verb.lemma in words.verbs and not fatal
    injuring = next((w.verbs for w in scene.rules.outcomes if w.outcome == "injured"), frozenset())
    return verb.lemma in words.verbs or (words.outcome == "killed" and fatal and verb.lemma in injuring)


def _fatally(scene: Scene, words: OutcomeWords, token: Token) -> bool:
    """ "a victim fatally wounded" is not hurt."""
    fatal = scene.rules.counting["fatal"]
    return words.outcome == "injured" and any(k.lower in fatal for k in scene.sentence.kids(token.i))


def _is_hit(scene: Scene, verb: Token) -> bool:
    """ "four people hit", where the sentence tells of gunfire."""
    counting = scene.rules.counting
    return verb.lemma in counting["hit"] and any(t.lemma in counting["gunfire"] for t in scene.sentence.tokens)


def _befallen(scene: Scene, verb: Token) -> Token | None:
    """Whom a verb befalls; "were found shot" is said of those found, "left five people wounded" of the five."""
    s = scene.sentence
    head, before = s.tokens[verb.head], s.tokens[max(0, verb.i - 1)]
    if s.kid(verb.i, "dobj") is None and _after_leaving(scene, verb):
        small = s.kid(verb.i, "nsubj")  # "leaving one dead and three others wounded"
        if small is not None and (small.i == before.i or head.lemma == "leave"):
            return small
    if verb.tag == "VBN" and verb.dep in {"xcomp", "ccomp", "oprd", "acomp", "advcl", "acl"}:
        if head.lemma in scene.rules.counting["found"] and s.kid(verb.i, "nsubj", "nsubjpass") is None:
            return s.kid(head.i, "nsubjpass", "dobj")
        if before.dep == "dobj" and s.tokens[before.head].lemma in scene.rules.counting["found"]:
            return before
    found = object_(s, verb)
    return grammatical_subject(s, verb) if found is None and verb.dep == "conj" and is_passive(s, verb) else found


def _after_leaving(scene: Scene, verb: Token) -> bool:
    """Whether a participle may belong to a "left" before it."""
    found = scene.rules.counting["found"]
    return verb.tag in {"VBD", "VBN"} and any(t.lemma in found for t in scene.sentence.tokens[: verb.i])


def _suffers(scene: Scene, words: OutcomeWords, verb: Token) -> bool:
    what = scene.sentence.kid(verb.i, "dobj") if verb.verb and verb.lemma in scene.rules.counting["suffer"] else None
    return what is not None and what.lemma in words.suffered


def _together(scene: Scene, words: OutcomeWords, word: Token, targets: Sequence[Token], rule: str) -> Iterator[Counted]:
    """A figure for each target; people that are coordinated under one word are one figure: "three women and a man"."""
    found = [f for target in targets for f in _figure(scene, words, word, target, rule)]
    exact = [f for f in found if f.number.comparator == "=" and f.number.best and not f.part_of and not f.from_base]
    armed = any(scene.is_class(f.noun, name) for f in found for name in ("armed", "suspects", "responders"))
    if words.things or armed or len(found) < 2 or len(exact) < len(found) or any(f.number.additional for f in found):
        yield from found
        return
    total = sum(f.number.best or 0 for f in found)
    number = NumberMention(found[0].number.start, found[-1].number.end, "=", total, total, total)
    yield replace(found[0], number=number, rule=f"{rule}.sum", implied=False)


def _targets(scene: Scene, token: Token | None) -> list[Token]:
    """Coordinated nouns each carry a number of their own; "one woman's hand" counts the woman."""
    if token is None:
        return []
    s = scene.sentence
    if token.lower in {"himself", "herself"}:
        if next(own_hand(scene, token), None) is not None:  # counted there
            return []
        token = grammatical_subject(s, s.tokens[token.head]) or token
    if token.lemma in scene.rules.counting["body"] or token.lower in scene.rules.counting["body"]:
        owner = s.kid(token.i, "poss")
        return [owner] if owner is not None else []
    return s.conjuncts(token.i)


def _described(scene: Scene, token: Token) -> list[Token]:
    """Whom "dead", "missing", "injured" describe."""
    s = scene.sentence
    head = s.tokens[token.head]
    if any(k.dep == "prt" for k in s.kids(token.i)):  # "missing out"
        return []
    bare = [k for k in s.kids(token.i, "npadvmod") if k.i < token.i and scene.number_at(k) is not None and not k.noun]
    if bare:  # "and three more injured"
        return bare[:1]
    if token.dep in {"amod", "acl"} and (head.noun or scene.number_at(head) is not None):
        return [head]
    if token.dep in {"nsubj", "nsubjpass", "dobj", "pobj", "root", "conj", "appos"} and has_number(scene, token):
        return [token]
    lies = token.dep == "dobj" and head.lemma == "lie"  # "lying lifeless", read as an object
    if token.dep in PREDICATES or lies or (token.dep in {"ccomp", "xcomp", "dobj", "conj", "root"} and not token.noun):
        own = s.kid(token.i, "nsubj", "nsubjpass")
        if own is not None:
            return s.conjuncts(own.i)
        return _targets(scene, _governed(scene, head)) if head.i != token.i else []
    return []


def _governed(scene: Scene, verb: Token) -> Token | None:
    """Who is dead in "left three dead", "is dead"; of two subjects the nearer, the other one is a dateline."""
    s = scene.sentence
    small = s.kid(verb.i, "dobj") if verb.lemma in {"leave", "find", "put", "show", "shoot"} else None
    if small is not None or not verb.verb:
        return small
    own = [k for k in s.kids(verb.i, "nsubj", "nsubjpass") if k.i < verb.i]
    return own[-1] if len(own) > 1 else grammatical_subject(s, verb)


def _elliptical(scene: Scene, words: OutcomeWords, verb: Token) -> Iterator[Counted]:
    """ "two fighters were killed and ten wounded": the number stands alone before its participle."""
    s = scene.sentence
    if verb.dep != "conj":
        return
    for kid in s.kids(verb.i):
        if kid.i < verb.i and scene.number_at(kid) is not None and not kid.noun:
            first = s.tokens[verb.head]
            model = object_(s, first)
            base = noun_of(scene, model) if model is not None else kid
            number = scene.number_at(kid)
            if number is not None:
                yield Counted(words.outcome, verb, kid, base, number, f"N.{words.outcome}.elliptical")


def _figure(scene: Scene, words: OutcomeWords, word: Token, target: Token, rule: str) -> Iterator[Counted]:
    noun = noun_of(scene, target)
    number = number_on(scene, target)
    if _is_whole(scene, target):
        return
    if not countable(scene, words, noun, number):
        return
    nobody = is_nobody(scene, target)
    if number is not None and not is_unit(scene, number):
        base = _base(scene, words, target, number)
        part = None if base else number.of if number.of is not None else _some_of(scene, target)
        yield Counted(words.outcome, word, target, noun, number, rule, number.best == 0, False, part, base)
    elif nobody:
        yield Counted(words.outcome, word, target, noun, zero_at(target), f"N.{words.outcome}.nobody", zero=True)
    elif words.outcome in SINGLE and is_one(scene, target):
        one = NumberMention(target.start, target.end, "=", 1, 1, 1)
        yield Counted(words.outcome, word, target, noun, one, f"N.{words.outcome}.one", implied=True)
    elif words.outcome in HARMED and is_definite(scene, target):
        one = NumberMention(target.start, target.end, "=", 1, 1, 1)
        police = words.outcome == "killed" and word.verb and _by_police(scene, word)
        sort = "by_police" if police else "definite"
        yield Counted(words.outcome, word, target, noun, one, f"N.{words.outcome}.{sort}", implied=not police)


def _by_police(scene: Scene, verb: Token) -> bool:
    """ "before he was shot and killed by police": a suspect."""
    agent = subject(scene.sentence, verb)
    return agent is not None and scene.is_class(agent, "police") and agent.lower != "prosecutors"


def _some_of(scene: Scene, target: Token) -> int | None:
    """ "one of the victims": a part of nobody says how many (0)."""
    wholes = scene.sentence.prepositional(target.i, "of")
    definite = any(k.lower in {"the", "those", "these"} for o in wholes for k in scene.sentence.kids(o.i, "det"))
    return 0 if definite and any(o.tag == "NNS" for o in wholes) else None


def _is_whole(scene: Scene, target: Token) -> bool:
    """ "one of the three people injured": the three are what the one is part of, known from before."""
    s = scene.sentence
    prep = s.tokens[target.head]
    over = s.tokens[prep.head]
    definite = any(k.lower == "the" for k in s.kids(target.i, "det"))
    return target.dep == "pobj" and prep.lower == "of" and definite and scene.number_at(over) is not None


def _base(scene: Scene, words: OutcomeWords, target: Token, number: NumberMention) -> Outcome | None:
    """ "One of the three people injured has died": whose number falls by it."""
    s = scene.sentence
    if words.outcome != "killed" or not s.prepositional(target.i, "of"):
        return None
    inside = {s.tokens[i].lower for i in s.subtree(target.i)} | {s.tokens[i].lemma for i in s.subtree(target.i)}
    for other in scene.rules.outcomes:
        if other.outcome not in ("injured", "missing"):
            continue
        struck = set(scene.rules.counting["struck"])  # of who was shot the dead are taken off anyway
        if inside & ((other.verbs | other.adjectives | other.heads) - struck):
            return other.outcome
    return None


def _parts(scene: Scene, whole: Counted) -> Iterator[Counted]:
    """ "eight people, including two children": a part of the whole."""
    s = scene.sentence
    if whole.zero or whole.implied or whole.number.best is None:
        return
    for prep in s.kids(whole.head.i, "prep"):
        if prep.lower in scene.rules.counting["subset"]:
            for one in s.kids(prep.i, "pobj"):
                for part in s.conjuncts(one.i):
                    number = number_on(scene, part) or (
                        NumberMention(part.start, part.end, "=", 1, 1, 1) if is_one(scene, part) else None
                    )
                    if number is not None:
                        rule = f"N.{whole.outcome}.including"
                        yield replace(
                            whole, head=part, noun=noun_of(scene, part), number=number, rule=rule,
                            part_of=whole.number.best,
                        )  # fmt: skip
