"""Relation of a speaker to a fact (B1): one ordered table, the first row that holds gives the letter."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from services.projector.rules.positions import Relation

HarmKind = Literal["forces_losses", "ground_lost", "withdrawal", "guilt", "civilian_harm"]
Stake = Literal["accused", "accuser", "own_accident", "own_conduct", "claims_responsibility"]

OFFICIALS = frozenset({"government", "military", "police_rescue", "health", "judiciary"})
CIVIL_AUTHORITIES = frozenset({"police_rescue", "health"})
NEUTRALS = frozenset({"international", "ngo_monitor"})
FACELESS = frozenset({"unnamed", "social_channel"})
AUTHORED_TYPES = frozenset({"arrest", "prosecution", "agreement_talks"})
WEAK_CERTAINTY = frozenset({"possible", "unknown"})
AGAINST_INTEREST = frozenset({"forces_losses", "ground_lost", "withdrawal", "guilt"})


@dataclass(frozen=True, slots=True)
class SpeakerTerms:
    """Who speaks. `side` = its side in this incident; `jurisdiction` = a place id; `method` = an expert shows one.

    `acting_authority` = the measure, arrest, agreement or order is the speaker's own act.
    """

    kind: str
    side: str | None = None
    named: bool = True
    name: str | None = None
    jurisdiction: str | None = None
    acting_authority: bool = False
    method: bool = False


@dataclass(frozen=True, slots=True)
class Harm:
    """Whom (a side, or an organisation by name) a statement harms if it is true, taken with its polarity."""

    whose: str
    what: HarmKind
    n: int | None = None  # losses; None: some


@dataclass(frozen=True, slots=True)
class RelationTerms:
    """What is spoken about. `place_within` = ids of the place and of all that contain it; `ordered`: an evacuation.

    `about` = whom a happened or count fact concerns: civilians, services or forces.
    """

    aspect: str
    type: str
    two_sided: bool = False
    place_within: frozenset[str] = frozenset()
    ordered: bool = False
    about: str | None = None
    harms: Harm | None = None


@dataclass(frozen=True, slots=True)
class Said:
    """How it was said. `role` = the speaker's own stake in what is spoken about."""

    polarity: Literal["+", "-"] = "+"
    certainty: str = "certain"
    evidence: str = "statement"
    verified_by_speaker: bool = False
    role: Stake | None = None


@dataclass(frozen=True, slots=True)
class Statement:
    """A speaker, a fact and the words between them, with what several rows ask of them."""

    speaker: SpeakerTerms
    fact: RelationTerms
    said: Said

    @property
    def side(self) -> str | None:
        """Sides exist only where two of them are opposed."""
        return self.speaker.side if self.fact.two_sided else None

    @property
    def has_jurisdiction(self) -> bool:
        return self.speaker.jurisdiction in self.fact.place_within

    @property
    def outside_jurisdiction(self) -> bool:
        """A jurisdiction is stated and does not reach the place."""
        return self.speaker.jurisdiction is not None and not self.has_jurisdiction

    @property
    def faceless(self) -> bool:
        kind = self.speaker.kind
        return kind in FACELESS or (kind == "witness" and not self.speaker.named)


@dataclass(frozen=True, slots=True)
class RelationRule:
    """A row. `key` names it where a letter has several rows; `condition` is for readers."""

    key: str
    relation: Relation
    holds: Callable[[Statement], bool]
    condition: str


def _is_author(it: Statement) -> bool:
    order = it.fact.type == "evacuation" and it.fact.ordered
    authored = it.fact.aspect == "measure" or it.fact.type in AUTHORED_TYPES or order
    official = it.speaker.kind in OFFICIALS and it.has_jurisdiction
    return authored and not it.faceless and (it.speaker.acting_authority or official)


def _is_weak(it: Statement) -> bool:
    return it.faceless or it.said.certainty in WEAK_CERTAINTY


def _is_admission(it: Statement) -> bool:
    harm = it.fact.harms
    if harm is None or harm.what not in AGAINST_INTEREST or harm.n == 0:
        return False
    boast = it.said.role == "claims_responsibility"
    return not boast and harm.whose in {it.side, it.speaker.name} - {None}


def _own_stake(it: Statement) -> bool:
    # In a coup the power of every organ of the state is at stake, whoever noticed it.
    coup = it.fact.type == "coup" and it.speaker.kind in ("government", "military")
    return it.said.role is not None or coup


def _is_neutral(it: Statement) -> bool:
    kind = it.speaker.kind
    saw = it.said.evidence == "reporter_on_scene" or it.said.verified_by_speaker
    first_hand = kind in NEUTRALS or (kind == "expert" and it.speaker.method) or (kind == "media" and saw)
    return first_hand and it.side is None


def _on_duty(it: Statement) -> bool:
    serves = it.speaker.kind in CIVIL_AUTHORITIES | {"judiciary"} and not it.outside_jurisdiction
    governs = it.speaker.kind == "government" and it.has_jurisdiction
    return not it.fact.two_sided and (serves or governs)


def _civil_authority(it: Statement) -> bool:
    serves = it.speaker.kind in CIVIL_AUTHORITIES and not it.outside_jurisdiction
    governs = it.speaker.kind == "government" and it.has_jurisdiction
    own_harm = it.fact.aspect in ("happened", "count") and it.fact.about in ("civilians", "services")
    return own_harm and (serves or governs)


RULES: tuple[RelationRule, ...] = (
    RelationRule("A", "A", _is_author,
                 "a measure, arrest, prosecution, agreement or ordered evacuation, told by the acting authority or an "
                 "official with jurisdiction over the place; no unnamed source"),
    RelationRule("W", "W", _is_weak,
                 "unnamed, a social channel, an unnamed witness; or certainty possible or unknown, whoever speaks"),
    RelationRule("G", "G", _is_admission,
                 "it harms the speaker's own side or organisation: own losses above zero, own ground lost, own "
                 "withdrawal, own guilt"),
    RelationRule("P-stake", "P", _own_stake,
                 "accused, accuser, own accident, own conduct or power at stake, claim of responsibility"),
    RelationRule("N", "N", _is_neutral,
                 "without a side: international body, monitor, expert with a method, or a medium whose reporter was on "
                 "the scene or that verified it itself"),
    RelationRule("D", "D", _on_duty,
                 "no two opposed sides: police, rescue, health or judiciary whose jurisdiction is not elsewhere, or a "
                 "government with jurisdiction over the place"),
    RelationRule("O", "O", lambda it: it.side is None,
                 "without a side: outlet in its own voice, named witness, official, anybody whom no row above names"),
    RelationRule("O-civil", "O", _civil_authority,
                 "between two sides: the civil authority about harm to its own civilians or services"),
    RelationRule("P", "P", lambda it: True,
                 "a side in an incident of two opposed sides"),
)  # fmt: skip


def relation_rule(speaker: SpeakerTerms, fact: RelationTerms, said: Said) -> RelationRule:
    """The first row that holds; the last row always does."""
    statement = Statement(speaker, fact, said)
    return next(rule for rule in RULES if rule.holds(statement))


def relation(speaker: SpeakerTerms, fact: RelationTerms, said: Said) -> Relation:
    """The letter of B1: how the speaker stands to the fact."""
    return relation_rule(speaker, fact, said).relation
