"""Who stands where on a fact, kept up to date: the running form of `positions_of`.

Words of one origin that differ in nothing but when they were said are one class. Whatever ends the last of a class
ends all of it, so its first and last words are all that the rules can ask.
"""

from collections.abc import Hashable, Iterator
from typing import Any, NamedTuple

from services.projector.rules.origins import (
    EXCLUSIVE_ASPECTS,
    WITHDRAWING,
    Ending,
    Standing,
    Voice,
    Word,
    ending_of,
    order,
    origin_of,
    sign_on,
    with_kin,
)
from services.projector.rules.positions import Act, FactTerms, Position
from services.projector.running.bags import Ordered, Tally

Spoken = tuple[Act, Any, Position]
"""A living class with its sign on the fact that is asked about: sign, order of its last words, those words."""


class Stands(NamedTuple):
    """What one origin adds to a fact."""

    signed: tuple[Act, Voice] | None
    withheld: Voice | None
    former: bool


class Origin:
    """The words of one origin, by class."""

    __slots__ = ("_classes", "_hard")

    def __init__(self) -> None:
        self._classes: dict[Hashable, Ordered[Position]] = {}
        self._hard = 0

    @property
    def relayed(self) -> bool:
        """Only ever affirmed, through others, and nothing taken back: one more such word adds its links."""
        return not self._hard

    def put(self, said: Position) -> None:
        self._hard += _is_hard(said)
        self._classes.setdefault(_class(said), Ordered()).put(order(said), said)

    def take(self, said: Position) -> bool:
        """Whether nothing is left."""
        self._hard -= _is_hard(said)
        words = self._classes[_class(said)]
        words.take(order(said))
        if not words.keys:
            del self._classes[_class(said)]
        return not self._classes

    def stands(self, fact: FactTerms) -> Stands:
        signed = [(sign, words) for words in self._classes.values() if (sign := sign_on(fact, words.final)) is not None]
        endings = [ending for sign, words in signed for ending in _endings(sign, words)]
        former, alive = False, list[Spoken]()
        for sign, words in signed:
            if endings:
                former |= sign == "+" and _ended(endings, sign, words.first)
                if _ended(endings, sign, words.final):
                    continue
            if sign != "retracts":
                alive.append((sign, words.keys[-1], words.final))
        return _stands(alive, former)


def _is_hard(said: Position) -> bool:
    return said.act != "+" or not said.via or said.withdrawn in WITHDRAWING


def _endings(sign: Act, words: Ordered[Position]) -> Iterator[Ending]:
    if sign == "retracts":
        found = ending_of(Word(sign, words.final))
        if found:
            yield found
    elif words.final.withdrawn in WITHDRAWING:
        # Of words taken back at different moments the latest end reaches furthest.
        yield max((it for said in words.items.values() if (it := ending_of(Word(sign, said)))), key=lambda it: it.upto)


def _ended(endings: list[Ending], sign: Act, said: Position) -> bool:
    return any(ending.ends(Word(sign, said)) for ending in endings)


def _stands(alive: list[Spoken], former: bool) -> Stands:
    if not alive:
        return Stands(None, None, former)
    told = [it for it in alive if it[0] in ("+", "-")]
    signed = max(told, key=_at) if told else None
    last = max(alive, key=_at)
    return Stands(
        (signed[0], _voice(alive, signed)) if signed else None,
        _voice(alive, last) if last[0] == "withholds" else None,
        former,
    )


def _at(spoken: Spoken) -> Any:
    return spoken[1]


def _voice(alive: list[Spoken], latest: Spoken) -> Voice:
    """As origins do it: every relay since the origin last spoke through nobody is a link."""
    like = [it for it in alive if it[0] == latest[0]]
    direct = max((it[1] for it in like if not it[2].via), default=None)
    leaned = [it[2] for it in like if direct is None or it[1] >= direct]
    return Voice(
        position=latest[2],
        names=frozenset(name for _, _, said in alive for name in (said.origin, origin_of(said))),
        links=frozenset(link for said in leaned for link in said.via),
        families=frozenset(said.family for said in leaned if said.family is not None),
    )


def _class(said: Position) -> Hashable:
    return (
        said.act, said.value, said.realis, said.via, said.family, said.origin, said.withdrawn in WITHDRAWING
    )  # fmt: skip


class _Asked:
    """The standing on one fact: each origin's part, and the voices in order."""

    __slots__ = ("former", "pending", "sides", "stands")

    def __init__(self, origins: set[str]) -> None:
        self.stands: dict[str, Stands] = {}
        self.sides: dict[Act, Ordered[Voice]] = {"+": Ordered(), "-": Ordered(), "withholds": Ordered()}
        self.former: Tally[bool] = Tally()
        self.pending = origins

    def add(self, origin: str, fact: FactTerms, said: Position) -> bool:
        """One more affirmation of an origin that does nothing else; False where the origin is to be asked anew."""
        was = self.stands.get(origin)
        if (fact.value is not None and fact.aspect in EXCLUSIVE_ASPECTS) or was is None or was.signed is None:
            return False
        if sign_on(fact, said) is None:
            return True
        voice = was.signed[1]
        now = Voice(
            position=max(voice.position, said, key=order),
            names=voice.names | {said.origin, origin_of(said)},
            links=voice.links.union(said.via),
            families=voice.families | {said.family} if said.family is not None else voice.families,
        )
        self.renew(origin, Stands(("+", now), None, was.former))
        return True

    def renew(self, origin: str, now: Stands | None) -> None:
        was = self.stands.pop(origin, None)
        for sign, voice in _voices(was) if was else ():
            self.sides[sign].take(order(voice.position))
        if was:
            self.former.take(was.former)
        for sign, voice in _voices(now) if now else ():
            self.sides[sign].put(order(voice.position), voice)
        if now:
            self.former.put(now.former)
            self.stands[origin] = now


def _voices(stands: Stands) -> Iterator[tuple[Act, Voice]]:
    if stands.signed:
        yield stands.signed
    if stands.withheld:
        yield "withholds", stands.withheld


class Floor:
    """All words on one question, whatever their values; `standing` answers for one fact."""

    def __init__(self) -> None:
        self._origins: dict[str, Origin] = {}
        self._asked: dict[FactTerms, _Asked] = {}

    def put(self, said: Position) -> None:
        origin = origin_of(said)
        bucket = self._origins.setdefault(origin, Origin())
        bucket.put(said)
        for fact, asked in self._asked.items():
            if origin not in asked.pending and not (bucket.relayed and asked.add(origin, fact, said)):
                asked.pending.add(origin)

    def take(self, said: Position) -> None:
        if self._origins[origin_of(said)].take(said):
            del self._origins[origin_of(said)]
        self._stir(origin_of(said))

    def _stir(self, origin: str) -> None:
        for asked in self._asked.values():
            asked.pending.add(origin)

    def keep(self, facts: set[FactTerms]) -> None:
        """Forget the facts that nobody asks about any more."""
        self._asked = {fact: asked for fact, asked in self._asked.items() if fact in facts}

    def standing(self, fact: FactTerms) -> Standing:
        asked = self._asked.get(fact)
        if asked is None:
            asked = self._asked[fact] = _Asked(set(self._origins))
        for origin in asked.pending:
            said = self._origins.get(origin)
            asked.renew(origin, said.stands(fact) if said else None)
        asked.pending = set()
        pro, con, withheld = (with_kin(asked.sides[sign].listed()) for sign in ("+", "-", "withholds"))
        return Standing(pro, con, withheld, True in asked.former)
