"""Two incidents become one: the reports of the one are told again in the other, which keeps the lower id."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from schemas.report import Report
from services.correlator import drafts
from services.correlator.drafts import Draft
from services.correlator.ledger import Reading
from services.correlator.place import Place
from services.correlator.weights import link_model

RULE = "merge: second edge"


@dataclass(frozen=True, slots=True)
class Why:
    """Who merges: a command with its author and reason, or the correlator because of a report."""

    command: str
    author: str
    reason: str
    rule: str


@dataclass(frozen=True, slots=True)
class Merge:
    loser: str
    survivor: str
    drafts: tuple[Draft, ...]


def evidence_merge(ledger: Reading, report: Report, found: Sequence[Place]) -> Merge | None:
    """Incidents that one group fits almost surely are one, unless a person said otherwise.

    At most one merge a report: the next report for both shows the next.
    """
    why = Why(report.id, "correlator", "one report tells of both", RULE)
    for place in found:
        for other in place.also:
            loser, survivor = max(place.incident, other), min(place.incident, other)
            if _may_join(ledger, report.article.desk, loser, survivor):
                return Merge(loser, survivor, tuple(merge_drafts(ledger, loser, survivor, why)))
    return None


def _may_join(ledger: Reading, desk: str, loser: str, survivor: str) -> bool:
    gone = ledger.incident(loser)
    if gone is None or ledger.incident(survivor) is None or ledger.tie(desk, loser, survivor) == "cannot":
        return False
    return gone.profile.size <= link_model().thresholds.most_merged


def merge_drafts(ledger: Reading, loser: str, survivor: str, why: Why) -> Iterator[Draft]:
    for old in ledger.members(loser):
        yield drafts.recorded(drafts.in_incident(old, survivor), why.rule, moved_from=loser)
    yield drafts.merged(loser, survivor, rule=why.rule, command=why.command, author=why.author, reason=why.reason)
