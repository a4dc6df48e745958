"""Measures (K1 to K6): curfews, evacuations, regimes: what was imposed, by whom, and whether it is in force.

`rows` gives what is stored; only `at` knows a clock. Pure; times are whole seconds; order and repetition of the
statements do not matter.
"""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal, NamedTuple

from services.projector.rules import expiry
from services.projector.rules.positions import Act, FactTerms, Position, Sides, Status, Verdict
from services.projector.rules.rule_text import RuleText
from services.projector.rules.status import assess
from services.projector.rules.utterance import Utterance, live

MeasureAct = Literal["introduced", "extended", "eased", "lifted", "authorised"]
InForce = Literal["yes", "no", "disputed", "unknown"]

SEQUENCE: dict[MeasureAct, int] = {"authorised": 0, "introduced": 1, "extended": 2, "eased": 3, "lifted": 4}
"""How acts of one moment follow one another."""

SUPPORTED: frozenset[Status] = frozenset({"confirmed", "corroborated", "reported"})

RULES: tuple[RuleText, ...] = (
    RuleText("K1", "introduced by its author", "confirmed, in force; by others: in force if reported at least, not "
             "known if only claimed, disputed if disputed, not in force if denied"),
    RuleText("K2", "lifted by its author", "not in force; that it was introduced stays confirmed"),
    RuleText("K3", "lifted, say others than the author and weak voices",
             "in force is disputed until the author acts again"),
    RuleText("K4", "introduced by its author after a lift", "a new row; told again by others, none"),
    RuleText("K5", "authorised: powers given", "not in force; a plan"),
    RuleText("K6", "its end has passed and it was not lifted", "not known; decided at read time. An extension without "
             "an end takes the old end away"),
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasureStatement(Utterance):
    """An act on a measure in an area, told by anybody. `polarity` - denies it; `until` = its end in seconds."""

    act: MeasureAct
    name: str
    area: str | None = None
    polarity: Act = "+"
    until: int | None = None

    @property
    def topic(self) -> Hashable:
        return self.name, self.area, self.act

    @property
    def content(self) -> Hashable:
        return self.polarity, self.until

    @property
    def takes_back(self) -> bool:
        return self.polarity == "retracts"

    @property
    def turn(self) -> tuple[int, int, int, str]:
        return self.said_at, SEQUENCE[self.act], self.published, self.id


@dataclass(frozen=True, slots=True)
class MeasureRow:
    """One stretch of a measure. `status` and `rule` are of its introduction, of the plan where only authorised.

    `in_force` and `decided_by` (K..) leave K6 aside: see `at`. `statements` = ids, in the order of speech.
    """

    name: str
    area: str | None
    in_force: InForce
    decided_by: str
    status: Status
    rule: str
    statements: tuple[str, ...]
    last_supported: int
    authority: str | None = None
    introduced: int | None = None
    lifted: int | None = None
    until: int | None = None
    fresh_until: int | None = None
    tags: frozenset[str] = frozenset()


class MeasureNow(NamedTuple):
    """A row as it is to be shown at a moment."""

    in_force: InForce
    stale: bool
    decided_by: str


@dataclass(frozen=True, slots=True)
class _Stretch:
    """From an introduction to its lift. `opened` = its first act, `settled` = the author's last one before a lift."""

    opened: int
    settled: int | None = None
    introduced: int | None = None
    lifted: int | None = None
    until: int | None = None
    authority: str | None = None


_Placed = tuple[int, MeasureRow]


class _Case(NamedTuple):
    """What decides whether a measure is in force."""

    stretch: _Stretch
    status: Status
    plan: bool
    doubted: bool
    again: bool


class _ForceRule(NamedTuple):
    """A row; the first that holds is taken, the last always does."""

    id: str
    in_force: InForce
    holds: Callable[[_Case], bool]


FORCE: tuple[_ForceRule, ...] = (
    _ForceRule("K5", "no", lambda case: case.plan),
    _ForceRule("K2", "no", lambda case: case.stretch.lifted is not None),
    _ForceRule("K1", "no", lambda case: case.status == "denied"),
    _ForceRule("K1", "unknown", lambda case: case.status == "retracted"),
    _ForceRule("K3", "disputed", lambda case: case.doubted),
    _ForceRule("K1", "disputed", lambda case: case.status == "disputed"),
    _ForceRule("K4", "yes", lambda case: case.again and case.status in SUPPORTED),
    _ForceRule("K1", "yes", lambda case: case.status in SUPPORTED),
    _ForceRule("K1", "unknown", lambda case: True),
)


def rows(statements: Iterable[MeasureStatement], sides: Sides, as_of: int | None = None) -> tuple[MeasureRow, ...]:
    """The measures in order of introduction. With `as_of`, of what had been said by then; the clock is in `at`."""
    by_measure: dict[tuple[str, str | None], list[MeasureStatement]] = defaultdict(list)
    for said in set(statements):
        if as_of is None or said.said_at <= as_of:
            by_measure[said.name, said.area].append(said)
    return in_order(row for told in by_measure.values() for row in rows_of_one(told, sides))


def rows_of_one(told: Iterable[MeasureStatement], sides: Sides) -> list[tuple[int, MeasureRow]]:
    """The rows of one measure in one area, each with its place in the order of introduction."""
    return _rows(sorted(set(told), key=lambda it: it.turn), sides)


def in_order(found: Iterable[tuple[int, MeasureRow]]) -> tuple[MeasureRow, ...]:
    return tuple(row for _, row in sorted(found, key=lambda it: (it[0], it[1].name, it[1].area or "")))


def at(row: MeasureRow, as_of: int) -> MeasureNow:
    """K6 and staleness: the row as it is to be shown at `as_of`."""
    stale = expiry.is_stale(row.fresh_until, as_of)
    over = row.until is not None and as_of > row.until
    if over and row.in_force in ("yes", "disputed"):
        return MeasureNow("unknown", stale, "K6")
    return MeasureNow(row.in_force, stale, row.decided_by)


def _rows(told: Sequence[MeasureStatement], sides: Sides) -> list[tuple[int, MeasureRow]]:
    imposed = [said for said in told if said.act != "authorised"]
    plan = not any(said.polarity in ("+", "-") for said in live(imposed))
    planned = [said for said in told if said.act == "authorised" and said.polarity == "+"]
    if plan and planned and (live(planned) or not imposed):
        return [_row(_Stretch(planned[0].said_at), tuple(planned), sides, True, False)]
    stretches = _stretches(imposed)
    shares = _shared_out(imposed, stretches)
    numbered = enumerate(zip(stretches, shares, strict=True))
    return [_row(stretch, tuple(share), sides, False, number > 0) for number, (stretch, share) in numbered if share]


def _stretches(imposed: Sequence[MeasureStatement]) -> list[_Stretch]:
    """By the author's acts; where there is none, one stretch by what others say."""
    living = sorted(live(imposed), key=lambda said: said.turn)
    authored: list[_Stretch] = []
    for said in _standing_acts([said for said in living if said.relation == "A"]):
        authored = _after(authored, said)
    return authored or [_told_by_others(living, imposed)] if imposed else []


def _standing_acts(acts: Sequence[MeasureStatement]) -> list[MeasureStatement]:
    """The author's acts, less those that he denied afterwards."""
    denials = [said for said in acts if said.polarity == "-"]
    return [said for said in acts if said.polarity == "+" and not any(_denies(it, said, acts) for it in denials)]


def _denies(other: MeasureStatement, said: MeasureStatement, acts: Sequence[MeasureStatement]) -> bool:
    if other.polarity != "-" or (other.origin, other.act) != (said.origin, said.act) or other.turn < said.turn:
        return False
    between = [act for act in acts if said.turn < act.turn < other.turn]
    # A denial after a lift is of a new introduction, not of the one that was lifted.
    return not any(act.act == "lifted" and act.polarity == "+" for act in between)


def _after(stretches: list[_Stretch], said: MeasureStatement) -> list[_Stretch]:
    """The stretches after one more act of the author."""
    last = stretches[-1] if stretches else None
    if last is None or (last.lifted is not None and said.act != "lifted"):
        return [*stretches, _acted(_Stretch(said.said_at, authority=said.speaker), said)]
    return stretches if last.lifted is not None else [*stretches[:-1], _acted(last, said)]


def _acted(stretch: _Stretch, said: MeasureStatement) -> _Stretch:
    if said.act == "lifted":
        return replace(stretch, lifted=said.said_at)
    # Only an extension without an end takes an end away.
    until = said.until if said.act == "extended" or said.until is not None else stretch.until
    introduced = said.said_at if said.act == "introduced" and stretch.introduced is None else stretch.introduced
    return replace(stretch, settled=said.said_at, until=until, introduced=introduced)


def _told_by_others(living: Sequence[MeasureStatement], imposed: Sequence[MeasureStatement]) -> _Stretch:
    told = [said for said in living if said.polarity == "+"]
    firm = [said for said in told if said.relation != "W"] or told
    introduced = [said.said_at for said in firm if said.act == "introduced"]
    ends = [said for said in firm if said.relation not in ("P", "W") and said.act in ("introduced", "extended")]
    until = ends[-1].until if ends else None
    return _Stretch(imposed[0].said_at, introduced=introduced[0] if introduced else None, until=until)


def _shared_out(imposed: Sequence[MeasureStatement], stretches: Sequence[_Stretch]) -> list[list[MeasureStatement]]:
    """Each statement with the last stretch that had begun when it was said, else with the first.

    That there is none, said after a lift, is no word on the one that was lifted, but on a new one that never came.
    """
    shares: list[list[MeasureStatement]] = [[] for _ in stretches]
    for said in imposed:
        begun = [number for number, stretch in enumerate(stretches) if stretch.opened <= said.said_at]
        number = begun[-1] if begun else 0
        lifted = stretches[number].lifted
        over = lifted is not None and said.said_at > lifted
        if not (over and (said.act, said.polarity) == ("introduced", "-")):
            shares[number].append(said)
    return shares


@lru_cache(maxsize=1000)
def _row(stretch: _Stretch, told: tuple[MeasureStatement, ...], sides: Sides, plan: bool, again: bool) -> _Placed:
    """The row with its place in the order of introduction."""
    verdict = _verdict(told, sides, plan)
    force = next(
        rule for rule in FORCE if rule.holds(_Case(stretch, verdict.status, plan, _doubted(stretch, told), again))
    )
    denied = verdict.status in ("denied", "retracted")
    introduced = None if denied else stretch.introduced
    support = [said.said_at for said in told if said.polarity == "+" and said.relation != "W"]
    row = MeasureRow(
        name=told[0].name, area=told[0].area, in_force=force.in_force, decided_by=force.id, status=verdict.status,
        rule=verdict.rule, statements=tuple(said.id for said in sorted(told, key=lambda said: said.order)),
        last_supported=max(support or [said.said_at for said in told]), authority=stretch.authority,
        introduced=introduced, lifted=stretch.lifted, until=stretch.until, tags=verdict.tags,
    )  # fmt: skip
    return stretch.opened if introduced is None else introduced, replace(row, fresh_until=_fresh_until(row))


def _fresh_until(row: MeasureRow) -> int | None:
    """A lifted measure is over: nothing about it grows old."""
    if row.lifted is not None:
        return None
    return expiry.fresh_until(expiry.ExpiryTerms("measure", row.status, row.last_supported, until=row.until))


def _verdict(told: Sequence[MeasureStatement], sides: Sides, plan: bool) -> Verdict:
    """By the living words; where none of them affirms, by all: it may have been taken back (R1)."""
    realis = "planned" if plan else "actual"
    living = [_on_introduction(said, realis) for said in live(told)]
    affirmed = any(position.act == "+" for position in living)
    positions = living if affirmed else [_on_introduction(said, realis) for said in told]
    return assess(FactTerms("measure", realis), positions, sides)


def _on_introduction(said: MeasureStatement, realis: str) -> Position:
    """Whoever speaks of extending, easing or lifting a measure, or denies it, takes it for introduced."""
    presupposes = said.act not in ("introduced", "authorised") and said.polarity == "-"
    return said.position("+" if presupposes else said.polarity, realis)


def _doubted(stretch: _Stretch, told: Sequence[MeasureStatement]) -> bool:
    """K3: somebody else's latest firm word is that it was lifted, and the author has not acted since."""
    others = [said for said in live(told) if said.relation not in ("A", "W") and said.polarity in ("+", "-")]
    last = {said.origin: said for said in others}  # in the order of speech
    lifts = [said.said_at for said in last.values() if (said.act, said.polarity) == ("lifted", "+")]
    kept = [
        said.said_at for said in live(told) if said.relation == "A" and (said.act, said.polarity) == ("lifted", "-")
    ]
    acts = kept if stretch.settled is None else [*kept, stretch.settled]
    return any(not acts or lift > max(acts) for lift in lifts)
