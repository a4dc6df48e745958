"""The words the rules are written in: who stands where on a fact, which sides there are, what comes out.

Times are whole seconds from any origin; the caller decides which. Strings name origins, sides and values.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal

Relation = Literal["A", "G", "N", "D", "O", "P", "W"]
Act = Literal["+", "-", "withholds", "retracts"]
Status = Literal["claimed", "reported", "corroborated", "confirmed", "disputed", "denied", "retracted"]
Withdrawal = Literal["correction", "article", "sentence_changed", "dropped", "absent_live_blog"]


@dataclass(frozen=True, slots=True)
class Sides:
    """Which sides of one incident are opposed and which allied; a side is always allied with itself."""

    opposed_pairs: frozenset[frozenset[str]] = frozenset()
    allied_pairs: frozenset[frozenset[str]] = frozenset()

    @classmethod
    def of(cls, opposed: Iterable[Iterable[str]], allied: Iterable[Iterable[str]]) -> "Sides":
        return cls(frozenset(map(frozenset, opposed)), frozenset(map(frozenset, allied)))

    def opposed(self, a: str | None, b: str | None) -> bool:
        return a is not None and b is not None and frozenset((a, b)) in self.opposed_pairs

    @property
    def two_sided(self) -> bool:
        """Whether the incident has two opposed sides at all (domain.md B1)."""
        return bool(self.opposed_pairs)

    def allied(self, a: str | None, b: str | None) -> bool:
        return a is not None and b is not None and (a == b or frozenset((a, b)) in self.allied_pairs)


@dataclass(frozen=True, slots=True)
class Position:
    """One assertion on a fact as the rules see it.

    `via` = the outer links of the chain, first the outlet that printed it; empty for an outlet's own voice.
    `family` = the text family of the words, where their likeness to another text makes them one with it.
    """

    id: str
    origin: str
    relation: Relation
    act: Act
    time: int
    published: int = 0
    org: str | None = None  # the organisation of the origin; None: the origin itself
    side: str | None = None
    value: str | None = None
    realis: str = "actual"
    via: tuple[str, ...] = ()
    family: str | None = None
    withdrawn: Withdrawal | None = None
    withdrawn_at: int | None = None


@dataclass(frozen=True, slots=True)
class FactTerms:
    """What is asked about: one aspect of one occurrence, and one value of it where the aspect has values."""

    aspect: str
    realis: str = "actual"
    value: str | None = None


@dataclass(frozen=True, slots=True)
class Review:
    """A live review of a fact by a person."""

    status: Status
    reviewer: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """The status of a fact, the rule that gave it, and who stands where (positions after B2, sorted by time)."""

    status: Status
    rule: str
    tags: frozenset[str] = frozenset()
    supporting: tuple[Position, ...] = ()
    opposing: tuple[Position, ...] = ()
    withholding: tuple[Position, ...] = ()
    dissent: tuple[Position, ...] = ()  # opposing positions beside a status that stands nonetheless
    independent_for: int = 0  # independent, non-weak origins
    independent_against: int = 0
    reviewer: str | None = None
    rules_say: "Verdict | None" = field(default=None)  # what the table says beside a review
