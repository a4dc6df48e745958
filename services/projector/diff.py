"""diff(before, after, event) -> changes: what one event changed in the view, one line a change."""

from collections.abc import Iterable, Iterator, Mapping

from schemas.change import Change, ChangeItem
from schemas.events import CommandRejected, FactReviewed, IncidentEvent
from schemas.ids import content_id
from schemas.incident import CasualtyHead, CasualtyRow, Control, Fact, Incident, Measure, ReportRef
from services.projector.facts import fact_order
from services.projector.text import group_words, known_figure, name_of, names_in, told_figure


def diff(before: Incident | None, after: Incident, event: IncidentEvent) -> Change:
    """The change record of the event; `items` may be empty: the event happened all the same."""
    return Change(
        type="change", v=1, id=content_id("change", after.id, after.seq), incident=after.id, seq=after.seq,
        desk=after.desk, recorded_at=event.recorded_at, event=event.type, title=after.title,
        items=(*between(before, after), *_people(event)),
    )  # fmt: skip


def between(before: Incident | None, after: Incident) -> tuple[ChangeItem, ...]:
    """What is different in two views of one incident, whatever events lie between them."""
    return (
        *_incident(before, after), *_reports(before, after), *_facts(before, after), *_counts(before, after),
        *_measures(before, after), *_control(before, after), *_corrections(before, after),
    )  # fmt: skip


def _incident(before: Incident | None, after: Incident) -> Iterator[ChangeItem]:
    if before is None:
        yield ChangeItem(kind="incident_opened", text=f"new incident: {after.title}")
        return
    if before.merged_into != after.merged_into and after.merged_into:
        yield ChangeItem(kind="incident_merged", text=f"merged into {after.merged_into}", after=after.merged_into)
    if before.title != after.title:
        yield ChangeItem(
            kind="incident_renamed", text=f"now called: {after.title}", before=before.title, after=after.title
        )


def _reports(before: Incident | None, after: Incident) -> Iterator[ChangeItem]:
    old = {(ref.article, ref.group) for ref in before.reports} if before else set()
    new = {(ref.article, ref.group) for ref in after.reports}
    for ref in after.reports:
        if (ref.article, ref.group) not in old and not _beyond(before, ref):
            yield ChangeItem(kind="report_added", text=f"report: {ref.outlet}: {ref.title}", key=ref.article)
    for ref in before.reports if before else ():
        if (ref.article, ref.group) not in new and not _beyond(after, ref):
            yield ChangeItem(kind="report_withdrawn", text=f"gone: {ref.outlet}: {ref.title}", key=ref.article)


def _beyond(view: Incident | None, ref: ReportRef) -> bool:
    """Whether the view shows the last reports only, and this one is older."""
    if view is None or view.totals is None or view.totals.reports is None:
        return False
    return (ref.published, ref.article, ref.group) < min((r.published, r.article, r.group) for r in view.reports)


def _facts(before: Incident | None, after: Incident) -> Iterator[ChangeItem]:
    old = _by_content(before.facts if before else ())
    new = _by_content(after.facts)
    for key, fact in new.items():
        was = old.get(key)
        voice = fact.supporting[-1].speaker if fact.supporting else None
        if was is None and not _was_left_out(before, after, fact):
            text = f"new: {fact.text}: {fact.status}"
            yield ChangeItem(kind="fact_new", text=text, fact=fact.id, after=fact.status, speaker=voice, rule=fact.rule)
        elif was is not None and was.status != fact.status:
            text = f"{fact.text}: {was.status} → {fact.status}"
            yield ChangeItem(
                kind="fact_status", text=text, fact=fact.id, before=was.status, after=fact.status, speaker=voice,
                rule=fact.rule,
            )  # fmt: skip
    for key, fact in old.items():
        if key not in new and not _left_out(after, fact):
            yield ChangeItem(kind="fact_gone", text=f"no longer told: {fact.text}", fact=fact.id, before=fact.status)


def _was_left_out(before: Incident | None, after: Incident, fact: Fact) -> bool:
    """A fact that the former view had no room for: it has had its status since before this event."""
    return before is not None and _is_cut(before) and fact.since < after.changed_at


def _left_out(after: Incident, fact: Fact) -> bool:
    """Whether the view has no room for the fact any more; what is told of it then is nothing."""
    return _is_cut(after) and fact_order(fact) > fact_order(after.facts[-1])


def _is_cut(view: Incident) -> bool:
    return view.totals is not None and view.totals.facts is not None and bool(view.facts)


def _by_content(facts: Iterable[Fact]) -> dict[tuple[str, ...], Fact]:
    """Facts by their latest id; a fact whose cluster grew keeps its words, so words are the second key."""
    found: dict[tuple[str, ...], Fact] = {}
    for fact in facts:
        key = (fact.aspect, fact.type, fact.text)
        found[key if key not in found else (*key, fact.id)] = fact
    return found


