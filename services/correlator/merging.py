"""What one report shows of other incidents: two are one, or a report belongs elsewhere."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from schemas.report import Report
from services.correlator import drafts
from services.correlator.drafts import Draft
from services.correlator.ledger import Placement, Reading
from services.correlator.member import Member
from services.correlator.place import Place
from services.correlator.weights import link_model

MERGE_RULE, MOVE_RULE = "merge", "better link"


@dataclass(frozen=True, slots=True)
class Why:
    """Who merges: a command with its author and reason, or the correlator because of a report."""

    command: str
    author: str
    reason: str
    rule: str


@dataclass
class Regrouping:
    """`into`: incidents that live on as another; `moved`: groups that go elsewhere, and where.

    The events of `merges` come before the report's own, those of `moves` after.
    """

    into: dict[str, str] = field(default_factory=dict)
    moved: dict[str, str] = field(default_factory=dict)
    merges: list[Draft] = field(default_factory=list)
    moves: list[Draft] = field(default_factory=list)

    def live(self, incident: str) -> str:
        return self.into.get(incident, incident)

    def where(self, old: Placement) -> str:
        """The incident of a placement once all this is done."""
        return self.moved.get(old.group.id) or self.live(old.incident)


def regrouped(ledger: Reading, report: Report, found: Sequence[Place]) -> Regrouping:
    """The consequences of all places of a new article. What a person decided is left as it is."""
    done = Regrouping()
    for place in found:
        _merge_twins(ledger, report, place, done)
    for place in found:
        target = done.live(place.incident)
        for incident, one in place.takes:
            old = _movable(ledger, report, incident, one)
            if old is not None and target != incident not in done.into and old.group.id not in done.moved:
                done.moved[old.group.id] = target
                done.moves += _shift(old, target)
    return done


def _merge_twins(ledger: Reading, report: Report, place: Place, done: Regrouping) -> None:
    why = Why(report.id, "correlator", "one report tells of both", MERGE_RULE)
    names = {done.live(name) for name in (place.incident, *place.twins)}
    known = sorted(name for name in names if ledger.incident(name) is not None)
    if len(names) < 2 or not known:
        return
    survivor = known[0]
    for loser in known[1:]:
        if _may_join(ledger, report.article.desk, loser, survivor):
            done.merges += merge_drafts(ledger, loser, survivor, why)
            done.into = {name: survivor if to == loser else to for name, to in done.into.items()} | {loser: survivor}
    if done.live(place.incident) not in known:  # an incident that this very report opens
        done.into[place.incident] = survivor


def _may_join(ledger: Reading, desk: str, loser: str, survivor: str) -> bool:
    gone = ledger.incident(loser)
    small = gone is not None and gone.profile.size <= link_model().thresholds.most_merged
    return small and ledger.tie(desk, loser, survivor) != "cannot"


def _movable(ledger: Reading, report: Report, incident: str, one: Member) -> Placement | None:
    old = ledger.placed(report.article.desk, one.group)
    free = old is not None and old.incident == incident and not old.pinned
    return old if free else None


def _shift(old: Placement, into: str) -> Iterator[Draft]:
    """The group leaves before it arrives: it is never in two incidents."""
    yield drafts.moved(old, into, MOVE_RULE)
    yield from drafts.retold(old, into, MOVE_RULE)


def merge_drafts(ledger: Reading, loser: str, survivor: str, why: Why) -> Iterator[Draft]:
    for old in ledger.members(loser):
        yield from drafts.retold(old, survivor, why.rule)
    yield drafts.merged(loser, survivor, rule=why.rule, command=why.command, author=why.author, reason=why.reason)
