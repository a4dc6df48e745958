"""The words of a field with what the lexicons know at each of them."""

from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from services.parser.actor_lexicon import Entry, Institution, OrgWord
from services.parser.lexicon import Lexicon
from services.parser.mentions import Clean, Piece
from services.parser.tables import word_set
from services.parser.toponyms import Toponym, toponyms
from services.parser.words import Word

PARTICLES = word_set("particles")
NOT_NAMES = word_set("not_names")
ADJECTIVAL = word_set("adjectival")
ARTICLES = word_set("articles")
WITH_ARTICLE = word_set("with_article")
HOLDS = word_set("holds")
NAME_WORDS = 4


@dataclass(frozen=True)
class Reading:
    """`places` by first word; `covered`: word -> the toponym over it; `entries` by first word: (size, entry)."""

    clean: Clean
    words: tuple[Word, ...]
    lexicon: Lexicon
    places: Mapping[int, Toponym]
    covered: Mapping[int, Toponym]
    entries: Mapping[int, tuple[int, Entry]]

    def lower(self, at: int) -> str:
        return self.words[at].lower if 0 <= at < len(self.words) else ""

    def joined(self, at: int) -> bool:
        return 0 < at < len(self.words) and self.words[at].joined

    def text(self, first: int, last: int) -> str:
        """The words as they stand, without a possessive ending."""
        return " ".join(self.clean.text[self.words[first].start : self.words[last - 1].end].split())

    def org_word(self, at: int) -> OrgWord | None:
        word = self.words[at]
        return self.lexicon.actors.org_words.get(word.text) if word.capital else None

    def title(self, at: int) -> bool:
        return at < len(self.words) and self.words[at].capital and self.words[at].lower in self.lexicon.actors.titles

    def name_at(self, at: int) -> int:
        """How many words from here may be a person's name: capitals, initials, particles in between."""
        size = last = 0
        while at + size < len(self.words) and size < NAME_WORDS + 2:
            if size and not self._goes_on(at + size):
                break
            if self._name_word(at + size, size):
                last = size + 1
            elif not (size and self.lower(at + size) in PARTICLES):
                break
            size += 1
            if self.words[at + size - 1].possessive:
                break
        return min(last, NAME_WORDS + 1)

    def _given_before_name(self, at: int, size: int) -> bool:
        """ "Chad Walker", "Jordan Price": a given name that is also a country."""
        if size or self.lower(at) not in self.lexicon.places.given_names or not self.joined(at + 1):
            return False
        behind = self.words[at + 1]
        place = self.covered.get(at + 1)
        return behind.capital and at + 1 not in self.entries and (place is None or place.kind == "town")

    def _goes_on(self, at: int) -> bool:
        word = self.words[at]
        initial = word.gap == ". " and len(self.words[at - 1].text) <= 2
        return word.joined or initial

    def _name_word(self, at: int, size: int) -> bool:
        word = self.words[at]
        if not word.capital or word.lower in NOT_NAMES or not word.text[0].isalpha():
            return False
        if size and word.first and not word.joined:
            return False
        if word.first and word.lower in self.lexicon.frequency and word.lower not in self.lexicon.places.given_names:
            return False
        place = self.covered.get(at)
        if place and place.kind in ("country", "adjective") and not self._given_before_name(at, size):
            return False
        entry = self.entries.get(at)
        if entry and (entry[0] > 1 or isinstance(entry[1], Institution) or self.lower(at) in self.lexicon.frequency):
            return False
        return not (size and self.org_word(at) and self.lower(at) in self.lexicon.frequency)


def read(clean: Clean, every: Sequence[Word], pieces: Sequence[Piece], lexicon: Lexicon) -> Reading:
    """The words of some pieces of a field; what lies outside of them (datelines, furniture) is not read."""
    kept: list[Word] = []
    for piece in pieces:
        first = bisect_left(every, piece.start, key=lambda word: word.start)
        kept += every[first : bisect_right(every, piece.end, key=lambda word: word.end)]
    words = tuple(word if word.i == at else word._replace(i=at) for at, word in enumerate(kept))
    places = tuple(place for place in toponyms(words, lexicon.places) if _may_be_place(words, place, lexicon))
    covered = {i: place for place in places for i in range(place.first, place.last)}
    return Reading(clean, words, lexicon, {p.first: p for p in places}, covered, _entries(words, lexicon))


def _may_be_place(words: Sequence[Word], place: Toponym, lexicon: Lexicon) -> bool:
    word = words[place.core[0]]
    single = place.kind == "town" and place.core[1] - place.core[0] == 1
    if not single:
        return True
    other = word.text in lexicon.actors.org_words or word.lower in lexicon.places.place_words
    return not (other or word.lower in NOT_NAMES or (word.first and word.lower in lexicon.frequency))


def _entries(words: Sequence[Word], lexicon: Lexicon) -> dict[int, tuple[int, Entry]]:
    found: dict[int, tuple[int, Entry]] = {}
    known = lexicon.actors.entries
    for at, word in enumerate(words):
        entry = known.longest(words, at)
        if entry and not _common_word(words, word, entry, lexicon):
            found[at] = entry
    return found


def _is_holder(words: Sequence[Word], word: Word) -> bool:
    """ "the head of X", "the general said", "chief NAME": not "head injuries", "general election"."""
    if word.i + 1 >= len(words):
        return True
    after, before = words[word.i + 1], words[word.i - 1].lower if word.i and word.joined else ""
    if not after.joined:
        return before in ARTICLES
    return after.capital or after.lower in HOLDS


def _has_article(words: Sequence[Word], word: Word) -> bool:
    """ "the military", "Norway's military": not "a military court"."""
    before = words[word.i - 1] if word.i and word.joined else None
    return before is not None and (before.lower == "the" or before.capital or before.possessive)


def _common_word(words: Sequence[Word], word: Word, entry: tuple[int, Entry], lexicon: Lexicon) -> bool:
    """ "Stuff", "Shell" and their like name somebody only where the capital means something."""
    if entry[0] == 1 and not word.capital:
        if word.lower in ADJECTIVAL and not _is_holder(words, word):
            return True
        if word.lower in WITH_ARTICLE and not _has_article(words, word):
            return True
    named = isinstance(entry[1], Institution) and entry[0] == 1 and word.lower in lexicon.frequency
    return named and (word.first or not word.capital)
