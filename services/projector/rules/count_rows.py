"""The rows of one key and scope: its statements read in the order of speech (L1, L2, L6, L7, L9, L10, L11)."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from typing import Literal, NamedTuple

from services.projector.rules.count_figures import Figure
from services.projector.rules.count_terms import FIRM, OVERRULING, RANK, Former, Row, Statement

Effect = Literal["repeat", "replace", "keep", "beside"]
Slot = tuple[str, bool]
"""An origin's firm words and its weak ones are two rows: a feared number never takes a firm one's place."""


class Step(NamedTuple):
    """What a speaker's later total does to his standing row; the first that holds."""

    id: str
    effect: Effect
    holds: Callable[[Row, Statement, Figure], bool]


STEPS: tuple[Step, ...] = (
    Step("L1", "repeat", lambda row, said, figure: figure == row.figure),
    Step("L9", "replace", lambda row, said, figure: said.outcome == "missing"),
    Step("L1", "replace", lambda row, said, figure: figure.span.within(row.figure.span)),
    Step("L1", "keep", lambda row, said, figure: row.figure.span.within(figure.span)),
    Step("L1", "replace", lambda row, said, figure: figure.span.low >= row.figure.span.low),
    Step("L2", "replace", lambda row, said, figure: said.cue_revised or said.relation in OVERRULING),
    Step("L2", "beside", lambda row, said, figure: True),
)


class Told(NamedTuple):
    """A figure that stood in an official's row from this moment on (L8)."""

    said_at: int
    origin: str
    figure: Figure


@dataclass(slots=True)
class Book:
    """Rows while statements are read. `standing` = totals, one a slot; `bounds` = rows that only bound from below."""

    standing: dict[Slot, Row] = field(default_factory=dict)
    bounds: dict[tuple[Slot, Figure, str], Row] = field(default_factory=dict)
    told: list[Told] = field(default_factory=list)

    def read(self, said: Statement) -> None:
        """The next words, in the order of speech."""
        figure = said.figure
        if figure is None:
            return
        if said.kind == "total":
            _total(self, said, figure)
        elif said.kind == "subset":
            _bound(self, said, figure, "L2")
        else:
            _add(self, said, figure)

    @property
    def rows(self) -> tuple[Row, ...]:
        every = (*self.standing.values(), *self.bounds.values())
        return tuple(sorted(every, key=lambda row: (*speech_order(row.last_words), row.kind, row.rule)))


def speech_order(said: Statement) -> tuple[int, int, int, int, str]:
    """Said, published; at one moment totals come first, and the higher figure last."""
    later = {"total": 0, "subset": 1, "additional": 2, "deduction": 3}[said.kind]
    low = said.figure.span.low if said.figure is not None else 0
    return said.said_at, said.published, later, low, said.id


def read(statements: Iterable[Statement]) -> Book:
    """The book of one key and scope. Statements may come in any order; each once."""
    book = Book()
    for said in sorted(statements, key=speech_order):
        book.read(said)
    return book


def precedence(row: Row) -> tuple[int, int, tuple[int, int, int, int, str]]:
    """L12: rank, then the later; of bare bounds of one rank the highest."""
    return RANK[row.relation], row.figure.span.low if row.bound_only else 0, speech_order(row.last_words)


def _slot(said: Statement) -> Slot:
    return said.origin, said.relation == "W"


def _stand(book: Book, row: Row) -> None:
    slot = _slot(row.last_words)
    book.standing[slot] = row
    if not slot[1]:
        book.standing.pop((slot[0], True), None)  # his firm word takes the place of his earlier doubtful one
    if row.last_words.official:
        book.told.append(Told(row.said_at, row.origin, row.figure))


def _total(book: Book, said: Statement, figure: Figure) -> None:
    standing = book.standing.get(_slot(said))
    if standing is None:
        _stand(book, _taking_over_missing(book, _row(said, figure, _first_rule(said, figure))))
        return
    step = next(step for step in STEPS if step.holds(standing, said, figure))
    if step.effect == "repeat":
        _stand(book, _repeated(standing, said))
    elif step.effect == "replace":
        row = replace(_row(said, figure, step.id), previous=_history(standing, figure))
        _stand(book, _taking_over_missing(book, row))
    elif step.effect == "beside":
        _bound(book, replace(said, kind="subset"), figure, step.id)


def _first_rule(said: Statement, figure: Figure) -> str:
    if said.outcome == "missing":
        return "L9"
    if figure.zero:
        return "L10"
    return "L11" if figure.comparator == "vague" else "L1"


def _row(said: Statement, figure: Figure, rule: str) -> Row:
    return Row(
        statement=said.id, speaker=said.speaker, origin=said.origin, relation=said.relation, scope=said.scope,
        kind=said.kind, figure=figure, said_at=said.said_at, since=said.said_at, rule=rule, words=(said,),
        side=said.side,
    )  # fmt: skip


def _repeated(row: Row, said: Statement) -> Row:
    return replace(
        row, statement=said.id, speaker=said.speaker, relation=said.relation, side=said.side, said_at=said.said_at,
        kind=said.kind, derived=row.derived and said.kind != "total", words=_words(row, said),
    )  # fmt: skip


def _words(row: Row, said: Statement) -> tuple[Statement, ...]:
    return (*(it for it in row.words if not _covers(said, it)), said)


def _covers(later: Statement, former: Statement) -> bool:
    """Whether the former words add nothing to who stands where: the same but for when they were said."""
    return (later.via, later.family, later.speaker, later.org, later.side, later.relation) == (
        former.via, former.family, former.speaker, former.org, former.side, former.relation,
    )  # fmt: skip


def _history(row: Row, figure: Figure) -> tuple[Former, ...]:
    if row.figure.value == figure.value:
        return row.previous
    return (*row.previous, Former(row.figure.value, row.since))


def _taking_over_missing(book: Book, row: Row) -> Row:
    """L9: a duty voice's newest word on the missing replaces everybody's that says otherwise."""
    if row.words[0].outcome != "missing" or row.relation != "D":
        return row
    for slot, other in list(book.standing.items()):
        if other.relation in FIRM and other.origin != row.origin and not other.stands_for.overlaps(row.stands_for):
            del book.standing[slot]
            row = replace(row, previous=_merged(row.previous, _history(other, row.figure)))
    return row


def _merged(*histories: tuple[Former, ...]) -> tuple[Former, ...]:
    return tuple(sorted({former for history in histories for former in history}, key=lambda former: former.said_at))


def _bound(book: Book, said: Statement, figure: Figure, rule: str) -> None:
    where = (_slot(said), figure, said.kind)
    standing = book.bounds.get(where)
    book.bounds[where] = _row(said, figure, rule) if standing is None else _repeated(standing, said)


def _add(book: Book, said: Statement, figure: Figure) -> None:
    """L6, L7: onto the speaker's own total, else the governing one of those that others may add to."""
    rule = "L7" if said.of is not None or said.kind == "deduction" else "L6"
    slot = _base(book, said)
    if slot is None:
        if said.kind != "deduction":
            _bound(book, said, figure, rule)
        return
    base = book.standing.pop(slot)
    total = base.figure.minus(figure) if said.kind == "deduction" else base.figure.plus(figure)
    row = _row(said, total, rule)
    _stand(book, replace(row, derived=True, previous=_history(base, total)))


def _base(book: Book, said: Statement) -> Slot | None:
    own = _slot(said)
    if own in book.standing:
        return own
    others = [slot for slot, row in book.standing.items() if row.relation in OVERRULING]
    if said.relation not in FIRM or not others:
        return None
    return max(others, key=lambda slot: precedence(book.standing[slot]))
