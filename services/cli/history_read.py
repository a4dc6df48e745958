"""Every figure that was told of an incident, and every word on a fact, out of its events. Pure."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Literal

from schemas.events import IncidentEvent, ReportRecorded, ReportReplaced
from schemas.incident import CasualtyHead, CasualtyRow, Fact, Figure, Incident, Voice
from schemas.report import Assertion
from services.projector.project import Projection, project

BEFORE = datetime.min.replace(tzinfo=UTC)
HeadKey = tuple[str, str, bool]
Sign = Literal["+", "-", "?"]


@dataclass(frozen=True, slots=True)
class Source:
    """Where an assertion stands: the article and the words; when this desk recorded it, and at which revision."""

    assertion: Assertion
    article: str
    outlet: str
    said: datetime
    seq: int
    recorded_at: datetime

    @property
    def quote(self) -> str:
        told = self.assertion
        return told.quote[0].text if told.quote else told.content.text


@dataclass(frozen=True, slots=True)
class ToldFigure:
    """A speaker's figure. `known`: it counts towards what is known; else it is only claimed. `standing`: neither taken
    back nor dropped, though the same speaker may have given another one since."""

    row: CasualtyRow
    known: bool
    standing: bool
    source: Source | None


@dataclass(frozen=True, slots=True)
class ToldWord:
    """A voice for (+), against (-) or beside (?) a fact. `standing`: its origin still says so, here or later."""

    voice: Voice
    sign: Sign
    standing: bool
    seq: int
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class Became:
    """A status that the fact took here."""

    status: str
    rule: str
    seq: int
    recorded_at: datetime
    reviewer: str | None = None


@dataclass(frozen=True, slots=True)
class FactHistory:
    fact: Fact
    words: tuple[ToldWord, ...]
    became: tuple[Became, ...]


def key_of(head: CasualtyHead) -> HeadKey:
    return (head.outcome, head.group, head.indirect)


def figures(events: Sequence[IncidentEvent], wanted: Sequence[CasualtyHead]) -> dict[HeadKey, list[ToldFigure]]:
    """For each head that is wanted every figure that was told, by the time at which it was said."""
    sources = sources_of(events)
    found: dict[HeadKey, dict[str, ToldFigure]] = {key_of(head): {} for head in wanted}
    latest = {key_of(head): _latest(head) for head in wanted}
    for _, view in _views(events):
        for head in (head for head in view.casualties if key_of(head) in found):
            last = latest[key_of(head)]
            for row, known in _rows(head):
                standing = row.said_at <= last.get(row.speaker, BEFORE)
                told = ToldFigure(row, known, standing, sources.get(row.assertion))
                found[key_of(head)][row.assertion] = told
    for head in wanted:
        found[key_of(head)] |= _formers(head, found[key_of(head)].values(), sources.values())
    return {key: sorted(told.values(), key=_said) for key, told in found.items()}


def _said(told: ToldFigure) -> tuple[datetime, str, str]:
    return (told.row.said_at, told.row.speaker, told.row.assertion)


def _rows(head: CasualtyHead) -> Iterator[tuple[CasualtyRow, bool]]:
    yield from ((row, True) for row in head.rows)
    yield from ((row, False) for row in head.outside)


def _latest(head: CasualtyHead) -> dict[str, datetime]:
    """When each speaker gave the figure that stands now."""
    latest: dict[str, datetime] = {}
    for row, _ in _rows(head):
        latest[row.speaker] = max(row.said_at, latest.get(row.speaker, BEFORE))
    return latest


def _formers(head: CasualtyHead, told: Iterable[ToldFigure], sources: Iterable[Source]) -> dict[str, ToldFigure]:
    """Former values that no view showed as a figure of its own: reports that came here after later ones."""
    shown = {(each.row.speaker, each.row.said_at) for each in told}
    counts = [each for each in sources if each.assertion.value and each.assertion.value.count]
    found = {}
    for row, known in _rows(head):
        for was in row.previous:
            if (row.speaker, was.said_at) not in shown:
                former = _former(row, was, known, _source_of(head, was, row.speaker, counts))
                found[former.row.assertion] = former
    return found


def _source_of(head: CasualtyHead, was: Figure, speaker: str, counts: Sequence[Source]) -> Source | None:
    """The assertion of that figure and moment, of this speaker rather than of another."""
    found = [
        each
        for each in counts
        if each.said.replace(microsecond=0) == was.said_at and _tells(each.assertion, head.outcome, was.value)
    ]
    own = [each for each in found if any(link.name == speaker for link in each.assertion.chain)]
    return next(iter(own or found), None)


def _tells(assertion: Assertion, outcome: str, value: int | None) -> bool:
    count = assertion.value.count if assertion.value else None
    return count is not None and count.outcome == outcome and value in (count.best, count.low, count.high)


def _former(row: CasualtyRow, was: Figure, known: bool, source: Source | None) -> ToldFigure:
    value = was.value
    then = replace(
        row, said_at=was.said_at, n=value or 0, low=value, best=value, high=value, comparator="=", word=None,
        outlet=source.outlet if source else "", previous=(),
        assertion=source.assertion.key if source else f"{row.assertion}@{was.said_at.isoformat()}",
    )  # fmt: skip
    return ToldFigure(then, known, True, source)


def history_of(events: Sequence[IncidentEvent], fact: Fact) -> FactHistory:
    """`fact` as the view of these events has it."""
    words: dict[str, ToldWord] = {}
    became: list[Became] = []
    latest: dict[str, datetime] = {}
    for voice, _ in _voices(fact):
        latest[voice.origin] = max(voice.said_at, latest.get(voice.origin, BEFORE))
    for event, view in _views(events):
        for then in (it for it in view.facts if _is_same(it, fact)):
            for voice, sign in _voices(then):
                at = words.get(voice.assertion)
                seq, recorded = (at.seq, at.recorded_at) if at else (event.seq, event.recorded_at)
                standing = voice.said_at <= latest.get(voice.origin, BEFORE)
                words[voice.assertion] = ToldWord(voice, sign, standing, seq, recorded)
            if not became or (became[-1].status, became[-1].rule) != (then.status, then.rule):
                reviewer = then.review.author if then.review else None
                became.append(Became(then.status, then.rule, event.seq, event.recorded_at, reviewer))
    ordered = sorted(words.values(), key=lambda told: (told.voice.said_at, told.voice.assertion))
    return FactHistory(fact, tuple(ordered), tuple(became))


def _is_same(then: Fact, fact: Fact) -> bool:
    """The same question about the same occurrence, whatever it was called at the time."""
    shared = then.id == fact.id or not set(then.occurrences).isdisjoint(fact.occurrences)
    return shared and (then.aspect, then.value) == (fact.aspect, fact.value)


def _voices(fact: Fact) -> Iterator[tuple[Voice, Sign]]:
    yield from ((voice, "+") for voice in fact.supporting)
    yield from ((voice, "-") for voice in fact.opposing)
    yield from ((voice, "?") for voice in fact.withheld)


def _views(events: Iterable[IncidentEvent]) -> Iterator[tuple[IncidentEvent, Incident]]:
    """The view after each event."""
    projection: Projection | None = None
    for event in events:
        projection, _ = project(projection, event)
        yield event, projection.view


def sources_of(events: Iterable[IncidentEvent]) -> dict[str, Source]:
    """Where each assertion was first told here, by its key: the rows of a ledger name that."""
    found: dict[str, Source] = {}
    for event in events:
        if isinstance(event, ReportRecorded | ReportReplaced):
            article = event.report.article
            for told in event.assertions if isinstance(event, ReportRecorded) else event.added:
                said = told.said_at.start or article.published
                source = Source(told, article.id, article.outlet.name, said, event.seq, event.recorded_at)
                found.setdefault(told.key, source)
    return found
