"""The statements of one key and scope kept up to date: the running form of `statements_of_rows` and `read`."""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Hashable, Iterable

from services.projector.rules.count_filters import ECHO_WITHIN, moment, slips, told_once
from services.projector.rules.count_rows import Told
from services.projector.rules.count_terms import Row, Statement
from services.projector.running.bags import Ordered
from services.projector.running.reel import Reel

Ident = tuple[str, str]


class _History:
    """What one official told, in the order of time."""

    __slots__ = ("times", "told")

    def __init__(self) -> None:
        self.times: list[int] = []
        self.told: list[Told] = []

    def cut(self, count: int) -> None:
        del self.times[len(self.times) - count :], self.told[len(self.told) - count :]

    def add(self, told: Told) -> None:
        self.times.append(told.said_at)
        self.told.append(told)

    def echoed(self, said: Statement) -> bool:
        """Whether it is the last figure at that moment, or the first after it, a day away at most."""
        at = bisect_right(self.times, said.said_at)
        near = [it for it in self.told[max(0, at - 1) : at + 1] if abs(it.said_at - said.said_at) <= ECHO_WITHIN]
        figure = said.figure
        return figure is not None and any(it.figure.numbers == figure.numbers for it in near)

    def around(self, first: int, last: int) -> tuple[int, int]:
        """From the word before the first moment to the word after the last, a day away at most."""
        before, after = bisect_left(self.times, first), bisect_right(self.times, last)
        begin = self.times[before - 1] if before else first - ECHO_WITHIN
        end = self.times[after] if after < len(self.times) else last + ECHO_WITHIN
        return max(begin, first - ECHO_WITHIN), min(end, last + ECHO_WITHIN)


class Page:
    """Goes through the filters: told once, no slip, no echo of an official. `settle` gives the rows."""

    def __init__(self) -> None:
        self._said: dict[Ident, Statement] = {}
        self._additions: dict[Ident, Statement] = {}
        self._kept: set[Ident] = set()
        self._moments: dict[Hashable, dict[Ident, Statement]] = defaultdict(dict)
        self._slipped: dict[Hashable, set[Ident]] = {}
        self._stirred: set[Hashable] = set()
        self._more = False
        self._heard: dict[Ident, Statement] = {}
        self._own: Ordered[Statement] = Ordered()
        self._echoes: dict[Ident, bool] = {}
        self._told: list[Told] = []
        self._sourced, self._final = Reel(), Reel()
        self._histories: dict[str, _History] = defaultdict(_History)
        self._asked: dict[Ident, Statement] = {}
        self._changed: dict[Ident, None] = {}
        self._rows: tuple[Row, ...] = ()

    def __len__(self) -> int:
        return len(self._said)

    def put(self, said: Statement) -> None:
        self._said[ident(said)] = said
        self._stir(said)

    def take(self, said: Statement) -> None:
        del self._said[ident(said)]
        self._stir(said)

    def _stir(self, said: Statement) -> None:
        self._changed[ident(said)] = None
        if said.kind in ("additional", "deduction"):
            self._more = True
        elif said.kind == "total":
            key, which = moment(said), ident(said)
            self._stirred.add(key)
            self._moments[key].pop(which, None)
            if self._said.get(which) is said:
                self._moments[key][which] = said

    def settle(self) -> tuple[Row, ...]:
        if self._changed:
            self._renew()
        return self._rows

    def _renew(self) -> None:
        for which in self._filtered():
            self._hear(which)
        self._told_anew()
        for which, said in self._asked.items():
            self._judge(which, said)
        self._asked = {}
        self._final.wind()
        self._rows = self._final.book.rows

    def _filtered(self) -> Iterable[Ident]:
        """The statements that may have passed the first two filters, or no longer."""
        changed, self._changed = self._changed, {}
        if self._more:
            self._more = False
            self._additions = {i: it for i, it in self._said.items() if it.kind in ("additional", "deduction")}
            changed |= dict.fromkeys(self._additions)
            self._kept = {ident(it) for it in told_once(self._additions.values())}
        for key in self._stirred:
            together = self._moments[key]
            changed |= dict.fromkeys(together)
            self._slipped[key] = {ident(it) for it in slips(list(together.values()))}
            if not together:
                del self._moments[key], self._slipped[key]
        self._stirred = set()
        return changed

    def _hear(self, which: Ident) -> None:
        was, said = self._heard.get(which), self._said.get(which)
        now = said if said is not None and self._passes(which, said) else None
        if was is now:
            return
        if was is not None:
            self._unhear(which, was)
        if now is not None:
            self._heard[which] = now
            if now.own_voice:
                self._own.put((now.said_at, which), now)
                self._asked[which] = now
            else:
                self._sourced.put(now)
                self._final.put(now)

    def _passes(self, which: Ident, said: Statement) -> bool:
        if said.kind in ("additional", "deduction"):
            return which in self._kept
        return said.kind != "total" or which not in self._slipped.get(moment(said), ())

    def _unhear(self, which: Ident, was: Statement) -> None:
        del self._heard[which]
        if not was.own_voice:
            self._sourced.take(was)
            self._final.take(was)
            return
        self._own.take((was.said_at, which))
        self._asked.pop(which, None)
        if self._echoes.pop(which, None) is False:
            self._final.take(was)

    def _told_anew(self) -> None:
        """Officials' words in the sources are read; own words near what changed are judged again."""
        self._sourced.wind()
        gone, come = self._sourced.told_anew(self._told)
        del self._told[len(self._told) - len(gone) :]
        self._told += come
        was, now = _by_official(gone), _by_official(come)
        for official in {**was, **now}:
            history = self._histories[official]
            history.cut(len(was[official]))
            for told in now[official]:
                history.add(told)
            moments = [it.said_at for it in _differing(was[official], now[official])]
            if moments:
                self._ask(*history.around(min(moments), max(moments)))

    def _ask(self, begin: int, end: int) -> None:
        keys = self._own.keys
        for key in keys[bisect_left(keys, (begin,)) : bisect_right(keys, (end + 1,))]:
            self._asked[key[1]] = self._own.items[key]

    def _judge(self, which: Ident, said: Statement) -> None:
        echo = said.kind == "total" and any(
            history.echoed(said) for official, history in self._histories.items() if official != said.origin
        )
        was = self._echoes.get(which)
        if echo == was:
            return
        self._echoes[which] = echo
        if not echo:
            self._final.put(said)
        elif was is not None:
            self._final.take(said)


def _by_official(told: Iterable[Told]) -> dict[str, list[Told]]:
    found: dict[str, list[Told]] = defaultdict(list)
    for it in told:
        found[it.origin].append(it)
    return found


def _differing(was: list[Told], now: list[Told]) -> list[Told]:
    """Both without what they begin and end with alike."""
    first, last = 0, 0
    while first < min(len(was), len(now)) and was[first] == now[first]:
        first += 1
    while last < min(len(was), len(now)) - first and was[-1 - last] == now[-1 - last]:
        last += 1
    return was[first : len(was) - last] + now[first : len(now) - last]


def ident(said: Statement) -> Ident:
    return said.id, said.kind
