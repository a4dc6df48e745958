"""The parts of a report: its groups with all that belongs to them, and how they are joined for one incident."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from schemas.events import ReportHeader
from schemas.report import Assertion, Features, Group, GroupRole, Occurrence, Report
from services.correlator.drafts import header_of
from services.correlator.ledger import Placement
from services.correlator.member import Member, member

ROLE_ORDER: dict[str, int] = {"main": 0, "other": 1, "background": 2}
MAX_TERMS = 200
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Part:
    """A group with its occurrences and assertions, and how the linker sees it."""

    group: Group
    occurrences: tuple[Occurrence, ...]
    assertions: tuple[Assertion, ...]
    member: Member

    @property
    def keys(self) -> frozenset[str]:
        return frozenset(assertion.key for assertion in self.assertions)


def parts_of(report: Report, text_family: str | None) -> tuple[Part, ...]:
    """Main groups first, in the order of the report."""
    header = header_of(report)
    groups = sorted(report.groups, key=lambda group: ROLE_ORDER.get(group.role, 1))
    return tuple(_part(report, header, group, text_family) for group in groups)


def _part(report: Report, header: ReportHeader, group: Group, text_family: str | None) -> Part:
    occurrences = tuple(o for o in report.occurrences if o.group == group.id)
    ids = {occurrence.id for occurrence in occurrences}
    found = {a.key: a for a in report.assertions if a.occurrence_id in ids}
    assertions = tuple(found[key] for key in sorted(found))
    return Part(group, occurrences, assertions, member(header, group, occurrences, assertions, text_family))


def placement(
    desk: str, incident: str, header: ReportHeader, parts: Sequence[Part], text_family: str | None, group: str
) -> Placement:
    """What the parts say together, under the group id `group`. Background is left out where the article has more."""
    told = [part for part in parts if part.group.role != "background"] or list(parts)
    assertions = {a.key: a for part in told for a in part.assertions}
    return Placement(
        desk=desk, incident=incident, header=header, group=replace(joined([p.group for p in told]), id=group),
        occurrences=tuple(o for part in told for o in part.occurrences),
        assertions=tuple(assertions[key] for key in sorted(assertions)), text_family=text_family,
    )  # fmt: skip


def joined(groups: Sequence[Group]) -> Group:
    """One group of several: the first names place and time."""
    first = groups[0]
    if len(groups) == 1:
        return first
    role: GroupRole = min((group.role for group in groups), key=lambda role: ROLE_ORDER.get(role, 1))
    return replace(
        first,
        role=role,
        families=_union([group.families for group in groups]),
        segment_ids=_union([group.segment_ids for group in groups]),
        actors=_union([group.actors for group in groups]),
        place=next((group.place for group in groups if group.place), None),
        features=_features([group.features for group in groups]),
    )


def _features(found: Sequence[Features]) -> Features:
    terms: Counter[str] = Counter()
    for features in found:
        terms.update(dict(features.terms))
    most = sorted(terms.items(), key=lambda item: (-item[1], item[0]))[:MAX_TERMS]
    return Features(
        terms=tuple(sorted(most)),
        rare=_union([features.rare for features in found]),
        minhash=_union([features.minhash for features in found]),
        ages=_union([features.ages for features in found]),
        streets=_union([features.streets for features in found]),
        dates=_union([features.dates for features in found]),
    )


def _union(found: Sequence[tuple[T, ...]]) -> tuple[T, ...]:
    return tuple(dict.fromkeys(item for one in found for item in one))
