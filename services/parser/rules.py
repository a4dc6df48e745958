"""The rules of the syntactic stages, read once from data/*.toml and compiled to tables (format: data/README.md)."""

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args

from schemas.ontology import ontology
from schemas.report import Means, Outcome, Stance
from services.parser.forms import Forms, compile_forms
from services.parser.rule_types import Cue, OutcomeWords, Phrase, Trigger, Words
from services.parser.tables import rows, values

DATA = Path(__file__).parent / "data"


@dataclass(frozen=True, slots=True)
class Rules:
    """All tables. `classes` maps a base form to the classes it belongs to."""

    forms: Forms
    verbs: Mapping[str, tuple[Cue, ...]]
    nouns: Mapping[str, tuple[Cue, ...]]
    phrases: tuple[Phrase, ...]
    expressions: Mapping[str, tuple[str, ...]]
    evidence: Mapping[str, str]
    hedges: Mapping[str, Mapping[str, Words]]
    classes: Mapping[str, Words]
    means: Mapping[str, Means]
    concerns: Mapping[str, Words]
    groups: Mapping[str, Words]
    verb_triggers: Mapping[str, tuple[Trigger, ...]]
    noun_triggers: Mapping[str, tuple[Trigger, ...]]
    outcomes: tuple[OutcomeWords, ...]
    counting: Mapping[str, Any]
    measures: Mapping[str, Any]
    actors: Mapping[str, Any]
    crosswalk: Mapping[str, Any]
    causes: Mapping[str, Any]
    interesting: Words
    demonyms: Mapping[str, str]
    weights: Mapping[str, int]
    countable: Words
    head_words: Words
    actor_types: Words
    generic_nouns: Words
    generic_types: Words
    regimes: re.Pattern[str]
    direct_verbs: Words
    regime_of: Mapping[str, Mapping[str, Any]]
    outcome_words: Words

    def is_class(self, lemma: str, name: str) -> bool:
        return name in self.classes.get(lemma, frozenset())


def load_rules() -> Rules:
    """Reads and checks the data files. Raises ValueError naming the entry that is wrong."""
    cues, triggers, outcomes = _toml("cues"), _toml("triggers"), _toml("outcomes")
    measures, actors, classes = _toml("measures"), _toml("actors"), _toml("classes")
    hedges = {kind: {k: frozenset(v) for k, v in part.items()} for kind, part in _toml("hedges").items()}
    verbs = tuple(_cues(cues["groups"], noun=False))
    nouns = tuple(_cues(cues["nouns"], noun=True))
    found = tuple(_triggers(triggers))
    counting = outcomes.pop("words")
    words = tuple(_outcome(name, entry) for name, entry in outcomes.items())
    forms = _forms(
        verbs,
        nouns,
        found,
        words,
        classes,
        measures,
        actors,
        hedges,
        cues["evidence"],
        [*counting["rise_verbs"], *counting["suffer"], *_toml("causes")["verbs"]],
    )
    return Rules(
        forms=forms, verbs=_by_lemma(verbs), nouns=_by_lemma(nouns), phrases=tuple(map(_phrase, cues["phrases"])),
        expressions={name: tuple(texts) for name, texts in cues["expressions"].items()},
        evidence={word: kind for kind, texts in cues["evidence"].items() for word in texts}, hedges=hedges,
        classes=_inverted(classes["classes"]), means={w: kind for kind, ws in classes["means"].items() for w in ws},
        concerns={k: frozenset(v) for k, v in classes["concerns"].items()},
        groups={k: frozenset(v) for k, v in classes["groups"].items()},
        verb_triggers=_index(t for t in found if not t.noun), noun_triggers=_index(t for t in found if t.noun),
        outcomes=words, counting=counting, measures=measures, actors=actors, crosswalk=_toml("crosswalk"),
        causes=_toml("causes"),
        interesting=_interesting(forms, verbs, nouns, found, words, measures, actors, cues),
        demonyms=_demonyms(), weights={name: kind.weight for name, kind in ontology().types.items()},
        countable=frozenset(name for name, kind in ontology().types.items() if kind.family in COUNTABLE) - UNCOUNTED,
        head_words=frozenset(word for w in words for word in w.heads), actor_types=frozenset(actors["types"]["actor"]),
        direct_verbs=frozenset(verb for entry in measures["direct"] for verb in entry["verbs"]),
        regimes=_alternatives(measures["regimes"]), outcome_words=_outcome_words(words, counting),
        regime_of={phrase: entry for entry in reversed(measures["regimes"]) for phrase in entry["phrases"]},
        generic_nouns=frozenset(actors["events"]["generic"]), generic_types=frozenset(actors["types"]["generic"]),
    )  # fmt: skip


def _toml(name: str) -> dict[str, Any]:
    return tomllib.loads((DATA / f"{name}.toml").read_text("utf-8"))


