"""The correlator's shell around decide: records of news.reports into the store, events out."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import structlog

from schemas.codec import EVENTS, REPORTS, ReportOrCommand, cloudevent_headers
from schemas.command import Command
from schemas.errors import InvalidRecord, UnknownVersion
from schemas.events import Cause, CommandRejected, IncidentEvent, ReportUnlinked
from services.correlator.decide import decide
from services.correlator.drafts import Stamp
from services.correlator.fold import apply
from services.correlator.ledger import Reading
from services.correlator.tables import Recent, StoredLedger
from services.runtime.dead_letters import dead_letter
from services.runtime.exits import Exit, TryAgain
from services.runtime.flood import Flood
from services.runtime.records import Out, Record
from services.runtime.store import Tx

log = structlog.get_logger()
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class CorrelatorTopics:
    """Full names of what the correlator writes."""

    events: str
    dead_letters: str


class CorrelatorHandler:
    """Decides records of news.reports, one lane a partition."""

    def __init__(self, topics: CorrelatorTopics) -> None:
        self._topics = topics
        self._recent = Recent()
        self._flood = Flood()

    def forget(self) -> None:
        self._recent.clear()

    def apply(self, tx: Tx, records: Sequence[Record]) -> None:
        ledger = StoredLedger(tx, self._recent)
        for record in records:
            found = self._decoded(tx, record)
            if found is None:
                continue
            for event in self._decided(tx, ledger, record, found):
                apply(ledger, event)
                tx.emit(event_out(event, self._topics.events))

    def _decoded(self, tx: Tx, record: Record) -> ReportOrCommand | None:
        try:
            return REPORTS.decode(record.value)
        except UnknownVersion as error:
            place = f"{record.topic}/{record.partition}@{record.offset}"
            raise TryAgain(f"{place}: {error}; upgrade the correlator") from error
        except InvalidRecord as error:
            self._bury(tx, record, error.reason, error.detail)
            return None

    def _decided(
        self, tx: Tx, ledger: StoredLedger, record: Record, found: ReportOrCommand
    ) -> tuple[IncidentEvent, ...]:
        """Nothing is changed before decide has ended, so its failure costs this record alone."""
        try:
            events = decide(ledger, found, stamp(ledger, record, found))
        except Exit:
            raise  # the store's trouble, not the record's
        except Exception as error:
            log.exception("decide_failed", partition=record.partition, offset=record.offset)
            self._flood.failed(repr(error))
            self._bury(tx, record, "decide_failed", repr(error))
            return ()
        self._flood.passed()
        return events

    def _bury(self, tx: Tx, record: Record, reason: str, error: str) -> None:
        tx.emit(dead_letter(record, self._topics.dead_letters, stage="correlator", reason=reason, error=error))


def stamp(ledger: Reading, record: Record, found: ReportOrCommand) -> Stamp:
    """Where and when the record is decided: everything from the record and the ledger, nothing from a clock."""
    desk = found.desk if isinstance(found, Command) else found.article.desk
    return Stamp(
        lane=record.partition, n=ledger.counter(record.partition) + 1, last_recorded_at=ledger.clock(desk),
        cause=Cause(topic=record.topic, partition=record.partition, offset=record.offset, id=found.id),
        at=EPOCH + timedelta(milliseconds=record.timestamp_ms),
    )  # fmt: skip


def event_out(event: IncidentEvent, topic: str) -> Out:
    """The event as a record: keyed by its incident, or by the article or command that reached none."""
    subject = _subject(event)
    headers = cloudevent_headers(
        kind=event.type, v=event.v, record_id=event.id, desk=event.desk, subject=subject,
        time=event.recorded_at.isoformat(),
    )  # fmt: skip
    at = (event.recorded_at - EPOCH) // timedelta(milliseconds=1)
    return Out(topic, subject.encode(), EVENTS.encode(event), headers, timestamp_ms=at)


def _subject(event: IncidentEvent) -> str:
    match event:
        case ReportUnlinked():
            return event.article
        case CommandRejected():
            return event.incident or event.command
        case _:
            return event.incident
