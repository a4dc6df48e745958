"""From answer keys to examples: which sentence tells which template, and which phrase fills which slot."""

import re
from collections.abc import Sequence
from types import ModuleType
from typing import Any

from bench.adapters.muc4_features import Line, Text
from bench.adapters.muc4_phrases import Phrase, shown

TARGETS = ("HUM TGT: NAME", "HUM TGT: DESCRIPTION", "PHYS TGT: ID")
OTHERS = ("INCIDENT: INSTRUMENT ID", "PERP: INDIVIDUAL ID", "PERP: ORGANIZATION ID")
ROLES = {
    "HUM TGT: NAME": "human", "HUM TGT: DESCRIPTION": "human", "PHYS TGT: ID": "thing",
    "INCIDENT: INSTRUMENT ID": "means", "PERP: INDIVIDUAL ID": "doer", "PERP: ORGANIZATION ID": "body",
}  # fmt: skip
NONE = "none"


def kind_of(template: Any, scorer: ModuleType) -> str:
    """The incident's type as one class."""
    return str(template.of(scorer.TYPE)[0].names[0])


def told_by(text: Text, templates: Sequence[Any]) -> list[int | None]:
    """For each line the template whose fills it names most, targets twice; None where it names none well enough."""
    wanted = [_patterns(t) for t in templates]
    return [_best(line, wanted) for line in text.lines]


def _patterns(template: Any) -> list[tuple[re.Pattern[str], int]]:
    found = []
    for slot in (*TARGETS, *OTHERS):
        for fill in template.of(slot):
            names = [*fill.names]
            if slot == "HUM TGT: NAME":
                names += [n.split()[-1] for n in fill.names] + [" ".join(n.split()[-2:]) for n in fill.names]
            either = "|".join(re.escape(name) for name in names if len(name) > 2)
            if either:
                found.append((re.compile(rf"(?<!\w)(?:{either})(?!\w)"), 2 if slot in TARGETS else 1))
    return found


def _best(line: Line, wanted: Sequence[Sequence[tuple[re.Pattern[str], int]]]) -> int | None:
    words = shown(line.scene, line.sentence.start, line.sentence.end)
    scores = [sum(worth for pattern, worth in ones if pattern.search(words)) for ones in wanted]
    if not scores or max(scores) < 2:
        return None
    if not line.events and max(scores) < 3:
        return None
    return scores.index(max(scores))


def role_of(phrase: Phrase, template: Any, scorer: ModuleType) -> str:
    """The slot group a phrase fills in a template, or "none"."""
    for slot, role in ROLES.items():
        for fill in template.of(slot):
            if any(_fits(text, fill.names, scorer) for text in said(phrase)):
                return role
            if slot == "HUM TGT: NAME" and phrase.person and _part(phrase, fill.names):
                return role
    return NONE


def said(phrase: Phrase) -> tuple[str, ...]:
    return (phrase.person,) if phrase.person else (phrase.text, phrase.long)


def _fits(text: str, names: Sequence[str], scorer: ModuleType) -> bool:
    return any(scorer.string_credit(text, name) == scorer.RIGHT for name in names)


def _part(phrase: Phrase, names: Sequence[str]) -> bool:
    return phrase.text.split()[-1] in {word for name in names for word in name.split()}
