"""When each article passed each stage, read off the records: append times, all by the broker's clock. Pure."""

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson

from services.runtime.records import Record

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Passage:
    """Moments of one article version, in ms. `shown`: the view of the last incident it touched holds it; None: it
    reached no incident. `incidents`: where it was put, that of its main group first."""

    article: str
    appended: int
    reported: int
    decided: int
    shown: int | None
    incidents: tuple[str, ...]


def passages(logs: Mapping[str, Sequence[Record]]) -> list[Passage]:
    """Of every report that was decided; `logs` by topic without prefix: articles, reports, events, incidents."""
    articles = {(record.key or b"").decode(): record.timestamp_ms for record in logs["articles"]}
    events = _by_cause(logs["events"])
    shown = _shown(logs["incidents"])
    found = []
    for record in logs["reports"]:
        report, caused = orjson.loads(record.value or b"{}"), events.get((record.partition, record.offset))
        if report["type"] == "report" and caused:
            found.append(_passage(report["article"], record.timestamp_ms, caused, shown))
    return [passage for passage in found if passage.article in articles]


def _passage(
    article: Json, reported: int, caused: Sequence[tuple[int, Json]], shown: Callable[[str, int], int]
) -> Passage:
    placed = [event for _, event in caused if event["incident"]]
    main = sorted(placed, key=lambda event: event.get("group", {}).get("role") != "main" if _grouped(event) else True)
    return Passage(
        article=article["id"], appended=_ms(article["received_at"]), reported=reported,
        decided=max(at for at, _ in caused),
        shown=max((shown(event["incident"], event["seq"]) for event in placed), default=None),
        incidents=tuple(dict.fromkeys(event["incident"] for event in main)),
    )  # fmt: skip


def _grouped(event: Json) -> bool:
    """A withdrawal names its group, the others carry it."""
    return isinstance(event.get("group"), dict)


def _by_cause(records: Iterable[Record]) -> dict[tuple[int, int], list[tuple[int, Json]]]:
    """By the position of the report; a repeat counts once."""
    found: dict[tuple[int, int], dict[str, tuple[int, Json]]] = defaultdict(dict)
    for record in records:
        event = orjson.loads(record.value or b"{}")
        cause = event["cause"]
        found[cause["partition"], cause["offset"]].setdefault(event["id"], (record.timestamp_ms, event))
    return {cause: list(events.values()) for cause, events in found.items()}


def _shown(records: Iterable[Record]) -> Callable[[str, int], int]:
    """When a view of the incident with at least this seq was in the log."""
    views: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for record in records:
        view = orjson.loads(record.value or b"{}")
        views[view["id"]].append((view["seq"], record.timestamp_ms))
    return lambda incident, seq: min(at for has, at in views[incident] if has >= seq)


def _ms(moment: str) -> int:
    return round(datetime.fromisoformat(moment).timestamp() * 1000)


@dataclass(frozen=True, slots=True)
class Spread:
    """p50, p99 and mean, in ms."""

    p50: float
    p99: float
    mean: float


def spread(values: Sequence[float]) -> Spread:
    """By nearest rank. Raises ValueError if there are none."""
    if not values:
        raise ValueError("nothing was measured")
    ordered = sorted(values)
    return Spread(_rank(ordered, 0.5), _rank(ordered, 0.99), sum(values) / len(values))


def _rank(ordered: Sequence[float], share: float) -> float:
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]


def hops(found: Sequence[Passage]) -> dict[str, Spread]:
    """By hop, over the articles that reached a view."""
    whole = [(p.appended, p.reported, p.decided, p.shown) for p in found if p.shown is not None]
    return {
        "parse": spread([reported - appended for appended, reported, _, _ in whole]),
        "correlate": spread([decided - reported for _, reported, decided, _ in whole]),
        "project": spread([shown - decided for _, _, decided, shown in whole]),
        "article to view": spread([shown - appended for appended, _, _, shown in whole]),
    }


def table(measured: Mapping[str, Spread]) -> list[str]:
    """Lines for people, with each hop's share of the whole."""
    whole = sum(spread.mean for name, spread in measured.items() if name in ("parse", "correlate", "project"))
    lines = [f"{'hop':<18}{'p50 ms':>9}{'p99 ms':>9}{'mean ms':>9}{'share':>8}"]
    for name, each in measured.items():
        share = f"{each.mean / whole:.0%}" if name in ("parse", "correlate", "project") and whole else ""
        lines.append(f"{name:<18}{each.p50:>9.1f}{each.p99:>9.1f}{each.mean:>9.1f}{share:>8}")
    return lines
