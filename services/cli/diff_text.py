"""What differs between two moments of an incident, in words, by what it is about. Pure."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import orjson
from pydantic_core import to_jsonable_python

from schemas.incident import Incident
from services.cli.changed import differences
from services.cli.render_layout import Line, Span, clipped, hanging, heading, line, paint, wrapped
from services.cli.render_screen import LEAST_WIDTH, Screen
from services.cli.render_story import Changed, change_text
from services.cli.render_text import neutral
from services.cli.render_words import full_moment, name, timed

GROUPS: Mapping[str, frozenset[str]] = {
    "incident": frozenset({"incident_opened", "incident_merged", "incident_renamed"}),
    "facts": frozenset({"fact_new", "fact_status", "fact_gone", "reviewed"}),
    "figures": frozenset({"count_new", "count_revised", "count_claimed", "count_gone"}),
    "control": frozenset({"control"}),
    "measures": frozenset({"measure"}),
    "corrections": frozenset({"correction"}),
    "reports": frozenset({"report_added", "report_withdrawn"}),
}
"""Kinds of change by heading, in the order of the screen; an unknown kind stands at the end."""
OTHER = "other"
TIME = 15


def grouped(before: Incident | None, after: Incident) -> dict[str, list[Changed]]:
    """The changes by heading, each list in the order in which the words were said; empty headings left out."""
    found: dict[str, list[Changed]] = {title: [] for title in (*GROUPS, OTHER)}
    for change in differences(before, after):
        title = next((title for title, kinds in GROUPS.items() if change.item.kind in kinds), OTHER)
        found[title].append(change)
    return {title: sorted(told, key=_when) for title, told in found.items() if told}


def _when(change: Changed) -> tuple[bool, float, str]:
    return (change.at is None, change.at.timestamp() if change.at else 0.0, change.item.text)


def diff_screen(
    before: Incident | None, after: Incident, moments: tuple[str, str], as_of: datetime,
    width: int = LEAST_WIDTH, colour: bool = False,
) -> str:  # fmt: skip
    """`moments`: the two, in words; `as_of`: the later one, that times are written for."""
    screen = Screen.of(after, as_of, width)
    lines: list[Line] = wrapped(neutral(after.title, 300), screen.width, "title", most=3)
    revisions = f"rev {before.seq if before else 0} → rev {after.seq}"
    lines += wrapped(f"{moments[0]} → {moments[1]} · {revisions}", screen.width, "dim")
    found = grouped(before, after)
    for title, changes in found.items():
        lines += [(), heading(title.upper(), screen.width), *_changes(screen, changes)]
    if not found:
        lines += [(), line("nothing differs")]
    return paint((clipped(content, screen.width) for content in lines), colour)


def _changes(screen: Screen, changes: Sequence[Changed]) -> list[Line]:
    lines: list[Line] = []
    times = [f" {timed(change.at, screen.as_of)}" if change.at else "" for change in changes]
    indent = max(TIME, *(len(at) + 2 for at in times))
    for at, change in zip(times, changes, strict=True):
        head = line(Span(at, "dim"))
        lines += hanging(head, f"{change_text(change.item)}{_noted(change)}", screen.width, indent)
    return lines


def _noted(change: Changed) -> str:
    """ " (R6, says Ana Dorn)": the rule, and the speaker where the words do not name them."""
    item = change.item
    said = f"says {name(item.speaker)}" if item.speaker and item.speaker not in item.text else ""
    notes = ", ".join(note for note in (neutral(item.rule or "", 8), said) if note)
    return f" ({notes})" if notes else ""


def diff_json(before: Incident | None, after: Incident, clocks: Mapping[str, datetime | None]) -> bytes:
    """One object: the moments that were asked for, both revisions, and the changes by heading."""
    told: dict[str, Any] = {name: _time(at) for name, at in clocks.items() if at is not None}
    told |= {"incident": after.id, "title": after.title, "from_seq": before.seq if before else 0, "to_seq": after.seq}
    for title, changes in grouped(before, after).items():
        told[title] = [_item(change) for change in changes]
    return orjson.dumps(told)


def _item(change: Changed) -> dict[str, Any]:
    at = {"at": _time(change.at)} if change.at else {}
    return at | {key: value for key, value in to_jsonable_python(change.item).items() if value is not None}


def _time(at: datetime) -> str:
    return at.isoformat().replace("+00:00", "Z")


def moment_words(said: datetime | None, known: datetime | None) -> str:
    """ "5 Mar 2031 18:00 UTC", "now", "… as known 6 Mar 2031 08:00 UTC" """
    parts = [full_moment(said)] if said else []
    parts += [f"as known {full_moment(known)}"] if known else []
    return ", ".join(parts) or "now"
