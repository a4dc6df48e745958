"""Hand-made reports about invented places: short to write, complete enough to decide on."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from schemas.article import Outlet, Revision
from schemas.command import Action, Command, Target
from schemas.events import Cause, IncidentEvent
from schemas.ids import content_id, text_hash
from schemas.ontology import ontology
from schemas.report import (
    ArticleHeader,
    Assertion,
    Correction,
    Features,
    Group,
    Occurrence,
    ParserInfo,
    Participant,
    Place,
    Report,
    Span,
    Speaker,
    When,
)
from services.correlator.decide import decide
from services.correlator.drafts import Stamp
from services.correlator.fold import apply
from services.correlator.ledger import Ledger
from services.correlator.memory import MemoryLedger

DAY0 = datetime(2031, 3, 5, tzinfo=UTC)
KM_PER_DEGREE = 6371.0 * math.pi / 180
SKETCH = 64
DESK = "main"


def at(hours: float) -> datetime:
    return DAY0 + timedelta(hours=hours)


def ms(hours: float) -> int:
    return int(at(hours).timestamp() * 1000)


def town(name: str, km_north: float = 0.0, *, country: str = "NO", admin1: str = "North", lat: float = 50.0) -> Place:
    """A town so many km north of the middle of its country."""
    own = f"x:{name.casefold()}"
    return Place(
        text=name, name=name, precision=1, id=own, admin1=admin1, country=country,
        lat=lat + km_north / KM_PER_DEGREE, lon=35.0, within=(own, f"a1:{country}.{admin1}", f"c:{country}"),
    )  # fmt: skip


OSK = town("Osk")
BROD = town("Brod", 9)
FAR = town("Vellin", 66)
FARTHER = town("Tarrow", 88)
TARN = town("Tarn", country="WE", admin1="Lakes", lat=10.0)
VEY = town("Port Vey", country="EA", admin1="Coast", lat=-20.0)
ILM = town("Ilm", country="SU", admin1="Plain", lat=30.0)


def country(code: str) -> Place:
    return Place(text=code, name=code, precision=6, id=f"c:{code}", country=code, within=(f"c:{code}",))


def army(code: str) -> Participant:
    return Participant(role="actor", text=f"army of {code}", kind="military", actor_id=f"c:{code}", country=code)


def band(name: str) -> Participant:
    return Participant(role="actor", text=name, kind="armed_group", actor_id=f"o:{name.casefold()}")


def day(number: int) -> When:
    start = DAY0 + timedelta(days=number)
    return When(precision="day", anchor="explicit", start=start, end=start + timedelta(days=1))


def hour(hours: float) -> When:
    return When(precision="hour", anchor="explicit", start=at(hours), end=at(hours + 1))


UNKNOWN = When(precision="unknown", anchor="published")


@dataclass(frozen=True)
class Told:
    """One occurrence and who tells it. `words` are the content of the assertion and its identity."""

    kind: str
    where: Place | None = None
    when: When = UNKNOWN
    realis: Any = "actual"
    who: tuple[Participant, ...] = ()
    by: Speaker | None = None
    words: str = ""


@dataclass(frozen=True)
class Part:
    """A mention group to be."""

    told: tuple[Told, ...]
    role: Any = "main"
    rare: tuple[str, ...] = ()
    terms: tuple[tuple[str, int], ...] = ()
    dates: tuple[str, ...] = ()
    ages: tuple[int, ...] = ()
    streets: tuple[str, ...] = ()
    name: str = ""


def sketch(text: str, shared: float = 1.0, other: str = "") -> tuple[int, ...]:
    """A sketch that agrees with that of `text` in this share of its positions."""
    own = round(SKETCH * shared)
    sources = [text if n < own else f"{other} of {text}" for n in range(SKETCH)]
    return tuple(int(text_hash(f"{source} {n}")[:8], 16) for n, source in enumerate(sources))


def report(article: str, parts: Sequence[Part] = (), hours: float = 0.0, **fields: Any) -> Report:
    """A report published at this hour. `text` changes the version, `rank` the parser, `modified` states a time."""
    text, rank, modified = fields.pop("text", article), fields.pop("rank", 1), fields.pop("modified", None)
    appended, withdrawn = fields.pop("appended", hours), fields.pop("withdrawn", False)
    version = text_hash("withdrawn") if withdrawn else text_hash(text)
    header = ArticleHeader(
        id=article, revision=Revision(ms=ms(modified if modified is not None else appended), hash=version),
        version=version, title=article, outlet=Outlet(name=fields.pop("outlet", f"The {article}"),
        kind=fields.pop("outlet_kind", "unknown")), published=at(hours), received_at=at(appended), desk=DESK,
        modified=at(modified) if modified is not None else None, withdrawn=withdrawn,
        sketch=fields.pop("sketch", ()), wire_credit=fields.pop("wire_credit", None),
        incident_hint=fields.pop("hint", None),
    )  # fmt: skip
    made = [_part(article, header, number, part) for number, part in enumerate(parts)]
    return Report(
        type="report", v=1, id=content_id("report", article, version, rank), article=header,
        parser=ParserInfo(name="rules", version=str(rank), rank=rank), language="en", genre=fields.pop("genre", "news"),
        digest=fields.pop("digest", text_hash(text, str(rank))), groups=tuple(group for group, _, _ in made),
        occurrences=tuple(o for _, occurrences, _ in made for o in occurrences),
        assertions=tuple(a for _, _, assertions in made for a in assertions), **fields,
    )  # fmt: skip


def withdrawal(article: str, hours: float) -> Report:
    return report(article, (), hours, withdrawn=True)


def _part(
    article: str, header: ArticleHeader, number: int, part: Part
) -> tuple[Group, list[Occurrence], list[Assertion]]:
    name = part.name or f"{number}"
    group_id = content_id("group", article, name)
    occurrences = [_occurrence(article, group_id, n, told) for n, told in enumerate(part.told)]
    pairs = zip(occurrences, part.told, strict=True)
    assertions = [_assertion(article, header, occurrence, told) for occurrence, told in pairs]
    first = part.told[0]
    group = Group(
        id=group_id, role=part.role, segment_ids=(f"s{number}",), when=first.when, place=first.where,
        families=tuple(sorted({ontology().of(told.kind).family for told in part.told})),
        features=Features(
            terms=part.terms, rare=part.rare, dates=part.dates, ages=part.ages, streets=part.streets
        ),
        actors=tuple(sorted({p.actor_id for told in part.told for p in told.who if p.actor_id})),
    )  # fmt: skip
    return group, occurrences, assertions


def _occurrence(article: str, group: str, n: int, told: Told) -> Occurrence:
    where = told.where.name if told.where else None
    return Occurrence(
        id=content_id("occurrence", article, told.kind, where, n), type=told.kind, realis=told.realis, group=group,
        participants=told.who, spans=(), when=told.when, place=told.where,
    )  # fmt: skip


def _assertion(article: str, header: ArticleHeader, occurrence: Occurrence, told: Told) -> Assertion:
    outlet = Speaker(name=header.outlet.name, kind="media", id=f"o:{header.outlet.name}")
    chain = (outlet, told.by) if told.by else (outlet,)
    words = told.words or f"{told.kind} at {told.where.name if told.where else 'a place'}"
    key = content_id("key", article, [s.name for s in chain], words)
    return Assertion(
        id=content_id("exact", key, header.version), key=key, occurrence_id=occurrence.id, aspect="happened",
        chain=chain, stance="claims" if told.by else "reports", polarity="+", certainty="certain", evidence="none",
        said_at=When(precision="minute", anchor="published", start=header.published), rule="test",
        content=Span(field="body", start=0, end=len(words), text=words),
    )  # fmt: skip


def notice(what: str, old: str | None = None) -> Correction:
    return Correction(what=what, old=old, span=Span(field="body", start=0, end=len(what), text=what))


def command(name: str, action: Action, expected_seq: int | None = None, **target: Any) -> Command:
    return Command(
        type="command", v=1, id=name, desk=DESK, author="ed", reason="seen it", action=action,
        target=Target(**target), expected_seq=expected_seq,
    )  # fmt: skip


class Desk:
    """Feeds records to a ledger in order, as the handler does; keeps all events."""

    def __init__(self, ledger: Ledger | None = None) -> None:
        self.ledger: Ledger = ledger or MemoryLedger()
        self.events: list[IncidentEvent] = []
        self.offset = 0

    def stamp(self, record: Report | Command) -> Stamp:
        appended = record.article.received_at if isinstance(record, Report) else at(self.offset)
        cause = Cause(topic="news.reports", partition=0, offset=self.offset, id=record.id)
        return Stamp(
            lane=0, n=self.ledger.counter(0) + 1, last_recorded_at=self.ledger.clock(DESK), cause=cause, at=appended
        )

    def feed(self, *records: Report | Command) -> list[IncidentEvent]:
        """The events of the last record."""
        events: list[IncidentEvent] = []
        for record in records:
            events = list(decide(self.ledger, record, self.stamp(record)))
            for event in events:
                apply(self.ledger, event)
            self.events += events
            self.offset += 1
        return events

    def groups(self) -> frozenset[frozenset[str]]:
        """Which articles stand together, whatever the incidents are called. Background does not count."""
        incidents = {event.incident for event in self.events if event.incident}
        found = [
            frozenset(p.article for p in self.ledger.members(name) if p.group.role != "background")
            for name in incidents
        ]
        return frozenset(group for group in found if group)

    def standing(self, article: str) -> dict[str, tuple[str, ...]]:
        """By incident: the words that the article says there."""
        found: dict[str, tuple[str, ...]] = {}
        for placement in self.ledger.placements(DESK, article):
            words = tuple(sorted(a.content.text for a in placement.assertions))
            found[placement.incident] = tuple(sorted((*found.get(placement.incident, ()), *words)))
        return found

    def incident_of(self, article: str) -> str:
        (placement,) = self.ledger.placements(DESK, article)
        return placement.incident


def fed(*records: Report | Command) -> Desk:
    desk = Desk()
    desk.feed(*records)
    return desk


def types(events: Iterable[IncidentEvent]) -> list[str]:
    return [event.type for event in events]


def raid(article: str, hours: float = 0.0, where: Place = OSK, when: When | None = None, **fields: Any) -> Report:
    """Fighters of the River Corps cross the border: the story most tests turn around."""
    told = Told("incursion", where, when or day(int(hours // 24)), who=(band("River Corps"), army("NO")))
    return report(article, [Part((told,), rare=("Osk", "Corps"))], hours, **fields)


def shelling(article: str, hours: float, where: Place, when: When | None = None, **fields: Any) -> Report:
    told = Told("shelling", where, when or day(int(hours // 24)), who=(band("River Corps"), army("NO")))
    return report(article, [Part((told,), rare=fields.pop("rare", ("Osk", "Corps")))], hours, **fields)
