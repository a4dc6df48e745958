"""All facts of an incident kept up to date: an event asks again only what it touches."""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from schemas.ids import content_id
from schemas.incident import Fact, TimelineRow
from services.projector.caps import LEVELS, cut, shown_facts
from services.projector.facts import FACT_ASPECTS, fact_order
from services.projector.pmap import PMap
from services.projector.running.bags import Ordered
from services.projector.running.clusters import Clusters, Move
from services.projector.running.groups import Home
from services.projector.running.items import Item
from services.projector.running.topics import Found, Setup, Topic, answer, terms_of
from services.projector.state import Remembered
from services.projector.timeline import MAX_ROWS, fact_row, row_order

Key = tuple[Home, str]


class Facts:
    """`found` in the order of the view; `memory` by fact id, as `State` keeps it."""

    def __init__(self, clusters: Clusters, recalled: Mapping[str, Remembered]) -> None:
        """`recalled`: a board that is made anew takes the since-times from what its state remembers."""
        self.found: Ordered[Found] = Ordered()
        self.memory: PMap[str, Remembered] = PMap()
        self._cut: dict[tuple[str, int], tuple[Fact, Fact]] = {}
        self._rows: Ordered[TimelineRow] = Ordered()
        self._clusters = clusters
        self._recalled = recalled
        self._topics: dict[Key, Topic] = {}
        self._answers: dict[Key, dict[str, Found]] = {}
        self._remembered: dict[Key, list[Remembered]] = {}
        self._written: dict[str, set[Key]] = defaultdict(set)
        self._stale: dict[Key, None] = {}

    def put(self, item: Item) -> None:
        """Into the topic of the cluster that its occurrence is in now."""
        if item.aspect not in FACT_ASPECTS:
            return
        item.topic = (self._clusters.home[item.entry.occurrence.id], item.aspect)
        self._topics.setdefault(item.topic, Topic(item.aspect)).put(item)
        self._stale[item.topic] = None

    def take(self, item: Item) -> None:
        if item.topic is not None:
            self._topics[item.topic].take(item)
            self._stale[item.topic] = None
            item.topic = None

    def stir(self, homes: Iterable[Home]) -> None:
        """The content of these clusters changed."""
        self._stale |= dict.fromkeys((home, aspect) for home in homes for aspect in FACT_ASPECTS)

    def stir_all(self) -> None:
        self._stale |= dict.fromkeys(self._topics)

    def rewrite(self, names: Iterable[str]) -> None:
        """What these ids are called changed."""
        for name in names:
            self._stale |= dict.fromkeys(self._written.get(name, ()))

    def settle(self, moves: Iterable[Move], setup: Setup) -> None:
        came: dict[Home, set[Home]] = defaultdict(set)
        strange: dict[Home, int] = defaultdict(int)
        for move in moves:
            if move.new is not None:
                strange[move.new] += 1
                if move.old is not None:
                    came[move.new].add(move.old)
        made = {key: self._answered(key, came, strange, setup) for key in self._stale}
        for key in made:
            self._forget(key)
        for key, answers in made.items():
            self._keep(key, answers)
        self._stale, self._recalled = {}, {}

    def _answered(
        self, key: Key, came: Mapping[Home, set[Home]], strange: Mapping[Home, int], setup: Setup
    ) -> dict[str, Found]:
        topic, cluster = self._topics.get(key), self._clusters.found.get(key[0])
        if topic is None or cluster is None or not topic.values:
            return {}
        former = self._former(key, came.get(key[0], set()), len(cluster.ids) > strange.get(key[0], 0))
        if self._recalled:
            ids = (content_id("fact", cluster.id, topic.aspect, value) for value in topic.values)
            former = [it for fact in ids if (it := self._recalled.get(fact))]
        topic.floor.keep({terms_of(topic, cluster, value) for value in topic.values})
        return {value: answer(topic, cluster, value, former, setup) for value in topic.values}

    def _former(self, key: Key, came: Iterable[Home], stayed: bool) -> list[Remembered]:
        """What was said of the clusters that share an occurrence with this one."""
        before = [*came, *([key[0]] if stayed else [])]
        return [it for home in before for it in self._remembered.get((home, key[1]), ())]

    def _forget(self, key: Key) -> None:
        for old in self._answers.pop(key, {}).values():
            self.found.take(fact_order(old.fact))
            self._rows.take(row_order(fact_row(old.fact)))
            self.memory = self.memory.without(old.fact.id)
            for name in old.names:
                self._written[name].discard(key)
        self._remembered.pop(key, None)

    def _keep(self, key: Key, answers: dict[str, Found]) -> None:
        if not answers:
            self._topics.pop(key, None)
            return
        known = self._clusters.found[key[0]].known
        self._answers[key] = answers
        self._remembered[key] = []
        for value, new in answers.items():
            self.found.put(fact_order(new.fact), new)
            row = fact_row(new.fact)
            self._rows.put(row_order(row), row)
            said = Remembered(key[1], value, known, new.fact.status, new.fact.since)
            self._remembered[key].append(said)
            self.memory = self.memory.with_item(new.fact.id, said)
            for name in new.names:
                self._written[name].add(key)

    def shown(self) -> tuple[Fact, ...]:
        """The facts of the view. One that is cut stays the same object while it and the cut do."""
        first = [self.found.items[key] for key in self.found.keys[: LEVELS[0].facts]]
        shown, voices = shown_facts(first, lambda found: found.weights)
        former, self._cut = self._cut, {}
        for found in shown:
            was = former.get((found.fact.id, voices))
            self._cut[found.fact.id, voices] = (
                was if was and was[0] is found.fact else (found.fact, cut(found.fact, voices))
            )
        return tuple(fact for _, fact in self._cut.values())

    def rows(self) -> list[TimelineRow]:
        """As many of the last rows of the timeline as it shows."""
        return [self._rows.items[key] for key in self._rows.keys[-MAX_ROWS:]]

    def stir_item(self, item: Item) -> None:
        if item.topic is not None:
            self._stale[item.topic] = None

    def claims(self, item: Item) -> bool:
        """Whether the item is a voice of a fact."""
        answers = self._answers.get(item.topic, {}) if item.topic else {}
        return any(item.key in found.voices for found in answers.values())