def _cues(groups: Mapping[str, Mapping[str, Any]], noun: bool) -> Iterable[Cue]:
    for name, group in groups.items():
        if group["stance"] not in get_args(get_args(Stance)[0]):
            raise ValueError(f"cues.toml: {name}: no stance {group['stance']!r}")
        for lemma in dict.fromkeys(group["lemmas"]):
            yield Cue(
                rule=f"Q.{'n.' if noun else ''}{name}.{lemma}", lemma=lemma, stance=group["stance"],
                certainty=group.get("certainty", "certain"), takes=frozenset(group.get("takes", ["clause"])),
                negated=group.get("negated", ""), realis=group.get("realis"), evidence="evidence" in group,
                media=group.get("media"), weakened=group.get("weakened"),
                particle=group.get("particle", {}).get(lemma),
            )  # fmt: skip


def _phrase(entry: Mapping[str, Any]) -> Phrase:
    return Phrase(
        f"Q.phrase.{entry['id']}", tuple(entry["words"]), entry["stance"], entry["media"], entry.get("source", False)
    )


def _by_lemma(cues: Iterable[Cue]) -> dict[str, tuple[Cue, ...]]:
    found: dict[str, tuple[Cue, ...]] = {}
    for cue in cues:
        found[cue.lemma] = (*found.get(cue.lemma, ()), cue)
    return found


OUTCOME_LISTS = ("verbs", "subject_verbs", "adjectives", "nouns", "heads", "things", "suffered")
COUNTABLE = {"conflict", "political_violence", "crime", "protest", "disaster", "accident"}
UNCOUNTED = {"arrest", "prosecution", "deployment", "withdrawal", "interception"}
CONDITIONS = (
    "particle", "object", "object_is", "subject", "subject_is", "prep", "object_of", "alone", "with", "to", "of",
)  # fmt: skip


def _triggers(types: Mapping[str, Mapping[str, Any]]) -> Iterable[Trigger]:
    for name, entry in types.items():
        for kind in ("verbs", "nouns"):
            for item in entry.get(kind, []):
                yield _trigger(name, entry, item, kind == "nouns")


def _trigger(name: str, entry: Mapping[str, Any], item: Mapping[str, Any], noun: bool) -> Trigger:
    roles = entry.get("roles", {}) | item.get("roles", {})

    def words(key: str) -> Words:
        value = item.get(key, [])
        return frozenset([value] if isinstance(value, str) else value)

    return Trigger(
        rule=f"T.{name}.{item.get('id', item['lemmas'][0])}", type=name, lemmas=words("lemmas"), noun=noun,
        conditions=sum(key in item for key in CONDITIONS), particle=words("particle"), object=words("object"),
        object_is=words("object_is"), subject=words("subject"), subject_is=words("subject_is"),
        prep=tuple((p, c) for p, _, c in (text.partition(":") for text in item.get("prep", []))),
        object_of={prep: frozenset(ws) for prep, ws in item.get("object_of", {}).items()},
        not_prep={prep: frozenset(ws) for prep, ws in item.get("not_prep", {}).items()},
        not_object=words("not_object"), alone=item.get("alone", False), modifier=words("with"),
        unmodified=words("without"), purpose=words("to"),
        of_place=item.get("of") == "place", of_is=words("of_is"), subject_role=roles.get("subject", "actor"),
        object_role=roles.get("object", "target"), means=item.get("means", entry.get("means")),
        subtype=item.get("subtype"), realis=item.get("realis"),
    )  # fmt: skip


def _index(triggers: Iterable[Trigger]) -> dict[str, tuple[Trigger, ...]]:
    found: dict[str, list[Trigger]] = {}
    for trigger in triggers:
        for lemma in trigger.lemmas:
            found.setdefault(lemma, []).append(trigger)
    return {lemma: tuple(sorted(ts, key=lambda t: (-t.conditions, t.rule))) for lemma, ts in sorted(found.items())}


def _outcome(name: str, entry: Mapping[str, Any]) -> OutcomeWords:
    if name not in get_args(get_args(Outcome)[0]):
        raise ValueError(f"outcomes.toml: no outcome {name!r}")
    known: Outcome = name  # type: ignore[assignment]
    parts = [frozenset(entry.get(key, [])) for key in OUTCOME_LISTS]
    return OutcomeWords(known, *parts)


def _inverted(classes: Mapping[str, Iterable[str]]) -> dict[str, Words]:
    found: dict[str, set[str]] = {}
    for name, words in classes.items():
        for word in words:
            found.setdefault(word, set()).add(name)
    return {word: frozenset(names) for word, names in found.items()}


