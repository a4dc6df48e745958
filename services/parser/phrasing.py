"""The grammar of those who act and speak: words -> drafts, left to right, longest first."""

from dataclasses import replace
from functools import cache

from services.parser.actor_lexicon import Office
from services.parser.attachments import (
    DEPTH,
    behind_name,
    with_acronym,
    with_complement,
    with_name,
    with_office_behind,
    with_person,
)
from services.parser.descriptors import descriptors
from services.parser.drafts import Draft
from services.parser.orgs import generic, organisation
from services.parser.reading import Reading
from services.parser.tables import rows, word_set
from services.parser.toponyms import Toponym

DETERMINERS = word_set("articles")
DEFINITE = word_set("definite")
GROUP_WORDS = word_set("group_words")
SPEAKS = word_set("says")
MAX_MODIFIERS, MAX_TITLES = 6, 4


@cache
def _modifiers() -> frozenset[str]:
    """data/modifiers.tsv, read once: a packaged constant."""
    return frozenset(word for (line,) in rows("modifiers.tsv", 1) for word in line.split())


def drafts(reading: Reading) -> tuple[Draft, ...]:
    """All phrases of a text, in order, none inside another."""
    found: list[Draft] = []
    at = 0
    while at < len(reading.words):
        draft = (phrase(reading, at) or name(reading, at)) if _may_open(reading, at) else None
        if draft is None:
            at += 1
            continue
        found.append(draft)
        at = max(draft.last, at + 1)
    return tuple(found)


def _may_open(reading: Reading, at: int) -> bool:
    """Most words begin no phrase: this says so before anything is tried."""
    word = reading.words[at]
    if word.capital or at in reading.entries or word.lower in _openers() or "-" in word.text:
        return True
    return reading.lower(at - 1) in DEFINITE


@cache
def _openers() -> frozenset[str]:
    return DETERMINERS | GROUP_WORDS | _modifiers()


def phrase(reading: Reading, at: int, depth: int = 0) -> Draft | None:
    """The phrase that begins at a word, its article included; None where there is no head within reach."""
    first, article = at, reading.lower(at)
    if article in DETERMINERS and reading.joined(at + 1):
        at += 1
    else:
        article = ""
    start = at
    places: list[Toponym] = []
    pair: tuple[Toponym, ...] = ()
    for _ in range(MAX_MODIFIERS):
        core = _core(reading, at, start)
        if core:
            draft = replace(
                core, first=first, definite=article in DEFINITE, indefinite=article in ("a", "an"),
                places=(*places, *core.places), pair=pair or core.pair, descriptors=_own(reading, start, at),
            )  # fmt: skip
            return _finished(reading, draft, depth)
        step = _modifier(reading, at)
        if step is None:
            return None
        place, paired, size = step
        places += [place] if place else []
        pair = paired or pair
        at += size
        if at >= len(reading.words) or not (reading.joined(at) or _listed(reading, at)):
            return None
    return None


def _listed(reading: Reading, at: int) -> bool:
    """ "a state-run, Kremlin-friendly channel"."""
    word = reading.words[at]
    return word.gap == ", " and not word.capital and "-" in reading.words[at - 1].text


def _own(reading: Reading, start: int, at: int) -> tuple[str, ...]:
    """The descriptors among the modifiers."""
    if start == at:
        return ()
    text = reading.clean.text[reading.words[start].start : reading.words[at].start]
    return tuple(what for _, _, what in descriptors(text, reading.lexicon.places))


def _modifier(reading: Reading, at: int) -> tuple[Toponym | None, tuple[Toponym, ...], int] | None:
    """(place, pair of nationalities, words) of what may stand before a head."""
    place = reading.places.get(at)
    if place:
        other = reading.places.get(place.last + 1)
        if reading.lower(place.last) == "and" and other and other.kind == place.kind == "adjective":
            return None, (place, other), other.last - at
        return place, (), place.last - at
    word = reading.words[at]
    return (None, (), 1) if word.lower in _modifiers() or _describes(word.text) else None


def _describes(word: str) -> bool:
    return ("-" in word and not word.endswith("-old")) or word.lower() in GROUP_WORDS


def _core(reading: Reading, at: int, start: int) -> Draft | None:
    """The head of a phrase: a proper name of an organisation, else what the lexicons know."""
    proper = organisation(reading, at, start)
    entry = reading.entries.get(at)
    if entry and not (proper and proper.last > at + entry[0]):
        size, value = entry
        return Draft(at, at + size, at + size - 1, entry=value)
    if proper:
        return proper
    return generic(reading, at) if at == start and reading.lower(at - 1) in ("the", "its", "their") else None


def _finished(reading: Reading, draft: Draft, depth: int) -> Draft:
    """With all that belongs to it."""
    draft = with_acronym(reading, draft)
    if depth >= DEPTH:
        return draft
    draft = with_office_behind(reading, draft, _modifiers())
    draft = with_complement(reading, draft, phrase, _modifiers())
    draft = with_person(reading, with_name(reading, draft))
    return _with_post(reading, draft)


def _with_post(reading: Reading, draft: Draft) -> Draft:
    """ "Commander NAME of the ORG", "Col. NAME, a military spokesman": the post says more than the rank."""
    entry = draft.entry
    if draft.person is None or not isinstance(entry, Office):
        return draft
    if draft.bare_office and entry.level != "none" and reading.lower(draft.last) in ("of", "from", "for"):
        return with_complement(reading, draft, phrase, _modifiers())
    behind = behind_name(reading, draft, phrase) if entry.key == "rank" or entry.level == "none" else None
    if behind and isinstance(behind.entry, Office) and (entry.key == "rank" or not behind.bare_office):
        return replace(behind, first=draft.first)
    return draft


def name(reading: Reading, at: int) -> Draft | None:
    """A personal name: with a title, a given name, an office in apposition or an age behind it."""
    first, titled = at, False
    for _ in range(MAX_TITLES):
        goes_on = at + 1 < len(reading.words) and (reading.joined(at + 1) or reading.words[at + 1].gap == ". ")
        if not reading.title(at) or not goes_on:
            break
        titled, at = True, at + 1
    size = reading.name_at(at)
    if not size:
        return None
    draft = Draft(first, at + size, at + size - 1, person=reading.text(at, at + size), titled=titled)
    behind = behind_name(reading, draft, phrase)
    if behind and (titled or not _is_where(reading, at, size)):
        return behind
    if size > 1 and not titled and _is_place(reading, at, size):
        return None
    given = size > 1 and reading.lower(at) in reading.lexicon.places.given_names
    return draft if titled or given or (size > 1 and _speaks(reading, at, size)) else None


def _is_where(reading: Reading, at: int, size: int) -> bool:
    """ "shells hit the town of X, the mayor said": X is the place, not the mayor's name."""
    place = reading.covered.get(at)
    whole = place is not None and place.core == (at, at + size)
    return whole and at > 0 and reading.lower(at - 1) in WHERE


WHERE = word_set("where")


def _speaks(reading: Reading, at: int, size: int) -> bool:
    """Two capitals and "said": a person even with a rare given name."""
    return reading.joined(at + size) and reading.lower(at + size) in SPEAKS


def _is_place(reading: Reading, at: int, size: int) -> bool:
    """The whole name is a town's: "San Miguel, 19 March"."""
    place = reading.covered.get(at)
    return place is not None and place.core == (at, at + size)
