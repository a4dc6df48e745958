"""The oracle: what the log as it stands must have led to. Compared byte for byte, ids and times included.

(a) each article record has a report of the bytes the pure parser gives; (b) news.events are the fold of news.reports;
(c) the last record of each incident in news.incidents is the fold of its events; nothing is lost on the way.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from schemas.article import Article, from_wire
from schemas.codec import EVENTS, INCIDENTS, REPORTS
from schemas.errors import InvalidRecord
from schemas.events import IncidentEvent, ReportUnlinked
from schemas.report import Report
from services.correlator.decide import decide
from services.correlator.fold import apply
from services.correlator.handler import stamp
from services.correlator.memory import MemoryLedger
from services.projector.project import fold
from services.runtime.records import Record
from tests.integration.reading import records

Parse = Callable[[Article], Report]
TOPICS = ("articles", "reports", "events", "incidents", "changes", "dead-letters")
Key = tuple[str, int]


@dataclass(frozen=True)
class Logs:
    """Every topic as it stands."""

    topics: Mapping[str, Sequence[Record]]

    def values(self, topic: str) -> list[bytes]:
        return [record.value for record in self.topics[topic] if record.value is not None]


async def read_logs(servers: str, prefix: str) -> Logs:
    return Logs({name: [_record(m) for m in await records(servers, prefix + name)] for name in TOPICS})


def _record(message: Any) -> Record:
    return Record(
        message.topic, message.partition, message.offset, message.timestamp, message.key, message.value,
        tuple(message.headers),
    )  # fmt: skip


def differences(logs: Logs, parse: Parse) -> list[str]:
    """What is not as it must be, one line each; empty = the promise holds."""
    return [*_reports(logs, parse), *_events(logs), *_views(logs)]


def expected_reports(articles: Iterable[Record], parse: Parse) -> tuple[set[bytes], int]:
    """The bytes of each article's report, and how many articles are none."""
    reports: set[bytes] = set()
    bad = 0
    for record in articles:
        try:
            article = from_wire(record.value, record.key, dict(record.headers), record.timestamp_ms)
        except InvalidRecord:
            bad += 1
        else:
            reports.add(REPORTS.encode(parse(article)))
    return reports, bad


def _reports(logs: Logs, parse: Parse) -> list[str]:
    expected, bad = expected_reports(logs.topics["articles"], parse)
    found = set(logs.values("reports"))
    lines = [f"{len(expected - found)} reports are missing"] if expected - found else []
    lines += [f"{len(found - expected)} reports are of no article"] if found - expected else []
    letters = len(logs.values("dead-letters"))
    return lines + ([f"{bad} articles are none, {letters} dead letters"] if letters < bad else [])


def expected_events(reports: Sequence[Record]) -> tuple[dict[Key, bytes], set[bytes]]:
    """The fold of news.reports: events by (incident, seq), and those that reached no incident."""
    ledger, found, nowhere = MemoryLedger(), dict[Key, bytes](), set[bytes]()
    for record in reports:
        command_or_report = REPORTS.decode(record.value)
        for event in decide(ledger, command_or_report, stamp(ledger, record, command_or_report)):
            apply(ledger, event)
            if isinstance(event, ReportUnlinked):
                nowhere.add(EVENTS.encode(event))
            else:
                found[event.incident, event.seq] = EVENTS.encode(event)
    return found, nowhere


def _events(logs: Logs) -> list[str]:
    expected, nowhere = expected_events(logs.topics["reports"])
    seen: dict[Key, set[bytes]] = defaultdict(set)
    loose = set()
    for value in logs.values("events"):
        event = EVENTS.decode(value)
        if isinstance(event, ReportUnlinked):
            loose.add(value)
        else:
            seen[event.incident, event.seq].add(value)
    lines = [f"event {key} is lost" for key in expected if key not in seen]
    lines += [f"event {key} is in {len(values)} versions" for key, values in seen.items() if len(values) > 1]
    lines += [f"event {key} differs" for key, values in seen.items() if values != {expected.get(key, b"")}]
    return lines + ([f"{len(nowhere ^ loose)} unlinked reports differ"] if nowhere != loose else [])


def _views(logs: Logs) -> list[str]:
    by_incident: dict[str, dict[int, IncidentEvent]] = defaultdict(dict)
    for value in logs.values("events"):
        event = EVENTS.decode(value)
        if not isinstance(event, ReportUnlinked):
            by_incident[event.incident].setdefault(event.seq, event)
    last = {record.key: record.value for record in logs.topics["incidents"]}
    lines = []
    for incident, events in by_incident.items():
        projection = fold([events[seq] for seq in sorted(events)])
        if projection is None or last.get(incident.encode()) != INCIDENTS.encode(projection.view):
            lines.append(f"the last view of {incident} is not the fold of its {len(events)} events")
    return lines + ([f"{len(last)} views, {len(by_incident)} incidents"] if len(last) != len(by_incident) else [])


async def sound(servers: str, prefix: str, parse: Parse) -> Logs | None:
    """The logs, once the promise holds over them."""
    logs = await read_logs(servers, prefix)
    return None if differences(logs, parse) else logs
