"""Stage 10: drafts become occurrences and assertions: one assertion per speaker, aspect and value, all spans kept."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from schemas.article import Article
from schemas.ids import content_id
from schemas.report import Assertion, Codes, Concern, Count, Occurrence, Span, Speaker, Stance, Value, When
from services.parser.certainty import LEVELS, RANK
from services.parser.cluster import Cluster, build, realis_class
from services.parser.crosswalk import codes, ucdp
from services.parser.events import Draft, Event
from services.parser.mentions import Layout
from services.parser.read import Reading
from services.parser.rules import Rules
from services.parser.said import published
from services.parser.tallies import tidy

STRENGTH: tuple[Stance, ...] = (
    "retracts", "denies", "admits", "confirms", "accuses", "claims", "reports", "doubts", "withholds",
)  # fmt: skip
MAX_QUOTES = 4


@dataclass(frozen=True, slots=True)
class Made:
    """An occurrence with what its cluster knows; `group` is set when the groups are."""

    occurrence: Occurrence
    cluster: Cluster
    first: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Merged:
    made: tuple[Made, ...]
    assertions: tuple[Assertion, ...]


def merge(
    article: Article, outlet: Speaker, layout: Layout, reading: Reading, rules: Rules, quotes: Mapping[int, Span]
) -> Merged:
    """`outlet` is the first link of every chain. `quotes`: sentence number -> the span of the whole sentence."""
    kept = tidy([_own_voice(draft, outlet) for draft in reading.drafts])
    events = [e for e in (*(d.event for d in kept), *reading.events)]
    built = [Cluster(tuple(sorted(c, key=lambda e: e.key))) for c in build(events, rules)]
    made = _occurrences(article, layout, built, rules)
    home = {_event_key(e): m for m in made for e in m.cluster.events}
    bundles: dict[tuple[object, ...], list[Draft]] = {}
    for draft in kept:
        found = home[_event_key(draft.event)]
        bundles.setdefault(_bundle(found, draft), []).append(draft)
    bundles = _without_headlines(bundles)
    harmed = {(home[_event_key(d.event)].occurrence.id, _who(d)): d.concerns for d in kept if d.concerns and _count(d)}
    assertions = [_assertion(article, outlet, home, bundle, quotes, harmed) for bundle in bundles.values()]
    told = {a.occurrence_id for a in assertions}
    kept_made = (replace(m, occurrence=_with_ucdp(rules, m, assertions)) for m in made if m.occurrence.id in told)
    return Merged(tuple(kept_made), tuple(_unique(assertions)))


def _with_ucdp(rules: Rules, made: Made, assertions: Sequence[Assertion]) -> Occurrence:
    """UCDP's type of violence, where somebody affirms a death."""
    mine = (a for a in assertions if a.occurrence_id == made.occurrence.id and a.polarity == "+")
    killed = [a.value.count for a in mine if a.value and a.value.count and a.value.count.outcome == "killed"]
    code = ucdp(rules, made.occurrence.participants, killed)
    if code is None:
        return made.occurrence
    return replace(made.occurrence, codes=replace(made.occurrence.codes or Codes(), ucdp=code))


def _event_key(event: Event) -> tuple[object, ...]:
    place = event.place.id or event.place.name if event.place else None
    return (*event.key, place, realis_class(event))


def _own_voice(draft: Draft, outlet: Speaker) -> Draft:
    """An outlet that names itself speaks in its own voice."""
    chain = tuple(s for s in draft.voice.chain if s.id != outlet.id)
    if len(chain) == len(draft.voice.chain):
        return draft
    stance = draft.voice.stance if chain or draft.voice.stance != "claims" else "reports"
    return replace(draft, voice=replace(draft.voice, chain=chain, stance=stance))


def _count(draft: Draft) -> Count | None:
    return draft.value.count if draft.value else None


def _occurrences(article: Article, layout: Layout, built: Sequence[Cluster], rules: Rules) -> list[Made]:
    ordinals: dict[tuple[object, ...], int] = {}
    found = []
    for cluster in built:
        when = cluster.when or _day(layout)
        signature = _signature(cluster, when)
        number = ordinals.get(signature, 0)
        ordinals[signature] = number + 1
        actor = next((e.subtype for e in cluster.events if e.subtype), None)
        means = next((e.means for e in cluster.events if e.means), None)
        code: Codes | None = codes(rules, cluster.type, actor, means, cluster.participants)
        occurrence = Occurrence(
            id=content_id("occurrence", article.id, *map(str, signature), number), type=cluster.type,
            realis=cluster.realis, group="", participants=cluster.participants, spans=(), when=when,
            place=cluster.place, subtype=actor, means=means, codes=code,
        )  # fmt: skip
        first = min(e.key[:2] for e in cluster.events)
        found.append(Made(occurrence, cluster, first))
    return found


def _day(layout: Layout) -> When:
    """Without a date of its own an event belongs to the day of publication."""
    at = published(layout)
    if at.start is None:
        return at
    day = at.start.replace(hour=0, minute=0, second=0, microsecond=0)
    return When(precision="day", anchor="published", start=day, end=day + timedelta(days=1))


def _signature(cluster: Cluster, when: When) -> tuple[object, ...]:
    """(type, place, date, class of the main actor)."""
    place = cluster.place
    where = (place.id or place.name.casefold()) if place else ""
    date = when.start.date().isoformat() if when.start else ""
    actor = next((p.kind for p in cluster.participants if p.role in ("actor", "authority")), "")
    return cluster.type, where, date, actor, realis_class(cluster.events[0])


