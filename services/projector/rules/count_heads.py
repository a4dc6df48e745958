"""The head of a key: which row governs, what agrees with it, what disputes it (L3, L4, L5, L10, L12)."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

from services.projector.rules import expiry
from services.projector.rules.count_rows import precedence
from services.projector.rules.count_terms import FIRM, WHOLE, Head, HeadKey, Row, Statement
from services.projector.rules.origins import Standing, Voice, order, origin_of, positions_of, with_kin
from services.projector.rules.positions import FactTerms, Position, Relation, Sides, Verdict
from services.projector.rules.status import judged

SAME_TIME = 12 * 3600
"""L4: figures further apart do not dispute each other, the later is news."""

WINDOW = 24 * 3600
"""L12: rows said earlier before the newest do not govern."""

COUNT = FactTerms("count")


@dataclass(frozen=True, slots=True)
class Answer:
    """What one scope gives. `governing` None: only claims. `support` = rows that stand for the figure."""

    governing: Row | None
    verdict: Verdict
    chosen_by: str
    support: tuple[Row, ...] = ()
    low: int | None = None
    best: int | None = None
    high: int | None = None


Known = dict[tuple[int, Relation], tuple[Row, Voice]]
"""The voices of rows, by the identity of the row and the relation it counts with: a row is a value."""


def head(
    key: HeadKey, rows: Sequence[Row], withheld: Sequence[Statement], sides: Sides, known: Known | None = None
) -> Head:
    """The head of a key that has rows. `withheld` = who spoke of it and gave no figure; `known`: see Known."""
    firm = [row for row in rows if row.relation in FIRM]
    silent = tuple(said.position("withholds") for said in withheld)
    voices = _Voices(silent, sides, {} if known is None else known)
    answer = _known(firm, rows, voices) if firm else _claimed(rows, voices)
    governing, verdict = answer.governing, answer.verdict
    return Head(
        *key,
        status=verdict.status,
        rule=verdict.rule,
        chosen_by=answer.chosen_by,
        best=answer.best,
        low=answer.low,
        high=answer.high,
        word=governing.figure.word if governing else None,
        governed_by=governing.speaker if governing else None,
        rows=tuple(rows),
        outside=_outside(rows, answer),
        previous=governing.previous if governing else (),
        tags=verdict.tags,
        fresh_until=_fresh_until(key, verdict, answer.support or rows),
    )


@dataclass(frozen=True, slots=True)
class _Voices:
    """What every verdict of a key needs beside its rows."""

    withheld: tuple[Position, ...]
    sides: Sides
    known: Known

    def verdict(self, governing: Row | None, support: Iterable[Row], disputed: bool = False) -> Verdict:
        verdict = judged(COUNT, self._standing(governing, support), self.sides)
        return replace(verdict, status="disputed", rule="R4") if disputed else verdict

    def _standing(self, governing: Row | None, support: Iterable[Row]) -> Standing:
        """As `positions_of` all words: a row that alone speaks for its origin has one voice, found once."""
        by_origin: dict[str, list[Row]] = defaultdict(list)
        for row in support:
            by_origin[row.origin].append(row)
        shared = {origin_of(said) for said in self.withheld} | {it for it, rows in by_origin.items() if len(rows) > 1}
        lone = [rows[0] for origin, rows in by_origin.items() if origin not in shared]
        together = [row for origin in shared for row in by_origin.get(origin, ())]
        positions = [said for row in together for said in _positions(row, _relation(row, governing))]
        rest = positions_of(COUNT, [*positions, *self.withheld])
        voices = [*rest.pro, *(self._voice(row, _relation(row, governing)) for row in lone)]
        pro = with_kin(sorted(voices, key=lambda voice: order(voice.position)))
        return Standing(pro, rest.con, rest.withheld, rest.former)

    def _voice(self, row: Row, relation: Relation) -> Voice:
        found = self.known.get((id(row), relation))
        if found is None or found[0] is not row:
            (voice,) = positions_of(COUNT, _positions(row, relation)).pro
            found = self.known[id(row), relation] = (row, voice)
        return found[1]


def _relation(row: Row, governing: Row | None) -> Relation:
    """An admission beside another row's figure is an ordinary voice: it confirms only its own low bound."""
    return "O" if row.relation == "G" and row is not governing else row.relation


