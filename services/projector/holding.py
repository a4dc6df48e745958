"""Measures (K1 to K6) and control of places (K7): what is in force, and who holds what."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from schemas.incident import Assessed, Control, HolderClaim, Measure
from schemas.report import MeasureValue, Occurrence, Polarity
from services.projector.area import place_key
from services.projector.frame import Frame, origin_id
from services.projector.rules import control as control_rules, measures as measure_rules
from services.projector.rules.positions import Act, Position
from services.projector.state import Entry
from services.projector.voices import act_of, last_named, position, seconds

REGIONAL = {"emergency_regime"}


def measures(entries: Sequence[Entry], frame: Frame) -> tuple[Measure, ...]:
    """One row per stretch of a measure, in order of introduction."""
    told = {e.assertion.key: e for e in entries if is_measure(e)}
    rows = measure_rules.rows([act_on(entry, position(entry, frame)) for entry in told.values()], frame.sides)
    return tuple(measure_of(row, told) for row in rows)


def is_measure(entry: Entry) -> bool:
    return entry.assertion.aspect == "measure" and _measure(entry) is not None


def _measure(entry: Entry) -> MeasureValue | None:
    return entry.assertion.value.measure if entry.assertion.value else None


def act_on(entry: Entry, stands: Position) -> measure_rules.MeasureStatement:
    """`stands` = its position in the frame."""
    value = _measure(entry)
    assert value is not None
    return measure_rules.MeasureStatement(
        id=stands.id, speaker=stands.origin, relation=stands.relation, said_at=_by(entry), published=stands.published,
        org=stands.org, side=stands.side, via=stands.via, family=stands.family, withdrawn=stands.withdrawn,
        withdrawn_at=stands.withdrawn_at, act=value.act, name=value.name, area=_area(entry.occurrence),
        polarity=_polarity(entry), until=seconds(value.until) if value.until else None,
    )  # fmt: skip


def _by(entry: Entry) -> int:
    """An act told of a day without the hour was done by the end of it: it never comes before who knew the hour."""
    said = entry.assertion.said_at
    return seconds(said.end) - 1 if said.precision == "day" and said.end else seconds(entry.said)


def _area(occurrence: Occurrence) -> str | None:
    """A regime is told of a town of the region it holds in: its area is the region, where that is known.

    Any other measure holds where it is told of: two streets are evacuated by two orders.
    """
    place = occurrence.place
    if place is None:
        return None
    return place.admin1 or place_key(place) if occurrence.type in REGIONAL else place_key(place)


def _polarity(entry: Entry) -> Act:
    return act_of(entry.assertion)


def measure_of(row: measure_rules.MeasureRow, told: Mapping[str, Entry]) -> Measure:
    first = told[row.statements[0]]
    value = _measure(first)
    assert value is not None
    authority = next(
        (told[s] for s in row.statements if origin_id(last_named(told[s].assertion)) == row.authority), None
    )
    return Measure(
        type=first.occurrence.type,
        value=MeasureValue(act=value.act, name=value.name, label=value.label, until=_time(row.until)),
        in_force=row.in_force, status=row.status, rule=row.rule, assertions=row.statements,
        authority=last_named(authority.assertion).name if authority else row.authority,
        area=first.occurrence.place, introduced=_time(row.introduced), lifted=_time(row.lifted),
        until=_time(row.until), fresh_until=_time(row.fresh_until),
    )  # fmt: skip


def control(entries: Sequence[Entry], frame: Frame) -> tuple[Control, ...]:
    """Places whose holder somebody named, by name."""
    by_place: dict[str, list[Entry]] = defaultdict(list)
    for entry in entries:
        if key := claimed_place(entry):
            by_place[key].append(entry)
    found = [
        control_of([(entry, position(entry, frame)) for entry in told], frame) for _, told in sorted(by_place.items())
    ]
    return tuple(item for item in found if item is not None)


def claimed_place(entry: Entry) -> str | None:
    """The key of the place that the entry names a holder of."""
    value, place = entry.assertion.value, entry.occurrence.place
    holds = entry.assertion.aspect == "control" and value is not None and value.holder
    return place_key(place) if holds and place else None


def control_of(told: Sequence[tuple[Entry, Position]], frame: Frame) -> Control | None:
    """Of the entries about one place, in the order of speech, each with its position."""
    view = control_rules.assess([_claim(entry, stands, frame) for entry, stands in told], frame.sides)
    place = min((e.occurrence.place for e, _ in told if e.occurrence.place), key=lambda p: (p.precision, p.text))
    by_key = {entry.assertion.key: last_named(entry.assertion).name for entry, _ in told}
    claims = tuple(
        HolderClaim(
            holder=claim.holder, by=by_key[claim.id], relation=claim.relation, polarity=_sign(claim.polarity),
            said_at=_at(claim.said_at), fresh_until=_at(claim.fresh_until or claim.said_at), assertion=claim.id,
            side=claim.side,
        )
        for claim in view.claims
    )  # fmt: skip
    assessed = tuple(
        Assessed(
            holder=it.holder, by=it.by, said_at=_at(it.said_at), fresh_until=_at(it.fresh_until or it.said_at),
            basis=it.basis,
        )
        for it in view.assessments
    )  # fmt: skip
    return Control(place=place, claims=claims, assessments=assessed) if claims or assessed else None


def _sign(polarity: Act) -> Polarity:
    return "-" if polarity == "-" else "+"


def _claim(entry: Entry, stands: Position, frame: Frame) -> control_rules.HolderClaim:
    value = entry.assertion.value
    holder = value.holder if value and value.holder else ""
    return control_rules.HolderClaim(
        id=stands.id, speaker=stands.origin, relation=stands.relation, said_at=stands.time, published=stands.published,
        org=stands.org, side=stands.side, via=stands.via, family=stands.family, withdrawn=stands.withdrawn,
        withdrawn_at=stands.withdrawn_at, holder=frame.actor_side(holder) or holder, polarity=_polarity(entry),
    )  # fmt: skip


def _time(second: int | None) -> datetime | None:
    return None if second is None else _at(second)


def _at(second: int) -> datetime:
    return datetime.fromtimestamp(second, UTC)
