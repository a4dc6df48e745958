"""`sitrep dry-run`: articles through parser, correlator and projector in this process, without Kafka or a store."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Annotated

import typer

from schemas.article import Article, from_wire
from schemas.change import Change
from schemas.codec import INCIDENTS
from schemas.events import Cause, IncidentEvent, ReportUnlinked
from schemas.incident import Incident
from schemas.report import Report
from services.cli.progress import Progress
from services.cli.publish import Refused, files, read
from services.cli.terminal import say, say_line, terminal
from services.correlator.decide import decide
from services.correlator.drafts import Stamp
from services.correlator.fold import apply
from services.correlator.memory import MemoryLedger
from services.ingest.prepare import Prepared
from services.projector.project import Projection, project

Parse = Callable[[Article], Report]
STEP_MS = 1


@dataclass(slots=True)
class DryDesk:
    """A whole desk in memory: one lane, its ledger, and each incident's events and projection."""

    parse: Parse
    ledger: MemoryLedger = field(default_factory=MemoryLedger)
    events: dict[str, list[IncidentEvent]] = field(default_factory=dict)
    projections: dict[str, Projection] = field(default_factory=dict)
    changes: list[Change] = field(default_factory=list)
    reports: list[Report] = field(default_factory=list)
    offset: int = 0

    def take(self, article: Article) -> None:
        """One article all the way into the views."""
        self.report(self.parse(article), article.received_at)

    def report(self, report: Report, at: datetime) -> None:
        """One report, recorded at `at`."""
        self.reports.append(report)
        cause = Cause(topic="news.reports", partition=0, offset=self.offset, id=report.id)
        n = self.ledger.counter(0) + 1
        stamp = Stamp(lane=0, n=n, last_recorded_at=self.ledger.clock(report.article.desk), cause=cause, at=at)
        self.offset += 1
        for event in decide(self.ledger, report, stamp):
            apply(self.ledger, event)
            if not isinstance(event, ReportUnlinked):
                self._project(event)

    def _project(self, event: IncidentEvent) -> None:
        after, change = project(self.projections.get(event.incident), event)
        self.projections[event.incident] = after
        self.events.setdefault(event.incident, []).append(event)
        self.changes.append(change)

    def views(self) -> list[Incident]:
        """All views, by id."""
        return [self.projections[incident].view for incident in sorted(self.projections)]


def in_order(prepared: Sequence[Prepared]) -> list[Article]:
    """Sorted by (published, id); each with its published time, else the next millisecond, as its append time.

    A later version of an article comes when it says it was modified.
    """
    read_once = [(from_wire(each.value, each.key, {}, 0), each) for each in prepared]
    read_once.sort(key=lambda pair: (pair[0].modified or pair[0].published, pair[0].id))
    clock, articles = 0, []
    for known, each in read_once:
        stated = known.published_precision != "unknown"
        clock = max(clock + STEP_MS, _ms(known.modified or known.published) if stated else 0)
        articles.append(from_wire(each.value, each.key, {}, clock))
    return articles


def _ms(at: datetime) -> int:
    return int(at.replace(tzinfo=at.tzinfo or UTC).timestamp() * 1000)


def run(articles: Iterable[Article], parse: Parse) -> DryDesk:
    """All articles through a desk of their own."""
    desk = DryDesk(parse)
    for article in articles:
        desk.take(article)
    return desk


def register(app: typer.Typer) -> None:
    """Adds the command."""

    @app.command("dry-run")
    def dry_run(
        paths: Annotated[list[str], typer.Argument(metavar="FILE|DIR...", help="articles, as publish takes them")],
        as_json: Annotated[bool, typer.Option("--json", help="one line an incident, as on news.incidents")] = False,
        show: Annotated[str | None, typer.Option(metavar="ID", help="show this incident as `sitrep show` does")] = None,
    ) -> None:
        """Run articles through parser, correlator and projector here, without Kafka. Keeps nothing.

        \b
        Examples:
          sitrep dry-run seeds/border-raid/dispatches.ndjson
          sitrep dry-run article.txt --json | jq .facts
        """
        prepared, wrong = read(files(paths))
        desk = _run(prepared)
        if as_json:
            for view in desk.views():
                say_line(INCIDENTS.encode(view))
        else:
            _screen(desk, show)
        if wrong:
            raise Refused("\n".join(wrong))


def _run(prepared: Sequence[Prepared]) -> DryDesk:
    from services.parser.parse import load, parse  # seconds of loading that --help must not pay
    from services.runtime.settings import load_settings

    parser = load(load_settings().spacy_model)
    desk = DryDesk(lambda article: parse(article, parser))
    with Progress("parsing", len(prepared)) as progress:
        for number, article in enumerate(in_order(prepared), 1):
            desk.take(article)
            progress.reached(number)
    return desk


def _screen(desk: DryDesk, wanted: str | None) -> None:
    from services.cli.incidents import incident_rows, newest_first
    from services.cli.render import render
    from services.cli.resolve import incident_of

    views, here = desk.views(), terminal()
    shown = [incident_of(wanted, views)] if wanted else newest_first(views)
    last = max((view.last_said or view.changed_at for view in views), default=datetime.now(UTC))
    if len(shown) == 1:
        say(render(shown[0], shown[0].last_said or last, here.width, here.colour))
    else:
        say(incident_rows(shown, last, here.width, here.colour))
