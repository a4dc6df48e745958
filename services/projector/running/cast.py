"""What everybody is called and who speaks how often, kept up to date: the running form of `people`."""

from bisect import insort
from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime

from schemas.incident import Actor
from services.projector.frame import Frame, speaker_id
from services.projector.people import MAX_ACTORS, MAX_ALIASES
from services.projector.running.bags import Tally, drop
from services.projector.running.items import Item


class _Part:
    """What one actor does here."""

    __slots__ = ("aliases", "kinds", "roles", "said")

    def __init__(self) -> None:
        self.said: list[datetime] = []
        self.kinds: Tally[str] = Tally()
        self.roles: Tally[str] = Tally()
        self.aliases: Tally[str] = Tally()


class Cast:
    """`names` = what each id is called; `renamed` = ids whose name changed since it was emptied."""

    def __init__(self) -> None:
        self.names: dict[str, str] = {}
        self.renamed: set[str] = set()
        self._called: dict[str, Tally[str]] = defaultdict(Tally)
        self._parts: dict[str, _Part] = {}
        self._ranked: list[tuple[int, str]] = []
        self._shown: dict[str, Actor] = {}
        self._frame: Frame | None = None

    def put(self, item: Item) -> None:
        for actor, name in _called(item):
            if self._called[actor].put(name):
                self._name(actor)
        for actor, kind, role, alias in _acts(item):
            part = self._unranked(actor)
            part.kinds.put(kind)
            part.roles.put(role)
            part.aliases.put(alias)
            if role == "speaker":
                insort(part.said, item.said)
            insort(self._ranked, (-len(part.said), actor))

    def take(self, item: Item) -> None:
        for actor, name in _called(item):
            if self._called[actor].take(name):
                self._name(actor)
        for actor, kind, role, alias in _acts(item):
            part = self._unranked(actor)
            part.kinds.take(kind)
            part.roles.take(role)
            part.aliases.take(alias)
            if role == "speaker":
                drop(part.said, item.said)
            if part.kinds:
                insort(self._ranked, (-len(part.said), actor))
            else:
                del self._parts[actor]

    def _name(self, actor: str) -> None:
        names, was = self._called[actor], self.names.pop(actor, None)
        if names:
            self.names[actor] = max(names, key=lambda name: (len(name), name))
        else:
            del self._called[actor]
        if was != self.names.get(actor):
            self.renamed.add(actor)
            self._shown.pop(actor, None)

    def _unranked(self, actor: str) -> _Part:
        """The actor's part, out of the ranking until it is put back."""
        self._shown.pop(actor, None)
        part = self._parts.get(actor)
        if part is None:
            part = self._parts[actor] = _Part()
        else:
            drop(self._ranked, (-len(part.said), actor))
        return part

    def __len__(self) -> int:
        return len(self._parts)

    def actors(self, frame: Frame) -> tuple[Actor, ...]:
        if frame is not self._frame:
            self._frame, self._shown = frame, {}
        return tuple(self._actor(actor, frame) for _, actor in self._ranked[:MAX_ACTORS])

    def _actor(self, actor: str, frame: Frame) -> Actor:
        shown = self._shown.get(actor)
        if shown is None:
            part, name = self._parts[actor], self.names.get(actor, actor)
            shown = self._shown[actor] = Actor(
                id=actor, name=name, kind=min(part.kinds), roles=tuple(sorted(part.roles)), says=len(part.said),
                aliases=tuple(sorted(part.aliases.keys() - {name}))[:MAX_ALIASES], side=frame.actor_side(actor),
                last_said=part.said[-1] if part.said else None,
            )  # fmt: skip
        return shown


def _called(item: Item) -> Iterator[tuple[str, str]]:
    for speaker in item.entry.assertion.chain:
        yield speaker_id(speaker), speaker.name
        if speaker.org_id and speaker.org:
            yield speaker.org_id, speaker.org
    for who in item.entry.occurrence.participants:
        if who.actor_id:
            yield who.actor_id, who.text


def _acts(item: Item) -> Iterator[tuple[str, str, str, str]]:
    """Actor, kind, role and alias of all who speak or take part in a live entry."""
    if not item.live:
        return
    for speaker in item.entry.assertion.chain[1:]:
        yield speaker_id(speaker), speaker.kind, "speaker", speaker.name
    for who in item.entry.occurrence.participants:
        if who.actor_id:
            yield who.actor_id, who.kind, who.role, who.text
