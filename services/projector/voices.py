"""From an assertion to a position: the speaker's relation to the fact (B1) and the origin of the words (B2)."""

from datetime import datetime

from schemas.ontology import ontology
from schemas.report import Assertion, Occurrence, Speaker
from services.projector.frame import Frame, origin_id, speaker_id, speaker_ids
from services.projector.rules.positions import Act, Position, Relation
from services.projector.rules.relation import Harm, RelationTerms, Said, SpeakerTerms, Stake, relation
from services.projector.state import Entry

OWN_CONDUCT = {"crowd_control", "shooting", "attack", "homicide", "assault", "shelling", "air_drone_strike", "bombing"}
LOSSES = {"killed", "injured", "missing", "captured"}


def seconds(at: datetime) -> int:
    return int(at.timestamp())


def innermost(assertion: Assertion) -> Speaker:
    return assertion.chain[-1]


def last_named(assertion: Assertion) -> Speaker:
    """Whose words they are: the last named link; the outlet at least has a name."""
    return next((speaker for speaker in reversed(assertion.chain) if speaker.named), assertion.chain[0])


def is_own_voice(assertion: Assertion) -> bool:
    return len(assertion.chain) == 1


def relation_of(entry: Entry, frame: Frame) -> Relation:
    """B1 for this assertion, told from the innermost speaker."""
    speaker, assertion = innermost(entry.assertion), entry.assertion
    terms = SpeakerTerms(
        kind=speaker.kind, side=frame.side(speaker), named=speaker.named, name=origin_id(speaker),
        jurisdiction=speaker.jurisdiction or (f"c:{speaker.country}" if speaker.country else None),
        acting_authority=_acts(speaker, entry.occurrence), method=speaker.kind == "expert",
    )  # fmt: skip
    place = entry.occurrence.place
    fact = RelationTerms(
        aspect=assertion.aspect, type=entry.occurrence.type, two_sided=frame.two_sided,
        place_within=frozenset(place.within if place else _ground_of(assertion, frame)), ordered=_ordered(entry),
        about=assertion.concerns, harms=_harm(entry, frame),
    )  # fmt: skip
    said = Said(
        polarity=assertion.polarity, certainty=assertion.certainty, evidence=assertion.evidence,
        verified_by_speaker=assertion.verified_by is not None and assertion.verified_by in speaker_ids(speaker),
        role=_stake(entry, frame),
    )  # fmt: skip
    return relation(terms, fact, said)


def _ground_of(assertion: Assertion, frame: Frame) -> tuple[str, ...]:
    """Harm to people told without a place was done here; an act without a place may be anywhere."""
    return frame.ground if assertion.concerns in {"civilians", "services"} else ()


def _acts(speaker: Speaker, occurrence: Occurrence) -> bool:
    own = set(speaker_ids(speaker))
    return any(p.actor_id in own for p in occurrence.participants if p.role in {"authority", "actor"})


def _ordered(entry: Entry) -> bool:
    authority = any(p.role == "authority" for p in entry.occurrence.participants)
    return entry.occurrence.type == "evacuation" and (authority or entry.occurrence.subtype == "ordered")


def _stake(entry: Entry, frame: Frame) -> Stake | None:
    """The speaker's own stake in what is said."""
    speaker, assertion = innermost(entry.assertion), entry.assertion
    own = {*speaker_ids(speaker), frame.side(speaker)} - {None}
    accused = assertion.value.actor if assertion.value else None
    if assertion.aspect == "actor" and accused:
        if {accused, frame.actor_value(accused)} & own:
            return "accused" if assertion.polarity == "-" else "claims_responsibility"
        accuses = assertion.stance == "accuses" or frame.two_sided
        return "accuser" if accuses and assertion.polarity == "+" and not is_own_voice(assertion) else None
    actors = {p.actor_id for p in entry.occurrence.participants if p.role == "actor" and p.actor_id}
    if speaker.kind == "company" and ontology().of(entry.occurrence.type).family == "accident":
        return "own_accident" if set(speaker_ids(speaker)) & actors or assertion.aspect == "count" else None
    if assertion.aspect == "happened" and _own_deed(speaker, entry.occurrence):
        return "own_conduct"
    return None


