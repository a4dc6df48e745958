"""Training of the MUC-4 adapter's classifiers on a folder's messages and keys."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import ModuleType
from typing import Any

from bench.adapters.muc4_features import Line, Text, line_features
from bench.adapters.muc4_fills import (
    claim_features,
    effect_features,
    incident_features,
    kind_features,
    worth_features,
)
from bench.adapters.muc4_incidents import (
    NONE,
    Entity,
    Incident,
    Limits,
    Told,
    entity_features,
    gathered,
    groups,
    role_features,
    type_of,
    weighed,
)
from bench.adapters.muc4_linear import Linear
from bench.adapters.muc4_models import Models
from bench.adapters.muc4_pair_features import pair_features
from bench.adapters.muc4_phrases import Phrase
from bench.learning import fit
from bench.muc4_labels import ROLES, fills, role_of, said, told_by

Example = tuple[Sequence[str], str]
REACH = 10
FOLDS = 3
ROLE_DECAY = 4.0
TYPE_OF = {"HUM TGT": ("human", "HUM TGT: TYPE", "HUM TGT: EFFECT OF INCIDENT"),
           "PHYS TGT": ("thing", "PHYS TGT: TYPE", "PHYS TGT: EFFECT OF INCIDENT")}  # fmt: skip


@dataclass(frozen=True)
class Sample:
    """A message with the templates of its key."""

    text: Text
    keys: Sequence[Any]
    told: Sequence[int | None]


def sample(text: Text, keys: Sequence[Any]) -> Sample:
    return Sample(text, keys, told_by(text, keys))


def train(samples: Sequence[Sample], scorer: ModuleType, limits: Limits) -> Models:
    """All classifiers. The later ones learn from what the earlier ones find in messages that those did not see."""
    folds = [list(samples[i * len(samples) // FOLDS : (i + 1) * len(samples) // FOLDS]) for i in range(FOLDS)]
    seen = [_first([s for other in folds if other is not fold for s in other], scorer) for fold in folds]
    roles = [[e for s in fold for e in _roles(s, m, scorer, limits)] for fold, m in zip(folds, seen, strict=True)]
    found: list[list[tuple[Sample, list[Incident]]]] = []
    for at, fold in enumerate(folds):
        model = fit([e for i, part in enumerate(roles) if i != at for e in part], decay=ROLE_DECAY)
        found.append([(s, _gathered(s, Models({**seen[at], "role": model}), limits)) for s in fold])
    every = [pair for part in found for pair in part]
    entity = fit([e for s, gathered in every for e in _entities(s, gathered, scorer)], decay=2.0)
    worth = [e for s, gathered in every for e in _worths(s, gathered, entity, scorer, limits)]
    whole = _first(samples, scorer)
    whole["role"] = fit([e for part in roles for e in part], decay=ROLE_DECAY)
    whole |= {"entity": entity, "worth": fit(worth, decay=4.0)}
    return Models({**whole, **_fill_models(samples, scorer)})


def _first(samples: Sequence[Sample], scorer: ModuleType) -> dict[str, Linear]:
    return {
        "line": fit([e for s in samples for e in _lines(s, scorer)], decay=6.0),
        "pair": fit([e for s in samples for e in _pairs(s, scorer)], decay=3.0),
    }


def _fill_models(samples: Sequence[Sample], scorer: ModuleType) -> dict[str, Linear]:
    fills: dict[str, list[Example]] = {}
    for s in samples:
        for name, example in _fills(s, scorer):
            fills.setdefault(name, []).append(example)
    return {name: fit(examples, least=2, decay=2.0) for name, examples in sorted(fills.items())}


def _type(template: Any, scorer: ModuleType) -> str:
    return str(template.of(scorer.TYPE)[0].names[0])


def _lines(s: Sample, scorer: ModuleType) -> Iterable[Example]:
    for at, told in enumerate(s.told):
        yield line_features(s.text, at), NONE if told is None else _type(s.keys[told], scorer)


def _pairs(s: Sample, scorer: ModuleType) -> Iterable[Example]:
    lines = [(at, told) for at, told in enumerate(s.told) if told is not None]
    for i, (a, one) in enumerate(lines):
        for b, two in lines[i + 1 : i + 1 + REACH]:
            types = (_type(s.keys[one], scorer), _type(s.keys[two], scorer))
            yield pair_features(s.text, s.text.lines[a], s.text.lines[b], types), "same" if one == two else "other"


def _roles(s: Sample, first: Mapping[str, Linear], scorer: ModuleType, limits: Limits) -> Iterable[Example]:
    """The phrases of incidents as the first classifiers gather them; those like no template fill nothing."""
    for group in groups(s.text, Models(first), limits):
        key, kind = _key(s, group), type_of(group)
        for told in group:
            for phrase in told.line.phrases:
                role = NONE if key is None else role_of(phrase, key, scorer)
                yield role_features(s.text, told, phrase, kind), role


def _key(s: Sample, group: Sequence[Told]) -> Any | None:
    """The template that most sentences of a group tell."""
    votes = [told for t in group if (told := s.told[t.line.at]) is not None]
    return s.keys[max(votes, key=votes.count)] if votes else None


def _fills(s: Sample, scorer: ModuleType) -> Iterable[tuple[str, Example]]:
    groups: dict[int, list[Line]] = {}
    for at, told in enumerate(s.told):
        if told is not None:
            groups.setdefault(told, []).append(s.text.lines[at])
    for number, lines in groups.items():
        key = s.keys[number]
        incident = _gold(key, lines, scorer)
        about = incident_features(s.text, incident)
        yield "stage", (about, key.of("INCIDENT: STAGE OF EXECUTION")[0].names[0])
        category = key.of("PERP: INCIDENT CATEGORY")
        yield "category", (about, category[0].names[0] if category else NONE)
        loose = [f for f in key.of("INCIDENT: INSTRUMENT TYPE") if not f.of]
        if not key.of("INCIDENT: INSTRUMENT ID"):
            yield "unnamed_means", (about, loose[0].names[0] if loose else NONE)
        for entity in incident.entities:
            yield from _entity_fills(s, incident, entity, key, scorer)


def _gold(key: Any, lines: Sequence[Line], scorer: ModuleType) -> Incident:
    """The incident as a perfect reader would gather it."""
    found: dict[tuple[str, str], list[tuple[Line, Phrase]]] = {}
    for line in lines:
        for phrase in line.phrases:
            role = role_of(phrase, key, scorer)
            if role != NONE:
                found.setdefault((role, phrase.key), []).append((line, phrase))
    kind = _type(key, scorer)
    told = tuple(Told(line, {kind: 1.0}) for line in lines)
    return Incident(kind, told, tuple(Entity(role, k, tuple(ones), 1.0) for (role, k), ones in found.items()))


def _entity_fills(
    s: Sample, incident: Incident, entity: Entity, key: Any, scorer: ModuleType
) -> Iterable[tuple[str, Example]]:
    if entity.role == "body":
        value = _value(entity, key.of("PERP: ORGANIZATION CONFIDENCE"), scorer)
        if value != NONE:
            yield "confidence", (claim_features(s.text, incident, entity), value)
    for line, phrase in entity.phrases[:3]:
        if entity.role == "means":
            kind = _value(entity, key.of("INCIDENT: INSTRUMENT TYPE"), scorer)
            yield "means_type", (kind_features(s.text, line, phrase), kind)
        for role, types, effects in TYPE_OF.values():
            if entity.role == role:
                kind = _value(entity, key.of(types), scorer)
                if kind != NONE:
                    yield f"{role}_type", (kind_features(s.text, line, phrase), kind)
                effect = _value(entity, key.of(effects), scorer)
                yield f"{role}_effect", (effect_features(s.text, line, phrase, incident.type), effect)


def _value(entity: Entity, fills: Sequence[Any], scorer: ModuleType) -> str:
    """The value that a key states of what the entity names."""
    texts = [text for _, phrase in entity.phrases for text in said(phrase)]
    for least in (scorer.RIGHT, scorer.HALF):
        for fill in fills:
            if any(scorer.string_credit(text, name) >= least for text in texts for name in fill.of):
                return str(fill.names[0])
    return NONE


def _gathered(s: Sample, models: Models, limits: Limits) -> list[Incident]:
    return [gathered(s.text, group, models["role"], limits) for group in groups(s.text, models, limits)]


def _entities(s: Sample, found: Sequence[Incident], scorer: ModuleType) -> Iterable[Example]:
    """Best first; what a better entity has filled already is not filled again."""
    for incident in found:
        key = _key(s, incident.lines)
        taken: set[tuple[str, int]] = set()
        for entity in incident.entities:
            fill = None if key is None else _fill_of(entity, key, scorer)
            right = fill is not None and fill not in taken
            if fill is not None:
                taken.add(fill)
            yield entity_features(incident, entity, found), "yes" if right else "no"


def _fill_of(entity: Entity, key: Any, scorer: ModuleType) -> tuple[str, int] | None:
    """The fill of a key that an entity names in its role."""
    for slot, role in ROLES.items():
        if role == entity.role:
            for number, fill in enumerate(key.of(slot)):
                if any(fills(phrase, slot, fill, scorer) for _, phrase in entity.phrases[:3]):
                    return slot, number
    return None


def _worths(
    s: Sample, found: Sequence[Incident], model: Linear, scorer: ModuleType, limits: Limits
) -> Iterable[Example]:
    """Found incidents, and whether the key holds one like them."""
    for incident in found:
        key, seen = _key(s, incident.lines), weighed(s.text, incident, found, model, limits)
        yield worth_features(s.text, seen), "yes" if key is not None and _alike(seen, key, scorer) else "no"


def _alike(incident: Incident, key: Any, scorer: ModuleType) -> bool:
    kind = _type(key, scorer)
    return kind == incident.type or incident.type == "ATTACK" or kind == "ATTACK"
