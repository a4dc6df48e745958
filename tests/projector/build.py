"""Hand-made records of invented incidents: short to write, complete enough to fold."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from schemas.article import Outlet, Revision
from schemas.events import (
    Cause,
    Decision,
    Dropped,
    DropReason,
    ReportHeader,
    ReportRecorded,
    ReportReplaced,
    ReportWithdrawn,
)
from schemas.ids import content_id
from schemas.report import (
    ArticleHeader,
    Assertion,
    Count,
    Features,
    Group,
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
NORTH = ("c:NO",)


def at(hours: float) -> datetime:
    return DAY0 + timedelta(hours=hours)


def when(hours: float) -> When:
    return When(precision="hour", anchor="explicit", start=at(hours), end=at(hours + 1))


def place(name: str, *within: str, precision: int = 1, country: str = "NO") -> Place:
    own = f"x:{name.casefold()}"
    inside = (own, *within, f"c:{country}")
    return Place(text=name, name=name, precision=precision, id=own, country=country, within=inside)


OSK = place("Osk", "a1:NO.01")
BROD = place("Brod", "a1:NO.01")
PROVINCE = "a1:NO.01"


def outlet_voice(outlet: str) -> Speaker:
    return Speaker(name=outlet, kind="media", id=f"o:{outlet.casefold()}")


GOVERNOR = Speaker(
    name="Ana Dorn", kind="government", id="p:ana-dorn", org_id="o:governor", org="governor", office="governor",
    country="NO", jurisdiction=PROVINCE,
)  # fmt: skip
MINISTRY = Speaker(name="defence ministry", kind="military", id="o:defence", country="NO", jurisdiction="c:NO")
SOUTH = Speaker(name="South", kind="government", id="o:south", country="SO", jurisdiction="c:SO")
MILITIA = Speaker(name="River Corps", kind="armed_group", id="o:river-corps", descriptors=("anti-c:no",))
HILLMEN = Speaker(name="Hill Guard", kind="armed_group", id="o:hill-guard", descriptors=("anti-c:no",))
MONITOR = Speaker(name="War Monitor", kind="ngo_monitor", id="o:war-monitor")
CHANNEL = Speaker(name="a channel", kind="social_channel", named=False, id="n:channel")
POLICE = Speaker(name="police", kind="police_rescue", id="o:police", country="NO")


def actor(speaker: Speaker, role: Any = "actor") -> Participant:
    return Participant(
        role=role, text=speaker.name, kind=speaker.kind, actor_id=speaker.id, country=speaker.country,
        descriptors=speaker.descriptors,
    )  # fmt: skip


def header(article: str, outlet: str, hours: float, version: int = 1, **fields: Any) -> ReportHeader:
    info = ArticleHeader(
        id=article, revision=Revision(ms=int(at(hours).timestamp() * 1000), hash=f"h{version}"), version=f"v{version}",
        title=f"{outlet} on {article}", outlet=Outlet(name=outlet), published=at(hours), received_at=at(hours),
        desk="main", modified=at(hours) if version > 1 else None,
    )  # fmt: skip
    return ReportHeader(
        id=content_id("report", article, version), article=info, parser=ParserInfo(name="rules", version="1", rank=1),
        language="en", genre=fields.pop("genre", "news"), digest=f"d{version}", **fields,
    )  # fmt: skip


def occurrence(article: str, kind: str, where: Place | None = OSK, hours: float = 0, **fields: Any) -> Occurrence:
    return Occurrence(
        id=content_id("occurrence", article, kind, where.name if where else None, fields.get("n", 0)), type=kind,
        realis=fields.get("realis", "actual"), group=f"g-{article}", participants=tuple(fields.get("who", ())),
        spans=(), when=fields.get("when") or when(hours), place=where,
    )  # fmt: skip


def says(
    of: Occurrence, outlet: str, hours: float, *speakers: Speaker, aspect: Any = "happened", **fields: Any
) -> Assertion:
    chain = (outlet_voice(outlet), *speakers)
    stance = fields.pop("stance", "claims" if speakers else "reports")
    value: Value | None = fields.pop("value", None)
    words = f"{chain[-1].name}: {of.type} {aspect} {value}"
    key = content_id(
        "key", of.id, [s.name for s in chain], aspect, repr(value), fields.get("polarity", "+"), repr(hours)
    )
    return Assertion(
        id=content_id("exact", key), key=key, occurrence_id=of.id, aspect=aspect, chain=chain, stance=stance,
        polarity=fields.pop("polarity", "+"), certainty=fields.pop("certainty", "certain"),
        evidence=fields.pop("evidence", "statement"), said_at=when(hours), rule="test", value=value,
        content=Span(field="body", start=0, end=len(words), text=words), **fields,
    )  # fmt: skip


def counted(outcome: Any, n: int, group: str = "civilians", **fields: Any) -> Value:
    comparator = fields.pop("comparator", "=")
    exact = n if comparator == "=" else None
    count = Count(
        outcome=outcome, group=group, comparator=comparator, kind=fields.pop("kind", "total"), low=n, best=exact,
        high=exact, **fields,
    )  # fmt: skip
    return Value(count=count)


class Log:
    """Writes the events of one incident in order; recorded_at runs with the hours of the articles."""

    def __init__(self, incident: str = "i-1") -> None:
        self.incident = incident
        self.seq = 0

    def _envelope(self, hours: float) -> dict[str, Any]:
        self.seq += 1
        return {
            "v": 1, "id": content_id("event", self.incident, self.seq), "incident": self.incident, "seq": self.seq,
            "desk": "main", "recorded_at": at(hours),
            "cause": Cause(topic="news.reports", partition=0, offset=self.seq, id=f"c{self.seq}"),
            "decision": Decision(lane=0, n=self.seq, part=1, of=1, rule="C0", version="1"),
        }  # fmt: skip

    def recorded(
        self, head: ReportHeader, occurrences: Sequence[Occurrence], assertions: Sequence[Assertion], **fields: Any
    ) -> ReportRecorded:
        hours = (head.article.received_at - DAY0).total_seconds() / 3600
        return ReportRecorded(
            type="report_recorded", report=head, group=_group(head, occurrences, fields.pop("role", "main")),
            occurrences=tuple(occurrences), assertions=tuple(assertions), **fields, **self._envelope(hours),
        )  # fmt: skip

    def replaced(
        self,
        head: ReportHeader,
        occurrences: Sequence[Occurrence],
        added: Sequence[Assertion],
        dropped: Sequence[Assertion],
        by: DropReason,
    ) -> ReportReplaced:
        hours = (head.article.received_at - DAY0).total_seconds() / 3600
        return ReportReplaced(
            type="report_replaced", report=head, group=_group(head, occurrences, "main"),
            occurrences=tuple(occurrences), added=tuple(added),
            dropped=tuple(Dropped(key=a.key, by=by) for a in dropped), **self._envelope(hours),
        )  # fmt: skip

    def withdrawn(self, head: ReportHeader) -> ReportWithdrawn:
        hours = (head.article.received_at - DAY0).total_seconds() / 3600
        return ReportWithdrawn(
            type="report_withdrawn", report=head, group=f"g-{head.article.id}", by="withdrawal", **self._envelope(hours)
        )


def _group(head: ReportHeader, occurrences: Sequence[Occurrence], role: Any) -> Group:
    first = next(iter(occurrences), None)
    return Group(
        id=f"g-{head.article.id}", role=role, families=("conflict",), segment_ids=(), features=Features(),
        when=first.when if first else when(0), place=first.place if first else None,
    )  # fmt: skip