def _bundle(made: Made, draft: Draft) -> tuple[object, ...]:
    who = _who(draft)
    stance = draft.stance or draft.voice.stance
    special = stance if stance in ("retracts", "withholds", "doubts") else ""
    return made.occurrence.id, draft.aspect, _value_key(draft.value), who, polarity(draft), special


def _who(draft: Draft) -> str:
    return voice_id(draft.voice.chain[-1]) if draft.voice.chain else ""


def voice_id(speaker: Speaker) -> str:
    """Officials of a state and the state speak with one voice; a person speaks for himself."""
    person = (speaker.id or "").startswith("p:")
    return speaker.id or "" if person else speaker.org_id or speaker.id or speaker.name.casefold()


def _value_key(value: Value | None) -> str:
    if value is None:
        return ""
    if value.count is not None:
        c = value.count
        parts = (c.outcome, c.group, c.scope, c.kind, c.low, c.best, c.high, c.comparator, c.indirect, _thing(c))
        return "|".join(map(str, parts))
    if value.measure is not None:
        return f"{value.measure.act}|{value.measure.name}"
    return value.actor or value.holder or value.cause or ""


def _thing(count: Count) -> str:
    """Damaged houses and damaged cars are two figures."""
    return count.descriptor or "" if count.outcome in ("damaged", "destroyed", "captured") else ""


def polarity(draft: Draft) -> str:
    """The words' own negation and the speaker's denial, counted together."""
    stance = draft.stance or draft.voice.stance
    minus = draft.modality.polarity == "-"
    if stance in ("denies", "doubts") and draft.stance is None:
        minus = not minus
    return "-" if minus else "+"


def _without_headlines(bundles: Mapping[tuple[object, ...], list[Draft]]) -> dict[tuple[object, ...], list[Draft]]:
    """Trap 12: what a headline says in its own voice only supports the body; alone it counts only where no body is."""
    body = {key for key, drafts in bundles.items() if any(not d.event.head for d in drafts)}
    out: dict[tuple[object, ...], list[Draft]] = {key: list(bundles[key]) for key in bundles if key in body}
    if not body:
        return dict(bundles)
    for key, drafts in bundles.items():
        if key in body:
            continue
        same = next((other for other in out if (*other[:3], other[4]) == (*key[:3], key[4])), None)
        if same is not None:
            out[same] = [*out[same], *drafts]
    return out


def _assertion(
    article: Article,
    outlet: Speaker,
    home: Mapping[tuple[object, ...], Made],
    bundle: Sequence[Draft],
    quotes: Mapping[int, Span],
    harmed: Mapping[tuple[str, str], Concern],
) -> Assertion:
    body = [d for d in bundle if not d.event.head] or list(bundle)
    best = min(body, key=lambda d: (STRENGTH.index(d.stance or d.voice.stance), _rank(d), d.event.key))
    made = home[_event_key(best.event)]
    chain = (outlet, *best.voice.chain)
    sign = polarity(best)
    stance = best.stance or best.voice.stance
    key = content_id(
        "assertion", article.id, [c.id or c.name for c in chain], stance, sign, best.aspect, made.occurrence.id,
        _value_key(best.value),
    )  # fmt: skip
    level = LEVEL_NAMES[min(_rank(d) for d in body)]
    concerns = next((d.concerns for d in bundle if d.concerns), None)
    if best.aspect == "happened" and concerns is None:
        concerns = harmed.get((made.occurrence.id, _who(best)))
    spans = dict.fromkeys(quotes[d.event.sentence] for d in (*body, *bundle) if d.event.sentence in quotes)
    return Assertion(
        id=content_id("exact", key, best.content.start, best.content.end), key=key, occurrence_id=made.occurrence.id,
        aspect=best.aspect, chain=chain, stance=stance, polarity="-" if sign == "-" else "+", certainty=level,
        evidence=best.voice.evidence, said_at=best.said_at or made.occurrence.when, content=best.content,
        rule=best.rule, value=best.value, cue=best.voice.cue, quote=tuple(spans)[:MAX_QUOTES],
        hedges=tuple(dict.fromkeys((*best.voice.hedges, *best.modality.hedges))),
        verified_by=_verifier(best), concerns=concerns, maybe_continues=best.voice.continues,
    )  # fmt: skip


def _verifier(draft: Draft) -> str | None:
    """Who verified it, if the words say so."""
    cue, speaker = draft.voice.cue, draft.voice.speaker
    verified = cue is not None and (cue.rule or "").rpartition(".")[2] in VERIFYING and draft.voice.stance == "confirms"
    return (speaker.org_id or speaker.id or speaker.name) if verified and speaker is not None else None


VERIFYING = frozenset({"verify", "authenticate", "geolocate"})
LEVEL_NAMES = ("certain", *LEVELS, "unknown")


def _rank(draft: Draft) -> int:
    return max(RANK[draft.voice.certainty], RANK[draft.modality.certainty])


def _unique(assertions: Sequence[Assertion]) -> list[Assertion]:
    return sorted(
        {a.key: a for a in assertions}.values(), key=lambda a: (a.content.field != "title", a.content.start, a.key)
    )
