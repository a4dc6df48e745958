"""Expectation against view: what an editor would find wrong on the page after a step."""

from collections.abc import Iterable, Iterator, Sequence
from fnmatch import fnmatch

from schemas.incident import CasualtyHead, CasualtyRow, Control, Fact, Incident, Measure
from services.projector.at_read import holding_of, in_force_of, phase_of
from tests.seeds.matching import Speakers, is_called, is_day, is_figure, is_group, is_placed
from tests.seeds.records import (
    ExpectedControl,
    ExpectedFact,
    ExpectedHead,
    ExpectedIncident,
    ExpectedMeasure,
    Outside,
    Step,
)


def incident_of(wanted: ExpectedIncident, incidents: Iterable[Incident]) -> Incident | None:
    """The open incident that has a fact of the type (and place) and most of the articles; None if there is none."""
    fitting = [it for it in incidents if it.state == "open" and _fits(wanted, it)]
    return max(fitting, key=lambda it: (len(_articles(it, wanted.articles)), it.id), default=None)


def _fits(wanted: ExpectedIncident, incident: Incident) -> bool:
    facts = [f for f in incident.facts if f.type in wanted.type]
    placed = not wanted.place or any(is_placed(f.place, wanted.place) for f in facts)
    return bool(facts) and placed and bool(_articles(incident, wanted.articles))


def _articles(incident: Incident, patterns: Sequence[str]) -> set[str]:
    names = {ref.article for ref in incident.reports if not ref.withdrawn}
    return {name for name in names if any(fnmatch(name, pattern) for pattern in patterns)}


def incident_differences(wanted: Iterable[ExpectedIncident], incidents: Sequence[Incident]) -> list[str]:
    """Incidents that are expected and not there, and open ones that nobody expects."""
    found = [(it, incident_of(it, incidents)) for it in wanted]
    lines = [f"no incident {'/'.join(it.type)} {'/'.join(it.place)}" for it, incident in found if incident is None]
    known = {incident.id for _, incident in found if incident}
    more = (it for it in incidents if it.state == "open" and it.id not in known and it.reports)
    return [*lines, *(f"one incident too many: {it.title} ({it.reports[0].article})" for it in more)]


def view_differences(step: Step, incident: Incident) -> list[str]:
    """Every way in which the view is not what the step expects, in words. Empty = all as expected."""
    page = Page(step, incident)
    wanted = step.view
    found = [line for fact in wanted.facts for line in page.fact(fact)]
    found += [line for head in wanted.heads for line in page.head(head)]
    found += [line for measure in wanted.measures for line in page.measure(measure)]
    found += [line for control in wanted.control for line in page.control(control)]
    return [f"step {wanted.step}: {line}" for line in (*found, *page.rest())]


