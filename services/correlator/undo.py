"""Undoing a command: from what it did, the events that put things back where it still stands."""

from collections.abc import Iterator, Sequence

from schemas.command import Command
from schemas.events import FactPinned, FactReviewed, IncidentEvent, IncidentRenamed, IncidentSplit
from services.correlator import drafts
from services.correlator.drafts import Draft, Envelope
from services.correlator.ledger import Deed, Reading
from services.correlator.place import survivor
from services.correlator.refusal import Refused

RULE = "command undo"
FINAL = frozenset({"command_rejected", "report_withdrawn"})


def undo(ledger: Reading, command: Command) -> Iterator[Draft]:
    name = command.target.command or ""
    deeds = ledger.command(command.desk, name)
    if not deeds:
        raise Refused(f"no command {name!r} was done")
    if any(deed.type in FINAL for deed in deeds):
        raise Refused("a refusal or a withdrawal cannot be undone; publish the article again")
    found = [*_marks(ledger, command, deeds), *_back(ledger, command.desk, deeds)]
    if not found:
        raise Refused("nothing of it is left to undo")
    yield from found


def _back(ledger: Reading, desk: str, deeds: Sequence[Deed]) -> Iterator[Draft]:
    """What was moved goes back, if it still is where the command put it."""
    for deed in deeds:
        old = ledger.placed(desk, deed.group) if deed.group and deed.other else None
        if old is not None and deed.other is not None and old.incident == survivor(ledger, deed.incident):
            yield drafts.moved(old, deed.other, RULE)
            yield from drafts.retold(old, deed.other, RULE)


def _marks(ledger: Reading, command: Command, deeds: Sequence[Deed]) -> Iterator[Draft]:
    """The command's own events again, undone. A merge is undone before its reports go back."""
    for deed in deeds:
        row = ledger.incident(deed.incident)
        if deed.type == "incident_merged" and row is not None and row.merged_into is not None:
            yield drafts.merged(
                deed.incident, row.merged_into, rule=RULE, command=command.id, author=command.author,
                reason=command.reason, undone=True,
            )  # fmt: skip
        elif deed.type in ("incident_split", "incident_renamed", "fact_reviewed", "fact_pinned"):
            yield _mark(command, deed, survivor(ledger, deed.incident))


def _mark(command: Command, deed: Deed, incident: str) -> Draft:
    def build(envelope: Envelope) -> IncidentEvent:
        by = {"command": command.id, "author": command.author, "reason": command.reason}
        if deed.type == "incident_split":
            return IncidentSplit(
                type="incident_split", **envelope, **by, into=deed.other or "", groups=deed.keys, undone=True
            )
        if deed.type == "incident_renamed":
            return IncidentRenamed(type="incident_renamed", **envelope, **by, title=deed.text or "", undone=True)
        fact = deed.fact or ""
        if deed.type == "fact_pinned":
            return FactPinned(type="fact_pinned", **envelope, **by, fact=fact, keys=deed.keys, undone=True)
        return FactReviewed(
            type="fact_reviewed", **envelope, **by, fact=fact, keys=deed.keys, status=deed.text or "", undone=True
        )

    return Draft(deed.type, incident, RULE, build)
