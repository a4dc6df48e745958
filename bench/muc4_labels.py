"""From answer keys to examples: which sentence tells which template, and which phrase fills which slot."""

import re
from collections.abc import Sequence
from types import ModuleType
from typing import Any

from bench.adapters.muc4_features import VIOLENT, Line, Text
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
    if not scores:
        return None
    violent = any(e.type in VIOLENT for e in line.events)
    if max(scores) < (1 if violent else 2 if line.events else 3):
        return None
    return scores.index(max(scores))


def role_of(phrase: Phrase, template: Any, scorer: ModuleType) -> str:
    """The slot group a phrase fills in a template, or "none"."""
    for slot, role in ROLES.items():
        if any(fills(phrase, slot, fill, scorer) for fill in template.of(slot)):
            return role
    return NONE


def fills(phrase: Phrase, slot: str, fill: Any, scorer: ModuleType) -> bool:
    """Whether a phrase is a fill of a slot; the last name is a person, too."""
    if _names(phrase, fill.names, scorer):
        return True
    return slot == "HUM TGT: NAME" and phrase.person is not None and _part(phrase, fill.names)


def _names(phrase: Phrase, names: Sequence[str], scorer: ModuleType) -> bool:
    """Whether a fill is the phrase: "the murder of the priests" is not the priests."""
    if phrase.person:
        return _fits(phrase.person, names, scorer)
    if _fits(phrase.text, names, scorer):
        return True
    head = phrase.head.text.upper()
    return _fits(phrase.long, [n for n in names if head in n.split()], scorer)


def said(phrase: Phrase) -> tuple[str, ...]:
    return (phrase.person,) if phrase.person else (phrase.text, phrase.long)


def _fits(text: str, names: Sequence[str], scorer: ModuleType) -> bool:
    return any(scorer.string_credit(text, name) == scorer.RIGHT for name in names)


def _part(phrase: Phrase, names: Sequence[str]) -> bool:
    return phrase.text.split()[-1] in {word for name in names for word in name.split()}
