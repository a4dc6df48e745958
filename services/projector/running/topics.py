"""The facts of an incident kept up to date: one topic for each aspect of a cluster, one fact for each value of it."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from schemas.events import FactReviewed
from schemas.incident import Fact, Voice
from schemas.report import Evidence, Value
from services.projector.caps import MAX_OCCURRENCES, MAX_VOICES, weights
from services.projector.clusters import realis_class
from services.projector.facts import Asked, evidence_rank, fact, realis_of, rule_review, voice_of
from services.projector.frame import Frame
from services.projector.rules.positions import FactTerms, Position
from services.projector.rules.status import judged
from services.projector.running.bags import Ordered, Tally
from services.projector.running.clusters import Cluster
from services.projector.running.items import Item
from services.projector.running.standing import Floor
from services.projector.state import Remembered


class _Value:
    """All entries with one value: every one and the live ones, in the order of speech."""

    __slots__ = ("every", "evidence", "live", "outlets", "valued")

    def __init__(self) -> None:
        self.every: Ordered[Item] = Ordered()
        self.live: Ordered[Item] = Ordered()
        self.valued: Ordered[Item] = Ordered()
        self.outlets: Tally[str] = Tally()
        self.evidence: Tally[Evidence] = Tally()

    def put(self, item: Item) -> None:
        self.every.put(item.order, item)
        if item.entry.assertion.value:
            self.valued.put((not item.live, item.order), item)
        if item.live:
            self.live.put(item.order, item)
            self.outlets.put(item.entry.header.article.outlet.name)
            self.evidence.put(item.entry.assertion.evidence)

    def take(self, item: Item) -> None:
        self.every.take(item.order)
        if item.entry.assertion.value:
            self.valued.take((not item.live, item.order))
        if item.live:
            self.live.take(item.order)
            self.outlets.take(item.entry.header.article.outlet.name)
            self.evidence.take(item.entry.assertion.evidence)

    def all_outlets(self) -> list[str]:
        return [item.entry.header.article.outlet.name for item in self.every.items.values()]

    def all_evidence(self) -> list[Evidence]:
        return [item.entry.assertion.evidence for item in self.every.items.values()]


class Topic:
    """One aspect of one cluster."""

    __slots__ = ("aspect", "floor", "items", "values", "voices")

    def __init__(self, aspect: str) -> None:
        self.aspect = aspect
        self.items: dict[str, Item] = {}
        self.values: dict[str, _Value] = {}
        self.floor = Floor()
        self.voices: dict[tuple[str, bool], Voice] = {}

    def put(self, item: Item) -> None:
        assert item.position is not None
        self.items[item.key] = item
        self.values.setdefault(item.value, _Value()).put(item)
        self.floor.put(item.position)

    def take(self, item: Item) -> None:
        assert item.position is not None
        del self.items[item.key]
        self.values[item.value].take(item)
        if not self.values[item.value].every.keys:
            del self.values[item.value]
        self.floor.take(item.position)
        self.voices.pop((item.key, True), None)
        self.voices.pop((item.key, False), None)

    def mine(self, value: str) -> list[_Value]:
        """The entries that count for a value: its own and those without one; without a value all."""
        return list(self.values.values()) if not value else [self.values[it] for it in (value, "") if it in self.values]

    def speaks_to(self, key: str, value: str) -> bool:
        item = self.items.get(key)
        return item is not None and (not value or item.value in ("", value))

    def shown(self, said: Position, frame: Frame, dissent: bool) -> Voice:
        """A voice is made once as long as its item stays: what it is made of does not change."""
        known = self.voices.get((said.id, dissent))
        if known is None:
            known = self.voices[said.id, dissent] = voice_of(self.items[said.id].entry, said, frame, dissent)
        return known


class _Names(dict[str, str]):
    """Notes which names were asked for."""

    def __init__(self, names: Mapping[str, str]) -> None:
        self._names = names
        self.asked: set[str] = set()

    def get(self, key: str, default: Any = None) -> Any:
        self.asked.add(key)
        return self._names.get(key, default)


class Found(NamedTuple):
    """A fact, the assertion keys of all its voices, shown or not, and the ids whose names it is written with.

    `weights` = its bytes at each level of `caps`.
    """

    fact: Fact
    voices: frozenset[str]
    names: set[str]
    weights: tuple[int, ...]


class Setup(NamedTuple):
    """What every fact of one moment shares."""

    frame: Frame
    names: Mapping[str, str]
    reviews: Sequence[FactReviewed]
    now: datetime


def answer(topic: Topic, cluster: Cluster, value: str, former: Iterable[Remembered], setup: Setup) -> Found:
    """The fact. `former` = what the last view said of facts on clusters that shared an occurrence with this one."""
    terms = terms_of(topic, cluster, value)
    spoken = [it for it in setup.reviews if any(topic.speaks_to(key, value) for key in it.keys)]
    review = max(spoken, key=lambda it: it.seq, default=None)
    verdict = judged(terms, topic.floor.standing(terms), setup.frame.sides, rule_review(review))
    names = _Names(setup.names)
    same = (topic.aspect, value, verdict.status)
    since = min((it.since for it in former if (it.aspect, it.value, it.status) == same), default=setup.now)

    def voices(told: Sequence[Position], dissent: frozenset[str]) -> tuple[Voice, ...]:
        return tuple(topic.shown(p, setup.frame, p.id in dissent) for p in told[-MAX_VOICES:])

    made = fact(_asked(topic, cluster, value), verdict, voices, names, review, since)
    everybody = (*verdict.supporting, *verdict.opposing, *verdict.withholding)
    return Found(made, frozenset(p.id for p in everybody), names.asked, weights(made))


def terms_of(topic: Topic, cluster: Cluster, value: str) -> FactTerms:
    first = cluster.occurrences[cluster.id]
    realis = "planned" if realis_class(first) == "plan" else realis_of(cluster.realis, first)
    return FactTerms(topic.aspect, realis, value or None)


def _asked(topic: Topic, cluster: Cluster, value: str) -> Asked:
    mine = topic.mine(value)
    alive = any(it.live.keys for it in mine)
    last = max((it.live if alive else it.every).final.said for it in mine if not alive or it.live.keys)
    told = [it.valued.first for it in mine if it.valued.keys and it.valued.first.live == alive]
    first_told = min(told, key=lambda it: it.order).entry.assertion.value if told and value else None
    return Asked(
        cluster=cluster.id, head=cluster.head, realis=realis_of(cluster.realis, cluster.occurrences[cluster.id]),
        occurrences=tuple(cluster.ids[:MAX_OCCURRENCES]), of=len(cluster.ids), aspect=topic.aspect, value=value,
        shown=Value(actor=value) if first_told and first_told.actor else first_told,
        first=min(it.every.first.said for it in mine), last=last,
        reach=len({outlet for it in mine for outlet in (it.outlets if alive else it.all_outlets())}),
        evidence=min((e for it in mine for e in (it.evidence if alive else it.all_evidence())), key=evidence_rank),
    )  # fmt: skip
