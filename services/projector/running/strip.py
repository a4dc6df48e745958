"""Heads as they are shown and the rows that heads, measures and corrections give the timeline, made once each."""

from collections.abc import Mapping, Sequence

from schemas.incident import CasualtyHead, CorrectionNote, Measure, TimelineRow
from services.projector import caps
from services.projector.text import group_words
from services.projector.timeline import correction_rows, head_rows, measure_rows

Rows = tuple[TimelineRow, ...]


class Strip:
    """Told apart by identity: what is not made anew gives the same rows."""

    def __init__(self) -> None:
        self._every: tuple[CasualtyHead, ...] = ()
        self._shown: tuple[CasualtyHead, ...] = ()
        self._heads: dict[int, tuple[CasualtyHead, str, Rows]] = {}
        self._acts: tuple[Sequence[Measure], Rows] = ((), ())
        self._notes: tuple[Sequence[CorrectionNote], Rows] = ((), ())

    def shown(self, every: tuple[CasualtyHead, ...]) -> tuple[CasualtyHead, ...]:
        if len(every) != len(self._every) or any(a is not b for a, b in zip(every, self._every, strict=True)):
            self._every, self._shown = every, caps.heads(every)
        return self._shown

    def rows(
        self,
        heads: Sequence[CasualtyHead],
        acts: Sequence[Measure],
        notes: Sequence[CorrectionNote],
        names: Mapping[str, str],
    ) -> list[TimelineRow]:
        former, self._heads = self._heads, {}
        for head in heads:
            group, was = group_words(head.group, names), former.get(id(head))
            known = was if was and was[0] is head and was[1] == group else (head, group, tuple(head_rows(head, group)))
            self._heads[id(head)] = known
        if acts is not self._acts[0]:
            self._acts = (acts, tuple(measure_rows(caps.measures(acts))))
        if notes is not self._notes[0]:
            self._notes = (notes, tuple(correction_rows(notes)))
        return [*(row for _, _, rows in self._heads.values() for row in rows), *self._acts[1], *self._notes[1]]
