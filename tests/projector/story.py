"""An invented border raid, told step by step as the worked example of the domain model tells its own."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from schemas.events import IncidentEvent, ReportHeader
from schemas.report import Assertion, MeasureValue, Occurrence, Value
from tests.projector.build import (
    BROD,
    GOVERNOR,
    HILLMEN,
    MILITIA,
    MINISTRY,
    MONITOR,
    OSK,
    SOUTH,
    Log,
    actor,
    counted,
    header,
    occurrence,
    says,
)


@dataclass(frozen=True)
class Told:
    """A report of the story: what a parser would make of it."""

    header: ReportHeader
    occurrences: Sequence[Occurrence]
    assertions: Sequence[Assertion]


def claim_of_seizure(article: str, outlet: str, hours: float) -> Told:
    taken = occurrence(article, "territory_taken", OSK, 1, who=[actor(MILITIA)])
    raid = occurrence(article, "incursion", OSK, 1, who=[actor(MILITIA)])
    holds = Value(holder="o:river-corps")
    said = [
        says(taken, outlet, 1, MILITIA), says(raid, outlet, 1, MILITIA),
        says(taken, outlet, 1, MILITIA, aspect="control", value=holds),
    ]  # fmt: skip
    return Told(header(article, outlet, hours), [taken, raid], said)


def governor_on_raid() -> Told:
    raid = occurrence("b", "incursion", OSK, 1, who=[actor(SOUTH)])
    accused = Value(actor="o:south")
    said = [says(raid, "Post", 3, GOVERNOR), says(raid, "Post", 3, GOVERNOR, aspect="actor", value=accused)]
    return Told(header("b", "Post", 3), [raid], said)


def corps_claims_responsibility() -> Told:
    raid = occurrence("c", "incursion", OSK, 1, who=[actor(HILLMEN)])
    own, theirs = Value(actor="o:hill-guard"), Value(actor="o:river-corps")
    said = [
        says(raid, "Mail", 4, HILLMEN, aspect="actor", value=own),
        says(raid, "Mail", 4, MILITIA, aspect="actor", value=theirs),
    ]
    return Told(header("c", "Mail", 4), [raid], said)


def south_denies() -> Told:
    raid = occurrence("d", "incursion", None, 1, who=[actor(SOUTH)])
    accused = Value(actor="o:south")
    said = [says(raid, "Wire", 5, SOUTH, aspect="actor", value=accused, polarity="-", stance="denies")]
    return Told(header("d", "Wire", 5), [raid], said)


def measure(article: str, hours: float, act: str) -> Told:
    regime = occurrence(article, "emergency_regime", OSK, hours, who=[actor(GOVERNOR, "authority")])
    value = Value(measure=MeasureValue(act=act, name="special-regime"))  # type: ignore[arg-type]
    return Told(
        header(article, "Post", hours), [regime], [says(regime, "Post", hours, GOVERNOR, aspect="measure", value=value)]
    )


def injured(article: str, hours: float, n: int, outlet: str = "Post") -> Told:
    shelled = occurrence(article, "shelling", OSK, 2)
    said = [
        says(shelled, outlet, hours, GOVERNOR, concerns="civilians"),
        says(shelled, outlet, hours, GOVERNOR, aspect="count", value=counted("injured", n), concerns="civilians"),
    ]
    return Told(header(article, outlet, hours), [shelled], said)


def hurt_at_brod() -> Told:
    shelled = occurrence("k", "shelling", BROD, 9)
    said = [
        says(shelled, "Herald", 9, concerns="services"),
        says(shelled, "Herald", 9, aspect="count", value=counted("injured", 1), concerns="civilians"),
    ]
    return Told(header("k", "Herald", 9), [shelled], said)


def ministry_on_losses() -> Told:
    fight = occurrence("j", "armed_clash", OSK, 10, who=[actor(MINISTRY), actor(MILITIA, "actor2")])
    out = occurrence("j", "withdrawal", OSK, 10, who=[actor(MILITIA)])
    dead = counted("killed", 70, "forces:o:river-corps", comparator=">")
    said = [
        says(fight, "Wire", 10, MINISTRY, aspect="count", value=dead, concerns="forces"),
        says(out, "Wire", 10, MINISTRY),
    ]
    return Told(header("j", "Wire", 10), [fight, out], said)


def militia_denies_defeat() -> Told:
    out = occurrence("l", "withdrawal", OSK, 10, who=[actor(MILITIA)])
    return Told(header("l", "Mail", 12), [out], [says(out, "Mail", 12, MILITIA, polarity="-", stance="denies")])


def militia_admits_losses() -> Told:
    fight = occurrence("m", "armed_clash", OSK, 10, who=[actor(MILITIA)])
    dead = counted("killed", 2, "forces:o:river-corps")
    said = [says(fight, "Mail", 20, MILITIA, aspect="count", value=dead, stance="admits", concerns="forces")]
    return Told(header("m", "Mail", 20), [fight], said)


def monitor_assesses() -> Told:
    out = occurrence("o", "withdrawal", OSK, 10, who=[actor(MILITIA)])
    said = [
        says(out, "Wire", 30, MONITOR, stance="reports"),
        says(out, "Wire", 30, MONITOR, aspect="control", value=Value(holder="c:NO"), stance="reports"),
    ]
    return Told(header("o", "Wire", 30), [out], said)


STORY: tuple[Callable[[], Told], ...] = (
    lambda: claim_of_seizure("a", "Herald", 2),
    lambda: claim_of_seizure("a2", "Courier", 2.5),
    governor_on_raid,
    corps_claims_responsibility,
    south_denies,
    lambda: measure("e", 6, "introduced"),
    lambda: injured("f", 7, 2),
    lambda: injured("f2", 8, 6),
    hurt_at_brod,
    ministry_on_losses,
    militia_denies_defeat,
    lambda: injured("i", 14, 8, "Courier"),
    militia_admits_losses,
    lambda: measure("n", 21, "lifted"),
    monitor_assesses,
)


def events(told: Sequence[Told]) -> list[IncidentEvent]:
    """The reports as events of one incident, in this order of arrival."""
    log = Log()
    return [log.recorded(t.header, t.occurrences, t.assertions) for t in told]
