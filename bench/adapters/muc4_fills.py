"""Values of closed slots: what the classifiers look at for each, and what plain rules decide."""

from collections.abc import Iterable, Iterator, Sequence

from bench.adapters.muc4_features import Line, Text, kinds, word
from bench.adapters.muc4_incidents import Entity, Incident
from bench.adapters.muc4_phrase_features import phrase_features
from bench.adapters.muc4_phrases import Phrase

FIRST = 4


def kind_features(text: Text, line: Line, phrase: Phrase) -> list[str]:
    """For what a target or an instrument is: its own words, and those of its title."""
    scene, common = line.scene, text.common
    found = ["bias", f"h:{word(phrase.head, common)}"]
    found += [f"k:{k}" for k in kinds(scene, phrase.head)]
    found += [f"m:{w}" for w in _words(phrase.long, common)]
    if phrase.person:
        found += ["person", *(f"t:{w}" for w in _words(phrase.title or "", common))]
        mention = phrase.actor
        office = mention.speaker.office if mention is not None else None
        found += [f"t:{w}" for w in _words((office or "").upper(), common)]
        found.append(f"kind:{mention.speaker.kind if mention else ''}")
    return found


def _words(text: str, common: frozenset[str]) -> Iterator[str]:
    for w in text.lower().replace("-", " ").split():
        plain = w.strip(".,'")
        for form in (plain, plain.removesuffix("s")):
            if form in common:
                yield form
                break


def effect_features(text: Text, line: Line, phrase: Phrase, told: str) -> list[str]:
    """For what became of a target: how the phrase hangs in its sentence, and the words and counts around it."""
    found = phrase_features(text, line, phrase, told)
    found += [f"w:{w}" for w in line.words]
    found += [f"e:{e.type}:{e.modality.realis}:{e.modality.polarity}" for e in line.events]
    return found


def gathered(parts: Iterable[Sequence[str]]) -> list[str]:
    return sorted({name for part in parts for name in part})


def incident_features(text: Text, incident: Incident) -> list[str]:
    """For what is said of an incident as a whole: its stage, category, and unnamed instrument."""
    found = ["bias", f"told:{incident.type}"]
    for told in incident.lines[:FIRST]:
        found += [f"w:{w}" for w in told.line.words]
        for event in told.line.events:
            found += [f"e:{event.type}", f"e:{event.rule}", f"r:{event.modality.realis}:{event.modality.polarity}"]
            found += [f"x:{event.means}"] if event.means else []
    for entity in incident.entities:
        if entity.role in {"doer", "body"}:
            for line, phrase in entity.phrases[:2]:
                found += [f"{entity.role}:{name}" for name in kind_features(text, line, phrase)]
        found.append(f"has:{entity.role}")
    return sorted(set(found))


def worth_features(text: Text, incident: Incident) -> list[str]:
    """For whether an incident is one the task asks for."""
    found = incident_features(text, incident)
    count = {role: len(incident.of(role)) for role in ("human", "thing", "doer", "body", "means")}
    found += [f"n:{role}:{min(n, 3)}" for role, n in count.items()]
    found += [f"lines:{min(len(incident.lines), 4)}", f"first:{min(incident.lines[0].line.at, 6)}"]
    sure = max(t.likely for t in incident.lines)
    found += [f"sure:{step}" for step in range(1, 10) if sure > step / 10]
    best = {e.role: e.chance for e in reversed(incident.entities)}
    found += [f"best:{role}:{step}" for role, chance in best.items() for step in range(3, 10) if chance > step / 10]
    for entity in incident.of("human") + incident.of("thing"):
        for line, phrase in entity.phrases[:2]:
            found += [f"target:{name}" for name in kind_features(text, line, phrase)]
    found += [f"old:{m.history}:{m.when.precision}" for t in incident.lines for m in t.line.scene.dates]
    found += [f"land:{m.place.country}" for t in incident.lines for m in t.line.scene.places]
    return sorted(set(found) | text.whole)


def claim_features(text: Text, incident: Incident, entity: Entity) -> list[str]:
    """For how a message views an organisation: who says so, in which words."""
    found = ["bias", f"told:{incident.type}"]
    for line, phrase in entity.phrases[:3]:
        found += phrase_features(text, line, phrase, incident.type)
        found += [f"w:{w}" for w in line.words]
        for voice in line.voices:
            who = voice.speaker
            found.append(f"voice:{voice.stance}:{who.kind if who else 'outlet'}:{voice.certainty}")
            found.append(f"stance:{voice.stance}")
            found.append(f"sure:{voice.certainty}")
            if who is not None and who.id and who.id == entity.key:
                found += ["itself", f"itself:{voice.stance}"]
        found += [f"hedge:{h}" for e in line.events for h in e.modality.hedges]
        found += [f"level:{e.modality.certainty}" for e in line.events]
    around = {t.line.at for t in incident.lines}
    found += [f"body:{w}" for at in around for w in text.lines[at].words if w in CLAIM_WORDS]
    found += [f"count:{min(len(incident.of('body')), 3)}"]
    return sorted(set(found))


CLAIM_WORDS = frozenset({
    "claim", "responsibility", "accuse", "suspect", "blame", "attribute", "allege", "presume", "apparently",
    "presumably", "allegedly", "believe", "responsible", "admit", "deny", "reportedly", "authority", "police",
    "army", "link", "charge",
})  # fmt: skip
