"""Stage 10, first half: mentions of one event become one occurrence of the report."""

from collections.abc import Sequence
from dataclasses import dataclass

from schemas.ontology import ontology
from schemas.report import Participant, Place, Realis, When
from services.parser.events import Event
from services.parser.rules import Rules

PLANS = ("planned", "possible")


@dataclass(frozen=True, slots=True)
class Cluster:
    """Events that are one occurrence, in order of the text."""

    events: tuple[Event, ...]

    @property
    def type(self) -> str:
        return min(self.events, key=lambda e: (e.generic, e.definite, e.key)).type

    @property
    def place(self) -> Place | None:
        """The most exact place that any mention has."""
        placed = [e for e in self.events if e.place is not None]
        told = [e for e in placed if not e.head] or placed
        return min((e.place for e in told if e.place), key=lambda p: (p.precision, p.id is None), default=None)

    @property
    def when(self) -> When | None:
        return next((e.when for e in self.events if e.when is not None and e.when.start is not None), None)

    @property
    def realis(self) -> Realis:
        kinds = [e.modality.realis for e in self.events]
        order: tuple[Realis, ...] = ("ongoing", "actual", "attempted", "planned", "possible")
        return next(kind for kind in order if kind in kinds)

    @property
    def history(self) -> bool:
        return self.events[0].history

    @property
    def participants(self) -> tuple[Participant, ...]:
        found: dict[tuple[str, str], Participant] = {}
        told = [e for e in self.events if not e.head and e.participants] or self.events  # a headline only fills gaps
        for event in told:
            for who in event.participants:
                key = who.role, who.actor_id or f"{who.kind}:{who.text.casefold()}"
                found.setdefault(key, who)
        return tuple(found.values())


def build(events: Sequence[Event], rules: Rules) -> list[list[Event]]:
    """Placed events first, then those without a place, then references; each to the best cluster that takes it."""
    unique = list({(e.key, _place_key(e.place), realis_class(e)): e for e in events}.values())
    own = [e for e in unique if not e.generic and not e.definite]
    references = [e for e in unique if e.definite and not e.generic]
    open_ = [e for e in unique if e.generic]
    found: list[list[Event]] = []
    placed = [e for e in (*own, *references) if e.place is not None]
    loose = [e for e in (*own, *references) if e.place is None]
    for event in placed:
        if not (_join(found, event, exact=True) or _join(found, event, exact=False)):
            found.append([event])
    for event in loose:
        if not _nearest(found, event, compatible=event.definite):
            found.append([event])
    for event in open_:
        if not _main(found, event, rules):
            found.append([event])
    return sorted(found, key=lambda c: min(e.key for e in c))


def _join(found: list[list[Event]], event: Event, exact: bool) -> bool:
    for cluster in found:
        if not _same_kind(cluster[0], event) or not any(_one_place(e.place, event.place, exact) for e in cluster):
            continue
        if not all(_one_place(e.place, event.place, False) for e in cluster) or _rivals(cluster, event):
            continue
        if _times_meet(cluster, event):
            cluster.append(event)
            return True
    return False


APART = frozenset({"deployment", "evacuation"})  # their subtypes are different acts


def _same_kind(a: Event, b: Event) -> bool:
    if a.type in APART and a.subtype != b.subtype:
        return False
    return a.type == b.type and realis_class(a) == realis_class(b) and a.history == b.history


def realis_class(event: Event) -> str:
    if event.modality.realis in PLANS:
        return "plan"
    return "attempted" if event.modality.realis == "attempted" else "actual"


def _place_key(place: Place | None) -> str | None:
    return None if place is None else place.id or place.name.casefold()


def _one_place(a: Place | None, b: Place | None, exact: bool) -> bool:
    if a is None or b is None:
        return a is b
    if _place_key(a) == _place_key(b):
        return True
    if exact or a.id is None or b.id is None:
        return False
    return a.id in b.within or b.id in a.within


def _rivals(cluster: Sequence[Event], event: Event) -> bool:
    """Different known actors of one act: two acts. A clash has several, and claimants of one raid are rivals for it."""
    if event.type in ("armed_clash", "incursion", "demonstration", "agreement_talks") or not event.actor:
        return False
    actors = {e.actor for e in cluster if e.actor}
    return bool(actors) and event.actor not in actors


def _times_meet(cluster: Sequence[Event], event: Event) -> bool:
    mine = event.when.start if event.when else None
    return mine is None or all(
        e.when is None or e.when.start is None or abs((e.when.start - mine).days) <= 1 for e in cluster
    )


def _nearest(found: list[list[Event]], event: Event, compatible: bool) -> bool:
    """Without a place: to the last one of its kind before it, else the first; references also to a compatible one."""
    fits = [c for c in found if _same_kind(c[0], event) and not _rivals(c, event) and _times_meet(c, event)]
    if not fits and compatible:
        fits = [
            c for c in found
            if ontology().compatible(c[0].type, event.type) and realis_class(c[0]) == realis_class(event)
            and c[0].history == event.history
        ]  # fmt: skip
    if not fits:
        return False
    before = [c for c in fits if min(e.key for e in c) < event.key]
    chosen = max(before, key=lambda c: max(e.key for e in c if e.key < event.key)) if before else fits[0]
    chosen.append(event)
    return True


def _main(found: list[list[Event]], event: Event, rules: Rules) -> bool:
    """What a figure or "the operation" is about: a fitting cluster, at the place if one is said."""
    fits = [c for c in found if _may_be(c[0], event, rules)]
    if event.place is not None:
        fits = [c for c in fits if all(e.place is None or _one_place(e.place, event.place, False) for e in c)]
    if not fits:
        return False
    before = [c for c in fits if min(e.key for e in c) <= event.key]
    weight = rules.weights

    def rank(c: list[Event]) -> tuple[bool, int, int]:
        near = any(0 <= event.sentence - e.sentence <= 1 for e in c)
        return (
            _placed_alike(c, event),
            weight.get(c[0].type, 0) + (100 if near and event.rule[0] == "N" else 0),
            -c[0].sentence,
        )

    max(before or fits, key=rank).append(event)
    return True


def _placed_alike(cluster: Sequence[Event], event: Event) -> bool:
    return event.place is not None and any(e.place is not None for e in cluster)


def _may_be(head: Event, event: Event, rules: Rules) -> bool:
    if realis_class(head) != "actual" or head.history != event.history:
        return False
    if event.rule.startswith("A."):
        return head.type in rules.generic_types
    outcome = event.rule.split(".")[1]
    return head.type in rules.countable or head.type in rules.counting["own_type"].get(outcome, ())
