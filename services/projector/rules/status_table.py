"""The status table (B3): ordered, read from the top; the first row that holds gives status and rule."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from services.projector.rules.origins import Voice, independent
from services.projector.rules.positions import Relation, Review, Sides, Status

RuleId = Literal["R0", "R1", "R2a", "R2b", "R2c", "R2d", "R2e", "R3a", "R3b", "R4", "R5", "R6", "R7"]

FIRST_HAND: frozenset[Relation] = frozenset({"N", "D", "O"})
GUARDS: frozenset[Relation] = frozenset({"A", "G", "D", "N"})


@dataclass(frozen=True, slots=True)
class Case:
    """What the table is asked: who stands where, and on what sort of fact. `pro` and `con` include weak voices."""

    pro: tuple[Voice, ...]
    con: tuple[Voice, ...]
    sides: Sides
    former: bool = False
    plan: bool = False
    review: Review | None = None

    @property
    def firm_pro(self) -> tuple[Voice, ...]:
        return _firm(self.pro)

    @property
    def firm_con(self) -> tuple[Voice, ...]:
        return _firm(self.con)

    @property
    def negation(self) -> "Case":
        """The same seen from the opposite fact; that a plan does not exist is an actual fact."""
        return Case(self.con, self.pro, self.sides)


@dataclass(frozen=True, slots=True)
class StatusRule:
    """A row: `status` None = the reviewer's. For readers, `condition` says why and `change` what would change it."""

    id: RuleId
    status: Status | None
    holds: Callable[[Case], bool]
    condition: str
    change: str


def _firm(voices: tuple[Voice, ...]) -> tuple[Voice, ...]:
    return tuple(voice for voice in voices if voice.relation != "W")


def _of(voices: Sequence[Voice], *relations: Relation) -> list[Voice]:
    return [voice for voice in voices if voice.relation in relations]


def _newest(voices: Sequence[Voice]) -> int | None:
    return max((voice.time for voice in voices), default=None)


# When the newest + was said that a confirmation rests on; None where the rule's condition fails.


def _author(case: Case) -> int | None:
    return _newest(_of(case.pro, "A"))


def _admission(case: Case) -> int | None:
    return _newest(_of(case.pro, "G"))


def _opposed_sides(case: Case) -> int | None:
    pro = case.firm_pro
    spoke = {voice.position.side for voice in pro}
    facing = {side for side in spoke if any(case.sides.opposed(side, other) for other in spoke)}
    return _newest([voice for voice in pro if voice.position.side in facing])


def _duty(case: Case) -> int | None:
    return None if _of(case.con, "N", "D") else _newest(_of(case.pro, "D"))


def _seconded_neutral(case: Case) -> int | None:
    pro = case.firm_pro
    return _newest([n for n in _of(pro, "N") if any(independent(n, v, case.sides) for v in pro if v != n)])


GUARDED = (_admission, _opposed_sides, _duty, _seconded_neutral)


def _unguarded(case: Case, rests_on: Callable[[Case], int | None]) -> bool:
    """The rule's condition holds and no first-hand, duty or author's − was said after what it rests on."""
    said = rests_on(case)
    return said is not None and not any(voice.time > said for voice in _of(case.con, *GUARDS))


def _confirms(rests_on: Callable[[Case], int | None]) -> Callable[[Case], bool]:
    return lambda case: not case.plan and _unguarded(case, rests_on)


def _guard_fired(case: Case) -> bool:
    return not case.plan and any(rests_on(case) is not None for rests_on in GUARDED)


def _reaches_r2(case: Case) -> bool:
    return _author(case) is not None or any(_unguarded(case, rests_on) for rests_on in GUARDED)


def _retracted(case: Case) -> bool:
    return not case.pro and case.former


def _negation_confirmed(case: Case) -> bool:
    return all(voice.relation in ("P", "W") for voice in case.pro) and _reaches_r2(case.negation)


def _only_rumour_denied(case: Case) -> bool:
    return not case.firm_pro and bool(case.firm_con or (case.con and not case.pro))


def _both_signs(case: Case) -> bool:
    return bool(case.firm_pro and case.firm_con)


def _corroborated(case: Case) -> bool:
    pairs = ((a, b) for a in _of(case.pro, *FIRST_HAND) for b in case.firm_pro if a != b)
    return not case.plan and not case.firm_con and any(independent(a, b, case.sides) for a, b in pairs)


def _reported(case: Case) -> bool:
    # A and G get here only with a plan: of a fact they confirm, or the guard has fired.
    return not case.firm_con and bool(_of(case.pro, "A", "G", *FIRST_HAND))


RULES: tuple[StatusRule, ...] = (
    StatusRule("R0", None, lambda case: case.review is not None,
               "a reviewer has decided; the rules' own answer is shown beside it",
               "the reviewer undoes the review"),
    StatusRule("R1", "retracted", _retracted,
               "nobody affirms it any more, and one who did has taken it back",
               "anybody says it again"),
    StatusRule("R2a", "confirmed", lambda case: not case.plan and _author(case) is not None,
               "the author of the act says so",
               "the author takes it back"),
    StatusRule("R2b", "confirmed", _confirms(_admission),
               "somebody admits it against own interest",
               "a later denial by an author, an admission, a duty or a neutral voice: disputed"),
    StatusRule("R2c", "confirmed", _confirms(_opposed_sides),
               "two opposed sides say the same",
               "a side reverses itself, or a later denial by an author, an admission, a duty or a neutral voice"),
    StatusRule("R2d", "confirmed", _confirms(_duty),
               "a duty voice says so, and no neutral or duty voice denies it",
               "any denial by a neutral or duty voice, or a later one by an author or an admission: disputed"),
    StatusRule("R2e", "confirmed", _confirms(_seconded_neutral),
               "a neutral voice and a second, independent one say so",
               "a later denial by an author, an admission, a duty or a neutral voice: disputed"),
    StatusRule("R4", "disputed", _guard_fired,
               "it would be confirmed, but an author, an admission, a duty or a neutral voice denied it later (guard)",
               "the voice it rested on says it again, or the denial is withdrawn"),
    StatusRule("R3a", "denied", _negation_confirmed,
               "only parties and weak voices affirm it, and the denial itself is confirmed",
               "a neutral, duty or ordinary voice affirms it: disputed"),
    StatusRule("R3b", "denied", _only_rumour_denied,
               "it is denied, and nobody but weak voices affirms it",
               "a party or anybody firmer affirms it: disputed"),
    StatusRule("R4", "disputed", _both_signs,
               "firm voices affirm and deny it, or affirm values that exclude each other",
               "an admission or the agreement of opposed sides: confirmed; one side falls silent by retraction"),
    StatusRule("R5", "corroborated", _corroborated,
               "two independent voices say so, one of them neutral, duty or ordinary; no firm denial",
               "a neutral voice, an admission or an opposed side agrees: confirmed; any firm denial: disputed"),
    StatusRule("R6", "reported", _reported,
               "a neutral, duty or ordinary voice says so (of a plan: an author or an admission too); no firm denial",
               "a second independent voice: corroborated; any firm denial: disputed"),
    StatusRule("R7", "claimed", lambda case: True,
               "only parties or only weak voices say so; no firm denial",
               "an ordinary voice: reported; a neutral one beside an independent party, an admission or an opposed "
               "side: confirmed; any firm denial: disputed, or denied where only weak voices affirm it"),
)  # fmt: skip


def first_rule(case: Case) -> StatusRule:
    """The first row that holds; the last row always does."""
    return next(rule for rule in RULES if rule.holds(case))
