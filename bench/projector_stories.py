"""Events of invented incidents for the projector's cost: cheap to make, as varied as news is, the same every time.

An incident is a border war of two sides: many outlets relay fewer speakers, the dead are counted, officials correct
themselves, copies of one text are one family, and every day has its occurrences. Reports come two minutes apart.
"""

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from schemas.article import Outlet, Revision
from schemas.events import Cause, Decision, ReportHeader, ReportRecorded
from schemas.ids import content_id
from schemas.report import (
    ArticleHeader,
    Assertion,
    Count,
    Features,
    Group,
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

DAY0 = datetime(2031, 3, 5, tzinfo=UTC)
BETWEEN = timedelta(minutes=2)
TOWNS = tuple(f"Town {letter}" for letter in "ABCDEFGH")
FAME = (20, 8, 5, 3, 2, 1, 1, 1)
"""How often each town is in the news: an incident has one main place."""

OUTLETS = tuple(f"Outlet {n}" for n in range(200))
OFFICES = (("ministry of North", "military", "NO"), ("governor", "government", "NO"), ("health office", "health", "NO"),
           ("ministry of South", "military", "SO"), ("police", "police_rescue", "NO"))  # fmt: skip
CORPS = Speaker(name="River Corps", kind="armed_group", id="o:river-corps", descriptors=("anti-c:no",))
MONITOR = Speaker(name="War Monitor", kind="ngo_monitor", id="o:war-monitor")
TYPES = ("incursion", "shelling", "shelling", "armed_clash", "air_drone_strike", "evacuation")


def _place(name: str) -> Place:
    own = f"x:{name.casefold().replace(' ', '-')}"
    return Place(text=name, name=name, precision=1, id=own, country="NO", within=(own, "a1:NO.01", "c:NO"))


def _office(n: int) -> Speaker:
    name, kind, country = OFFICES[n % len(OFFICES)]
    jurisdiction = "c:" + country
    ident = "o:" + name.replace(" ", "-")
    return Speaker(name=name, kind=kind, id=ident, country=country, jurisdiction=jurisdiction)  # type: ignore[arg-type]


def _person(n: int) -> Speaker:
    return Speaker(name=f"Person {n}", kind="witness", id=f"p:person-{n}")


class Story:
    """The events of one incident, seq 1, 2, 3 …; equal arguments give equal events."""

    def __init__(self, incident: str, seed: int = 1) -> None:
        self.incident = incident
        self._random = random.Random(f"{incident} {seed}")
        self._seq = 0
        self._dead = 2

    def events(self, count: int) -> Iterator[ReportRecorded]:
        """The next `count` of them."""
        for _ in range(count):
            self._seq += 1
            yield self._event(self._seq, DAY0 + BETWEEN * self._seq)

    def _event(self, seq: int, at: datetime) -> ReportRecorded:
        article = content_id("article", self.incident, seq)
        outlet = self._random.choice(OUTLETS)
        occurrences = tuple(self._occurrence(article, at, n) for n in range(self._random.choice((1, 1, 2))))
        told = tuple(said for it in occurrences for said in self._told(it, outlet, at))
        head = _header(article, outlet, at)
        first = occurrences[0]
        group = Group(
            id=content_id("group", article), role="main", families=("conflict",), segment_ids=(), when=first.when,
            features=Features(), place=first.place,
        )  # fmt: skip
        return ReportRecorded(
            type="report_recorded", v=1, id=content_id("event", self.incident, seq), incident=self.incident, seq=seq,
            desk="main", recorded_at=at, cause=Cause(topic="news.reports", partition=0, offset=seq, id=f"c{seq}"),
            decision=Decision(lane=0, n=seq, part=1, of=1, rule="C0", version="1"), report=head, group=group,
            occurrences=occurrences, assertions=told,
            family=f"f{seq // 20}" if self._random.random() < 0.2 else None,
        )  # fmt: skip

    def _occurrence(self, article: str, at: datetime, n: int) -> Occurrence:
        choose = self._random
        day = datetime(at.year, at.month, at.day, tzinfo=UTC) - timedelta(days=choose.random() < 0.2)
        kind = choose.choice(TYPES)
        place = _place(choose.choices(TOWNS, FAME)[0]) if choose.random() < 0.7 else None
        corps = Participant(role="actor", text=CORPS.name, kind=CORPS.kind, actor_id=CORPS.id)
        return Occurrence(
            id=content_id("occurrence", article, n), type=kind, realis="actual", group="g", spans=(), place=place,
            participants=(corps,) if choose.random() < 0.5 and kind != "evacuation" else (),
            when=When(precision="day", anchor="explicit", start=day, end=day + timedelta(days=1)),
        )  # fmt: skip

    def _told(self, it: Occurrence, outlet: str, at: datetime) -> Iterator[Assertion]:
        choose = self._random
        yield _says(it, outlet, at, self._speaker(), "happened", None)
        if choose.random() < 0.5:
            yield _says(it, outlet, at, self._speaker(), "count", self._count())
        if choose.random() < 0.3:
            yield _says(it, outlet, at, self._speaker(), "actor", Value(actor=choose.choice((CORPS.id, "o:south"))))
        if it.type == "evacuation":
            act = choose.choice(("introduced", "introduced", "lifted"))
            measure = MeasureValue(act=act, name="evacuation")  # type: ignore[arg-type]
            yield _says(it, outlet, at, _office(1), "measure", Value(measure=measure))
        if it.place and choose.random() < 0.05:
            yield _says(it, outlet, at, self._speaker(), "control", Value(holder=choose.choice(("c:NO", "c:SO"))))

    def _speaker(self) -> Speaker | None:
        choose = self._random
        what = choose.random()
        if what < 0.4:
            return None
        if what < 0.75:
            return _office(choose.randrange(len(OFFICES)))
        if what < 0.9:
            return choose.choice((CORPS, MONITOR))
        return _person(int(choose.paretovariate(0.7)) % 2000)

    def _count(self) -> Value:
        choose = self._random
        self._dead += choose.random() < 0.02
        outcome: Any = choose.choice(("killed", "killed", "injured"))
        n = max(0, self._dead - (choose.random() < 0.1)) * (1 if outcome == "killed" else 3)
        return Value(
            count=Count(outcome=outcome, group="civilians", comparator="=", kind="total", low=n, best=n, high=n)
        )


def _header(article: str, outlet: str, at: datetime) -> ReportHeader:
    info = ArticleHeader(
        id=article, revision=Revision(ms=int(at.timestamp() * 1000), hash="h"), version="v1",
        title=f"{outlet} on what happened", outlet=Outlet(name=outlet), published=at, received_at=at, desk="main",
    )  # fmt: skip
    return ReportHeader(
        id=content_id("report", article), article=info, parser=ParserInfo(name="rules", version="1", rank=1),
        language="en", genre="news", digest="d",
    )  # fmt: skip


def _says(of: Occurrence, outlet: str, at: datetime, speaker: Speaker | None, aspect: Any, value: Any) -> Assertion:
    first = Speaker(name=outlet, kind="media", id="o:" + outlet.casefold().replace(" ", "-"))
    chain = (first, speaker) if speaker else (first,)
    key = content_id("key", of.id, [link.name for link in chain], aspect, repr(value))
    start = at - timedelta(hours=1) if speaker else at
    words = f"{chain[-1].name} said on the day that there was {of.type} and more that fills a sentence of usual length."
    return Assertion(
        id=content_id("exact", key), key=key, occurrence_id=of.id, aspect=aspect, chain=chain,
        stance="claims" if speaker else "reports", polarity="+", certainty="certain", evidence="statement",
        said_at=When(precision="hour", anchor="explicit", start=start, end=start + timedelta(hours=1)), rule="bench",
        content=Span(field="body", start=0, end=len(words), text=words), value=value,
    )  # fmt: skip