class Page:
    """A view beside a step."""

    def __init__(self, step: Step, incident: Incident) -> None:
        self.step = step
        self.incident = incident
        self.speakers: Speakers = step.speakers

    def is_who(self, key: str, who: str | None) -> bool:
        """Whether an actor, side or speaker id or name of the view is the speaker of that key."""
        voice = self.speakers[key]
        if who is None:
            return False
        if voice.outlet:
            return who in {ref.outlet for ref in self.incident.reports}
        return is_called(voice.names, (who, *self._names(who)))

    def _names(self, who: str) -> Iterator[str]:
        for actor in self.incident.actors:
            if who in {actor.id, actor.side}:
                yield from (actor.name, *actor.aliases)
        for side in self.incident.sides:
            if side.id == who:
                yield side.name

    def fact(self, wanted: ExpectedFact) -> Iterator[str]:
        found = [f for f in self.incident.facts if self._is_about(f, wanted)]
        faults = sorted((self._fact_faults(fact, wanted) for fact in found), key=len)
        about = f"{'/'.join(wanted.type)} {wanted.aspect} {wanted.value or ''} {'/'.join(wanted.place)}".strip()
        if not faults:
            yield f"no fact {about}; there are: {'; '.join(f'{f.text} {f.status}' for f in self.incident.facts) or '-'}"
        elif faults[0]:
            want = f"{'/'.join(wanted.status)} {'/'.join(wanted.rule)}"
            yield f"fact {about} is {', '.join(faults[0])}; expected {want}"

    def _is_about(self, fact: Fact, wanted: ExpectedFact) -> bool:
        value = (fact.value.actor or fact.value.holder or fact.value.cause) if fact.value else None
        return (
            fact.type in wanted.type
            and fact.aspect == wanted.aspect
            and (not wanted.place or is_placed(fact.place, wanted.place))
            and (not wanted.realis or fact.realis in wanted.realis)
            and (wanted.value is None or self.is_who(wanted.value, value))
        )

    def _fact_faults(self, fact: Fact, wanted: ExpectedFact) -> list[str]:
        dissent = {v.speaker for v in (*fact.opposing, *fact.supporting) if v.dissent}
        checks = [
            (fact.status in wanted.status and fact.rule in wanted.rule, f"{fact.status} {fact.rule}"),
            (wanted.tags is None or set(fact.tags) == set(wanted.tags), f"tagged {list(fact.tags)}"),
            (wanted.dissent is None or self._same(wanted.dissent, dissent), f"dissent {sorted(dissent)}"),
            (wanted.origins_for in {None, fact.origins_for}, f"of {fact.origins_for} origins"),
            (wanted.reach in {None, fact.reach}, f"reach {fact.reach}"),
        ]
        return [fault for right, fault in checks if not right]

    def _same(self, keys: Sequence[str], found: Iterable[str]) -> bool:
        """Whether the keys and the names found are the same people."""
        names = list(found)
        return all(any(self.is_who(key, name) for name in names) for key in keys) and all(
            any(self.is_who(key, name) for key in keys) for name in names
        )

    def head(self, wanted: ExpectedHead) -> Iterator[str]:
        about = f"{wanted.outcome} {'/'.join(wanted.group)}{' indirect' if wanted.indirect else ''}"
        found = [h for h in self.incident.casualties if _is_head(h, wanted)]
        if not found:
            yield f"no figure for {about}"
        for head in found[:1]:
            faults = self._head_faults(head, wanted)
            if faults:
                yield f"figure {about}: {', '.join(faults)}"

    def _head_faults(self, head: CasualtyHead, wanted: ExpectedHead) -> list[str]:
        shown, right = (head.low, head.best, head.high), (wanted.low, wanted.best, wanted.high)
        previous = self._previous(head, wanted)
        governed = any(self.is_who(key, head.governed_by) for key in wanted.governed_by)
        checks = [
            (shown == right, f"low/best/high {shown}, not {right}"),
            (head.status in wanted.status and head.rule in wanted.rule, f"{head.status} {head.rule}"),
            (governed if wanted.governed_by else head.governed_by is None, f"governed by {head.governed_by}"),
            (wanted.previous is None or previous == set(wanted.previous), f"previous {sorted(previous)}"),
            (wanted.tags is None or set(head.tags) == set(wanted.tags), f"tagged {list(head.tags)}"),
        ]
        faults = [fault for right_, fault in checks if not right_]
        return faults if wanted.outside is None else [*faults, *self._outside_faults(head.outside, wanted.outside)]

    def _previous(self, head: CasualtyHead, wanted: ExpectedHead) -> set[int]:
        """Former values of the governing speaker's row, whatever he is called in it."""
        rows = [
            r for r in head.rows if r.best == head.best and any(self.is_who(k, r.speaker) for k in wanted.governed_by)
        ]
        return {old.value for row in rows for old in row.previous if old.value is not None}

    def _outside_faults(self, rows: Sequence[CasualtyRow], wanted: Sequence[Outside]) -> Iterator[str]:
        for row in rows:
            if not any(self._is_outside(row, it) for it in wanted):
                yield f"outside has {row.speaker} {row.comparator} {row.low}/{row.best}"
        for it in wanted:
            if not any(self._is_outside(row, it) for row in rows):
                yield f"outside lacks {it.speaker} {it.n}"

    def _is_outside(self, row: CasualtyRow, wanted: Outside) -> bool:
        return self.is_who(wanted.speaker, row.speaker) and is_figure(row.low, row.best, row.comparator, wanted.n)

    def measure(self, wanted: ExpectedMeasure) -> Iterator[str]:
        found = [m for m in self.incident.measures if m.type == wanted.type and is_placed(m.area, wanted.place)]
        if not found:
            there = ", ".join(f"{m.type} {m.area.name if m.area else '-'}" for m in self.incident.measures)
            yield f"no measure {wanted.type} {'/'.join(wanted.place)}; there are: {there or '-'}"
        elif all(self._measure_faults(m, wanted) for m in found):
            faults = min((self._measure_faults(m, wanted) for m in found), key=len)
            yield f"measure {wanted.type} {'/'.join(wanted.place)}: {', '.join(faults)}"

    def _measure_faults(self, measure: Measure, wanted: ExpectedMeasure) -> list[str]:
        in_force = in_force_of(measure, self.step.view.as_of)
        checks = [
            (in_force == wanted.in_force, f"in force {in_force}"),
            (measure.status in wanted.status and measure.rule in wanted.rule, f"{measure.status} {measure.rule}"),
            (is_day(measure.introduced, wanted.introduced, self.step.zone), f"introduced {measure.introduced}"),
            (is_day(measure.lifted, wanted.lifted, self.step.zone), f"lifted {measure.lifted}"),
        ]
        return [fault for right, fault in checks if not right]

    def control(self, wanted: ExpectedControl) -> Iterator[str]:
        found = [c for c in self.incident.control if is_placed(c.place, wanted.place)]
        if not found:
            yield f"nothing on who holds {'/'.join(wanted.place)}"
        for control in found[:1]:
            faults = self._control_faults(control, wanted)
            if faults:
                yield f"control of {'/'.join(wanted.place)}: {', '.join(faults)}"

    def _control_faults(self, control: Control, wanted: ExpectedControl) -> list[str]:
        holding = holding_of(control, self.step.view.as_of)
        claims = {c.holder for c in holding.claims if c.relation in {"P", "G"} and c.polarity == "+"}
        assessed, right = holding.assessed, wanted.assessed
        agreed = (
            assessed is None
            if right is None
            else assessed is not None
            and self.is_who(right.holder, assessed.holder)
            and self.is_who(right.by, assessed.by)
        )
        checks = [
            (holding.display == wanted.display, f"display {holding.display}, not {wanted.display}"),
            (agreed, f"assessed {assessed and (assessed.holder, assessed.by)}"),
            (self._same(wanted.claims, claims), f"claims {sorted(claims)}"),
        ]
        return [fault for right_, fault in checks if not right_]

    def rest(self) -> Iterator[str]:
        """Figures that must not be there, phase, number of articles, corrections."""
        wanted, incident = self.step.view, self.incident
        for head in incident.casualties:
            if head.outcome in wanted.no_heads:
                yield f"a figure for {head.outcome} {head.group}: {head.low}/{head.best}/{head.high}"
        phase = phase_of(incident, wanted.as_of)
        articles = len({ref.article for ref in incident.reports if not ref.withdrawn})
        if wanted.phase not in {None, phase}:
            yield f"phase {phase}, not {wanted.phase}"
        if wanted.reports not in {None, articles}:
            yield f"{articles} articles, not {wanted.reports}"
        if wanted.corrections not in {None, len(incident.corrections)}:
            yield f"{len(incident.corrections)} corrections, not {wanted.corrections}"


def _is_head(head: CasualtyHead, wanted: ExpectedHead) -> bool:
    return head.outcome == wanted.outcome and is_group(head.group, wanted.group) and head.indirect == wanted.indirect
