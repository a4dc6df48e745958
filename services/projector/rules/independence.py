"""How many voices are independent of one another: a choice of voices of which no two are tied."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from services.projector.rules.positions import Sides

MANY = 48
"""Of more voices than these the choice is made in one pass, by how entangled each is with all."""


class Ties(NamedTuple):
    """What may tie a voice to others: see `origins.independent`."""

    names: frozenset[str]
    links: frozenset[str]
    families: frozenset[str]
    side: str | None


def count_untied(voices: Sequence[Ties], sides: Sides) -> int:
    """The size of the choice. `voices` in the order of speech, which decides between equally entangled ones."""
    if len(voices) <= MANY:
        return _least_entangled(voices, sides)
    return _of_many(frozenset(Counter(voices).items()), sides)


def _least_entangled(voices: Sequence[Ties], sides: Sides) -> int:
    """The voice that is tied to the fewest left, and so on. Sets of voices are the bits of a number."""
    tied = _tied(voices, sides)
    left, count = (1 << len(voices)) - 1, 0
    while left:
        among = [n for n in range(len(voices)) if left >> n & 1]
        pick = min(among, key=lambda n: ((tied[n] & left).bit_count(), n))
        left &= ~(tied[pick] | 1 << pick)
        count += 1
    return count


def _tied(voices: Sequence[Ties], sides: Sides) -> list[int]:
    named: dict[str, int] = defaultdict(int)
    linked: dict[str, int] = defaultdict(int)
    alike: dict[str, int] = defaultdict(int)
    camps: dict[str, int] = defaultdict(int)
    for n, voice in enumerate(voices):
        for index, words in ((named, voice.names), (linked, voice.links), (alike, voice.families)):
            for word in words:
                index[word] |= 1 << n
        if voice.side is not None:
            camps[voice.side] |= 1 << n
    allied = {a: sum(mask for b, mask in camps.items() if sides.allied(a, b)) for a in camps}
    found = []
    for n, voice in enumerate(voices):
        mask = allied.get(voice.side, 0) if voice.side is not None else 0
        for name in voice.names:
            mask |= named[name] | linked.get(name, 0)
        for link in voice.links:
            mask |= named.get(link, 0)
        for family in voice.families:
            mask |= alike[family]
        found.append(mask & ~(1 << n))
    return found


def _words(voice: Ties) -> tuple[list[str], list[str], list[str], str]:
    return sorted(voice.names), sorted(voice.links), sorted(voice.families), voice.side or ""


@lru_cache(maxsize=512)
def _of_many(voices: frozenset[tuple[Ties, int]], sides: Sides) -> int:
    """Each voice that is independent of all taken so far; whom few others share anything with comes first.

    Found again and again for the same voices: one that speaks anew changes nothing here.
    """
    every = [voice for voice, count in voices for _ in range(count)]
    tied = _tied(every, sides)
    ranked = sorted(range(len(every)), key=lambda n: (tied[n].bit_count(), _words(every[n])))
    taken, count = 0, 0
    for n in ranked:
        if not tied[n] & taken:
            taken |= 1 << n
            count += 1
    return count if count > 1 else _least_entangled([every[n] for n in ranked[:MANY]], sides)
