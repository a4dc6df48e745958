"""The words of the count rules: what was said of a number, the rows kept of it, the head that is shown."""

from collections.abc import Hashable
from dataclasses import dataclass
from typing import Literal, NamedTuple

from services.projector.rules.count_figures import Comparator, Figure, Span, figure
from services.projector.rules.positions import Relation, Status
from services.projector.rules.utterance import Utterance

Kind = Literal["total", "subset", "additional", "deduction"]
CountAct = Literal["figure", "withholds", "retracts"]

WHOLE = "incident"
"""The widest scope; any other scope is a part of it."""

FIRM: frozenset[Relation] = frozenset({"A", "D", "N", "O", "G"})
"""Relations whose rows make a head; P and W rows stay outside it."""

RANK: dict[Relation, int] = {"A": 6, "D": 5, "N": 4, "O": 3, "G": 2, "P": 1, "W": 0}
"""L12. An author (of an arrest, say) knows his own number best."""

OVERRULING: frozenset[Relation] = frozenset({"A", "D", "N"})
"""Who may lower a figure without a cue (L2), and whose total others may add to (L6)."""


class HeadKey(NamedTuple):
    outcome: str
    group: str
    indirect: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement(Utterance):
    """A figure that somebody gave, or that he could give none. Numbers as in a report's count (see `figure`).

    `of`: the outcome that the additional ones are taken from ("one of the injured died": killed, of injured). A
    `deduction` is never given: it is made of `of`. `official`: an authority's own figure; `own_voice`: an outlet's,
    without a source (L8).
    """

    outcome: str
    group: str
    scope: str = WHOLE
    indirect: bool = False
    kind: Kind = "total"
    comparator: Comparator = "="
    low: int | None = None
    best: int | None = None
    high: int | None = None
    word: str | None = None
    of: str | None = None
    cue_revised: bool = False
    official: bool = False
    own_voice: bool = False
    act: CountAct = "figure"

    @property
    def key(self) -> HeadKey:
        return HeadKey(self.outcome, self.group, self.indirect)

    @property
    def figure(self) -> Figure | None:
        return figure(self.comparator, self.low, self.best, self.high, self.word) if self.act == "figure" else None

    @property
    def topic(self) -> Hashable:
        return self.key

    @property
    def content(self) -> Hashable:
        return self.act, self.scope, self.kind, self.figure

    @property
    def takes_back(self) -> bool:
        return self.act == "retracts"


class Former(NamedTuple):
    """A figure that a row had before, and when it was first said."""

    value: int
    said_at: int


@dataclass(frozen=True, slots=True)
class Row:
    """A speaker's figure in a key and scope. `statement` = id of the latest words that gave or repeated it.

    `words` = all statements that gave or repeated it; `since` = when it was first said; `derived` = made by adding
    to a total (L6, L7). A row neither total nor derived only bounds the number from below.
    """

    statement: str
    speaker: str
    origin: str
    relation: Relation
    scope: str
    kind: Kind
    figure: Figure
    said_at: int
    since: int
    rule: str
    words: tuple[Statement, ...]
    side: str | None = None
    previous: tuple[Former, ...] = ()
    derived: bool = False

    @property
    def low(self) -> int | None:
        return self.figure.low

    @property
    def best(self) -> int | None:
        return self.figure.best

    @property
    def high(self) -> int | None:
        return self.figure.high

    @property
    def comparator(self) -> Comparator:
        return self.figure.comparator

    @property
    def n(self) -> int:
        return self.figure.n

    @property
    def bound_only(self) -> bool:
        return self.kind != "total" and not self.derived

    @property
    def stands_for(self) -> Span:
        """The numbers this row is compatible with: an admission or a bare bound has no upper end."""
        open_ended = self.relation == "G" or self.bound_only
        return Span(self.figure.span.low, None) if open_ended else self.figure.span

    @property
    def last_words(self) -> Statement:
        return self.words[-1]


@dataclass(frozen=True, slots=True)
class Head:
    """The figure that is shown of a key. `rule` = of the status table, `chosen_by` = of the count rules.

    `rows` = all rows kept in the key; `outside` = those of them that are only claims, by parties and weak voices.
    `fresh_until` = seconds, None = never stale.
    """

    outcome: str
    group: str
    indirect: bool
    status: Status
    rule: str
    chosen_by: str
    best: int | None = None
    low: int | None = None
    high: int | None = None
    word: str | None = None
    governed_by: str | None = None
    rows: tuple[Row, ...] = ()
    outside: tuple[Row, ...] = ()
    previous: tuple[Former, ...] = ()
    tags: frozenset[str] = frozenset()
    fresh_until: int | None = None
