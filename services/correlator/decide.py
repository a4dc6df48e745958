"""decide(ledger, record, stamp) -> events: what one report or command does. Pure; the fold alone changes the ledger."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from schemas.command import Command
from schemas.events import IncidentEvent
from schemas.report import Report
from services.correlator import drafts
from services.correlator.alike import TextFamily, text_family
from services.correlator.commands import command_drafts
from services.correlator.drafts import Draft, Stamp, stamped
from services.correlator.earlier import earlier
from services.correlator.ledger import Placement, Reading
from services.correlator.merging import Regrouping, regrouped
from services.correlator.parts import parts_of, placement
from services.correlator.place import Place, places
from services.correlator.versions import Verdict, added, dropped, reason, reparsed, verdict


def decide(ledger: Reading, record: Report | Command, stamp: Stamp) -> tuple[IncidentEvent, ...]:
    """The events of one record; none for a record that came before."""
    if isinstance(record, Command):
        return stamped(ledger, record.desk, command_drafts(ledger, record), stamp)
    return stamped(ledger, record.article.desk, _report(ledger, record), stamp)


def _report(ledger: Reading, report: Report) -> Sequence[Draft]:
    article = report.article
    what = verdict(ledger.article(article.desk, article.id), report)
    if what == "stale":
        return ()
    formers = ledger.placements(article.desk, article.id)
    if what == "earlier":
        return list(earlier(report, formers))
    found: list[Draft] = []
    if what == "withdrawn":
        found = [drafts.withdrawn(old, drafts.header_of(report), "withdrawal", what) for old in formers]
    elif what == "takes_effect":
        found = _version(ledger, report, formers)
    return found or [drafts.unlinked(report, _why(report, what))]


def _why(report: Report, what: Verdict) -> str:
    if what != "takes_effect":
        return what
    return "nowhere" if report.groups else "empty"


@dataclass(frozen=True, slots=True)
class _Version:
    """A version that takes effect. `everywhere`: all its assertion keys."""

    report: Report
    text: TextFamily
    formers: Sequence[Placement]
    regrouping: Regrouping
    everywhere: frozenset[str]
    by_parser: bool

    def live(self, incident: str) -> str:
        return self.regrouping.live(incident)


def _version(ledger: Reading, report: Report, formers: Sequence[Placement]) -> list[Draft]:
    """What it says in each incident, what it no longer says, and what it shows of others."""
    article = report.article
    text = text_family(ledger, article.desk, article)
    parts = parts_of(report, text.name)
    found = places(ledger, report, parts, formers)
    regrouping = Regrouping() if formers else regrouped(ledger, report, found)
    version = _Version(
        report=report,
        text=text,
        formers=formers,
        regrouping=regrouping,
        everywhere=frozenset(key for part in parts for key in part.keys),
        by_parser=reparsed(ledger.article(article.desk, article.id), report),
    )
    told = [_told(version, group) for group in _by_placement(version, found)]
    others = [*_gone(version, found), *_renamed(ledger, version)]
    return [*regrouping.merges, *told, *regrouping.moves, *others]


def _by_placement(version: _Version, found: Sequence[Place]) -> Sequence[Sequence[Place]]:
    """Places that become one placement. What newly links to an incident where the article stands joins it there."""
    groups: dict[tuple[str, str], list[Place]] = {}
    for place in found:
        former = _former(version, place)
        groups.setdefault((version.live(place.incident), former.group.id if former else ""), []).append(place)
    return list(groups.values())


def _former(version: _Version, place: Place) -> Placement | None:
    standing = (former for former in version.formers if former.incident == version.live(place.incident))
    return place.former or next(standing, None)


def _told(version: _Version, group: Sequence[Place]) -> Draft:
    """The event of one placement: recorded where it is new, else replaced."""
    report, first = version.report, group[0]
    old = _former(version, first)
    new = placement(
        report.article.desk, version.live(first.incident), drafts.header_of(report), [place.part for place in group],
        version.text.name, old.group.id if old else first.part.group.id,
    )  # fmt: skip
    if old is None:
        return drafts.recorded(new, first.rule, first.score)
    gone = dropped(old, new.assertions, report, version.everywhere, version.by_parser)
    return drafts.replaced(new, added(old, new.assertions), gone, first.rule)


def _gone(version: _Version, found: Sequence[Place]) -> Iterator[Draft]:
    """Former placements that no part of this version continues."""
    on = {former.group.id for place in found if (former := _former(version, place)) is not None}
    for old in version.formers:
        if old.group.id not in on:
            by = reason(version.by_parser, bool(version.report.corrections))
            yield drafts.withdrawn(old, drafts.header_of(version.report), by, "no longer told")


def _renamed(ledger: Reading, version: _Version) -> Iterator[Draft]:
    """This version shows that texts thought apart are one: the others say so from now on."""
    article = version.report.article
    names = {name for family in version.text.renamed for name in ledger.text_family(article.desk, family)}
    for name in sorted(names - {article.id}):
        for old in ledger.placements(article.desk, name):
            new = drafts.in_family(drafts.in_incident(old, version.regrouping.where(old)), version.text.name)
            yield drafts.replaced(new, (), (), "one text")
