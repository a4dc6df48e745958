"""Versions of an article: which of two is newer, what one keeps of another, and why something went."""

import re
from collections.abc import Iterable, Sequence
from typing import Literal

from schemas.events import Dropped, DropReason
from schemas.report import Assertion, Correction, Report
from services.correlator.ledger import Placement, Standing
from services.correlator.link import days_apart
from services.correlator.parts import Part
from services.correlator.spots import relation
from services.correlator.weights import link_model

Verdict = Literal["stale", "earlier", "equal", "same_parse", "withdrawn", "takes_effect"]
NO_EFFECT = frozenset({"equal"})
"""Why-words of report_unlinked that leave the standing version as it is."""
WORD = re.compile(r"\d+|[^\W\d_]{4,}")


def verdict(standing: Standing | None, report: Report) -> Verdict:
    """What a report does to its article. Order: (revision, parser rank); content equal to any earlier is nothing new,
    unless it states a later `modified`."""
    article = report.article
    if standing is None:
        return "withdrawn" if article.withdrawn else "takes_effect"
    if (article.revision, report.parser.rank) <= (standing.revision, standing.rank):
        return "stale" if article.withdrawn or standing.withdrawn or _known(standing, report) else "earlier"
    if article.withdrawn:
        return "stale" if standing.withdrawn else "withdrawn"
    current = article.version == standing.revision.hash and not standing.withdrawn
    if current and report.parser.rank > standing.rank:
        return "same_parse" if report.digest == standing.digest else "takes_effect"
    known = dict(standing.versions).get(article.version)
    if known is None or article.modified is not None:
        return "takes_effect"
    return "equal" if article.revision.ms > known else "stale"


def _known(standing: Standing, report: Report) -> bool:
    return report.article.version in dict(standing.versions)


def reparsed(standing: Standing | None, report: Report) -> bool:
    """The same text, read by a better parser: what it drops was never retracted."""
    return standing is not None and standing.revision.hash == report.article.version


def dropped(
    old: Placement, new: Sequence[Assertion], report: Report, everywhere: frozenset[str], by_parser: bool
) -> tuple[Dropped, ...]:
    """Keys that the incident loses. A key that the report has in another group moved, and is no retraction."""
    kept = {assertion.key for assertion in new}
    gone = [assertion for assertion in old.assertions if assertion.key not in kept]
    if not gone:
        return ()
    corrected = corrected_by(gone, [notice.old or notice.what for notice in _new_notices(old, report)])
    return tuple(
        Dropped(key=a.key, by=reason(a.key in everywhere or by_parser, a.key in corrected))
        for a in sorted(gone, key=lambda a: a.key)
    )


def reason(by_parser: bool, corrected: bool) -> DropReason:
    if by_parser:
        return "parser"
    return "correction" if corrected else "rewrite"


def added(old: Placement, new: Sequence[Assertion]) -> tuple[Assertion, ...]:
    """New assertions, and those whose body changed."""
    before = {assertion.key: assertion for assertion in old.assertions}
    return tuple(assertion for assertion in new if before.get(assertion.key) != assertion)


def _new_notices(old: Placement, report: Report) -> list[Correction]:
    return [notice for notice in report.corrections if notice.what not in old.header.corrections]


def corrected_by(gone: Sequence[Assertion], notices: Iterable[str]) -> frozenset[str]:
    """Keys that correction notices are about. A notice that fits nothing that went stands for all of it."""
    found: set[str] = set()
    for notice in notices:
        words = set(WORD.findall(notice.casefold()))
        about = {a.key for a in gone if words & set(WORD.findall(a.content.text.casefold()))}
        found |= about or {a.key for a in gone}
    return frozenset(found)


def match(parts: Sequence[Part], formers: Sequence[Placement]) -> dict[str, Placement]:
    """Which former placement each group of the new version continues: the same part, else the best overlap.

    A former placement may go on in several groups: they were recorded as one.
    """
    found = {part.group.id: former for part in parts for former in formers if part.group.id in former.parts}
    taken = {former.group.id for former in found.values()}
    for part in parts:
        if part.group.id not in found:
            best = _best(part, formers, taken)
            if best is not None:
                found[part.group.id] = best
    return found


def _best(part: Part, formers: Sequence[Placement], taken: set[str]) -> Placement | None:
    overlaps = [(_overlap(part, former, former.group.id in taken), former.group.id, former) for former in formers]
    score, _, former = max(overlaps, key=lambda found: found[:2], default=(0.0, "", None))
    return former if score > 0 else None


def _overlap(part: Part, former: Placement, taken: bool) -> float:
    """Assertion keys in common count for most; else the same place and day, and families that go together.

    Where another group goes on with the placement, it takes a place in common to bring a second one to it: keys alone
    have moved, and talk without a place was not there before.
    """
    before = {assertion.key for assertion in former.assertions}
    shared = len(part.keys & before) / max(1, min(len(part.keys), len(before)))
    other = former.member()
    found = relation(part.member.spots, other.spots)
    near = found in ("same", "near") or (found is None and not taken)
    days = days_apart(part.member, other)
    apart = link_model().families_apart(part.member.families, other.families)
    alike = near and (days is None or days <= 1) and not apart and part.group.role != "background"
    return shared + 0.5 if alike else 0.0 if taken else shared
