"""The timeline: what happened and what was said, in the order in which it was said. The last rows only."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from schemas.incident import CasualtyHead, CorrectionNote, Fact, Measure, TimelineRow
from schemas.report import When
from services.projector.text import place_phrase, told_figure

MAX_ROWS = 50


def timeline(rows: Iterable[TimelineRow]) -> tuple[TimelineRow, ...]:
    """The last of the rows that facts, heads, measures and corrections give."""
    return tuple(sorted(rows, key=row_order)[-MAX_ROWS:])


def row_order(row: TimelineRow) -> tuple[datetime, str, str, str]:
    return (row.said, row.kind, row.text, row.fact or "")


def fact_row(fact: Fact) -> TimelineRow:
    voice = (fact.supporting or fact.opposing or fact.withheld or (None,))[0]
    happened = fact.aspect == "happened" and fact.realis not in {"planned", "possible"}
    return TimelineRow(
        kind="occurrence" if happened else "statement", text=f"{fact.text} ({fact.status})",
        said=fact.first_said, happened=fact.when if happened else None, fact=fact.id,
        place=fact.place.name if fact.place else None, speaker=voice.speaker if voice else None,
    )  # fmt: skip


def head_rows(head: CasualtyHead, group: str) -> Iterator[TimelineRow]:
    """`group` = whose people, in words."""
    for row in (*head.rows, *head.outside):
        text = " ".join((told_figure(row), *group.split(), head.outcome))
        yield TimelineRow(kind="count", text=text, said=row.said_at, speaker=row.speaker)


def measure_rows(measures: Iterable[Measure]) -> Iterator[TimelineRow]:
    for measure in measures:
        label = (measure.value.label or measure.value.name).replace("_", " ")
        where = place_phrase(measure.area)
        for word, at in (("introduced", measure.introduced), ("lifted", measure.lifted)):
            if at is not None:
                when = When(precision="hour", anchor="explicit", start=at, end=at)
                yield TimelineRow(kind="measure", text=f"{label}{where} {word}", said=at, happened=when)


def correction_rows(corrections: Iterable[CorrectionNote]) -> Iterator[TimelineRow]:
    for note in corrections:
        yield TimelineRow(kind="correction", text=f"{note.outlet}: {note.text}", said=note.at, speaker=note.outlet)
