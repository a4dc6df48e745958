"""From lines to incidents: which sentences tell one, which of them tell the same, and who or what fills its slots."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from bench.adapters.muc4_features import Line, Text, line_features, pair_features, phrase_features
from bench.adapters.muc4_linear import Linear
from bench.adapters.muc4_models import Models
from bench.adapters.muc4_phrases import Phrase

NONE = "none"
ROLES = ("human", "thing", "means", "doer", "body")


@dataclass(frozen=True, slots=True)
class Limits:
    """Probabilities from which on a sentence tells an incident, two tell the same, and a phrase fills a slot."""

    line: float = 0.35
    pair: float = 0.5
    roles: Mapping[str, float] = field(default_factory=lambda: dict.fromkeys(ROLES, 0.4))
    sole: float = 0.35
    worth: float = 0.3


@dataclass(frozen=True, slots=True)
class Told:
    """A line with the probabilities of what it tells."""

    line: Line
    types: Mapping[str, float]

    @property
    def likely(self) -> float:
        return 1 - self.types.get(NONE, 0.0)

    @property
    def type(self) -> str:
        return max((t for t in self.types if t != NONE), key=lambda t: self.types[t])


@dataclass(frozen=True)
class Entity:
    """Phrases of an incident that mean the same, with the probability that it fills the role."""

    role: str
    key: str
    phrases: tuple[tuple[Line, Phrase], ...]
    chance: float

    @property
    def person(self) -> str | None:
        return max((p.person for _, p in self.phrases if p.person), key=len, default=None)


@dataclass(frozen=True)
class Incident:
    """`lines`: those that tell it. `type`: a MUC-4 type."""

    type: str
    lines: tuple[Told, ...]
    entities: tuple[Entity, ...] = ()

    def of(self, role: str) -> list[Entity]:
        return [e for e in self.entities if e.role == role]


def told_lines(text: Text, model: Linear) -> list[Told]:
    return [Told(line, model.probabilities(line_features(text, at))) for at, line in enumerate(text.lines)]


def incidents(text: Text, models: Models, limits: Limits) -> list[Incident]:
    """The incidents of a message in order of their first sentence."""
    told = [t for t in told_lines(text, models["line"]) if t.likely >= limits.line]
    return [_incident(text, group, models["role"], limits) for group in clusters(text, told, models["pair"], limits)]


def clusters(text: Text, told: Sequence[Told], model: Linear, limits: Limits) -> list[list[Told]]:
    """Each sentence joins the group whose sentences it most likely continues, on average, or opens one."""
    groups: list[list[Told]] = []
    for one in told:
        best, chance = None, limits.pair
        for group in groups:
            mean = sum(same(text, other, one, model) for other in group) / len(group)
            if mean >= chance:
                best, chance = group, mean
        if best is None:
            groups.append([one])
        else:
            best.append(one)
    return groups


def same(text: Text, first: Told, second: Told, model: Linear) -> float:
    features = pair_features(text, first.line, second.line, (first.type, second.type))
    return model.probabilities(features)["same"]


def type_of(lines: Sequence[Told]) -> str:
    """The type with the greatest sum; plain ATTACK only where nothing else is as likely."""
    sums: dict[str, float] = {}
    for told in lines:
        for name, chance in told.types.items():
            if name != NONE:
                sums[name] = sums.get(name, 0.0) + chance
    return max(sorted(sums), key=lambda name: sums[name])


def _incident(text: Text, group: Sequence[Told], model: Linear, limits: Limits) -> Incident:
    kind = type_of(group)
    found: dict[tuple[str, str], list[tuple[Line, Phrase, float]]] = {}
    for told in group:
        for phrase in told.line.phrases:
            chances = model.probabilities(phrase_features(text, told.line, phrase, kind))
            for role in ROLES:
                found.setdefault((role, phrase.key), []).append((told.line, phrase, chances[role]))
    entities = [_entity(role, key, ones) for (role, key), ones in found.items()]
    kept = [e for e in entities if e.chance >= limits.roles[e.role]]
    return Incident(kind, tuple(group), tuple(sorted(kept, key=lambda e: -e.chance)))


def _entity(role: str, key: str, ones: Sequence[tuple[Line, Phrase, float]]) -> Entity:
    """One good place is enough; further ones help a little."""
    chances = sorted((c for _, _, c in ones), reverse=True)
    missed = 1 - chances[0]
    for further in chances[1:]:
        missed *= 1 - further / 3
    ranked = sorted(ones, key=lambda one: -one[2])
    return Entity(role, key, tuple((line, phrase) for line, phrase, _ in ranked), 1 - missed)
