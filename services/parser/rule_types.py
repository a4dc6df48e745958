"""What one entry of the rule files is once it is read."""

from collections.abc import Mapping
from dataclasses import dataclass

from schemas.report import Certainty, Means, Outcome, Stance

Words = frozenset[str]


@dataclass(frozen=True, slots=True)
class Cue:
    """A verb or noun that carries words. `takes`: clause, noun, of, small, prep:WORD."""

    rule: str
    lemma: str
    stance: Stance
    certainty: Certainty
    takes: Words
    negated: str = ""
    realis: str | None = None
    evidence: bool = False
    media: Stance | None = None
    weakened: Certainty | None = None
    particle: str | None = None


@dataclass(frozen=True, slots=True)
class Phrase:
    """Set words before a speaker: "according to"."""

    rule: str
    words: tuple[str, ...]
    stance: Stance
    media: Stance
    source: bool
    """Whoever is named is the source of who uses the words: "citing"."""


@dataclass(frozen=True, slots=True)
class Trigger:
    """A verb or noun that names an occurrence, with its conditions; all must hold."""

    rule: str
    type: str
    lemmas: Words
    noun: bool
    conditions: int
    particle: Words
    object: Words
    object_is: Words
    subject: Words
    subject_is: Words
    prep: tuple[tuple[str, str], ...]
    object_of: Mapping[str, Words]
    not_prep: Mapping[str, Words]
    not_object: Words
    alone: bool
    modifier: Words
    unmodified: Words
    purpose: Words
    of_place: bool
    of_is: Words
    subject_role: str
    object_role: str
    means: Means | None
    subtype: str | None
    realis: str | None


@dataclass(frozen=True, slots=True)
class OutcomeWords:
    outcome: Outcome
    verbs: Words
    subject_verbs: Words
    adjectives: Words
    nouns: Words
    heads: Words
    things: Words
    suffered: Words
