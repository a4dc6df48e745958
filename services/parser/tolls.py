"""Figures on a noun: "three deaths", "no injuries", "the death toll rose to 41", "the number of injured is six"."""

from collections.abc import Iterator
from dataclasses import dataclass

from schemas.report import Outcome
from services.parser.figures import is_unit, number_on, zero_at
from services.parser.mentions import NumberMention
from services.parser.numbers import is_ordinal
from services.parser.rule_types import OutcomeWords
from services.parser.scene import Scene
from services.parser.tree import Token


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


def by_noun(scene: Scene, words: OutcomeWords, noun: Token) -> Iterator[Counted]:
    """ "three deaths", "no injuries", "the death toll rose to 41", "the number of people injured has risen to six"."""
    s = scene.sentence
    if noun.lemma in scene.rules.counting["either"] and words.outcome in ("killed", "injured"):
        if any(k.lower == "no" for k in s.kids(noun.i, "det")):  # three casualties may be dead or hurt; none is neither
            yield Counted(words.outcome, noun, noun, noun, zero_at(noun), f"N.{words.outcome}.nobody", zero=True)
        return
    if noun.lemma in words.nouns and noun.lemma not in scene.rules.counting["number_nouns"]:
        number = number_on(scene, noun)
        deeds = scene.rules.counting["deeds"]["killed"]
        if number is not None and is_ordinal(number) and noun.lemma in deeds and noun.lemma != "death":
            return  # "the city's seventh homicide": of a year
        if number is not None and noun.tag == "NN" and (number.best or 0) > 1 and noun.lemma in deeds:
            return  # "a 2015 murder"
        if number is not None and not is_unit(scene, number):
            yield Counted(words.outcome, noun, noun, noun, number, f"N.{words.outcome}.noun", number.best == 0)
        elif any(k.lower == "no" for k in s.kids(noun.i, "det")):
            yield Counted(words.outcome, noun, noun, noun, zero_at(noun), f"N.{words.outcome}.nobody", zero=True)
        return
    found = _of_number_noun(scene, words, noun)
    if found is not None:
        number = reached(scene, noun)
        if number is not None and not is_unit(scene, number):
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


def reached(scene: Scene, noun: Token) -> NumberMention | None:
    """The figure that a number is said to have: "rose to 41", "stands at 12", "put it at 12", "is six"."""
    s = scene.sentence
    verb = next((t for t in s.up(noun.i) if t.verb), None)
    if verb is None or verb.lemma not in scene.rules.counting["rise_verbs"]:
        return None
    below = [o for o in s.prepositional(verb.i, "to", "at")] + s.kids(verb.i, "attr", "dobj", "acomp")
    below += [o for k in s.kids(verb.i, "prt", "advmod") for o in s.prepositional(k.i, "to", "at")]
    below += [o for p in s.kids(noun.i, "prep") if p.lower in {"at", "to"} for o in s.kids(p.i, "pobj")]
    for token in below:
        found = scene.number_at(token) or number_on(scene, token)
        if found is not None:
            return found
    return None