HeadKey = tuple[str, str, bool]


def _heads(view: Incident | None) -> Mapping[HeadKey, CasualtyHead]:
    return {(h.outcome, h.group, h.indirect): h for h in view.casualties} if view else {}


def _counts(before: Incident | None, after: Incident) -> Iterator[ChangeItem]:
    old, new, names = _heads(before), _heads(after), names_in(after)
    for key, head in new.items():
        was = old.get(key)
        yield from _figure(was, head, names)
        known = {row.assertion for row in was.outside} if was else set()
        for row in head.outside:
            if row.assertion not in known:
                yield _claimed(head, row, names)
    for key, head in old.items():
        if key not in new:
            text = f"{_called(head, names)}: no figure any more"
            yield ChangeItem(kind="count_gone", text=text, key=_name(head), before=known_figure(head))


def _figure(was: CasualtyHead | None, head: CasualtyHead, names: Mapping[str, str]) -> Iterator[ChangeItem]:
    now, then = known_figure(head), known_figure(was) if was else "?"
    if now in ("?", then):
        return
    said = f", says {head.governed_by}" if head.governed_by else ""
    news = now if then == "?" else f"{then} → {now}"
    yield ChangeItem(
        kind="count_new" if then == "?" else "count_revised", text=f"{_called(head, names)} {news}{said}",
        key=_name(head), before=None if then == "?" else then, after=now, speaker=head.governed_by, rule=head.rule,
    )  # fmt: skip


def _claimed(head: CasualtyHead, row: CasualtyRow, names: Mapping[str, str]) -> ChangeItem:
    value = told_figure(row)
    text = f"claimed: {value} {_called(head, names)}, says {row.speaker}"
    return ChangeItem(kind="count_claimed", text=text, key=_name(head), after=value, speaker=row.speaker, rule=row.rule)


def _name(head: CasualtyHead) -> str:
    return f"{head.outcome} {head.group}" + (" (indirect)" if head.indirect else "")


def _called(head: CasualtyHead, names: Mapping[str, str]) -> str:
    """The name for people: sides and actors by their names."""
    return f"{head.outcome} {group_words(head.group, names)}".rstrip() + (" (indirect)" if head.indirect else "")


def _measures(before: Incident | None, after: Incident) -> Iterator[ChangeItem]:
    old = {_measure_key(m): m for m in before.measures} if before else {}
    for measure in after.measures:
        was = old.get(_measure_key(measure))
        if was is None or was.in_force != measure.in_force or was.lifted != measure.lifted:
            label = measure.value.label or measure.value.name
            yield ChangeItem(
                kind="measure", text=f"{label}: {'lifted' if measure.lifted else measure.value.act}",
                key=measure.value.name, before=was.in_force if was else None, after=measure.in_force, rule=measure.rule,
            )  # fmt: skip


def _measure_key(measure: Measure) -> tuple[str, str, str]:
    area = measure.area.name if measure.area else ""
    return (measure.value.name, area, measure.introduced.isoformat() if measure.introduced else "")


def _control(before: Incident | None, after: Incident) -> Iterator[ChangeItem]:
    old = {control.place.name: control for control in before.control} if before else {}
    names = names_in(after)
    for control in after.control:
        was, now = old.get(control.place.name), _holders(control, names)
        then = _holders(was, names) if was else None
        if then != now:
            text = f"{control.place.name}: {now or 'nobody claims it'}"
            yield ChangeItem(kind="control", text=text, key=control.place.name, before=then, after=now)


def _holders(control: Control, names: Mapping[str, str]) -> str:
    if control.assessed:
        by = " and ".join(name_of(speaker, names) for speaker in control.assessed.by.split("+"))
        return f"held by {name_of(control.assessed.holder, names)}, as assessed by {by}"
    holders = {name_of(claim.holder, names) for claim in control.claims if claim.polarity == "+"}
    return ", ".join(f"claimed by {holder}" for holder in sorted(holders))


def _corrections(before: Incident | None, after: Incident) -> Iterator[ChangeItem]:
    known = {(note.article, note.text) for note in before.corrections} if before else set()
    for note in after.corrections:
        if (note.article, note.text) not in known:
            yield ChangeItem(kind="correction", text=f"{note.outlet} corrects: {note.text}", key=note.article)


def _people(event: IncidentEvent) -> Iterator[ChangeItem]:
    if isinstance(event, FactReviewed):
        word = "review undone" if event.undone else f"reviewed as {event.status}"
        yield ChangeItem(kind="reviewed", text=f"{word} by {event.author}: {event.reason}", fact=event.fact)
    elif isinstance(event, CommandRejected):
        yield ChangeItem(kind="command_rejected", text=f"{event.author}: {event.why}", key=event.command)
