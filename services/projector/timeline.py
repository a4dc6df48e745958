"""The timeline: what happened and what was said, in the order in which it was said. The last rows only."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime

from schemas.incident import CasualtyHead, CorrectionNote, Fact, Measure, TimelineRow
from schemas.report import When
from services.projector.text import group_words, place_phrase, told_figure

MAX_ROWS = 50


def timeline(
    facts: Iterable[TimelineRow],
    heads: Sequence[CasualtyHead],
    measures: Sequence[Measure],
    corrections: Sequence[CorrectionNote],
    names: Mapping[str, str],
) -> tuple[TimelineRow, ...]:
    """`facts` = their rows, see `fact_row`."""
    rows = [*facts, *_figures(heads, names), *_measures(measures), *_corrections(corrections)]
    ordered = sorted(rows, key=row_order)
    return tuple(ordered[-MAX_ROWS:])


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


def _figures(heads: Iterable[CasualtyHead], names: Mapping[str, str]) -> Iterator[TimelineRow]:
    for head in heads:
        for row in (*head.rows, *head.outside):
            text = " ".join((told_figure(row), *group_words(head.group, names).split(), head.outcome))
            yield TimelineRow(kind="count", text=text, said=row.said_at, speaker=row.speaker)


def _measures(measures: Iterable[Measure]) -> Iterator[TimelineRow]:
    for measure in measures:
        label = (measure.value.label or measure.value.name).replace("_", " ")
        where = place_phrase(measure.area)
        for word, at in (("introduced", measure.introduced), ("lifted", measure.lifted)):
            if at is not None:
                when = When(precision="hour", anchor="explicit", start=at, end=at)
                yield TimelineRow(kind="measure", text=f"{label}{where} {word}", said=at, happened=when)


def _corrections(corrections: Iterable[CorrectionNote]) -> Iterator[TimelineRow]:
    for note in corrections:
        yield TimelineRow(kind="correction", text=f"{note.outlet}: {note.text}", said=note.at, speaker=note.outlet)
