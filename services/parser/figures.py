"""Number phrases on a noun: how many, of whom, and whether the noun may be counted at all."""

from services.parser.mentions import NumberMention
from services.parser.numbers import is_ordinal
from services.parser.rule_types import OutcomeWords
from services.parser.scene import Scene
from services.parser.tree import Token

ARTICLES = frozenset({"a", "an", "another"})
PEOPLE = ("civilian", "armed", "forces", "attackers", "suspects", "responders", "protesters", "police")


def zero_at(token: Token) -> NumberMention:
    return NumberMention(token.start, token.end, "=", 0, 0, 0)


def number_on(scene: Scene, target: Token) -> NumberMention | None:
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


def has_number(scene: Scene, token: Token) -> bool:
    return number_on(scene, token) is not None


def noun_of(scene: Scene, target: Token) -> Token:
    """What is counted: "two of its fighters" = fighters, "dozens of people" = people."""
    s = scene.sentence
    if scene.number_at(target) is not None or target.lower in {"one", "none", "some", "both", "many", "others"}:
        inner = next(iter(s.prepositional(target.i, "of")), None)
        if inner is not None and scene.number_at(inner) is None:
            return inner
        deeper = [o for o in ([inner] if inner is not None else [])]
        return deeper[0] if deeper else target
    return target


def countable(scene: Scene, words: OutcomeWords, noun: Token, number: NumberMention | None) -> bool:
    """People, or the things that the outcome may happen to."""
    if words.things:
        return any(scene.is_class(noun, name) for name in words.things)
    counting = scene.rules.counting
    if scene.number_at(noun) is not None or noun.lower in counting["counted_people"] or is_aged(scene, noun):
        return True
    if noun.lower in counting["pronouns"]:
        return words.outcome in ("killed", "injured")
    if noun.lower in {"anyone", "anybody", "no-one", "nobody", "none", "everyone", "others", "them", "whom", "us"}:
        return True
    if noun.lemma in scene.rules.head_words:
        return number is not None
    return any(scene.is_class(noun, name) for name in PEOPLE) or (
        noun.tag == "NNP" and scene.actor_at(noun) is not None
    )


def is_aged(scene: Scene, token: Token) -> bool:
    """ "a nine-year-old": a person."""
    return token.lower in {"old", "olds"} and any(k.lower == "year" for k in scene.sentence.kids(token.i))


def is_unit(scene: Scene, number: NumberMention) -> bool:
    """A number that measures: years, kilometres, hours."""
    after = scene.text[number.end : number.end + 14].lstrip(" -").lower().replace("’", "'")
    word = after.split(" ")[0].strip(".,;:)") if after else ""
    if is_ordinal(number) and any(t.lower in scene.rules.counting["over_time"] for t in scene.sentence.tokens):
        return True
    return word in scene.rules.counting["units"] or word.startswith(("year-old", "years-old"))


def is_nobody(scene: Scene, target: Token) -> bool:
    s = scene.sentence
    if target.lower in {"nobody", "none", "no-one"}:
        return True
    kids = s.kids(target.i, "det")
    if any(k.lower == "no" for k in kids):
        return target.tag != "CD" or target.lower == "one"
    verb = s.tokens[target.head]
    return target.lower in {"anyone", "anybody"} and any(k.dep == "neg" for k in s.kids(verb.i))


def is_one(scene: Scene, target: Token) -> bool:
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
