"""How many voices are independent of one another: a choice of voices of which no two are tied."""

from collections import defaultdict
from collections.abc import Sequence
from typing import NamedTuple

from services.projector.rules.positions import Sides

MANY = 48
"""Of more voices than these the choice is made in one pass, those who lean on few first."""


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
    return _of_many(voices, sides)


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


def _of_many(voices: Sequence[Ties], sides: Sides) -> int:
    """Each voice that is independent of all taken so far; who leans on the fewest comes first."""
    ranked = sorted(voices, key=_leaning)
    names: set[str] = set()
    leaned_on: set[str] = set()
    families: set[str] = set()
    camps: set[str] = set()
    count = 0
    for voice in ranked:
        free = names.isdisjoint(voice.names) and leaned_on.isdisjoint(voice.names) and names.isdisjoint(voice.links)
        if free and families.isdisjoint(voice.families) and not any(sides.allied(voice.side, it) for it in camps):
            count += 1
            names |= voice.names
            leaned_on |= voice.links
            families |= voice.families
            camps |= {voice.side} if voice.side is not None else set()
    return count if count > 1 else _least_entangled(ranked[:MANY], sides)


def _leaning(voice: Ties) -> tuple[int, str, tuple[str, ...], str]:
    return len(voice.links), min(voice.names), tuple(sorted(voice.families)), voice.side or ""
