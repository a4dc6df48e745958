"""From word forms to base forms, by table: the verbs and nouns of the rules with all their forms."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

VOWELS = "aeiou"
Irregular = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Forms:
    """Form -> base form, one table a part of speech."""

    verbs: Mapping[str, str]
    nouns: Mapping[str, str]

    def lemma(self, lower: str, tag: str) -> str:
        if tag.startswith("VB"):
            return self.verbs.get(lower, lower)
        if tag.startswith("NN"):
            return self.nouns.get(lower, lower)
        return lower


def compile_forms(verbs: Iterable[str], nouns: Iterable[str], irregular: Irregular) -> Forms:
    return Forms(
        {form: verb for verb in sorted(set(verbs)) for form in verb_forms(verb, irregular)},
        {form: noun for noun in sorted(set(nouns)) for form in noun_forms(noun, irregular)},
    )


def verb_forms(verb: str, irregular: Irregular) -> tuple[str, ...]:
    """seize -> seize, seizes, seizing, seized; irregular forms are added to the regular third person and -ing."""
    regular = (verb, _third(verb), *_ing(verb))
    known = irregular.get(f"v:{verb}")
    return (*regular, *known) if known else (*regular, *_past(verb))


def noun_forms(noun: str, irregular: Irregular) -> tuple[str, ...]:
    return (noun, *irregular.get(f"n:{noun}", (_third(noun),)))


def _third(word: str) -> str:
    if word.endswith(("s", "x", "z", "ch", "sh")) or (word.endswith("o") and word[-2:-1] not in VOWELS):
        return word + "es"
    if word.endswith("y") and word[-2:-1] not in VOWELS:
        return word[:-1] + "ies"
    return word + "s"


def _stems(verb: str) -> tuple[str, ...]:
    """Before a suffix that begins with a vowel: both spellings where consonants may double."""
    if verb.endswith("e") and not verb.endswith(("ee", "oe", "ye")):
        return (verb[:-1],)
    if len(verb) > 2 and verb[-1] not in VOWELS + "wxy" and verb[-2] in VOWELS and verb[-3] not in VOWELS:
        return (verb, verb + verb[-1])
    return (verb,)


def _ing(verb: str) -> tuple[str, ...]:
    if verb.endswith("ie"):
        return (verb[:-2] + "ying",)
    return tuple(stem + "ing" for stem in _stems(verb))


def _past(verb: str) -> tuple[str, ...]:
    if verb.endswith("y") and verb[-2:-1] not in VOWELS:
        return (verb[:-1] + "ied",)
    return tuple(stem + "ed" for stem in _stems(verb))
