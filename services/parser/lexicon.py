"""All word lists and the gazetteer, loaded once and handed to the pure stages."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from services.parser.actor_lexicon import ActorLexicon, actor_lexicon
from services.parser.gazetteer import Row, open_gazetteer
from services.parser.place_lexicon import PlaceLexicon, place_lexicon
from services.parser.tables import DATA, rows
from services.parser.truecase import Casing

MAX_SEARCHED = 500


@dataclass(frozen=True)
class Frames:
    """What paragraphs and titles are (data/layout.tsv)."""

    opening: Mapping[str, re.Pattern[str]]
    anywhere: Mapping[str, re.Pattern[str]]

    def matches(self, kind: str, text: str) -> bool:
        head, opening, anywhere = text[:MAX_SEARCHED], self.opening.get(kind), self.anywhere.get(kind)
        return (opening is not None and opening.match(head) is not None) or (
            anywhere is not None and anywhere.search(head) is not None
        )


@dataclass(frozen=True)
class Lexicon:
    """`frequency`: word -> in how many of 1000 documents of free text it stands; a word that is absent is rare."""

    places: PlaceLexicon
    actors: ActorLexicon
    frames: Frames
    case: Casing
    frequency: Mapping[str, float]


def load(model_dir: Path | None = None, overlay: Iterable[Row] = ()) -> Lexicon:
    """Read the word lists and map the gazetteer (compiled in `model_dir`, default beside the lists; built if missing).

    `overlay` adds places to the gazetteer: invented ones, for tests.
    """
    frequency = dict(_frequencies())
    gazetteer = open_gazetteer(model_dir, tuple(overlay))
    places = place_lexicon(gazetteer, frozenset(frequency))
    actors = actor_lexicon(places)
    return Lexicon(places, actors, _frames(), _casing(frequency, places, actors), frequency)


@cache
def _frequencies() -> tuple[tuple[str, float], ...]:
    return tuple((word, float(share)) for word, share in rows("frequent.tsv", 2))


@cache
def _frames() -> Frames:
    opening: dict[str, list[str]] = {}
    anywhere: dict[str, list[str]] = {}
    for kind, expression in rows("layout.tsv", 2):
        where = opening if expression.startswith("^") else anywhere
        where.setdefault(kind, []).append(f"(?:{expression})")
    return Frames(_either(opening), _either(anywhere))


def _either(expressions: Mapping[str, Iterable[str]]) -> dict[str, re.Pattern[str]]:
    return {kind: re.compile("|".join(found), re.I) for kind, found in expressions.items()}


def _casing(frequency: Mapping[str, float], places: PlaceLexicon, actors: ActorLexicon) -> Casing:
    written: dict[str, str] = {}
    for name in (*places.spellings, *actors.spellings):
        for word in re.findall(r"[^\W\d_]+", name):
            if not word.islower():
                written.setdefault(word.lower(), word)
    names = sorted({name for name in actors.spellings if " " in name and name.isascii()}, key=lambda n: (-len(n), n))
    either = re.compile(rf"\b(?:{'|'.join(map(re.escape, names))})\b", re.I)
    safe = {word: how for word, how in written.items() if word not in frequency}
    common = frozenset(frequency) | _small_words(actors) | _rare_small_words()
    return Casing(common, safe, either, {name.lower(): name for name in reversed(names)})


@cache
def _rare_small_words() -> frozenset[str]:
    """Words that free text of our size does not hold, but that are no names."""
    lines = (DATA / "small_words.txt").read_text("utf-8").split("\n")
    return frozenset(line for line in lines if line and not line.startswith("#"))


@cache
def _words_of_rules() -> frozenset[str]:
    """All words that the rules of the later stages look for: they are written small."""
    found: set[str] = set()
    for path in sorted(DATA.glob("*.toml")):
        found.update(re.findall(r"[a-z]+", path.read_text("utf-8")))
    return frozenset(found)


def _small_words(actors: ActorLexicon) -> frozenset[str]:
    """The words of bodies, offices and classes that are written small in their lists."""
    keys = [written for entries in actors.entries.entries.values() for written, _ in entries if written.islower()]
    return _words_of_rules() | {word for key in keys for word in re.findall(r"[a-z]+", key)}
