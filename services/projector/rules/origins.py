"""Origins (B2): which words on a fact still live, one position for each origin, and who is independent of whom."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from services.projector.rules.independence import MANY, Ties, count_untied
from services.projector.rules.positions import Act, FactTerms, Position, Relation, Sides, Withdrawal

EXCLUSIVE_ASPECTS = frozenset({"cause", "control"})
"""Aspects of which only one value can be true: a + on one value is a − on every other."""

OPEN_VALUE = "unknown"
"""The value that excludes nothing and is excluded by nothing."""

WITHDRAWING: frozenset[Withdrawal | None] = frozenset({"correction", "article", "sentence_changed"})
"""What kills a position. An official's dropped words and absence from a live blog do not."""


@dataclass(frozen=True, slots=True)
class Voice:
    """One origin's position on a fact: its latest live word, and what its words lean on.

    `names` = the origin under all its names, `links` = everybody its words came through, both with those of its
    text family; `families` = the families of its words.
    """

    position: Position
    names: frozenset[str]
    links: frozenset[str]
    families: frozenset[str]

    @property
    def relation(self) -> Relation:
        return self.position.relation

    @property
    def time(self) -> int:
        return self.position.time


@dataclass(frozen=True, slots=True)
class Standing:
    """Who stands where on a fact, each group by time. `former` = a + was said and withdrawn."""

    pro: tuple[Voice, ...] = ()
    con: tuple[Voice, ...] = ()
    withheld: tuple[Voice, ...] = ()
    former: bool = False


class Word(NamedTuple):
    """A position with its sign on the fact that is asked about."""

    sign: Act
    position: Position


class Ending(NamedTuple):
    """The end of what an origin said up to a moment: of one sign or all, through one outlet or all."""

    origin: str
    sign: Act | None
    through: str | None
    upto: tuple[float, float]  # said, published

    def ends(self, word: Word) -> bool:
        said = word.position
        return (
            self.origin == origin_of(said)
            and self.sign in (None, word.sign)
            and (self.through is None or self.through in said.via)
            and (said.time, said.published) <= self.upto
        )


def origin_of(position: Position) -> str:
    """The organisation behind a position; offices of one organisation are one origin."""
    return position.org or position.origin


def order(position: Position) -> tuple[int, int, str]:
    """The order of speech: said, published, id; never arrival."""
    return position.time, position.published, position.id


def sign_on(fact: FactTerms, position: Position) -> Act | None:
    """What a position is on this fact; None if it says nothing about it."""
    if not _same_realis(fact, position):
        return None
    if fact.value is None or position.value in (None, fact.value):
        return position.act
    excludes = fact.aspect in EXCLUSIVE_ASPECTS and OPEN_VALUE not in (fact.value, position.value)
    return "-" if excludes and position.act == "+" else None


def _same_realis(fact: FactTerms, position: Position) -> bool:
    # What is going on has begun to happen; that it is over does not deny that it happened.
    begun = fact.realis == "actual" and position.realis == "ongoing" and position.act != "-"
    return begun or position.realis == fact.realis


def positions_of(fact: FactTerms, positions: Iterable[Position]) -> Standing:
    """The latest live position of each origin on the fact. Order and repetition of the input do not matter."""
    words = sorted(_words(fact, set(positions)), key=lambda word: order(word.position))
    endings = {ending for word in words if (ending := ending_of(word)) is not None}
    dead = [word for word in words if any(ending.ends(word) for ending in endings)]
    gone = set(dead)
    by_origin: dict[str, list[Word]] = defaultdict(list)
    for word in words:
        if word not in gone and word.sign != "retracts":
            by_origin[origin_of(word.position)].append(word)
    return _standing(by_origin.values(), former=any(word.sign == "+" for word in dead))


def _words(fact: FactTerms, positions: Iterable[Position]) -> Iterable[Word]:
    for position in positions:
        sign = sign_on(fact, position)
        if sign is not None:
            yield Word(sign, position)


def ending_of(word: Word) -> Ending | None:
    """A retraction ends all that its origin said before; a withdrawn sentence ends its like.

    Withdrawn by the origin itself that is every chain that ends in it; withdrawn by the outlet that printed the
    words of another, it is what came through this outlet.
    """
    said = word.position
    if word.sign == "retracts":
        return Ending(origin_of(said), None, None, (said.time, said.published))
    if said.withdrawn not in WITHDRAWING:
        return None
    at = said.time if said.withdrawn_at is None else max(said.time, said.withdrawn_at)
    return Ending(origin_of(said), word.sign, said.via[0] if said.via else None, (at, float("inf")))


def _standing(groups: Iterable[Sequence[Word]], former: bool) -> Standing:
    sides: dict[Act, list[Voice]] = {"+": [], "-": [], "withholds": []}
    for words in groups:
        signed = [word for word in words if word.sign in ("+", "-")]
        if signed:
            sides[signed[-1].sign].append(_voice(words, signed[-1]))
        if words[-1].sign == "withholds":
            sides["withholds"].append(_voice(words, words[-1]))
    pro, con, withheld = (
        with_kin(sorted(sides[sign], key=lambda voice: order(voice.position))) for sign in ("+", "-", "withholds")
    )
    return Standing(pro, con, withheld, former)


def _voice(words: Sequence[Word], latest: Word) -> Voice:
    """The voice of an origin. Every relay of its word is a link, so that one more relay never frees another;
    words that it spoke itself, through nobody, leave older relays behind."""
    upto = [word.position for word in words if word.sign == latest.sign]
    direct = max((i for i, said in enumerate(upto) if not said.via), default=0)
    leaned = upto[direct:]
    return Voice(
        position=latest.position,
        names=frozenset(name for word in words for name in (word.position.origin, origin_of(word.position))),
        links=frozenset(link for said in leaned for link in said.via),
        families=frozenset(said.family for said in leaned if said.family is not None),
    )


def with_kin(voices: Sequence[Voice]) -> tuple[Voice, ...]:
    """Voices of one text family share names and links: who leans on one copy of a text leans on every copy."""
    if not any(voice.families for voice in voices):
        return tuple(voices)
    kin: dict[str, list[Voice]] = defaultdict(list)
    for voice in voices:
        for family in voice.families:
            kin[family].append(voice)
    return tuple(_beside(voice, kin) if voice.families else voice for voice in voices)


def _beside(voice: Voice, kin: Mapping[str, Sequence[Voice]]) -> Voice:
    others = [other for family in voice.families for other in kin[family]]
    return replace(
        voice,
        names=frozenset[str]().union(*(other.names for other in others)),
        links=frozenset[str]().union(*(other.links for other in others)),
    )


def independent(a: Voice, b: Voice, sides: Sides) -> bool:
    """Different origins, not on allied sides, neither in the other's chain, no text family in common."""
    return not (
        a.names & b.names
        or sides.allied(a.position.side, b.position.side)
        or a.links & b.names
        or b.links & a.names
        or a.families & b.families
    )


def count_independent(voices: Sequence[Voice], sides: Sides) -> int:
    """How many of the voices are independent of one another.

    Chosen one by one, the least entangled first: always at least two where two are independent (as R5 asks), and
    never more than there are. Of very many voices the number may be less than could be found.
    """
    # Of many the order of speech decides nothing.
    ordered = voices if len(voices) > MANY else sorted(voices, key=lambda voice: order(voice.position))
    ties = [Ties(voice.names, voice.links, voice.families, voice.position.side) for voice in ordered]
    return count_untied(ties, sides)
