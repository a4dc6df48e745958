"""From incidents to templates in the scorer's notation."""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from bench.adapters.muc4_features import Text
from bench.adapters.muc4_fills import (
    claim_features,
    effect_features,
    gathered,
    incident_features,
    kind_features,
    worth_features,
)
from bench.adapters.muc4_incidents import Entity, Incident, Limits, incidents, repeats
from bench.adapters.muc4_models import Models
from bench.adapters.muc4_phrases import Phrase
from bench.adapters.muc4_where import Atlas, home_country, incident_date, location

Template = dict[str, Any]
NONE = "none"
UNARMED = frozenset({"ARSON", "KIDNAPPING"})
MOST = {"doer": 2, "body": 2, "means": 3, "human": 12, "thing": 8}
PARTS = frozenset({"group", "member", "gang", "band", "branch", "unit", "series", "section", "squad", "couple", "team"})
_COUNT = re.compile(
    r"^(?:(?:AT LEAST|ABOUT|SOME|MORE THAN|APPROXIMATELY|ANOTHER|OTHER|ONE|TWO|THREE|FOUR|FIVE|SIX|SEVEN|EIGHT|NINE|"
    r"TEN|[\d,.]+|SEVERAL|MANY|VARIOUS|ALLEGED|SUSPECTED|PRESUMED) )+"
)


def templates(text: Text, models: Models, limits: Limits, atlas: Atlas, dateline: str) -> list[Template]:
    """All incidents of a message that a key would hold."""
    home = home_country(text, dateline, atlas)
    found = []
    for incident in incidents(text, models, limits):
        if wanted(text, incident, models, limits):
            found.append(template(text, incident, models, atlas, home))
    return found


def wanted(text: Text, incident: Incident, models: Models, limits: Limits) -> bool:
    if not any(incident.of(role) for role in ("human", "thing", "doer", "body")):
        return False
    return models["worth"].probabilities(worth_features(text, incident))["yes"] >= limits.worth


def template(text: Text, incident: Incident, models: Models, atlas: Atlas, home: str | None) -> Template:
    about = incident_features(text, incident)
    place = location(text, incident.lines, atlas, home)
    made: Template = {
        "INCIDENT: DATE": incident_date(text, incident.lines),
        "INCIDENT: LOCATION": place,
        "INCIDENT: TYPE": incident.type,
        "INCIDENT: STAGE OF EXECUTION": models["stage"].best(about),
    }
    category = models["category"].best(about)
    if category != NONE:
        made["PERP: INCIDENT CATEGORY"] = category
    country = place.partition(":")[0]
    slots = [*_doers(text, incident, models), *_humans(text, incident, models, atlas, country)]
    if incident.type != "KIDNAPPING":
        slots += _things(text, incident, models, atlas, country)
    if incident.type not in UNARMED:
        slots += _means(text, incident, models, about)
    for slot, fill in slots:
        made.setdefault(slot, []).append(fill)
    return made


Slots = Iterator[tuple[str, Any]]


def _said(value: Any, of: str) -> dict[str, Any]:
    return {"value": value, "of": of}


def plain(phrase: Phrase) -> str:
    """Without numbers and the like in front."""
    text = phrase.long if phrase.head.lemma in PARTS else phrase.text
    return _COUNT.sub("", text) or text


def _doers(text: Text, incident: Incident, models: Models) -> Slots:
    for entity in _distinct(incident.of("doer"))[: MOST["doer"]]:
        yield "PERP: INDIVIDUAL ID", entity.person or plain(entity.phrases[0][1])
    for entity in _distinct(incident.of("body"))[: MOST["body"]]:
        name = entity.phrases[0][1].text
        yield "PERP: ORGANIZATION ID", name
        value = models["confidence"].best(claim_features(text, incident, entity))
        yield "PERP: ORGANIZATION CONFIDENCE", _said(value, name)


def _distinct(entities: Iterable[Entity]) -> list[Entity]:
    """Without those that say the same again, or nothing beside others."""
    kept: list[Entity] = []
    for entity in entities:
        if not any(repeats(entity, other) for other in kept):
            kept.append(entity)
    return kept


def _humans(text: Text, incident: Incident, models: Models, atlas: Atlas, country: str) -> Slots:
    for entity in _distinct(incident.of("human"))[: MOST["human"]]:
        phrase = entity.phrases[0][1]
        of = entity.person or plain(phrase)
        if entity.person:
            yield "HUM TGT: NAME", of
            title = _title(entity)
            if title:
                yield "HUM TGT: DESCRIPTION", _said(title, of)
        else:
            yield "HUM TGT: DESCRIPTION", of
        kind = models["human_type"].best(gathered(kind_features(text, line, p) for line, p in entity.phrases[:3]))
        yield "HUM TGT: TYPE", _said(kind, of)
        yield "HUM TGT: NUMBER", _said(_number(entity), of)
        effect = models["human_effect"].best(_effects(text, incident, entity))
        if effect != NONE:
            yield "HUM TGT: EFFECT OF INCIDENT", _said(effect, of)
        nation = _nation(entity, atlas, country)
        if nation:
            yield "HUM TGT: FOREIGN NATION", _said(nation, of)


def _effects(text: Text, incident: Incident, entity: Entity) -> list[str]:
    return gathered(effect_features(text, line, p, incident.type) for line, p in entity.phrases[:3])


def _title(entity: Entity) -> str | None:
    titles = [p.title for _, p in entity.phrases if p.title]
    return max(titles, key=lambda t: (titles.count(t), len(t))) if titles else None


def _number(entity: Entity) -> str | int:
    if entity.person:
        return 1
    for _, phrase in entity.phrases:
        if phrase.low is not None:
            shown = str(phrase.low)
            return f"~{shown}" if phrase.mark == "~" else shown + phrase.mark
    return "PLURAL" if any(p.plural for _, p in entity.phrases[:1]) else 1


def _nation(entity: Entity, atlas: Atlas, country: str) -> str | None:
    for _, phrase in entity.phrases:
        if phrase.country:
            name = atlas.country(phrase.country)
            return None if name == country else name
    return None


def _things(text: Text, incident: Incident, models: Models, atlas: Atlas, country: str) -> Slots:
    for entity in _distinct(incident.of("thing"))[: MOST["thing"]]:
        phrase = entity.phrases[0][1]
        of = plain(phrase)
        yield "PHYS TGT: ID", of
        kind = models["thing_type"].best(gathered(kind_features(text, line, p) for line, p in entity.phrases[:3]))
        yield "PHYS TGT: TYPE", _said(kind, of)
        yield "PHYS TGT: NUMBER", _said(_number(entity), of)
        effect = models["thing_effect"].best(_effects(text, incident, entity))
        if effect != NONE:
            yield "PHYS TGT: EFFECT OF INCIDENT", _said(effect, of)
        nation = _nation(entity, atlas, country)
        if nation:
            yield "PHYS TGT: FOREIGN NATION", _said(nation, of)


def _means(text: Text, incident: Incident, models: Models, about: Sequence[str]) -> Slots:
    named = _distinct(incident.of("means"))[: MOST["means"]]
    for entity in named:
        of = plain(entity.phrases[0][1])
        yield "INCIDENT: INSTRUMENT ID", of
        kind = models["means_type"].best(gathered(kind_features(text, line, p) for line, p in entity.phrases[:2]))
        if kind != NONE:
            yield "INCIDENT: INSTRUMENT TYPE", _said(kind, of)
    if not named:
        kind = models["unnamed_means"].best(about)
        if kind != NONE:
            yield "INCIDENT: INSTRUMENT TYPE", kind
