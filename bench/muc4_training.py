"""Training of the MUC-4 adapter's classifiers on a folder's messages and keys."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import ModuleType
from typing import Any

from bench.adapters.muc4_features import Line, Text, line_features, pair_features, phrase_features
from bench.adapters.muc4_fills import (
    claim_features,
    effect_features,
    incident_features,
    kind_features,
    worth_features,
)
from bench.adapters.muc4_incidents import NONE, Entity, Incident, Limits, Told, incidents
from bench.adapters.muc4_linear import Linear
from bench.adapters.muc4_models import Models
from bench.adapters.muc4_phrases import Phrase
from bench.learning import fit
from bench.muc4_labels import role_of, said, told_by

Example = tuple[Sequence[str], str]
REACH = 10
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
    """All classifiers; the last ones look at what the first ones find."""
    first = {
        "line": fit([e for s in samples for e in _lines(s, scorer)], decay=6.0),
        "pair": fit([e for s in samples for e in _pairs(s, scorer)], decay=3.0),
        "role": fit([e for s in samples for e in _roles(s, scorer)], decay=4.0),
    }
    fills: dict[str, list[Example]] = {}
    for s in samples:
        for name, example in _fills(s, scorer):
            fills.setdefault(name, []).append(example)
    first |= {name: fit(examples, least=2, decay=2.0) for name, examples in sorted(fills.items())}
    return Models(first)


def train_worth(samples: Sequence[Sample], models: Models, scorer: ModuleType, limits: Limits) -> Linear:
    """`models` must not have seen these samples."""
    return fit([e for s in samples for e in worths(s, models, scorer, limits)], decay=4.0)


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


def _roles(s: Sample, scorer: ModuleType) -> Iterable[Example]:
    for at, told in enumerate(s.told):
        if told is not None:
            line, key = s.text.lines[at], s.keys[told]
            for phrase in line.phrases:
                yield phrase_features(s.text, line, phrase, _type(key, scorer)), role_of(phrase, key, scorer)


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


def worths(s: Sample, models: Models, scorer: ModuleType, limits: Limits) -> Iterable[Example]:
    """Found incidents, and whether the key holds one like them."""
    for incident in incidents(s.text, models, limits):
        votes = [told for t in incident.lines if (told := s.told[t.line.at]) is not None]
        right = any(_alike(incident, s.keys[told], scorer) for told in votes)
        yield worth_features(s.text, incident), "yes" if right else "no"


def _alike(incident: Incident, key: Any, scorer: ModuleType) -> bool:
    kind = _type(key, scorer)
    return kind == incident.type or incident.type == "ATTACK" or kind == "ATTACK"


def with_worth(models: Models, worth: Linear) -> Models:
    return Models({**models.by_name, "worth": worth})


