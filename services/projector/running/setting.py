"""The frame kept up to date: computed anew only where a sort of word comes that was not there, or goes."""

from collections.abc import Hashable, Iterable

from services.projector.frame import (
    Frame,
    FrameTerms,
    actor_terms,
    entered,
    frame_of,
    home,
    homes_told,
    is_contest,
    is_deed,
    land_of,
    words_told,
)
from services.projector.rules.sides import ActorTerms
from services.projector.running.bags import LastWord, Tally
from services.projector.running.items import Item
from services.projector.state import Entry


class Setting:
    """`frame` is a new object only if it differs from the one before."""

    def __init__(self) -> None:
        self._actors: Tally[ActorTerms] = Tally()
        self._homes: LastWord[str, str] = LastWord()
        self._words: LastWord[str, str] = LastWord()
        self._deeds: Tally[Hashable] = Tally()
        self._sample: dict[Hashable, Entry] = {}
        self._entered: Tally[str] = Tally()
        self._lands: Tally[str] = Tally()
        self._contested = 0
        self._ground: tuple[str, ...] = ()
        self._stale = True
        self.frame = frame_of(self._terms())

    def put(self, item: Item) -> None:
        entry, news = item.entry, False
        for actor in actor_terms(entry):
            news |= self._actors.put(actor)
        for name, camp in dict(homes_told(entry)).items():
            news |= self._homes.put(name, camp, item.order)
        for word, camp in dict(words_told(entry)).items():
            news |= self._words.put(word, camp, item.order)
        for who in entered(entry):
            news |= self._entered.put(who)
        if code := land_of(entry):
            news |= self._lands.put(code)
        if is_contest(entry.occurrence):
            news |= not self._contested
            self._contested += 1
        if is_deed(entry):
            deed = _deed(entry)
            news |= self._deeds.put(deed)
            self._sample.setdefault(deed, entry)
        self._stale |= news

    def take(self, item: Item) -> None:
        entry, gone = item.entry, False
        for actor in actor_terms(entry):
            gone |= self._actors.take(actor)
        for name, camp in dict(homes_told(entry)).items():
            gone |= self._homes.take(name, camp, item.order)
        for word, camp in dict(words_told(entry)).items():
            gone |= self._words.take(word, camp, item.order)
        for who in entered(entry):
            gone |= self._entered.take(who)
        if code := land_of(entry):
            gone |= self._lands.take(code)
        if is_contest(entry.occurrence):
            self._contested -= 1
            gone |= not self._contested
        if is_deed(entry) and self._deeds.take(_deed(entry)):
            del self._sample[_deed(entry)]
            gone = True
        self._stale |= gone

    def settle(self, ground: tuple[str, ...]) -> Frame:
        """The frame now. `ground` = where the incident is."""
        if self._stale or ground != self._ground:
            self._ground, self._stale = ground, False
            found = frame_of(self._terms())
            self.frame = self.frame if found == self.frame else found
        return self.frame

    def _terms(self) -> FrameTerms:
        return FrameTerms(
            list(self._actors), self._homes.last, self._words.last, list(self._sample.values()),
            bool(self._contested), list(self._entered), list(self._lands), self._ground,
        )  # fmt: skip


def _deed(entry: Entry) -> Hashable:
    """All that the frame asks of an affirmed deed: equal ones are one."""
    assertion, occurrence = entry.assertion, entry.occurrence
    accused = assertion.value.actor if assertion.value and assertion.aspect == "actor" else None
    who = tuple((p.role, p.actor_id) for p in occurrence.participants if p.actor_id)
    accuser = home(assertion.chain[-1]) if accused else None
    own = len(assertion.chain) == 1 if accused else False
    return occurrence.type, land_of(entry), who, accused, accuser, own


def mentions(entry: Entry) -> Iterable[str]:
    """The ids whose side or home may matter to what the entry is: a change of any asks it anew."""
    assertion, value = entry.assertion, entry.assertion.value
    found: set[str | None] = {p.actor_id for p in entry.occurrence.participants}
    speaker = assertion.chain[-1]
    found |= {speaker.id, speaker.org_id, f"n:{speaker.name.casefold()}" if not speaker.id else None}
    if value is not None:
        found |= {value.actor, value.holder}
        if value.count and value.count.group.startswith("forces:"):
            found.add(value.count.group.removeprefix("forces:"))
    return (name for name in found if name)
