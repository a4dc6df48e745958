"""What an editor's command does. One handler an action; a refusal is an event too, with its reason."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace

from schemas.command import Action, Command
from schemas.events import FactPinned, FactReviewed, IncidentEvent, IncidentRenamed, IncidentSplit
from schemas.ids import content_id
from services.correlator import drafts
from services.correlator.drafts import Draft, Envelope
from services.correlator.ledger import IncidentRow, Placement, Reading
from services.correlator.merging import Why, merge_drafts
from services.correlator.place import survivor
from services.correlator.refusal import Refused
from services.correlator.undo import undo


def command_drafts(ledger: Reading, command: Command) -> Sequence[Draft]:
    """The events of a command; none if this id was decided before."""
    if ledger.command(command.desk, command.id) is not None:
        return ()
    try:
        _check_seq(ledger, command)
        return list(HANDLERS[command.action](ledger, command))
    except Refused as refused:
        return [drafts.rejected(command, _about(ledger, command), refused.why)]


def _about(ledger: Reading, command: Command) -> str:
    """The incident whose stream tells of a refusal; none if it does not exist on this desk."""
    row = ledger.incident(command.target.incident or "")
    return row.incident if row is not None and row.desk == command.desk else ""


def _check_seq(ledger: Reading, command: Command) -> None:
    if command.expected_seq is None:
        return
    row = ledger.incident(command.target.incident or _where(ledger, command) or "")
    found = row.seq if row else 0
    if found != command.expected_seq:
        raise Refused(f"the incident is at seq {found}, expected {command.expected_seq}")


def _where(ledger: Reading, command: Command) -> str | None:
    """The incident of the group or article that is named; None if it stands in none or in several."""
    target = command.target
    placed = ledger.placed(command.desk, target.group) if target.group else None
    if placed is not None:
        return placed.incident
    found = {one.incident for one in ledger.placements(command.desk, target.article or "")}
    return found.pop() if len(found) == 1 else None


def _incident(ledger: Reading, command: Command, name: str | None) -> IncidentRow:
    """A live incident of the desk, also by the id of one that was merged into it."""
    if not name:
        raise Refused("no incident named")
    row = ledger.incident(survivor(ledger, name))
    if row is None or row.desk != command.desk:
        raise Refused(f"no incident {name}")
    return row


def _rule(command: Command) -> str:
    return f"command {command.action}"


def _review(ledger: Reading, command: Command) -> Iterator[Draft]:
    target = command.target
    incident = _incident(ledger, command, target.incident).incident
    fact, status = target.fact, target.status
    if not fact or not status or not target.assertions:
        raise Refused("a review names a fact, its assertions and a status")

    def build(envelope: Envelope) -> IncidentEvent:
        return FactReviewed(
            type="fact_reviewed", **envelope, command=command.id, author=command.author, reason=command.reason,
            fact=fact, keys=tuple(sorted(target.assertions)), status=status,
        )  # fmt: skip

    yield Draft("fact_reviewed", incident, _rule(command), build)


def _pin(ledger: Reading, command: Command) -> Iterator[Draft]:
    target = command.target
    incident = _incident(ledger, command, target.incident).incident
    fact = target.fact
    if not fact or not target.assertions:
        raise Refused("a pin names a fact and its assertions")

    def build(envelope: Envelope) -> IncidentEvent:
        return FactPinned(
            type="fact_pinned", **envelope, command=command.id, author=command.author, reason=command.reason,
            fact=fact, keys=tuple(sorted(target.assertions)),
        )  # fmt: skip

    yield Draft("fact_pinned", incident, _rule(command), build)


def _rename(ledger: Reading, command: Command) -> Iterator[Draft]:
    incident = _incident(ledger, command, command.target.incident).incident
    title = (command.target.title or "").strip()
    if not title:
        raise Refused("a new title is needed")

    def build(envelope: Envelope) -> IncidentEvent:
        return IncidentRenamed(
            type="incident_renamed", **envelope, command=command.id, author=command.author, reason=command.reason,
            title=title,
        )  # fmt: skip

    yield Draft("incident_renamed", incident, _rule(command), build)


def _merge(ledger: Reading, command: Command) -> Iterator[Draft]:
    one = _incident(ledger, command, command.target.incident).incident
    other = _incident(ledger, command, command.target.into).incident
    if one == other:
        raise Refused("these are one incident already")
    why = Why(command.id, command.author, command.reason, _rule(command))
    yield from merge_drafts(ledger, max(one, other), min(one, other), why)


def _split(ledger: Reading, command: Command) -> Iterator[Draft]:
    source = _incident(ledger, command, command.target.incident).incident
    groups = tuple(sorted(set(command.target.groups)))
    taken = [_placed(ledger, command, source, group) for group in groups]
    if not taken or len(taken) == len(ledger.members(source, len(taken) + 1)):
        raise Refused("a split takes some groups of the incident, and leaves some")
    into = content_id("incident", command.desk, taken[0].article, taken[0].group.id, command.id)

    def build(envelope: Envelope) -> IncidentEvent:
        return IncidentSplit(
            type="incident_split", **envelope, command=command.id, author=command.author, reason=command.reason,
            into=into, groups=groups,
        )  # fmt: skip

    yield Draft("incident_split", source, _rule(command), build)
    for old in taken:
        yield from _shift(old, into, _rule(command))


def _move(ledger: Reading, command: Command) -> Iterator[Draft]:
    group = command.target.group or _only_group(ledger, command)
    old = _placed(ledger, command, None, group)
    if command.target.into:
        into = _incident(ledger, command, command.target.into).incident
    else:
        into = content_id("incident", command.desk, old.article, group, command.id)
    if into == old.incident:
        raise Refused("it is in this incident already")
    yield from _shift(old, into, _rule(command))


def _only_group(ledger: Reading, command: Command) -> str:
    found = ledger.placements(command.desk, command.target.article or "")
    if len(found) != 1:
        raise Refused(f"the article has {len(found)} groups in incidents: name one")
    return found[0].group.id


def _placed(ledger: Reading, command: Command, incident: str | None, group: str) -> Placement:
    old = ledger.placed(command.desk, group)
    if old is None or (incident is not None and old.incident != incident):
        raise Refused(f"no group {group}" + (f" in {incident}" if incident else ""))
    return old


def _shift(old: Placement, into: str, rule: str) -> Iterator[Draft]:
    """The group leaves before it arrives: it is never in two incidents."""
    yield drafts.moved(old, into, rule)
    yield from drafts.retold(old, into, rule)


def _withdraw(ledger: Reading, command: Command) -> Iterator[Draft]:
    article = command.target.article or ""
    found = ledger.placements(command.desk, article)
    if not found:
        raise Refused(f"no article {article!r} in any incident")
    for old in found:
        header = replace(old.header, article=replace(old.header.article, withdrawn=True))
        yield drafts.withdrawn(old, header, "withdrawal", _rule(command))


HANDLERS: Mapping[Action, Callable[[Reading, Command], Iterator[Draft]]] = {
    "review": _review,
    "pin": _pin,
    "rename": _rename,
    "merge": _merge,
    "split": _split,
    "move": _move,
    "withdraw": _withdraw,
    "undo": undo,
}
