"""The casualty ledger of a view: one row per speaker's figure, one head per outcome and group."""

from dataclasses import dataclass

from schemas.base import Instant
from schemas.report import Comparator, CountKind, Outcome
from schemas.status import FactStatus, RelationCode


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A former value of a row."""

    value: int | None
    said_at: Instant


@dataclass(frozen=True, slots=True, kw_only=True)
class CasualtyRow:
    """A speaker's figure; of very many former ones the last, and `previous_total` = how many there are.

    `n` = the number as said; `low`, `best`, `high` = what it bounds; `word` = "dozens".
    """

    outcome: Outcome
    group: str
    scope: str
    indirect: bool
    speaker: str
    relation: RelationCode
    comparator: Comparator
    kind: CountKind
    said_at: Instant
    assertion: str
    outlet: str
    rule: str
    n: int
    low: int | None = None
    best: int | None = None
    high: int | None = None
    word: str | None = None
    derived: bool = False
    previous: tuple[Figure, ...] = ()
    previous_total: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CasualtyHead:
    """One figure per outcome × group × indirect. `outside`: rows shown as "claims", never part of the range.

    Of very many rows the last are shown; then `rows_total` and `outside_total` say how many there are.
    """

    outcome: Outcome
    group: str
    indirect: bool
    status: FactStatus
    rule: str
    rows: tuple[CasualtyRow, ...]
    outside: tuple[CasualtyRow, ...]
    best: int | None = None
    low: int | None = None
    high: int | None = None
    word: str | None = None
    governed_by: str | None = None
    tags: tuple[str, ...] = ()
    fresh_until: Instant | None = None
    rows_total: int | None = None
    outside_total: int | None = None
