"""Institutions, bodies, offices, outlets and classes of people who speak (the lists under data/)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import cast, get_args

from schemas.vocabulary import SpeakerKind
from services.parser.place_lexicon import PlaceLexicon
from services.parser.tables import rows, values
from services.parser.words import Phrases, phrases

KINDS = frozenset(get_args(get_args(SpeakerKind)[0]))


@dataclass(frozen=True, slots=True)
class Institution:
    """One of its kind, by name. `classes`: offices and bodies of these classes in its country belong to it."""

    name: str
    kind: SpeakerKind
    country: str | None
    classes: tuple[str, ...] = ()
    outlet: bool = False


@dataclass(frozen=True, slots=True)
class Body:
    """What every state or town has ("police"). `level`: country, admin or town. `people`: nobody in particular."""

    key: str
    name: str
    kind: SpeakerKind
    level: str
    people: bool


@dataclass(frozen=True, slots=True)
class Office:
    """`kind` None = as the organisation's, `default` where none is known. `level` = what jurisdiction it takes:
    country, admin, town, org, none. `key`: the class of body or seat that it belongs to."""

    name: str
    kind: SpeakerKind | None
    level: str
    key: str | None
    default: SpeakerKind | None = None


@dataclass(frozen=True, slots=True)
class ClassWord:
    """People or a group by what they are. `group`: one body, or several, that acts; else people of a class."""

    name: str
    kind: SpeakerKind
    group: bool


@dataclass(frozen=True, slots=True)
class OrgWord:
    kind: SpeakerKind
    short: bool


Entry = Institution | Body | Office | ClassWord


@dataclass(frozen=True)
class ActorLexicon:
    """`of_class`: (country, class) -> institution, as (RU, president) -> the Kremlin."""

    entries: Phrases[Entry]
    titles: Mapping[str, SpeakerKind | None]
    org_words: Mapping[str, OrgWord]
    org_hints: Mapping[str, SpeakerKind]
    of_class: Mapping[tuple[str, str], Institution]
    bodies: Mapping[str, Body]
    national: frozenset[str]
    spellings: tuple[str, ...]

    def is_outlet(self, name: str) -> bool:
        found = self.entries.get(name)
        return isinstance(found, Institution) and found.outlet


def actor_lexicon(places: PlaceLexicon) -> ActorLexicon:
    named = [*_institutions("institutions.tsv", False), *_institutions("outlets.tsv", True)]
    bodies = list(_bodies())
    entries: list[tuple[str, Entry]] = [*named, *_offices(), *bodies, *_classes("groups.tsv"), *_classes("unnamed.tsv")]
    of_class: dict[tuple[str, str], Institution] = {}
    for _, found in named:
        for name in found.classes:
            of_class.setdefault((found.country or "", name), found)
    return ActorLexicon(
        entries=phrases(entries),
        titles={title.lower().rstrip("."): kind_of(kind) for title, kind in rows("titles.tsv", 2)},
        org_words={word: OrgWord(_kind(kind), short == "yes") for word, kind, short in rows("org_words.tsv", 3)},
        org_hints={word: _kind(kind) for word, kind in rows("org_hints.tsv", 2)},
        of_class=of_class,
        bodies={body.key: body for _, body in reversed(bodies)},
        national=frozenset(
            word for key, found in places.adjectives.entries.items() for word, _ in found if " " not in key
        ),
        spellings=tuple(name for name, _ in named),
    )


def _kind(word: str) -> SpeakerKind:
    if word not in KINDS:
        raise ValueError(f"no kind of speaker: {word!r}")
    return cast(SpeakerKind, word)


def kind_of(word: str) -> SpeakerKind | None:
    return _kind(word) if word else None


def _institutions(file: str, outlet: bool) -> Iterator[tuple[str, Institution]]:
    for names, kind, country, classes in rows(file, 4):
        entry = Institution(values(names)[0], _kind(kind), country or None, values(classes), outlet)
        yield from ((name, entry) for name in values(names))


def _bodies() -> Iterator[tuple[str, Body]]:
    for key, kind, level, forms, speaks in rows("bodies.tsv", 5):
        entry = Body(key, values(forms)[0], _kind(kind), level, speaks == "people")
        yield from ((form, entry) for form in values(forms))


def _offices() -> Iterator[tuple[str, Office]]:
    for forms, kind, level, key in rows("offices.tsv", 4):
        for form in values(forms):
            default = kind_of(kind[1:]) if kind.startswith("~") else None
            yield form, Office(form, None if default else kind_of(kind), level, key or None, default)


def _classes(file: str) -> Iterator[tuple[str, ClassWord]]:
    for cells in rows(file, 3):
        for form in values(cells[0]):
            yield form, ClassWord(form, _kind(cells[1]), cells[2] == "group")
