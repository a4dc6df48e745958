"""The statements of one key of the ledger kept up to date: which of them live, and the head that they make."""

from collections import defaultdict
from collections.abc import Iterable

from services.projector.rules.count_heads import Known, head
from services.projector.rules.count_terms import Head, HeadKey, Statement
from services.projector.rules.counts import retracted
from services.projector.rules.positions import Sides
from services.projector.rules.utterance import Ending, ending_of, live
from services.projector.running.bags import Ordered
from services.projector.running.page import Ident, Page, ident


class _Origin:
    """What one origin said of the key. Words end words of their own origin only."""

    __slots__ = ("alive", "endings", "said")

    def __init__(self) -> None:
        self.said: dict[Ident, Statement] = {}
        self.alive: Ordered[Statement] = Ordered()
        self.endings: dict[Ident, Ending] = {}


class Chapter:
    """`head` is None where nobody gave a figure, or all who did fell silent without taking it back."""

    def __init__(self, key: HeadKey) -> None:
        self.key = key
        self._origins: dict[str, _Origin] = defaultdict(_Origin)
        self._pages: dict[str, Page] = defaultdict(Page)
        self._figures = 0
        self._withholding: dict[str, Statement] = {}
        self._stirred: set[str] = set()
        self._known: Known = {}

    def __bool__(self) -> bool:
        return bool(self._origins)

    def put(self, said: Statement) -> None:
        origin = self._origins[said.origin]
        origin.said[ident(said)] = said
        if ending := ending_of(said):
            origin.endings[ident(said)] = ending
            self._stirred.add(said.origin)
        elif not any(it.ends(said) for it in origin.endings.values()):
            self._revive(origin, said)
            self._silent(said.origin, origin)

    def take(self, said: Statement) -> None:
        origin = self._origins[said.origin]
        del origin.said[ident(said)]
        if origin.endings.pop(ident(said), None):
            self._stirred.add(said.origin)
        self._bury(origin, said)
        self._silent(said.origin, origin)
        if not origin.said:
            del self._origins[said.origin]
            self._stirred.discard(said.origin)

    def _revive(self, origin: _Origin, said: Statement) -> None:
        origin.alive.put((said.order, said.kind), said)
        if said.act == "figure":
            self._pages[said.scope].put(said)
            self._figures += said.figure is not None

    def _bury(self, origin: _Origin, said: Statement) -> None:
        if origin.alive.items.get((said.order, said.kind)) is not said:
            return
        origin.alive.take((said.order, said.kind))
        if said.act == "figure":
            self._pages[said.scope].take(said)
            self._figures -= said.figure is not None

    def _silent(self, name: str, origin: _Origin) -> None:
        last = origin.alive.final if origin.alive.keys else None
        if last is not None and last.act == "withholds":
            self._withholding[name] = last
        else:
            self._withholding.pop(name, None)

    def _again(self, name: str) -> None:
        """Who lives and who does not among the words of an origin that took some back."""
        origin = self._origins[name]
        alive = {ident(said) for said in live(origin.said.values())}
        for which, said in origin.said.items():
            was = origin.alive.items.get((said.order, said.kind)) is said
            if was and which not in alive:
                self._bury(origin, said)
            elif not was and which in alive:
                self._revive(origin, said)
        self._silent(name, origin)

    def head(self, sides: Sides) -> Head | None:
        for name in self._stirred:
            self._again(name)
        self._stirred = set()
        if not self._figures:
            return retracted(self.key, list(self._every()), sides)
        rows = [row for scope in sorted(self._pages) for row in self._pages[scope].settle()]
        for scope in [scope for scope, page in self._pages.items() if not len(page)]:
            del self._pages[scope]
        found = head(self.key, rows, list(self._withholding.values()), sides, self._known) if rows else None
        now = {id(row) for row in rows}
        self._known = {key: it for key, it in self._known.items() if key[0] in now}
        return found

    def _every(self) -> Iterable[Statement]:
        return (said for origin in self._origins.values() for said in origin.said.values())
