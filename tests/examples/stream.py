"""A stream as a consumer may meet it: repeats, successors before predecessors, a merge; and what it must come to."""

import random
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from typing import Any

import orjson

from schemas.events import IncidentEvent, IncidentRenamed
from schemas.incident import Incident
from services.projector.project import fold
from tests.correlator.build import OSK, TARN, VEY, command, fed, raid, report

Line = dict[str, Any]
Lines = dict[str, list[Line]]
"""The lines of each incident, in order."""


@cache
def events() -> tuple[IncidentEvent, ...]:
    """Three incidents told by fifteen reports; two of them merged, one renamed; and what is of no incident."""
    towns = {"o": OSK, "t": TARN, "v": VEY}
    desk = fed(*[raid(f"{name}{n}", n, where) for n in range(4) for name, where in towns.items()])
    desk.feed(report("nothing", (), 9), command("c0", "rename", incident="nowhere", title="x"))
    desk.feed(command("c1", "rename", incident=desk.incident_of("v0"), title="Raid on the “port”"))
    desk.feed(command("c2", "merge", incident=desk.incident_of("o0"), into=desk.incident_of("t0")))
    desk.feed(raid("o9", 9), raid("t9", 9, TARN), raid("v9", 9, VEY))
    return tuple(desk.events)


def muddled(told: Sequence[IncidentEvent], seed: int) -> list[IncidentEvent]:
    """What re-sending after a partial failure may leave: each stretch may come without its beginning, then whole."""
    rng, sent, at = random.Random(seed), list[IncidentEvent](), 0
    while at < len(told):
        stretch = told[at : at + rng.randint(2, 6)]
        tried = stretch[rng.randint(0, 2) :] if rng.random() < 0.7 else []
        sent += [*tried, *stretch, *(stretch if rng.random() < 0.2 else [])]
        at += len(stretch)
    return sent


def line(event: IncidentEvent) -> Line:
    """What a consumer prints of an event."""
    article = getattr(getattr(event, "report", None), "article", None)
    title = event.title if isinstance(event, IncidentRenamed) else article.title if article else None
    fields = {"title": title, "into": getattr(event, "into", None)}
    said: Line = {"incident": event.incident, "seq": event.seq, "type": event.type}
    return said | {name: value for name, value in fields.items() if value}


def view_line(view: Incident) -> Line:
    into = {"into": view.merged_into} if view.merged_into else {}
    return {"incident": view.id, "seq": view.seq, "type": "view", "title": view.title} | into


def expected(told: Iterable[IncidentEvent]) -> Lines:
    """Every event of every incident once, by seq."""
    once = {(event.incident, event.seq): event for event in told if event.incident}
    return by_incident(line(once[key]) for key in sorted(once))


def expected_behind(views: Sequence[Incident], told: Iterable[IncidentEvent]) -> Lines:
    """The views, and what came after them."""
    known = {view.id: view.seq for view in views}
    later = expected(event for event in told if event.seq > known.get(event.incident, 0))
    shown = {view.id: [view_line(view)] for view in views}
    return {incident: shown.get(incident, []) + later.get(incident, []) for incident in shown | later}


def by_incident(lines: Iterable[Line]) -> Lines:
    found: Lines = {}
    for each in lines:
        found.setdefault(each["incident"], []).append(each)
    return found


def parsed(output: bytes) -> Iterator[Line]:
    yield from (orjson.loads(text) for text in output.splitlines())


def views_of(told: Sequence[IncidentEvent]) -> list[Incident]:
    """The view of each incident after these events."""
    incidents = dict.fromkeys(event.incident for event in told if event.incident)
    folds = [fold([event for event in told if event.incident == incident]) for incident in incidents]
    return [projection.view for projection in folds if projection]
