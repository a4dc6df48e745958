"""Which number phrases of a sentence count an outcome: by verb, adjective, noun, or "the number of injured rose to"."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from schemas.report import Outcome
from services.parser.grammar import grammatical_subject, is_passive, object_
from services.parser.mentions import NumberMention
from services.parser.rule_types import OutcomeWords
from services.parser.scene import Scene
from services.parser.tree import Token

ARTICLES = frozenset({"a", "an", "another"})
PREDICATES = frozenset({"acomp", "oprd", "attr", "advmod"})


@dataclass(frozen=True, slots=True)
class Counted:
    """`word` is the outcome word, `noun` the people or things counted, `head` the token that carries the number."""

    outcome: Outcome
    word: Token
    head: Token
    noun: Token
    number: NumberMention
    rule: str
    zero: bool = False
    implied: bool = False
    part_of: int | None = None
    from_base: Outcome | None = None


def counted(scene: Scene) -> list[Counted]:
    """All figures of a sentence, one for each outcome and counted noun."""
    found: dict[tuple[str, int], Counted] = {}
    known = scene.rules.outcome_words
    for token in scene.sentence.tokens:
        for words in scene.rules.outcomes if token.lemma in known or token.lower in known else ():
            for item in _by_token(scene, words, token):
                found.setdefault((item.outcome, item.head.i), item)
    for item in list(found.values()):
        for part in _parts(scene, item):
            found.setdefault((part.outcome, part.head.i), part)
    return sorted(found.values(), key=lambda c: (c.word.i, c.head.i))


def _by_token(scene: Scene, words: OutcomeWords, token: Token) -> Iterator[Counted]:
    s = scene.sentence
    kind = words.outcome
    if token.verb and token.dep not in {"amod", "compound"} and token.lemma in words.verbs:
        for target in _targets(scene, object_(s, token)):
            yield from _figure(
                scene, words, token, target, f"N.{kind}.{'passive' if is_passive(s, token) else 'active'}"
            )
        yield from _elliptical(scene, words, token)
    elif token.verb and token.lemma in words.subject_verbs:
        for target in _targets(scene, grammatical_subject(s, token)):
            yield from _figure(scene, words, token, target, f"N.{kind}.subject")
    elif token.lower in words.adjectives | words.heads and token.dep not in {"aux"}:
        for target in _described(scene, token):
            yield from _figure(scene, words, token, target, f"N.{kind}.adjective")
    if token.lemma in words.nouns or (token.lemma in scene.rules.counting["number_nouns"]):
        yield from _noun(scene, words, token)


def _targets(scene: Scene, token: Token | None) -> list[Token]:
    """Coordinated nouns each carry a number of their own; "one woman's hand" counts the woman."""
    if token is None:
        return []
    s = scene.sentence
    if token.lower in {"himself", "herself"}:
        token = grammatical_subject(s, s.tokens[token.head]) or token
    if token.lemma in scene.rules.counting["body"] or token.lower in scene.rules.counting["body"]:
        owner = s.kid(token.i, "poss")
        return [owner] if owner is not None else []
    return s.conjuncts(token.i)


def _described(scene: Scene, token: Token) -> list[Token]:
    """Whom "dead", "missing", "injured" describe."""
    s = scene.sentence
    head = s.tokens[token.head]
    if token.dep in {"amod", "acl"} and head.noun:
        return [head]
    if token.dep in {"nsubj", "nsubjpass", "dobj", "pobj", "root", "conj", "appos"} and _own_number(scene, token):
        return [token]
    lies = token.dep == "dobj" and head.lemma == "lie"  # "lying lifeless", read as an object
    if token.dep in PREDICATES or lies or (token.dep in {"ccomp", "xcomp", "dobj", "conj", "root"} and not token.noun):
        own = s.kid(token.i, "nsubj", "nsubjpass")
        if own is not None:
            return s.conjuncts(own.i)
        for governor in (head,) if head.i != token.i else ():
            small = s.kid(governor.i, "dobj") if governor.lemma in {"leave", "find", "put", "show", "shoot"} else None
            target = small or (grammatical_subject(s, governor) if governor.verb else None)
            return _targets(scene, target)
    if token.tag == "VBN" and token.dep == "conj":
        return []
    return []


def _elliptical(scene: Scene, words: OutcomeWords, verb: Token) -> Iterator[Counted]:
    """ "two fighters were killed and ten wounded": the number stands alone before its participle."""
    s = scene.sentence
    if verb.dep != "conj":
        return
    for kid in s.kids(verb.i):
        if kid.i < verb.i and scene.number_at(kid) is not None and not kid.noun:
            first = s.tokens[verb.head]
            model = object_(s, first)
            base = _noun_of(scene, model) if model is not None else kid
            number = scene.number_at(kid)
            if number is not None:
                yield Counted(words.outcome, verb, kid, base, number, f"N.{words.outcome}.elliptical")


def _figure(scene: Scene, words: OutcomeWords, word: Token, target: Token, rule: str) -> Iterator[Counted]:
    noun = _noun_of(scene, target)
    number = _number_on(scene, target)
    if _is_whole(scene, target):
        return
    if not _countable(scene, words, noun, number):
        return
    nobody = _is_nobody(scene, target)
    if number is not None and not _is_unit(scene, number):
        base = _base(scene, words, target, number)
        part = None if base else number.of
        yield Counted(words.outcome, word, target, noun, number, rule, number.best == 0, False, part, base)
    elif nobody:
        yield Counted(words.outcome, word, target, noun, zero_at(target), f"N.{words.outcome}.nobody", zero=True)
    elif _is_one(scene, target):
        one = NumberMention(target.start, target.end, "=", 1, 1, 1)
        yield Counted(words.outcome, word, target, noun, one, f"N.{words.outcome}.one", implied=True)


def _is_whole(scene: Scene, target: Token) -> bool:
    """ "one of the three people injured": the three are what the one is part of, known from before."""
    s = scene.sentence
    prep = s.tokens[target.head]
    over = s.tokens[prep.head]
    definite = any(k.lower == "the" for k in s.kids(target.i, "det"))
    return target.dep == "pobj" and prep.lower == "of" and definite and scene.number_at(over) is not None


def zero_at(token: Token) -> NumberMention:
    return NumberMention(token.start, token.end, "=", 0, 0, 0)


def _number_on(scene: Scene, target: Token) -> NumberMention | None:
    """The number phrase of a noun phrase: the word itself or what stands before it."""
    s = scene.sentence
    own = scene.number_at(target)
    if own is not None:
        return own
    for kid in s.kids(target.i, "nummod", "det", "amod", "quantmod", "advmod", "poss", "compound"):
        found = scene.number_at(kid)
        if found is not None and kid.i < target.i:
            return found
    return None


def _own_number(scene: Scene, token: Token) -> bool:
    return _number_on(scene, token) is not None


def _noun_of(scene: Scene, target: Token) -> Token:
    """What is counted: "two of its fighters" = fighters, "dozens of people" = people."""
    s = scene.sentence
    if scene.number_at(target) is not None or target.lower in {"one", "none", "some", "both", "many", "others"}:
        inner = next(iter(s.prepositional(target.i, "of")), None)
        if inner is not None and scene.number_at(inner) is None:
            return inner
        deeper = [o for o in ([inner] if inner is not None else [])]
        return deeper[0] if deeper else target
    return target


def _countable(scene: Scene, words: OutcomeWords, noun: Token, number: NumberMention | None) -> bool:
    """People, or the things that the outcome may happen to."""
    if words.things:
        return any(scene.is_class(noun, name) for name in words.things)
    if scene.number_at(noun) is not None or noun.lower in scene.rules.counting["counted_people"]:
        return True
    if noun.lower in {"anyone", "anybody", "no-one", "nobody", "none", "everyone", "others"}:
        return True
    if noun.lemma in scene.rules.head_words:
        return number is not None
    return any(scene.is_class(noun, name) for name in PEOPLE) or (
        noun.tag == "NNP" and scene.actor_at(noun) is not None
    )


PEOPLE = ("civilian", "armed", "forces", "attackers", "suspects", "responders", "protesters", "police")


def _is_unit(scene: Scene, number: NumberMention) -> bool:
    """A number that measures: years, kilometres, hours."""
    after = scene.text[number.end : number.end + 14].lstrip(" -").lower()
    word = after.split(" ")[0].strip(".,;:)") if after else ""
    return word in scene.rules.counting["units"] or word.startswith(("year-old", "years-old"))


def _is_nobody(scene: Scene, target: Token) -> bool:
    s = scene.sentence
    if target.lower in {"nobody", "none", "no-one"}:
        return True
    kids = s.kids(target.i, "det")
    if any(k.lower == "no" for k in kids):
        return target.tag != "CD" or target.lower == "one"
    verb = s.tokens[target.head]
    return target.lower in {"anyone", "anybody"} and any(k.dep == "neg" for k in s.kids(verb.i))


def _is_one(scene: Scene, target: Token) -> bool:
    """ "a woman", a person by name; "the man" was counted before."""
    s = scene.sentence
    if target.tag in {"NNS", "NNPS", "PRP"}:
        return False
    if s.kid(target.i, "acl", "relcl") is not None and target.tag == "NN":  # "the man suspected of the shooting"
        return not scene.rules.is_class(target.lemma, "collective")
    if any(k.lower in ARTICLES for k in s.kids(target.i, "det")):
        return not scene.rules.is_class(target.lemma, "collective")
    mention = scene.actor_at(target)
    return mention is not None and (mention.speaker.id or "").startswith("p:") and mention.speaker.named


def _base(scene: Scene, words: OutcomeWords, target: Token, number: NumberMention) -> Outcome | None:
    """ "One of the three people injured has died": whose number falls by it."""
    s = scene.sentence
    if words.outcome != "killed" or not s.prepositional(target.i, "of"):
        return None
    inside = {s.tokens[i].lower for i in s.subtree(target.i)} | {s.tokens[i].lemma for i in s.subtree(target.i)}
    for other in scene.rules.outcomes:
        if other.outcome in ("injured", "missing") and inside & (other.verbs | other.adjectives | other.heads):
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
                    number = _number_on(scene, part) or (
                        NumberMention(part.start, part.end, "=", 1, 1, 1) if _is_one(scene, part) else None
                    )
                    if number is not None:
                        rule = f"N.{whole.outcome}.including"
                        yield replace(
                            whole, head=part, noun=_noun_of(scene, part), number=number, rule=rule,
                            part_of=whole.number.best,
                        )  # fmt: skip


def _noun(scene: Scene, words: OutcomeWords, noun: Token) -> Iterator[Counted]:
    """ "three deaths", "no injuries", "the death toll rose to 41", "the number of people injured has risen to six"."""
    s = scene.sentence
    if noun.lemma in words.nouns and noun.lemma not in scene.rules.counting["number_nouns"]:
        number = _number_on(scene, noun)
        if number is not None and not _is_unit(scene, number):
            yield Counted(words.outcome, noun, noun, noun, number, f"N.{words.outcome}.noun")
        elif any(k.lower == "no" for k in s.kids(noun.i, "det")):
            yield Counted(words.outcome, noun, noun, noun, zero_at(noun), f"N.{words.outcome}.nobody", zero=True)
        return
    found = _of_number_noun(scene, words, noun)
    if found is not None:
        number = _reached(scene, noun)
        if number is not None and not _is_unit(scene, number):
            at = next(iter(s.inside(number.start, number.end)), noun)
            yield Counted(words.outcome, noun, at, found, number, f"N.{words.outcome}.toll")


def _of_number_noun(scene: Scene, words: OutcomeWords, noun: Token) -> Token | None:
    """The people whose number it is, if the phrase is about this outcome."""
    s = scene.sentence
    if noun.lemma not in scene.rules.counting["number_nouns"]:
        return None
    inside = [s.tokens[i] for i in sorted(s.subtree(noun.i)) if i != noun.i]
    if noun.lower == "toll" and words.outcome == "killed" and not any(t.lower == "injury" for t in inside):
        return noun
    about = {t.lower for t in inside} | {t.lemma for t in inside}
    if about & (words.adjectives | words.heads | words.verbs) or about & words.nouns:
        return next((t for t in inside if t.dep == "pobj"), noun)
    return None


def _reached(scene: Scene, noun: Token) -> NumberMention | None:
    """The figure that a number is said to have: "rose to 41", "stands at 12", "put it at 12", "is six"."""
    s = scene.sentence
    verb = next((t for t in s.up(noun.i) if t.verb), None)
    if verb is None or verb.lemma not in scene.rules.counting["rise_verbs"]:
        return None
    below = [o for o in s.prepositional(verb.i, "to", "at")] + s.kids(verb.i, "attr", "dobj", "acomp")
    below += [o for p in s.kids(noun.i, "prep") if p.lower in {"at", "to"} for o in s.kids(p.i, "pobj")]
    for token in below:
        found = scene.number_at(token) or _number_on(scene, token)
        if found is not None:
            return found
    return None
