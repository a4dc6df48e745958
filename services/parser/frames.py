"""A frame: the words of somebody within one sentence."""

from collections.abc import Iterable
from dataclasses import dataclass

from schemas.report import Certainty, Evidence, Stance

ORDER: tuple[Certainty, ...] = ("certain", "probable", "possible", "unknown")


@dataclass(frozen=True, slots=True)
class Frame:
    """Words of somebody. `speakers`: heads of the speaking noun phrases; empty = nobody is named."""

    rule: str
    cue: tuple[int, int]  # first and last token of the cue
    speakers: tuple[int, ...]
    content: frozenset[int]
    stance: Stance
    certainty: Certainty
    hedges: tuple[str, ...] = ()
    realis: str | None = None
    media: Stance | None = None
    evidence: Evidence | None = None
    noun: bool = False  # the cue is a noun: "reports that"
    target: int | None = None  # the accused
    clause: bool = True  # the content is a clause, no noun phrase
    phrase: bool = False  # "according to X"
    source: bool = False  # "A reported, citing X": X is behind what A reports
    apart: bool = False  # "..., a claim that X denied": X speaks beside whoever claims it, not within

    @property
    def at(self) -> int:
        return self.cue[0]


def weakest(certainties: Iterable[Certainty]) -> Certainty:
    return max(certainties, key=ORDER.index, default="certain")


MOST = 40  # frames of a sentence; no sentence that was written to be read has half of them


def nest(found: Iterable[Frame]) -> tuple[Frame, ...]:
    """Outer before inner: by how many other frames hold the cue, then the wider content. Who is cited is behind those
    whose words hold the citation."""
    unique = list({(f.cue, f.content): f for f in found if f.content}.values())
    unique = unique[:MOST]
    depth = {f.cue: sum(_within(f, other) for other in unique if other.cue != f.cue) for f in unique}
    return tuple(sorted(unique, key=lambda f: (depth[f.cue], -len(f.content), f.cue)))


def _within(inner: Frame, outer: Frame) -> bool:
    if inner.source:
        return outer.at in inner.content
    return inner.at in outer.content and not outer.source


def certainty_of(chain: Iterable[Frame]) -> Certainty:
    """The weakest link."""
    return weakest(f.certainty for f in chain)
