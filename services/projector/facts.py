"""Facts: (occurrence cluster, aspect, value) with the status of the rule table and who stands for and against."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import NamedTuple

from schemas.events import FactReviewed
from schemas.ids import content_id
from schemas.incident import Fact, FactStatus, Review, Voice
from schemas.report import Aspect, Evidence, Occurrence, Value
from services.projector.caps import MAX_OCCURRENCES, MAX_VOICES, fact_totals
from services.projector.clusters import Cluster, cluster, realis_class
from services.projector.frame import Frame, origin_id
from services.projector.rules import expiry, status
from services.projector.rules.positions import FactTerms, Position, Review as RuleReview, Verdict
from services.projector.state import Entry, Remembered
from services.projector.text import fact_text
from services.projector.voices import innermost, last_named, position

FACT_ASPECTS = ("happened", "actor", "cause")
NO_FACT_TYPES = {"emergency_regime", "restriction"}
EVIDENCE_ORDER: tuple[Evidence, ...] = (
    "reporter_on_scene", "official_data", "satellite", "video", "photo", "document", "witness", "statement", "none",
)  # fmt: skip
ORDER = ("confirmed", "corroborated", "reported", "disputed", "claimed", "denied", "retracted")


@dataclass(frozen=True, slots=True)
class Question:
    """What a fact asks: the entries of one cluster on one aspect, and the value asked about."""

    cluster: Cluster
    aspect: str
    value: str
    entries: tuple[Entry, ...]


class Answer(NamedTuple):
    """A fact, what it was asked of, and the assertion keys of all its voices, shown or not."""

    fact: Fact
    asked: Question
    voices: frozenset[str]


def clusters_of(entries: Sequence[Entry], frame: Frame) -> tuple[Cluster, ...]:
    sides = {actor: side for actor, side in frame.side_of.items() if side} | dict(frame.home_of)
    return cluster((entry.occurrence for entry in entries), sides, frame.sides)


def questions(entries: Sequence[Entry], clusters: Sequence[Cluster], frame: Frame) -> tuple[Question, ...]:
    """Every fact that somebody affirmed, denied or withheld, in the order of cluster, aspect and value."""
    home = {o.id: c for c in clusters for o in c.occurrences}
    asked: dict[tuple[str, str], list[Entry]] = defaultdict(list)
    for entry in entries:
        if entry.assertion.aspect in FACT_ASPECTS:
            asked[home[entry.occurrence.id].id, entry.assertion.aspect].append(entry)
    by_id = {c.id: c for c in clusters}
    found = []
    for (cluster_id, aspect), told in sorted(asked.items()):
        values = sorted({value_key(entry, frame) for entry in told})
        found += [Question(by_id[cluster_id], aspect, value, tuple(told)) for value in values]
    return tuple(found)


def value_key(entry: Entry, frame: Frame) -> str:
    value = entry.assertion.value
    if value is None:
        return ""
    if value.actor is not None:
        return frame.actor_value(value.actor)
    return value.cause or ""


def fact_of(
    asked: Question,
    frame: Frame,
    names: Mapping[str, str],
    reviews: Mapping[str, FactReviewed],
    memory: Iterable[Remembered],
    now: datetime,
) -> Answer | None:
    """The fact with its status; None if nobody who counts ever spoke to this value. `now` = time of the event."""
    value = asked.value or None
    positions = [position(e, frame, value_key(e, frame) or None) for e in asked.entries]
    mine = [e for e, p in zip(asked.entries, positions, strict=True) if value is None or p.value in (value, None)]
    if not mine:
        return None
    review = _review(reviews, mine)
    verdict = status.assess(fact_terms(asked), positions, frame.sides, rule_review(review))
    by_key = {entry.assertion.key: entry for entry in asked.entries}

    def voices(told: Sequence[Position], dissent: frozenset[str]) -> tuple[Voice, ...]:
        return tuple(voice_of(by_key[p.id], p, frame, p.id in dissent) for p in told[-MAX_VOICES:])

    made = fact(_asked(asked, mine), verdict, voices, names, review, _since(asked, verdict, memory, now))
    everybody = (*verdict.supporting, *verdict.opposing, *verdict.withholding)
    return Answer(made, asked, frozenset(p.id for p in everybody))


def rule_review(review: FactReviewed | None) -> RuleReview | None:
    return RuleReview(_status(review.status), review.author) if review else None


def fact_terms(asked: Question) -> FactTerms:
    """The question as the status rules put it."""
    realis = "planned" if _is_plan(asked.cluster) else _realis(asked.cluster)
    return FactTerms(asked.aspect, realis, asked.value or None)


def _is_plan(found: Cluster) -> bool:
    return realis_class(found.occurrences[0]) == "plan"


def _realis(found: Cluster) -> str:
    return realis_of({occurrence.realis for occurrence in found.occurrences}, found.occurrences[0])


def realis_of(kinds: Collection[str], first: Occurrence) -> str:
    """Of the kinds in a cluster the surest; `first` = its first occurrence by id."""
    return next((kind for kind in ("actual", "ongoing", "attempted") if kind in kinds), first.realis)


def _status(word: str) -> FactStatus:
    known: dict[str, FactStatus] = {name: name for name in STATUSES}
    return known.get(word, "reported")


STATUSES: tuple[FactStatus, ...] = (
    "claimed", "reported", "corroborated", "confirmed", "disputed", "denied", "retracted",
)  # fmt: skip


def _review(reviews: Mapping[str, FactReviewed], mine: Iterable[Entry]) -> FactReviewed | None:
    keys = {entry.assertion.key for entry in mine}
    found = [review for review in reviews.values() if keys & set(review.keys)]
    return max(found, key=lambda review: review.seq, default=None)


def _since(asked: Question, verdict: Verdict, memory: Iterable[Remembered], now: datetime) -> datetime:
    mine = {occurrence.id for occurrence in asked.cluster.occurrences}
    former = [
        item.since
        for item in memory
        if (item.aspect, item.value, item.status) == (asked.aspect, asked.value, verdict.status)
        and not mine.isdisjoint(item.occurrences)
    ]
    return min(former, default=now)


@dataclass(frozen=True, slots=True)
class Asked:
    """What a fact shows beside its status; `last` = when it was last supported, `of` = how many occurrences it has."""

    cluster: str
    head: Occurrence
    realis: str
    occurrences: tuple[str, ...]
    of: int
    aspect: str
    value: str
    shown: Value | None
    first: datetime
    last: datetime
    reach: int
    evidence: Evidence


def _asked(asked: Question, mine: Sequence[Entry]) -> Asked:
    live = [entry for entry in mine if entry.withdrawn is None] or list(mine)
    value = next((e.assertion.value for e in live if e.assertion.value), None) if asked.value else None
    return Asked(
        cluster=asked.cluster.id, head=representative(asked.cluster), realis=_realis(asked.cluster),
        occurrences=tuple(o.id for o in asked.cluster.occurrences[:MAX_OCCURRENCES]),
        of=len(asked.cluster.occurrences), aspect=asked.aspect, value=asked.value,
        shown=Value(actor=asked.value) if value and value.actor else value, first=min(entry.said for entry in mine),
        last=max(entry.said for entry in live), reach=len({entry.header.article.outlet.name for entry in live}),
        evidence=min((e.assertion.evidence for e in live), key=evidence_rank),
    )  # fmt: skip


def fact(
    asked: Asked,
    verdict: Verdict,
    voices: Callable[[Sequence[Position], frozenset[str]], tuple[Voice, ...]],
    names: Mapping[str, str],
    review: FactReviewed | None,
    since: datetime,
) -> Fact:
    """`voices` gives the shown form of the last of some positions; ids of dissenting ones are told."""
    terms = expiry.ExpiryTerms(asked.aspect, verdict.status, int(asked.last.timestamp()), asked.realis)
    until = expiry.fresh_until(terms)
    dissent = frozenset(p.id for p in verdict.dissent)
    head = asked.head
    return Fact(
        id=content_id("fact", asked.cluster, asked.aspect, asked.value),
        text=fact_text(head, asked.aspect, asked.shown, names),
        type=head.type,
        aspect=_aspect(asked.aspect),
        realis=head.realis,
        when=head.when,
        status=verdict.status,
        rule=verdict.rule,
        since=since,
        first_said=asked.first,
        last_supported=asked.last,
        origins_for=verdict.independent_for,
        origins_against=verdict.independent_against,
        reach=asked.reach,
        best_evidence=asked.evidence,
        occurrences=asked.occurrences,
        supporting=voices(verdict.supporting, dissent),
        opposing=voices(verdict.opposing, dissent),
        withheld=voices(verdict.withholding, dissent),
        sides_for=tuple(sorted({p.side for p in verdict.supporting if p.side})),
        tags=tuple(sorted(verdict.tags)),
        value=asked.shown,
        place=head.place,
        fresh_until=datetime.fromtimestamp(until, UTC) if until is not None else None,
        review=shown_review(review, verdict),
        totals=fact_totals(asked.of, len(verdict.supporting), len(verdict.opposing), len(verdict.withholding)),
    )


def _aspect(word: str) -> Aspect:
    known: dict[str, Aspect] = {"happened": "happened", "actor": "actor", "cause": "cause"}
    return known[word]


def shown_review(review: FactReviewed | None, verdict: Verdict) -> Review | None:
    if review is None or verdict.rules_say is None:
        return None
    return Review(
        status=_status(review.status), author=review.author, reason=review.reason, at=review.recorded_at,
        rules_say=verdict.rules_say.status, rules_rule=verdict.rules_say.rule,
    )  # fmt: skip


def evidence_rank(evidence: Evidence) -> int:
    return EVIDENCE_ORDER.index(evidence) if evidence in EVIDENCE_ORDER else len(EVIDENCE_ORDER)


def representative(found: Cluster) -> Occurrence:
    """The best placed occurrence with a named actor and a date speaks for the cluster; ties go to the smaller id."""

    return min(found.occurrences, key=rank)


def rank(o: Occurrence) -> tuple[int, bool, bool, str]:
    """The order in which occurrences may speak for their cluster."""
    placed = o.place.precision if o.place and (o.place.id or o.place.within) else 9
    nobody = not any(p.actor_id for p in o.participants if p.role == "actor")
    return (placed, nobody, not o.when.start or o.when.precision == "unknown", o.id)


def voice_of(entry: Entry, told: Position, frame: Frame, dissent: bool) -> Voice:
    assertion, header = entry.assertion, entry.header
    speaker = last_named(assertion)
    if not innermost(assertion).named:
        speaker = innermost(assertion)
    return Voice(
        assertion=assertion.id, key=assertion.key, speaker=speaker.name, origin=origin_id(last_named(assertion)),
        relation=told.relation, stance=assertion.stance, polarity=assertion.polarity,
        certainty=assertion.certainty, evidence=assertion.evidence, said_at=entry.said,
        outlet=header.article.outlet.name, article=header.article.id,
        chain=tuple(link.name for link in assertion.chain), quote=assertion.content.text,
        side=frame.side(innermost(assertion)), dissent=dissent,
    )  # fmt: skip


def fact_order(fact: Fact) -> tuple[int, datetime, str, str, str]:
    """The order of facts in a view."""
    return (ORDER.index(fact.status), fact.first_said, fact.type, fact.text, fact.id)
