"""A perfect reader: the events that the dispatches would give if the parser found just what is expected of it.

So the views of expected.json are tested on the projector alone, and a difference in an end-to-end test is the reader's.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from typing import Any, get_args

from schemas.events import Cause, Decision, Dropped, IncidentEvent, ReportHeader, ReportRecorded, ReportReplaced
from schemas.ids import content_id
from schemas.incident import Incident
from schemas.ontology import ontology
from schemas.report import (
    ArticleHeader,
    Assertion,
    Count,
    Features,
    Group,
    GroupRole,
    MeasureValue,
    Occurrence,
    ParserInfo,
    Participant,
    Place,
    Span,
    Speaker,
    Value,
    When,
)
from services.projector.project import fold
from tests.seeds.matching import fold as folded
from tests.seeds.records import Dispatch, Figure, Pattern, Seed

EVENING = time(18)
"""Words of an earlier day were said in its evening, so say those dispatches."""
GROUP_ROLES = get_args(get_args(GroupRole)[0])


def perfect_view(seed: Seed, incident: str, after_line: int) -> Incident:
    """The view of one incident once the first lines are in, all read perfectly."""
    reader = Reader(seed, incident)
    events = [event for dispatch in seed.dispatches[:after_line] for event in reader.read(dispatch)]
    projection = fold(events)
    assert projection is not None, f"no line tells of {incident}"
    return projection.view


class Reader:
    """Turns the expectations of one seed into events of one of its incidents."""

    def __init__(self, seed: Seed, incident: str) -> None:
        self.seed = seed
        self.wanted = seed.expected.incidents[incident]
        self.events = 0
        self.clock = datetime(1970, 1, 1, tzinfo=UTC)
        self.said: dict[str, dict[str, Assertion]] = {}

    def read(self, dispatch: Dispatch) -> Iterator[IncidentEvent]:
        """A first version is recorded, a later one replaces what it no longer says."""
        article = dispatch.article
        self.clock = max(self.clock, article.modified or article.published)
        for role in GROUP_ROLES:
            mine = [p for p in dispatch.expected.assertions if (p.role or ("main",))[0] == role and self._is_mine(p)]
            if not mine:
                continue
            parts = [self._assertion(self._placed(pattern), dispatch) for pattern in mine]
            occurrences = {occurrence.id: occurrence for _, occurrence in parts}
            yield self._event(dispatch, role, [assertion for assertion, _ in parts], list(occurrences.values()))

    def _is_mine(self, pattern: Pattern) -> bool:
        """In a roundup the country tells the incidents apart; what has no place follows its type."""
        if len(self.seed.expected.incidents) == 1:
            return True
        if pattern.place:
            return self._within(pattern.place[0])[-1] == self._within(self.wanted.place[0])[-1]
        others = {kind for it in self.seed.expected.incidents.values() if it is not self.wanted for kind in it.type}
        return pattern.type[0] not in others

    def _placed(self, pattern: Pattern) -> Pattern:
        """What has no place of its own is where the incident is."""
        return pattern if pattern.place else replace(pattern, place=self.wanted.place)

    def _event(
        self, dispatch: Dispatch, role: Any, assertions: Sequence[Assertion], occurrences: Sequence[Occurrence]
    ) -> IncidentEvent:
        article = dispatch.article
        told = {assertion.key: assertion for assertion in assertions}
        key = f"{article.id} {role}"
        former = self.said.get(key)
        self.said[key] = told
        header, group = self._header(dispatch), _group(article.id, role, occurrences)
        if former is None:
            return ReportRecorded(
                type="report_recorded", report=header, group=group, occurrences=tuple(occurrences),
                assertions=tuple(assertions), family=self._family(dispatch), **self._envelope(),
            )  # fmt: skip
        gone = tuple(Dropped(key=name, by="correction") for name in former if name not in told)
        added = tuple(assertion for name, assertion in told.items() if name not in former)
        return ReportReplaced(
            type="report_replaced", report=header, group=group, occurrences=tuple(occurrences), added=added,
            dropped=gone, **self._envelope(),
        )  # fmt: skip

    def _family(self, dispatch: Dispatch) -> str:
        """Texts that share their first sentence are one family."""
        first = dispatch.article.body.split("\n\n")[0].split(") - ")[-1]
        return content_id("family", first)

    def _envelope(self) -> dict[str, Any]:
        self.events += 1
        return {
            "v": 1, "id": f"e{self.events}", "incident": "i1", "seq": self.events, "desk": "main",
            "recorded_at": self.clock,
            "cause": Cause(topic="news.reports", partition=0, offset=self.events, id=f"c{self.events}"),
            "decision": Decision(lane=0, n=self.events, part=1, of=1, rule="C0", version="1"),
        }  # fmt: skip

    def _header(self, dispatch: Dispatch) -> ReportHeader:
        article, told = dispatch.article, dispatch.expected
        info = ArticleHeader(
            id=article.id, revision=article.revision, version=article.version, title=article.title,
            outlet=article.outlet, published=article.published, received_at=self.clock, desk="main",
            modified=article.modified, wire_credit=told.wire_credit,
        )  # fmt: skip
        return ReportHeader(
            id=article.version, article=info, parser=ParserInfo(name="perfect", version="1", rank=1), language="en",
            genre=told.genre or "news", digest=article.version, derivative_of=told.derivative_of,
            corrections=("corrected",) * (told.corrections or 0),
        )  # fmt: skip

    def _assertion(self, pattern: Pattern, dispatch: Dispatch) -> tuple[Assertion, Occurrence]:
        quote = pattern.quote or ""
        occurrence = self._occurrence(pattern, dispatch)
        chain = self._chain(pattern, dispatch)
        value = self._value(pattern)
        key = content_id(
            "key", dispatch.article.id, [s.name for s in chain], pattern.aspect[0], occurrence.id, repr(value)
        )
        start = dispatch.article.body.find(quote)
        assertion = Assertion(
            id=key, key=key, occurrence_id=occurrence.id, aspect=_known(pattern.aspect), chain=chain,
            stance=_known(pattern.stance), polarity=_known(pattern.polarity), value=value, rule="perfect",
            certainty=_known(pattern.certainty or ("certain",)), evidence=_known(pattern.evidence or ("statement",)),
            said_at=self._said(pattern, dispatch), concerns=_known(pattern.concerns) if pattern.concerns else None,
            content=Span(field="body", start=start, end=start + len(quote), text=quote),
        )  # fmt: skip
        return assertion, occurrence

    def _occurrence(self, pattern: Pattern, dispatch: Dispatch) -> Occurrence:
        kind, place = pattern.type[0], pattern.place[0] if pattern.place else None
        realis = pattern.realis[0] if pattern.realis else "actual"
        actors = tuple(self._participant(key, "actor") for key in (*pattern.by[:1], *pattern.actor[:1]))
        authorities = [key for key in pattern.speaker[:1] if pattern.measure and self.seed.expected.speakers[key].names]
        authority = tuple(self._participant(key, "authority") for key in authorities)
        return Occurrence(
            id=content_id("occurrence", dispatch.article.id, kind, place, realis, pattern.by), type=kind,
            realis=_known((realis,)), group=dispatch.article.id, participants=actors + authority, spans=(),
            when=self._day(pattern, dispatch), place=self._place(place) if place else None,
        )  # fmt: skip

    def _day(self, pattern: Pattern, dispatch: Dispatch) -> When:
        """The day of the words, at the place: the dispatches tell of the day itself."""
        said = self._said(pattern, dispatch).start or dispatch.article.published
        start = said.astimezone(dispatch.zone).replace(hour=0, minute=0)
        return When(precision="day", anchor="published", start=start, end=start + timedelta(days=1))

    def _said(self, pattern: Pattern, dispatch: Dispatch) -> When:
        at, zone = dispatch.article.published, dispatch.zone
        if pattern.said and pattern.said != at.astimezone(zone).date():
            at = datetime.combine(pattern.said, EVENING, zone).astimezone(UTC)
        return When(precision="minute", anchor="published", start=at, end=at + timedelta(minutes=1))

    def _chain(self, pattern: Pattern, dispatch: Dispatch) -> tuple[Speaker, ...]:
        name = dispatch.article.outlet.name
        outlet = Speaker(name=name, kind="media", id=_id(name))
        key = pattern.speaker[0]
        inner = () if self.seed.expected.speakers[key].outlet else (key,)
        return (outlet, *(self._speaker(name) for name in (*pattern.via, *inner)))

    def _speaker(self, key: str) -> Speaker:
        voice = self.seed.expected.speakers[key]
        land = voice.jurisdiction and self._within(voice.jurisdiction)[0]
        name = voice.names[0] if voice.names else "unconfirmed reports"
        return Speaker(
            name=name, id=_id(name), named=voice.named[0],
            kind=_known(voice.kind or ("company",)), country=voice.country, jurisdiction=land,
            descriptors=tuple(_against(word) for word in voice.descriptors),
        )  # fmt: skip

    def _participant(self, key: str, role: Any) -> Participant:
        """A country stands for its army."""
        voice = self.seed.expected.speakers[key]
        land = next((name for name in voice.names if len(name) == 2), None)
        kind = voice.kind[0] if voice.kind else "military"
        actor = f"c:{land}" if land else _id(voice.names[0])
        return Participant(role=role, text=voice.names[0], kind=_known((kind,)), actor_id=actor, country=land)

    def _value(self, pattern: Pattern) -> Value | None:
        if pattern.count:
            return Value(count=_count(pattern.count))
        if pattern.measure:
            return Value(measure=MeasureValue(act=_known((pattern.measure.act,)), name=pattern.type[0]))
        if pattern.actor:
            return Value(actor=self._participant(pattern.actor[0], "actor").actor_id)
        return Value(holder=self._participant(pattern.holder[0], "actor").actor_id) if pattern.holder else None

    def _place(self, name: str) -> Place:
        within = self._within(name)
        return Place(
            text=name, name=name, precision=_precision(name), id=within[0], within=within, admin1=within[-2],
            country=within[-1].removeprefix("c:"),
        )  # fmt: skip

    def _within(self, name: str) -> tuple[str, ...]:
        """Ids of the place and of all that it lies in."""
        parent = self.seed.expected.places.get(name)
        if parent is None:
            return (f"c:{name}",)
        return (f"x:{name.casefold()}", *self._within(parent))


def _precision(name: str) -> int:
    return 4 if "region" in name else 3 if "district" in name else 1


def _id(name: str) -> str:
    """One id however a speaker is reached: as the outlet itself or as the outlet that another cites."""
    return f"s:{folded(name)}"


def _group(article: str, role: Any, occurrences: Sequence[Occurrence]) -> Group:
    first = occurrences[0]
    return Group(
        id=f"{article} {role}", role=role, families=(ontology().of(first.type).family,), segment_ids=(),
        when=first.when, features=Features(), place=first.place,
    )  # fmt: skip


def _count(wanted: Figure) -> Count:
    comparator = wanted.comparator[0] if wanted.comparator else "="
    exact = wanted.n if comparator == "=" else None
    group = (wanted.group or ("mixed",))[0].replace("forces:*", "forces:c:RU")
    return Count(
        outcome=_known((wanted.outcome,)), group=group, comparator=_known((comparator,)), low=wanted.n, best=exact,
        high=exact, kind=_known(wanted.kind or ("total",)), base=_known((wanted.base,)) if wanted.base else None,
        indirect=bool(wanted.indirect), scope="entered villages" if wanted.scope == "part" else "incident",
    )  # fmt: skip


def _known(words: Sequence[str]) -> Any:
    """The first of the words that will do; the records' types list them, the files' do not."""
    return words[0]


def _against(word: str) -> str:
    """What the reader makes of the name of a government's seat."""
    return word.replace("kremlin", "c:ru")
