"""What never becomes a row: the second telling of an addition, slips of a relay (G7), echoes of an official (L8)."""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Sequence
from itertools import chain

from services.projector.rules.count_figures import Figure
from services.projector.rules.count_rows import Told, read, speech_order
from services.projector.rules.count_terms import Statement

ECHO_WITHIN = 24 * 3600


def statements_of_rows(statements: Sequence[Statement]) -> list[Statement]:
    """Of the live statements of one key and scope those that rows are made of."""
    heard = _without_slips(told_once(statements))
    sourced = [said for said in heard if not said.own_voice]
    officials = read(sourced).told
    return [said for said in heard if not (said.own_voice and _is_echo(said, officials))]


def told_once(statements: Iterable[Statement]) -> list[Statement]:
    """Two outlets that carry one speaker's "another three" of one moment, or in one text, told of the same three."""
    seen: set[Hashable] = set()
    kept = []
    for said in sorted(statements, key=speech_order):
        names = _addition_names(said)
        if not names & seen:
            kept.append(said)
        seen |= names
    return kept


def _addition_names(said: Statement) -> set[Hashable]:
    if said.kind not in ("additional", "deduction"):
        return set()
    what = (said.origin, said.relation == "W", said.kind, said.figure)
    told = {"of one moment": said.said_at, "in one text": said.family}
    return {(what, how, which) for how, which in told.items() if which is not None}


def _without_slips(statements: Sequence[Statement]) -> list[Statement]:
    """G7: where one speaker's totals of one moment differ, the figure of the strict majority of outlets stands."""
    moments: dict[Hashable, list[Statement]] = defaultdict(list)
    for said in statements:
        if said.kind == "total":
            moments[moment(said)].append(said)
    dropped = set(chain.from_iterable(slips(together) for together in moments.values()))
    return [said for said in statements if said not in dropped]


def moment(said: Statement) -> Hashable:
    """What totals have in common that are one speaker's of one moment."""
    return said.origin, said.relation == "W", said.said_at


def slips(together: Sequence[Statement]) -> list[Statement]:
    outlets: dict[Figure | None, set[str]] = defaultdict(set)
    for said in together:
        outlets[said.figure].add(_outlet(said))
    all_outlets = set().union(*outlets.values())
    right = [figure for figure, who in outlets.items() if 2 * len(who) > len(all_outlets)]
    return [said for said in together if said.figure != right[0]] if len(right) == 1 else []


def _outlet(said: Statement) -> str:
    """Copies of one text are one relay."""
    return said.family or (said.via[0] if said.via else said.speaker)


def _is_echo(said: Statement, officials: Sequence[Told]) -> bool:
    figure = said.figure
    if said.kind != "total" or figure is None:
        return False
    by_official: dict[str, list[Told]] = defaultdict(list)
    for told in officials:
        if told.origin != said.origin:
            by_official[told.origin].append(told)
    return any(_echoes(figure, said.said_at, history) for history in by_official.values())


def _echoes(figure: Figure, at: int, history: Sequence[Told]) -> bool:
    """Whether it is the official's last figure at that moment, or the first after it, a day away at most."""
    last = [told for told in history if told.said_at <= at][-1:]
    following = [told for told in history if told.said_at > at][:1]
    near = [told for told in (*last, *following) if abs(told.said_at - at) <= ECHO_WITHIN]
    return any(told.figure.numbers == figure.numbers for told in near)
