"""How far the services are, on a terminal and as JSON. Pure."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from itertools import groupby
from typing import Any

from services.cli.render_layout import Cell, Column, Line, Span, line, paint, row, widths
from services.cli.render_text import neutral
from services.cli.render_words import plural
from services.runtime.lag import STATEFUL, Standing

COLUMNS = (Column(11), Column(16, 1), Column(9), Column(9), Column(7), Column(14))
HEAD = ("SERVICE", "READS", "      END", " POSITION", "    LAG", "LAST RECORD")


def total(standings: Sequence[Standing]) -> int:
    """Records that wait, of all services. One that waits for the parser will wait for the others after that."""
    return sum(each.lag for each in standings)


def lag_screen(standings: Sequence[Standing], now: datetime, width: int, colour: bool = False) -> str:
    """A line a partition, the services in the order of the flow, and what waits in all."""
    given = widths(COLUMNS, width)
    lines = row([[line(Span(text, "heading"))] for text in HEAD], given)
    for service, parts in groupby(standings, key=lambda each: each.service):
        for number, each in enumerate(parts):
            lines += row(_cells(each, service if number == 0 else "", now), given)
    return paint([*lines, _last_line(standings, now), *_from_afar(standings)], colour)


def _cells(each: Standing, service: str, now: datetime) -> list[Cell]:
    style = "claimed" if each.lag else "dim" if each.end == 0 else ""
    texts = (
        f"{neutral(each.topic, 80)}/{each.partition}", f"{each.end:9}", f"{each.position:9}", f"{each.lag:7}",
        _age(each.last_ms, now),
    )  # fmt: skip
    return [[line(Span(service, "strong"))], *([line(Span(text, style))] for text in texts)]


def _last_line(standings: Sequence[Standing], now: datetime) -> Line:
    waits = total(standings)
    if not waits:
        return line("total: nothing waits")
    services = [service for service in dict.fromkeys(s.service for s in standings) if _waits(standings, service)]
    told = ", ".join(f"{service} {_waits(standings, service)}" for service in services)
    oldest = [each.first_ms for each in standings if each.first_ms is not None]
    since = f"; the oldest came {_age(min(oldest), now)}" if oldest else ""
    return line(Span(f"total: {plural(waits, 'record')} wait{'s' if waits == 1 else ''} ({told}){since}", "claimed"))


def _from_afar(standings: Sequence[Standing]) -> list[Line]:
    """A group commits once a second, so it may lie a little behind the store."""
    names = dict.fromkeys(s.service for s in standings if s.service in STATEFUL and s.source == "group")
    return [line(Span(f"{name}: its store cannot be read from here; position of its group", "dim")) for name in names]


def _waits(standings: Sequence[Standing], service: str) -> int:
    return total([each for each in standings if each.service == service])


def _age(ms: int | None, now: datetime) -> str:
    if ms is None:
        return "–"
    return f"{span(now - _at(ms))} ago"


def span(length: timedelta) -> str:
    """ "40 s", "12 min", "5 h", "3 d": the largest unit that gives at least two of it; never below nothing."""
    seconds = max(0, int(length.total_seconds()))
    for unit, size in (("d", 86_400), ("h", 3_600), ("min", 60)):
        if seconds >= 2 * size:
            return f"{seconds // size} {unit}"
    return f"{seconds} s"


def lag_json(standings: Sequence[Standing], now: datetime) -> Mapping[str, Any]:
    """`total`, and of each partition what the screen shows; ages in seconds, null where there is no record."""
    return {"at": now, "total": total(standings), "partitions": [_object(each, now) for each in standings]}


def _object(each: Standing, now: datetime) -> Mapping[str, Any]:
    return {
        "service": each.service, "topic": each.topic, "partition": each.partition, "end": each.end,
        "position": each.position, "from": each.source, "lag": each.lag, "last_age_s": _seconds(each.last_ms, now),
        "waiting_s": _seconds(each.first_ms, now),
    }  # fmt: skip


def _seconds(ms: int | None, now: datetime) -> float | None:
    return None if ms is None else max(0.0, round((now - _at(ms)).total_seconds(), 3))


def _at(ms: int) -> datetime:
    return datetime.fromtimestamp(ms / 1000, UTC)