def _own_deed(speaker: Speaker, occurrence: Occurrence) -> bool:
    """Whether it tells of what it did itself: force that may be answered for, or a group's feat of arms."""
    own = {*speaker_ids(speaker), speaker.name}
    acted = any({p.actor_id, p.text} & own for p in occurrence.participants if p.role == "actor")
    return acted and (occurrence.type in OWN_CONDUCT or speaker.kind == "armed_group")


def _harm(entry: Entry, frame: Frame) -> Harm | None:
    """Whom the statement harms if true. Interest is judged by the rules with the polarity."""
    assertion, occurrence = entry.assertion, entry.occurrence
    if assertion.polarity == "-":
        return None
    count = assertion.value.count if assertion.value else None
    if assertion.aspect == "count" and count is not None:
        return _loss(count.group, count.outcome, count.low, frame)
    if assertion.aspect == "actor" and assertion.stance == "admits" and assertion.value and assertion.value.actor:
        return Harm(frame.actor_value(assertion.value.actor), "guilt")
    if assertion.aspect != "happened":
        return None
    actor = next((p.actor_id for p in occurrence.participants if p.role == "actor" and p.actor_id), None)
    if occurrence.type == "withdrawal":
        side = frame.actor_side(actor)
        return Harm(side, "withdrawal") if side else None
    return _ground(occurrence, actor, frame)


def _loss(group: str, outcome: str, low: int | None, frame: Frame) -> Harm | None:
    if outcome not in LOSSES:
        return None
    whose = group.removeprefix("forces:") if group.startswith("forces:") else None
    if group == "attackers":
        whose = frame.attackers
    if whose is None:
        return None
    side = frame.side_of.get(whose) or frame.home_of.get(whose) or whose
    return Harm(side, "forces_losses", low)


def _ground(occurrence: Occurrence, actor: str | None, frame: Frame) -> Harm | None:
    """A place taken by others is a loss of the state it lies in."""
    if occurrence.type != "territory_taken" or occurrence.place is None or not occurrence.place.country:
        return None
    owner = f"c:{occurrence.place.country}"
    return Harm(owner, "ground_lost") if frame.sides.opposed(frame.actor_side(actor), owner) else None


def act_of(assertion: Assertion) -> Act:
    if assertion.stance == "retracts":
        return "retracts"
    if assertion.stance in {"withholds", "doubts"}:
        return "withholds"
    return assertion.polarity


def position(entry: Entry, frame: Frame, value: str | None = None) -> Position:
    """The assertion as the status rules see it."""
    assertion, header = entry.assertion, entry.header
    speaker = last_named(assertion)
    own_words = speaker is not assertion.chain[0]
    return Position(
        id=assertion.key,
        origin=speaker_id(speaker),
        relation=relation_of(entry, frame),
        act=act_of(assertion),
        time=seconds(entry.said),
        published=seconds(header.article.published),
        org=speaker.org_id,
        side=frame.side(innermost(assertion)) if frame.two_sided else None,
        value=value,
        realis=entry.occurrence.realis,
        via=_via(entry, speaker),
        family=None if own_words else entry.family or header.article.wire_credit,
        withdrawn=entry.withdrawn,
        withdrawn_at=seconds(entry.withdrawn_at) if entry.withdrawn_at else None,
    )


def _via(entry: Entry, speaker: Speaker) -> tuple[str, ...]:
    """Outer links; an own-voice sentence of an article that lives off another outlet leans on that outlet."""
    chain = entry.assertion.chain
    links = tuple(origin_id(link) for link in chain[: chain.index(speaker)])
    leans = entry.header.derivative_of
    return (*links, leans) if leans and speaker is chain[0] else links
