"""Any sequence of events of one incident, drawn by Hypothesis: odd orders, odd contents, all that people may do."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any, TypeVar

from hypothesis import strategies as st

from schemas.events import (
    Event,
    FactReviewed,
    IncidentEvent,
    IncidentMerged,
    IncidentRenamed,
    ReportMoved,
)
from schemas.report import Assertion, MeasureValue, Occurrence, Value
from tests.projector.build import (
    BROD,
    CHANNEL,
    GOVERNOR,
    HILLMEN,
    MILITIA,
    MINISTRY,
    MONITOR,
    OSK,
    POLICE,
    SOUTH,
    Log,
    actor,
    counted,
    header,
    occurrence,
    outlet_voice,
    place,
    says,
)

SPEAKERS = (GOVERNOR, MINISTRY, SOUTH, MILITIA, HILLMEN, MONITOR, CHANNEL, POLICE)
PLACES = (OSK, BROD, place("Osk Mill", "x:osk", "a1:NO.01"), place("Far", country="SO"), None, None)
TYPES = ("incursion", "shelling", "armed_clash", "riot", "evacuation", "territory_taken", "deployment")
OUTLETS = ("Wire", "Post", "Mail", "Echo")
ARTICLES = tuple("abcdefgh")
VALUES: dict[str, Callable[[Any], Value | None]] = {
    "happened": lambda draw: None,
    "actor": lambda draw: Value(actor=draw(st.sampled_from(("o:south", "o:river-corps", "o:defence")))),
    "cause": lambda draw: Value(cause=draw(st.sampled_from(("accident", "sabotage", "unknown")))),
    "count": lambda draw: counted(
        draw(st.sampled_from(("killed", "injured"))), draw(st.integers(0, 4)),
        draw(st.sampled_from(("civilians", "forces:o:river-corps", "forces:o:defence"))),
        comparator=draw(st.sampled_from(("=", "=", ">=", "<="))),
        kind=draw(st.sampled_from(("total", "total", "additional", "subset"))),
    ),
    "measure": lambda draw: Value(
        measure=MeasureValue(act=draw(st.sampled_from(("introduced", "extended", "lifted"))), name="curfew")
    ),
    "control": lambda draw: Value(holder=draw(st.sampled_from(("o:river-corps", "c:NO")))),
}  # fmt: skip


E = TypeVar("E", bound=Event)


@st.composite
def _assertion(draw: Any, of: Occurrence, outlet: str) -> Assertion:
    aspect = draw(st.sampled_from(("happened", "happened", *VALUES)))
    chain = draw(st.lists(st.sampled_from(SPEAKERS), max_size=2, unique=True))
    said = says(
        of, outlet, draw(st.sampled_from((1, 2, 5, 30))), *chain, aspect=aspect, value=VALUES[aspect](draw),
        polarity=draw(st.sampled_from(("+", "+", "+", "-"))), certainty=draw(st.sampled_from(("certain", "possible"))),
    )  # fmt: skip
    return replace(said, stance=draw(st.sampled_from((said.stance, said.stance, said.stance, "retracts", "withholds"))))


@st.composite
def _occurrence(draw: Any, article: str, n: int) -> Occurrence:
    who = draw(st.lists(st.sampled_from((MILITIA, HILLMEN, SOUTH, MINISTRY)), max_size=2, unique=True))
    roles = [draw(st.sampled_from(("actor", "actor", "target"))) for _ in who]
    return occurrence(
        article, draw(st.sampled_from(TYPES)), draw(st.sampled_from(PLACES)), draw(st.sampled_from((0, 3, 50))), n=n,
        realis=draw(st.sampled_from(("actual", "actual", "ongoing", "planned"))),
        who=[
            replace(actor(speaker, role), text=speaker.name + draw(st.sampled_from(("", "", " men"))))
            for speaker, role in zip(who, roles, strict=True)
        ],
    )  # fmt: skip


@st.composite
def _contents(draw: Any, article: str, outlet: str) -> tuple[list[Occurrence], list[Assertion]]:
    found = {it.id: it for n in range(draw(st.integers(1, 3))) for it in [draw(_occurrence(article, n))]}
    told = [draw(_assertion(it, outlet)) for it in found.values() for _ in range(draw(st.integers(1, 2)))]
    return list(found.values()), list({said.key: said for said in told}.values())


class _Story:
    """The events so far, and what each article says now."""

    def __init__(self, draw: Any) -> None:
        self.draw = draw
        self.log = Log()
        self.events: list[IncidentEvent] = []
        self.said: dict[str, list[Assertion]] = {}
        self.versions: dict[str, int] = {}

    def grow(self) -> None:
        how = self.draw(st.sampled_from((self._told, self._told, self._told, self._told, self._gone, self._people)))
        self.events.append(how(self.draw(st.sampled_from(ARTICLES))))

    def _told(self, article: str) -> IncidentEvent:
        outlet = OUTLETS[ord(article) % len(OUTLETS)]
        version = self.versions[article] = self.versions.get(article, 0) + 1
        things, said = self.draw(_contents(article, outlet))
        head = header(article, outlet, self.draw(st.integers(0, 40)), version, **self._extras())
        before = self.said.get(article)
        if before is None or self.draw(st.integers(0, 5)) == 0:
            self.said[article] = said
            family = self.draw(st.sampled_from((None, None, "f1")))
            role = self.draw(st.sampled_from(("main", "main", "main", "other", "background")))
            return self.log.recorded(head, things, said, family=family, role=role)
        kept = [it for it in before if self.draw(st.booleans())]
        by = self.draw(st.sampled_from(("correction", "rewrite", "parser")))
        self.said[article] = list({it.key: it for it in (*kept, *said)}.values())
        return self.log.replaced(head, things, said, [it for it in before if it not in kept], by)

    def _extras(self) -> dict[str, Any]:
        corrections = self.draw(st.sampled_from(((), (), ("It was two.",))))
        leans = self.draw(st.sampled_from((None, None, outlet_voice("Wire").id)))
        genre = self.draw(st.sampled_from(("news", "live_blog")))
        return {"corrections": corrections, "derivative_of": leans, "genre": genre}

    def _gone(self, article: str) -> IncidentEvent:
        self.said.pop(article, None)
        outlet = OUTLETS[ord(article) % len(OUTLETS)]
        gone = self.log.withdrawn(header(article, outlet, self.draw(st.integers(0, 60)), 9))
        if self.draw(st.booleans()):
            return gone
        return _as(ReportMoved, gone, type="report_moved", article=article, group=f"g-{article}")

    def _people(self, article: str) -> IncidentEvent:
        gone = self.log.withdrawn(header(article, "Wire", 1, 9))
        by = {"command": f"c-{article}", "author": "eva", "reason": "checked", "undone": self.draw(st.booleans())}
        keys = tuple(it.key for it in self.said.get(article, ())[:2])
        kind = self.draw(st.sampled_from(("review", "rename", "merge")))
        if kind == "review":
            status = self.draw(st.sampled_from(("confirmed", "denied")))
            return _as(FactReviewed, gone, type="fact_reviewed", fact="f", keys=keys, status=status, **by)
        if kind == "rename":
            return _as(IncidentRenamed, gone, type="incident_renamed", title="The raid", **by)
        return _as(IncidentMerged, gone, type="incident_merged", into="i-2", **by)


def _as(kind: type[E], event: IncidentEvent, **fields: Any) -> E:
    """Another event in the same envelope."""
    shared = {name: getattr(event, name) for name in ("v", "id", "incident", "seq", "desk", "cause", "decision")}
    return kind(**shared, recorded_at=event.recorded_at, **fields)


@st.composite
def stories(draw: Any, most: int = 12) -> list[IncidentEvent]:
    """Up to so many events, the first of them a report."""
    story = _Story(draw)
    story.events.append(story._told("a"))
    for _ in range(draw(st.integers(0, most - 1))):
        story.grow()
    return story.events
