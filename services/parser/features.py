"""What the linker needs of a mention group, and the sketch by which copies of a text are told."""

import re
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import timedelta
from functools import cache, lru_cache

import numpy as np
import numpy.typing as npt

from schemas.report import Features
from services.parser.fold import strict
from services.parser.lexicon import Lexicon
from services.parser.mentions import Clean, DateMention, Layout, Mentions, Piece
from services.parser.tables import word_set

SHINGLE, POSITIONS, ROWS = 5, 64, 4
MAX_TERMS, MAX_RARE, MAX_DATES = 600, 64, 24
SHORT_STRETCH = timedelta(days=4)
HALF_DAY = timedelta(hours=12)
NOT_NAMES = word_set("not_names")
STREET_WORDS = word_set("street_words")
_TERM = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_CAPITAL = re.compile(rf"(?<![^\W\d_])(?<![^\W\d_]['’-])(?![a-z]){_TERM.pattern}")
_AGE = re.compile(
    r"\b(?P<a>\d{1,3})-(?:year|month)s?-old\b|\baged? (?P<b>\d{1,3})\b"
    r"|,\s(?P<c>\d{1,2})(?=,|\)|\.(?:\s|$))|\((?P<d>\d{1,2})\)"
)
_STREET = re.compile(
    r"\b(?:(?P<block>\d{2,5}) block of )?"
    r"(?P<name>(?:(?:North|South|East|West|[NSEW]\.?|\d{1,3}(?:st|nd|rd|th)|[A-Z][\w'’]{1,30}) ){1,3})"
    r"(?P<kind>[A-Z][a-z]{1,12})\b\.?"
)
_OPENS = re.compile(r"(?:^|[.!?:\n]['\"”’)]*\s*['\"“‘(]*)$")


def features(
    layout: Layout, mentions: tuple[Mentions, Mentions], segment_ids: Sequence[str], lexicon: Lexicon
) -> Features:
    """Of the named segments; `mentions` are those of title and body."""
    wanted = set(segment_ids)
    pieces = [piece for piece in layout.pieces if piece.id in wanted]
    texts = [_text(layout, piece) for piece in pieces]
    words = [word for text in texts for word in _words(text)]
    counted = Counter(word for word in words if len(word) > 1)
    return Features(
        terms=tuple(sorted(counted.most_common(MAX_TERMS) if len(counted) > MAX_TERMS else counted.items())),
        rare=tuple(sorted({word for text in texts for word in _rare(text, lexicon)})[:MAX_RARE]),
        minhash=_bands(_signature(_shingles(words))),
        ages=tuple(sorted({age for text in texts for age in _ages(text)})),
        streets=tuple(sorted({street for text in texts for street in _streets(text)})),
        dates=tuple(sorted({day for piece in pieces for day in _days(layout, mentions, piece)})[:MAX_DATES]),
    )


def sketch(layout: Layout) -> tuple[int, ...]:
    """Minhash of the word shingles of the body without furniture: 64 positions of 32 bits; empty for a tiny text."""
    texts = [_text(layout, piece) for piece in layout.pieces if piece.field == "body" and piece.kind != "boilerplate"]
    return tuple(_signature(_shingles([word for text in texts for word in _words(text)])).tolist())


def _clean(layout: Layout, piece: Piece) -> Clean:
    return layout.title if piece.field == "title" else layout.body


def _text(layout: Layout, piece: Piece) -> str:
    return _clean(layout, piece).text[piece.start : piece.end]


def _rare(text: str, lexicon: Lexicon) -> Iterator[str]:
    """Words with a capital that free text hardly knows in small letters."""
    for match in _CAPITAL.finditer(text):
        word = match.group().removesuffix("'s").removesuffix("’s")
        lower = word.lower()
        if not word[0].isupper() or len(word) < 3 or lower in lexicon.frequency or lower in NOT_NAMES:
            continue
        stem = lower.removesuffix("s").removesuffix("e")
        if _OPENS.search(text[max(0, match.start() - 4) : match.start()]) and stem in lexicon.frequency:
            continue
        yield strict(word)


def _ages(text: str) -> Iterator[int]:
    for match in _AGE.finditer(text):
        age = int(next(group for group in match.groups() if group))
        if 0 < age < 120:
            yield age


def _streets(text: str) -> Iterator[str]:
    for match in _STREET.finditer(text):
        kind = match["kind"].lower()
        if kind in STREET_WORDS:
            block = f"{match['block']} block " if match["block"] else ""
            yield block + strict(f"{match['name']}{kind}")


def _days(layout: Layout, mentions: tuple[Mentions, Mentions], piece: Piece) -> Iterator[str]:
    """ISO days that are named; of a short stretch all days."""
    field = mentions[0] if piece.field == "title" else mentions[1]
    for mention in field.dates:
        if piece.start <= mention.start < piece.end:
            yield from _days_of(mention)


def _days_of(mention: DateMention) -> Iterator[str]:
    """Stretches are from midnight to midnight of some zone: their middle names the day wherever that is."""
    start, end = mention.when.start, mention.when.end
    if start is None or end is None or end - start > SHORT_STRETCH:
        return
    whole = max(1, round((end - start) / timedelta(days=1)))
    if mention.when.precision == "day" or whole > 1:
        for number in range(whole):
            yield (start + timedelta(days=number) + HALF_DAY).date().isoformat()
    else:
        yield start.date().isoformat()


@lru_cache(maxsize=256)
def _words(text: str) -> tuple[str, ...]:
    """Of a paragraph, in small letters: kept, as several groups of an article share it."""
    return tuple(word.lower() for word in _TERM.findall(text))


def _shingles(words: Sequence[str]) -> Iterable[bytes]:
    if 0 < len(words) < SHINGLE:
        return [" ".join(words).encode()]
    return [" ".join(words[at : at + SHINGLE]).encode() for at in range(len(words) - SHINGLE + 1)]


@cache
def _multipliers() -> tuple[npt.NDArray[np.uint64], npt.NDArray[np.uint64]]:
    """Fixed odd factors and offsets, from a checksum of their numbers."""
    factors = [zlib.crc32(f"factor {n}".encode()) << 1 | 1 for n in range(POSITIONS)]
    offsets = [zlib.crc32(f"offset {n}".encode()) for n in range(POSITIONS)]
    return np.array(factors, dtype=np.uint64), np.array(offsets, dtype=np.uint64)


def _signature(shingles: Iterable[bytes]) -> npt.NDArray[np.uint64]:
    hashes = sorted({zlib.crc32(shingle) for shingle in shingles})
    if not hashes:
        return np.array([], dtype=np.uint64)
    factors, offsets = _multipliers()
    least = np.full(POSITIONS, np.iinfo(np.uint64).max, dtype=np.uint64)
    column = np.array(hashes, dtype=np.uint64)
    for at in range(0, len(column), 4096):  # keeps the table small for a long text
        mixed = (column[at : at + 4096, None] * factors + offsets) >> np.uint64(13)
        least = np.minimum(least, (mixed & np.uint64(0xFFFFFFFF)).min(axis=0))
    return least


def _bands(signature: npt.NDArray[np.uint64]) -> tuple[int, ...]:
    values = [int(value) for value in signature]
    runs = [values[at : at + ROWS] for at in range(0, len(values), ROWS)]
    return tuple(sorted({zlib.crc32(f"{n}:{run}".encode()) for n, run in enumerate(runs)}))
