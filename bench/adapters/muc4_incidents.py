"""From lines to incidents: which sentences tell one, which of them tell the same, and who or what fills its slots."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from bench.adapters.muc4_features import Line, Text, line_features
from bench.adapters.muc4_linear import Linear
from bench.adapters.muc4_models import Models
from bench.adapters.muc4_pair_features import pair_features
from bench.adapters.muc4_phrase_features import phrase_features
from bench.adapters.muc4_phrases import Phrase

NONE = "none"
ROLES = ("human", "thing", "means", "doer", "body")


@dataclass(frozen=True, slots=True)
class Limits:
    """Probabilities from which on a sentence tells an incident (or may, `weak`), two tell the same (`pair`), a phrase
    may fill a slot (`seen`) and an entity does (`roles`), a template is wanted (`worth`)."""

    line: float = 0.2
    weak: float = 0.12
    pair: float = 0.65
    seen: float = 0.08
    roles: Mapping[str, float] = field(
        default_factory=lambda: {"human": 0.2, "thing": 0.17, "means": 0.24, "doer": 0.18, "body": 0.22}
    )
    worth: float = 0.25


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
    found = [gathered(text, group, models["role"], limits) for group in groups(text, models, limits)]
    return [weighed(text, incident, found, models["entity"], limits) for incident in found]


def groups(text: Text, models: Models, limits: Limits) -> list[list[Told]]:
    """The sentences of each incident in order; the less likely ones join, but open none."""
    told = told_lines(text, models["line"])
    found = clusters(text, [t for t in told if t.likely >= limits.line], models["pair"], limits)
    cores = [list(group) for group in found]
    for one in told:
        if found and limits.weak <= one.likely < limits.line:
            means = [_mean(text, core, one, models["pair"]) for core in cores]
            found[means.index(max(means))].append(one)
    return [sorted(group, key=lambda t: t.line.at) for group in found]


def clusters(text: Text, told: Sequence[Told], model: Linear, limits: Limits) -> list[list[Told]]:
    """Each sentence joins the group whose sentences it most likely continues, on average, or opens one."""
    groups: list[list[Told]] = []
    for one in told:
        best, chance = None, limits.pair
        for group in groups:
            mean = _mean(text, group, one, model)
            if mean >= chance:
                best, chance = group, mean
        if best is None:
            groups.append([one])
        else:
            best.append(one)
    return groups


def _mean(text: Text, group: Sequence[Told], one: Told, model: Linear) -> float:
    return sum(same(text, other, one, model) for other in group) / len(group)


def same(text: Text, first: Told, second: Told, model: Linear) -> float:
    if second.line.at < first.line.at:
        first, second = second, first
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


def gathered(text: Text, group: Sequence[Told], model: Linear, limits: Limits) -> Incident:
    kind = type_of(group)
    found: dict[tuple[str, str], list[tuple[Line, Phrase, float]]] = {}
    for told in group:
        for phrase in told.line.phrases:
            chances = model.probabilities(role_features(text, told, phrase, kind))
            for role in ROLES:
                found.setdefault((role, phrase.key), []).append((told.line, phrase, chances[role]))
    entities = [_entity(role, key, ones) for (role, key), ones in found.items()]
    kept = [e for e in entities if e.chance >= limits.seen]
    return Incident(kind, tuple(group), tuple(sorted(kept, key=lambda e: -e.chance)))


def weighed(text: Text, incident: Incident, others: Sequence[Incident], model: Linear, limits: Limits) -> Incident:
    """With the chances of its entities beside one another; those that are too small are left out."""
    kept = []
    for entity in incident.entities:
        chance = model.probabilities(entity_features(incident, entity, others))["yes"]
        if chance >= limits.roles[entity.role]:
            kept.append(replace(entity, chance=chance))
    return replace(incident, entities=tuple(sorted(kept, key=lambda e: -e.chance)))


def entity_features(incident: Incident, entity: Entity, others: Sequence[Incident]) -> list[str]:
    """For whether an entity fills its role, given what else the incident and the message hold."""
    role, line, phrase = entity.role, *entity.phrases[0]
    ahead = [e for e in incident.of(role) if e.chance > entity.chance]
    rival = max((e.chance for e in incident.entities if e.key == entity.key and e.role != role), default=0.0)
    rest = [e for other in others if other is not incident for e in other.of(role)]
    elsewhere = max((e.chance for e in rest if e.key == entity.key), default=0.0)
    found = [
        f"rank:{min(len(ahead), 5)}", f"top:{int(ahead[0].chance * 5) if ahead else 9}", f"kind:{incident.type}",
        f"lines:{min(len(incident.lines), 5)}", f"mentions:{min(len(entity.phrases), 4)}",
        f"rival:{int(rival * 5)}", f"elsewhere:{int(elsewhere * 5)}", f"better:{elsewhere > entity.chance}",
        f"person:{entity.person is not None}", f"plural:{phrase.plural}", f"counted:{phrase.low is not None}",
        f"gap:{min(line.at - incident.lines[0].line.at, 4)}", f"again:{any(repeats(entity, e) for e in ahead)}",
        f"persons:{min(sum(1 for e in ahead if e.person), 3)}",
        f"titled:{sum(1 for e in ahead if e.person and named_by_title(phrase, e)) > 0}",
        f"part:{sum(1 for e in ahead if e.phrases[0][1].head.i == phrase.head.i) > 0}",
    ]  # fmt: skip
    steps = [f"chance>{step}" for step in range(1, 20) if entity.chance > step / 20]
    return ["bias", role, *(f"{role}:{f}" for f in (*found, *steps))]


def repeats(entity: Entity, other: Entity) -> bool:
    """Whether an entity says another one again."""
    if entity.key == other.key:
        return True
    if entity.person and other.person:
        return entity.person.split()[-1] == other.person.split()[-1]
    if entity.person or other.person:
        named, described = (entity, other) if entity.person else (other, entity)
        return named_by_title(described.phrases[0][1], named)
    mine, theirs = entity.phrases[0][1], other.phrases[0][1]
    if mine.low is not None and theirs.low is not None and mine.low != theirs.low:
        return False
    return mine.head.lemma == theirs.head.lemma or mine.head.lemma in EMPTY


def named_by_title(described: Phrase, named: Entity) -> bool:
    """ "the judge" beside a judge with a name."""
    titles = " ".join(p.title or "" for _, p in named.phrases).split()
    return not described.plural and described.head.text.upper() in titles


EMPTY = frozenset({
    "victim", "other", "casualty", "body", "one", "number", "group", "dead", "people", "person", "life",
})  # fmt: skip


def role_features(text: Text, told: Told, phrase: Phrase, kind: str) -> list[str]:
    """Those of the phrase, and how likely its sentence tells an incident."""
    sure = f"sure:{int(told.likely * 5)}"
    return [*phrase_features(text, told.line, phrase, kind), sure, f"same:{told.type == kind}"]


def _entity(role: str, key: str, ones: Sequence[tuple[Line, Phrase, float]]) -> Entity:
    """One good place is enough; further ones help a little."""
    chances = sorted((c for _, _, c in ones), reverse=True)
    missed = 1 - chances[0]
    for further in chances[1:]:
        missed *= 1 - further / 3
    ranked = sorted(ones, key=lambda one: -one[2])
    return Entity(role, key, tuple((line, phrase) for line, phrase, _ in ranked), 1 - missed)
