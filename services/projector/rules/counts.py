"""Counts (L1 to L12): from all statements about numbers to one head a key. Pure; times are whole seconds.

The order of the statements and repeated ones do not matter; the caller leaves out what was not yet said at the moment
asked about. An `additional` statement is one by its id, and by its speaker, figure and moment.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from services.projector.rules.count_figures import VAGUE, Comparator, Figure
from services.projector.rules.count_filters import statements_of_rows
from services.projector.rules.count_heads import COUNT, head
from services.projector.rules.count_rows import read
from services.projector.rules.count_table import RULES
from services.projector.rules.count_terms import Former, Head, HeadKey, Row, Statement
from services.projector.rules.positions import Sides
from services.projector.rules.status import assess
from services.projector.rules.utterance import live

__all__ = [
    "RULES",
    "VAGUE",
    "Comparator",
    "Figure",
    "Former",
    "Head",
    "HeadKey",
    "Row",
    "Statement",
    "ledger",
]


def ledger(statements: Iterable[Statement], sides: Sides) -> tuple[Head, ...]:
    """One head for each outcome × group × indirect that has rows, or had them before all were withdrawn."""
    every = set(with_deductions(statements))
    found = (head_of(key, told, sides) for key, told in _by_key(every).items())
    return tuple(sorted((it for it in found if it is not None), key=lambda it: (it.outcome, it.group, it.indirect)))


def head_of(key: HeadKey, every: Iterable[Statement], sides: Sides) -> Head | None:
    """The head of one key from all statements about it, deductions among them."""
    told = set(every)
    living = live(told)
    if any(said.figure is not None for said in living):
        return _head(key, living, sides)
    return retracted(key, [*told], sides)


def with_deductions(statements: Iterable[Statement]) -> Iterator[Statement]:
    """L7: "one of the injured died" is a word about the injured too."""
    for said in statements:
        yield said
        if said.of is not None and said.kind == "additional":
            yield replace(said, outcome=said.of, of=None, kind="deduction")


def _by_key(statements: Iterable[Statement]) -> dict[HeadKey, list[Statement]]:
    keys: dict[HeadKey, list[Statement]] = defaultdict(list)
    for said in statements:
        keys[said.key].append(said)
    return keys


def _head(key: HeadKey, living: Sequence[Statement], sides: Sides) -> Head | None:
    scopes: dict[str, list[Statement]] = defaultdict(list)
    for said in living:
        if said.act == "figure":
            scopes[said.scope].append(said)
    rows = [row for scope in sorted(scopes) for row in read(statements_of_rows(scopes[scope])).rows]
    return head(key, rows, _withheld(living), sides) if rows else None


def _withheld(living: Sequence[Statement]) -> list[Statement]:
    """Who gave no figure, and none since."""
    last = {said.origin: said for said in living}  # in the order of speech
    return [said for said in last.values() if said.act == "withholds"]


def retracted(key: HeadKey, statements: Sequence[Statement], sides: Sides) -> Head | None:
    """R1: nobody gives a figure any more, and who did has taken it back."""
    positions = [
        said.position("retracts" if said.takes_back else "+") for said in statements if said.act != "withholds"
    ]
    verdict = assess(COUNT, positions, sides)
    if verdict.status != "retracted":
        return None
    return Head(*key, status=verdict.status, rule=verdict.rule, chosen_by="R1", tags=verdict.tags)
