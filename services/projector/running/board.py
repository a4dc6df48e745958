"""The board of one incident: its view kept up to date, event by event. It belongs to one state at a time."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace

from schemas.incident import Area, Incident, ReportRef
from services.projector import caps, people
from services.projector.area import family_of
from services.projector.assess import ref_of, slug_of
from services.projector.facts import value_key
from services.projector.frame import Frame
from services.projector.rules.origins import count_independent
from services.projector.rules.positions import FactTerms
from services.projector.running.bags import Ordered
from services.projector.running.cast import Cast
from services.projector.running.clusters import Clusters
from services.projector.running.facts import Facts
from services.projector.running.ground import Ground
from services.projector.running.items import Change, Item, Items
from services.projector.running.ledgers import Controls, Figures, Measures, position_of
from services.projector.running.setting import Setting, mentions
from services.projector.running.standing import Floor
from services.projector.running.strip import Strip
from services.projector.running.topics import Setup
from services.projector.state import ReportKey, State
from services.projector.text import incident_title
from services.projector.timeline import timeline
from services.projector.voices import position

HAPPENED = FactTerms("happened")


class Board:
    """`state` = the state that the board stands for, None while it is being changed."""

    def __init__(self, state: State) -> None:
        self.state: State | None = None
        self._items = Items(state)
        self._setting = Setting()
        self._ground = Ground()
        self._cast = Cast()
        self._clusters = Clusters()
        self._facts = Facts(self._clusters, state.memory)
        self._figures, self._measures, self._controls = Figures(), Measures(), Controls()
        self._floor = Floor()
        self._mentions: dict[str, dict[str, Item]] = defaultdict(dict)
        self._placeless: dict[str, Item] = {}
        self._refs: Ordered[ReportRef] = Ordered()
        self._strip = Strip()
        self._frame = self._setting.frame
        self._reviews = state.reviews
        self._kind, self._area = "", Area(main=None, places=())
        for key in {*state.held, *state.gone}:
            self._list(key, state)
        self._settle(state, [(None, item) for item in self._items.all()])
        self.state = state

    def advance(self, after: State, touched: Iterable[ReportKey]) -> None:
        """To the state after an event that touched these groups of reports."""
        before, self.state = self.state, None
        assert before is not None
        touched = list(touched)
        for key in touched:
            self._unlist(key, before)
            self._list(key, after)
        self._review(after)
        self._settle(after, self._items.changes(before, after, touched))
        self.state = replace(after, memory=self._facts.memory)

    def _settle(self, state: State, changes: Sequence[Change]) -> None:
        for was, now in changes:
            if was:
                self._lift(was)
                self._forget(was)
            if now:
                self._note(now)
        kind = self._ground.kind(lambda: [item.entry for item in self._items.now.values()])
        area = self._ground.area(kind)
        was_frame, self._frame = self._frame, self._setting.settle(area.main.within if area.main else ())
        moves, touched = self._clusters.settle(self._frame)
        new = {now.key: now for _, now in changes if now}
        other = [it for it in self._differing(was_frame, self._frame) if it.key not in new]
        moved = [it for move in moves for it in self._at(move.occurrence) if it.topic is not None]
        for item in other:
            self._lift(item)
        for item in moved:
            self._facts.take(item)
        for item in (*new.values(), *other):
            self._place(item)
        for item in moved:
            if item.topic is None:
                self._facts.put(item)
        self._facts.stir(touched)
        self._facts.rewrite(self._cast.renamed)
        self._cast.renamed.clear()
        self._facts.settle(moves, Setup(self._frame, self._cast.names, [*state.reviews.values()], state.changed_at))
        self._kind, self._area = kind, area

    def _at(self, occurrence: str) -> list[Item]:
        items = self._clusters.items.get(occurrence)
        return items.listed() if items else []

    def _note(self, item: Item) -> None:
        """What is asked of an entry whatever the frame is."""
        if item.live:
            self._setting.put(item)
        self._ground.put(item)
        self._cast.put(item)
        self._clusters.put(item)
        for name in mentions(item.entry):
            self._mentions[name][item.key] = item
        if item.entry.occurrence.place is None:
            self._placeless[item.key] = item

    def _forget(self, item: Item) -> None:
        if item.live:
            self._setting.take(item)
        self._ground.take(item)
        self._cast.take(item)
        self._clusters.take(item)
        for name in mentions(item.entry):
            del self._mentions[name][item.key]
        self._placeless.pop(item.key, None)

    def _place(self, item: Item) -> None:
        """What is asked of an entry within the frame."""
        item.value = value_key(item.entry, self._frame)
        item.position = position(item.entry, self._frame, item.value or None)
        self._facts.put(item)
        self._figures.put(item)
        self._measures.put(item)
        self._controls.put(item)
        if item.live:
            self._floor.put(item.position)

    def _lift(self, item: Item) -> None:
        self._facts.take(item)
        self._figures.take(item)
        self._measures.take(item)
        self._controls.take(item)
        if item.live:
            self._floor.take(position_of(item))

    def _differing(self, before: Frame, after: Frame) -> list[Item]:
        """The entries that are something else in the new frame, or may be."""
        if before is after:
            return []
        if _common(before) != _common(after):
            return [item for item in self._items.now.values() if item.position is not None]
        names = {name for name, _ in before.side_of.items() ^ after.side_of.items()}
        names |= {name for name, _ in before.home_of.items() ^ after.home_of.items()}
        if after.attackers in names:
            return [item for item in self._items.now.values() if item.position is not None]
        found = {key: item for name in names for key, item in self._mentions.get(name, {}).items()}
        if before.ground != after.ground:
            found |= self._placeless
        return [item for item in found.values() if item.position is not None]

    def _review(self, after: State) -> None:
        """Facts whose review comes, goes or changes are asked again."""
        before, self._reviews = self._reviews, after.reviews
        if before is after.reviews:
            return
        for review in {**before, **after.reviews}.values():
            for key in review.keys:
                if key in self._items.now:
                    self._facts.stir_item(self._items.now[key])

    def _list(self, key: ReportKey, state: State) -> None:
        held = state.held.get(key) or state.gone.get(key)
        if held is not None:
            ref = ref_of(key, held, withdrawn=key not in state.held)
            self._refs.put((ref.published, ref.article, ref.group), ref)

    def _unlist(self, key: ReportKey, state: State) -> None:
        held = state.held.get(key) or state.gone.get(key)
        if held is not None:
            self._refs.take((held.header.article.published, key.article, key.group))

    def view(self, generation: int) -> Incident:
        """The same bytes as `assess` makes of the state."""
        state, names, frame = self.state, self._cast.names, self._frame
        assert state is not None
        heads, acts = self._strip.shown(self._figures.settle(frame, self._area)), self._measures.settle(frame)
        title = state.title or incident_title(self._kind, self._area.main, self._ground.days())
        view = Incident(
            type="incident", v=1, id=state.id, generation=generation, seq=state.seq, desk=state.desk, title=title,
            slug=slug_of(title, state.id), category=family_of(self._kind),
            state="merged" if state.merged_into else "open", changed_at=state.changed_at,
            window=self._ground.window(), area=self._area, two_sided=frame.two_sided,
            sides=people.sides(frame, names), facts=self._facts.shown(), casualties=heads,
            control=self._controls.settle(frame),
            measures=acts, actors=self._cast.actors(frame),
            timeline=timeline((*self._facts.rows(), *self._strip.rows(heads, acts, state.corrections, names))),
            reports=self._reports(),
            corrections=state.corrections, origins=self._origins(), merged_into=state.merged_into,
            last_said=self._ground.last_said, last_actual=self._ground.last_actual, orphaned_reviews=self._orphans(),
        )  # fmt: skip
        return caps.capped(
            view, caps.Many(len(self._facts.found), len(self._figures), len(self._cast), len(self._refs))
        )

    def _reports(self) -> tuple[ReportRef, ...]:
        return tuple(self._refs.items[key] for key in self._refs.keys[-caps.MAX_REPORTS :])

    def _origins(self) -> int:
        standing = self._floor.standing(HAPPENED)
        return count_independent((*standing.pro, *standing.con), self._frame.sides)

    def _orphans(self) -> tuple[str, ...]:
        now = self._items.now
        return tuple(
            sorted(
                command
                for command, review in self._reviews.items()
                if not any(self._facts.claims(now[key]) for key in review.keys if key in now)
            )
        )


def _common(frame: Frame) -> object:
    """What of a frame matters to every entry."""
    return frame.sides, frame.two_sided, frame.attackers
