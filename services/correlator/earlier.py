"""A version that comes after its successor: what only it said was said all the same, and taken back since.

Told in two events, said and dropped, so that every order of the versions leaves the same view behind.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from schemas.events import Dropped
from schemas.report import Assertion, Report
from services.correlator import drafts
from services.correlator.drafts import Draft
from services.correlator.ledger import Placement
from services.correlator.parts import Part, parts_of
from services.correlator.versions import corrected_by, match, reason

RULE = "an earlier version"


def earlier(report: Report, formers: Sequence[Placement]) -> Iterator[Draft]:
    """What the version adds to the history of the placements that stand; nothing of groups that no longer exist."""
    parts = parts_of(report, formers[0].text_family if formers else None)
    known = match(parts, formers)
    for former in formers:
        mine = [part for part in parts if part.group.id in known and known[part.group.id].group.id == former.group.id]
        gone = _gone(mine, formers)
        if gone:
            yield drafts.replaced(_with(former, report, mine, gone), gone, (), RULE)
            yield drafts.replaced(former, (), _dropped(former, gone), RULE)


def _gone(parts: Sequence[Part], formers: Sequence[Placement]) -> list[Assertion]:
    """What stands nowhere any more."""
    standing = {assertion.key for former in formers for assertion in former.assertions}
    found = {a.key: a for part in parts for a in part.assertions if a.key not in standing}
    return [found[key] for key in sorted(found)]


def _with(former: Placement, report: Report, parts: Sequence[Part], gone: Sequence[Assertion]) -> Placement:
    known = {occurrence.id for occurrence in former.occurrences}
    needed = {assertion.occurrence_id for assertion in gone} - known
    more = tuple(o for part in parts for o in part.occurrences if o.id in needed)
    return replace(former, header=drafts.header_of(report), occurrences=(*former.occurrences, *more))


def _dropped(former: Placement, gone: Sequence[Assertion]) -> list[Dropped]:
    corrected = corrected_by(gone, former.header.corrections)
    return [Dropped(key=a.key, by=reason(False, a.key in corrected)) for a in gone]