def _positions(row: Row, relation: Relation) -> list[Position]:
    return [replace(said.position("+"), relation=relation) for said in row.words]


def _fresh_until(key: HeadKey, verdict: Verdict, support: Iterable[Row]) -> int | None:
    last = max(row.said_at for row in support)
    return expiry.fresh_until(expiry.ExpiryTerms("count", verdict.status, last, outcome=key.outcome))


def _outside(rows: Sequence[Row], answer: Answer) -> tuple[Row, ...]:
    """Claims that the head does not rest on: a claimant's bare bound only where he gives no total."""
    rest_on = answer.support if answer.governing else ()
    claims = [row for row in rows if row.relation not in FIRM and row not in rest_on]
    totals = {(row.origin, row.scope) for row in rows if not row.bound_only}
    return tuple(row for row in claims if not (row.bound_only and (row.origin, row.scope) in totals))


def _known(firm: Sequence[Row], rows: Sequence[Row], voices: _Voices) -> Answer:
    whole = [row for row in firm if row.scope == WHOLE and not row.bound_only]
    scopes = sorted({row.scope for row in firm})
    if whole or len(scopes) == 1:
        scope = WHOLE if whole else scopes[0]
        return _with_parts(_in_scope(scope, firm, rows, voices), firm)
    return _parts_only([_in_scope(scope, firm, rows, voices) for scope in scopes])


def _in_scope(scope: str, firm: Sequence[Row], rows: Sequence[Row], voices: _Voices) -> Answer:
    here = [row for row in firm if row.scope == scope]
    totals = [row for row in here if not row.bound_only]
    if not totals:
        return _bound(max(_in_window(here), key=precedence), voices)
    claims = [row for row in rows if row.scope == scope and row.relation not in FIRM and not row.bound_only]
    return _of_totals(totals, claims, voices)


def _bound(row: Row, voices: _Voices) -> Answer:
    """No total at all: a subset, or additional ones without a base, are the least there are."""
    verdict = voices.verdict(row, [row])
    return Answer(row, verdict, row.rule, (row,), low=None if row.figure.upper_bound else row.low)


def _of_totals(totals: Sequence[Row], claims: Sequence[Row], voices: _Voices) -> Answer:
    row, why = _governing(totals)
    agreeing = [other for other in (*totals, *claims) if _agree(row, other)]
    against = [other for other in totals if not _agree(row, other) and not _news(other, row)]
    verdict = voices.verdict(row, agreeing, disputed=bool(against))
    support = tuple(other for other in agreeing if other in totals)
    if against:
        low, high = _span([row, *against])
        return Answer(row, verdict, "L4", support, low, _best(row), high)
    why = "L3" if why == "L12" and len(support) > 1 else why
    return Answer(row, verdict, why, support, row.low, _best(row), None if row.relation == "G" else row.high)


def _agree(a: Row, b: Row) -> bool:
    return a.stands_for.overlaps(b.stands_for)


def _best(row: Row) -> int | None:
    return None if row.relation == "G" else row.best


def _governing(totals: Sequence[Row]) -> tuple[Row, str]:
    """The row that governs, and the rule that chose it. An upper bound governs only among its like."""
    candidates = [row for row in totals if not row.figure.upper_bound] or list(totals)
    row, why = max(_in_window(candidates), key=precedence), "L12"
    while later := [other for other in candidates if not _agree(row, other) and _news(row, other)]:
        why = "L10" if row.figure.zero else "L4"
        row = max(_in_window(later), key=precedence)
    return row, why