def _forms(
    verbs: Iterable[Cue],
    nouns: Iterable[Cue],
    triggers: Iterable[Trigger],
    outcomes: Iterable[OutcomeWords],
    classes: Mapping[str, Any],
    measures: Mapping[str, Any],
    actors: Mapping[str, Any],
    hedges: Mapping[str, Mapping[str, Words]],
    evidence: Mapping[str, Any],
    outcomes_verbs: Iterable[str],
) -> Forms:
    """Every verb and noun that a rule asks for, with its forms."""
    verb_set = {cue.lemma for cue in verbs} | {
        "be",
        "have",
        "do",
        "can",
        "leave",
        "lie",
        "see",
        "film",
        "go",
        "put",
        "clear",
        "try",
    }
    noun_set = {cue.lemma for cue in nouns}
    for trigger in triggers:
        (noun_set if trigger.noun else verb_set).update(trigger.lemmas)
        noun_set |= trigger.object | trigger.subject | trigger.modifier
        noun_set |= {word for words in trigger.object_of.values() for word in words}
        verb_set |= trigger.purpose
    for words in outcomes:
        verb_set |= words.verbs | words.subject_verbs
        noun_set |= words.nouns | words.suffered
    verb_set |= {w for words in hedges["verbs"].values() for w in words} | set(hedges["realis"]["wish"])
    verb_set |= {w for kind in ("attempted", "prevented", "refused", "ongoing_verbs") for w in hedges["realis"][kind]}
    verb_set |= {w for words in hedges["passives"].values() for w in words}
    verb_set |= {w for acts in measures["acts"].values() for w in acts} | set(measures["powers"]["verbs"])
    verb_set |= {w for entry in measures["direct"] for w in entry["verbs"]} | set(measures["powers"]["passives"])
    verb_set |= set(outcomes_verbs)
    verb_set |= set(measures["orders"]["verbs"])
    verb_set |= {*actors["support"]["verbs"], *actors["control"]["hold"], *actors["control"]["lost"]}
    noun_set |= {w for words in classes["classes"].values() for w in words} | set(hedges["realis"]["plan_nouns"])
    noun_set |= {w for entry in measures["direct"] for w in entry["objects"]} | set(measures["powers"]["nouns"])
    noun_set |= {*actors["responsibility"]["nouns"], *actors["withhold"]["figures"], *actors["withhold"]["claims"]}
    noun_set |= {w for words in evidence.values() for w in words if " " not in w} | set(
        measures["authorities"]["nouns"]
    )
    return compile_forms(verb_set, {w for w in noun_set if " " not in w}, _irregular())


def _alternatives(regimes: Iterable[Mapping[str, Any]]) -> re.Pattern[str]:
    """All phrases that name a measure, longer ones first."""
    phrases = sorted({p for entry in regimes for p in entry["phrases"]}, key=lambda p: (-len(p), p))
    return re.compile(rf"\b(?:{'|'.join(map(re.escape, phrases))})\b")


def _outcome_words(outcomes: Iterable[OutcomeWords], counting: Mapping[str, Any]) -> Words:
    """All base forms and words at which a figure may hang."""
    found = {*counting["number_nouns"], *counting["suffer"], *counting["either"]}
    for w in outcomes:
        found |= w.verbs | w.subject_verbs | w.adjectives | w.nouns | w.heads
    return frozenset(found)


def _demonyms() -> dict[str, str]:
    """ "Ukrainian" -> UA: the adjectives and people of data/countries.tsv."""
    return {name: code for code, _, words, _ in rows("countries.tsv", 4) for name in values(words)}


def _irregular() -> dict[str, tuple[str, ...]]:
    lines = (DATA / "irregular.tsv").read_text("utf-8").splitlines()
    rows = [line.split("\t") for line in lines if line and not line.startswith("#")]
    return {f"{row[0]}:{row[1]}": tuple(row[2:]) for row in rows}


def _interesting(
    forms: Forms,
    verbs: Iterable[Cue],
    nouns: Iterable[Cue],
    triggers: Iterable[Trigger],
    outcomes: Iterable[OutcomeWords],
    measures: Mapping[str, Any],
    actors: Mapping[str, Any],
    cues: Mapping[str, Any],
) -> Words:
    """Word forms that make a sentence worth parsing."""
    base = {cue.lemma for cue in (*verbs, *nouns)} | {lemma for t in triggers for lemma in t.lemmas}
    for words in outcomes:
        base |= words.verbs | words.subject_verbs | words.adjectives | words.nouns | words.heads | words.suffered
    base |= {w for entry in measures["direct"] for w in entry["verbs"]} | set(measures["powers"]["nouns"])
    base |= set(actors["control"]["hold"]) | {"casualty", "responsible", "behind", "verify", "hand", "control"}
    base |= {phrase["words"][0] for phrase in cues["phrases"]}
    base |= {p.split()[-1].split("-")[0] for entry in measures["regimes"] for p in entry["phrases"]}
    found = {form for form, lemma in (*forms.verbs.items(), *forms.nouns.items()) if lemma in base}
    return frozenset((found | base) - {"be", "is", "are", "was", "were", "been", "being", "am", "have", "go", "other"})
