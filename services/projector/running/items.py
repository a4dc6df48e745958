"""The assertions that count, and what of them an event changes: the running form of `state.entries`."""

from collections.abc import Hashable, Iterable, Iterator
from datetime import datetime

from services.projector.rules.positions import Position
from services.projector.state import Entry, ReportKey, State, entries_of, entry_of_lost

Order = tuple[datetime, datetime, str]


class Item:
    """An entry with what is asked of it again and again. `position` is of the frame that was when it was asked."""

    __slots__ = ("aspect", "entry", "key", "live", "order", "position", "said", "topic", "value")

    def __init__(self, entry: Entry) -> None:
        self.entry = entry
        self.key = entry.assertion.key
        self.aspect = entry.assertion.aspect
        self.said = entry.said
        self.order: Order = entry.order
        self.live = entry.withdrawn is None
        self.position: Position | None = None
        self.value = ""
        self.topic: tuple[Hashable, str] | None = None


Change = tuple[Item | None, Item | None]
"""What was, and what is."""


class Items:
    """Which entry speaks for each assertion key: of live ones that of the last group by name, else the lost one."""

    def __init__(self, state: State) -> None:
        self.now: dict[str, Item] = {}
        self._live: dict[str, dict[ReportKey, Entry]] = {}
        self._lost: dict[str, Entry] = {key: entry_of_lost(lost) for key, lost in state.lost.items()}
        for key in state.held:
            for entry in entries_of(state.held[key]):
                self._live.setdefault(entry.assertion.key, {})[key] = entry

    def all(self) -> list[Item]:
        """Every one, for a board that is built anew."""
        list(self._settled({*self._live, *self._lost}))
        return list(self.now.values())

    def changes(self, before: State, after: State, touched: Iterable[ReportKey]) -> list[Change]:
        """What was and what is, for each assertion whose entry is not the same any more."""
        keys: dict[str, None] = {}
        for report in touched:
            keys |= dict.fromkeys(self._swap(report, before, after))
        for key in list(keys):
            self._relose(key, after)
        return list(self._settled(keys))

    def _swap(self, report: ReportKey, before: State, after: State) -> Iterator[str]:
        old, new = before.held.get(report), after.held.get(report)
        for entry in entries_of(old) if old else ():
            held = self._live.get(entry.assertion.key, {})
            held.pop(report, None)
            if not held:
                self._live.pop(entry.assertion.key, None)
            yield entry.assertion.key
        for entry in entries_of(new) if new else ():
            self._live.setdefault(entry.assertion.key, {})[report] = entry
            yield entry.assertion.key
        # Background groups have no entries, but may lose assertions all the same.
        if old:
            yield from old.assertions

    def _relose(self, key: str, after: State) -> None:
        lost = after.lost.get(key)
        if lost is not None:
            self._lost[key] = entry_of_lost(lost)

    def _settled(self, keys: Iterable[str]) -> Iterator[Change]:
        for key in keys:
            live = self._live.get(key)
            entry = live[max(live)] if live else self._lost.get(key)
            was = self.now.get(key)
            if (was.entry if was else None) == entry:
                continue
            now = Item(entry) if entry else None
            if now:
                self.now[key] = now
            else:
                del self.now[key]
            yield was, now