def _in_window(rows: Sequence[Row]) -> list[Row]:
    newest = max(row.said_at for row in rows)
    return [row for row in rows if row.said_at >= newest - WINDOW]


def _news(earlier: Row, later: Row) -> bool:
    """Whether a figure that does not overlap the earlier one is a later state, not a contradiction (L4, L10)."""
    gap = later.said_at - earlier.said_at
    return gap > 0 if earlier.figure.zero else gap > SAME_TIME


def _span(rows: Sequence[Row]) -> tuple[int | None, int | None]:
    """Low to high over rows that dispute a figure; an admission gives only its low, an upper bound nothing."""
    shown = [row for row in rows if not row.figure.upper_bound]
    lows = [row.low for row in shown if row.low is not None]
    highs = [row.low if row.relation == "G" else row.high for row in shown]
    return min(lows, default=None), _highest(highs)


def _highest(highs: Sequence[int | None]) -> int | None:
    closed = [high for high in highs if high is not None]
    return max(closed) if closed and len(closed) == len(highs) else None


def _with_parts(answer: Answer, firm: Sequence[Row]) -> Answer:
    """L5: parts of the whole that the governing speaker has not told of may be missing from his total."""
    governing = answer.governing
    if governing is None or answer.high is None:
        return answer
    parts: dict[str, list[Row]] = defaultdict(list)
    for row in firm:
        if row.scope != governing.scope and row.origin != governing.origin and not row.bound_only:
            parts[row.scope].append(row)
    told = [_governing(rows)[0] for rows in parts.values()]
    more = [None if row.relation == "G" else row.high for row in told if not row.figure.upper_bound]
    return replace(answer, high=_sum([answer.high, *more]), chosen_by="L5") if more else answer


def _sum(highs: Sequence[int | None]) -> int | None:
    closed = [high for high in highs if high is not None]
    return sum(closed) if len(closed) == len(highs) else None


def _parts_only(parts: Sequence[Answer]) -> Answer:
    """L5 without a total: what is known is the largest part, and it is as sure as that part."""
    largest = max(parts, key=_size)
    return replace(largest, best=None, high=_sum([part.high for part in parts]), chosen_by="L5")


def _size(part: Answer) -> tuple[int, tuple[object, ...]]:
    order = precedence(part.governing) if part.governing else ()
    return -1 if part.low is None else part.low, order


def _claimed(rows: Sequence[Row], voices: _Voices) -> Answer:
    """L12, only parties and weak voices: known only what opposed sides agree on."""
    opposed = list(_opposed(rows, voices.sides))
    agreed = [pair for pair in opposed if pair[0].figure == pair[1].figure and not pair[0].figure.upper_bound]
    if agreed:
        pair = max(agreed, key=lambda both: max(map(precedence, both)))
        row = max(pair, key=precedence)
        return Answer(row, voices.verdict(row, pair), "L12", pair, row.low, row.best, row.high)
    apart = [row for pair in opposed if not _agree(*pair) for row in pair]
    # One side's figure inside the other's open one is neither the same figure nor another: as if unopposed.
    verdict = replace(voices, sides=Sides()).verdict(None, rows, disputed=bool(apart))
    low, high = _span(apart)
    return Answer(None, verdict, "L12", tuple(apart), low, None, high)


def _opposed(rows: Sequence[Row], sides: Sides) -> Iterable[tuple[Row, Row]]:
    """Pairs of opposed parties' totals of the widest scope that has any."""
    totals = [row for row in rows if row.relation == "P" and not row.bound_only]
    scopes = {row.scope for row in totals}
    scope = WHOLE if WHOLE in scopes else min(scopes, default=WHOLE)
    here = [row for row in totals if row.scope == scope]
    return (pair for pair in combinations(here, 2) if sides.opposed(pair[0].side, pair[1].side))
