"""Expressions that are tried only where a text holds one of some strings: to look for those is far cheaper."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Gated:
    """Every match of `pattern` must hold one of `needles` as it stands. No needles: the pattern is always tried."""

    pattern: re.Pattern[str]
    needles: tuple[str, ...]

    def finditer(self, text: str, haystack: str | None = None) -> Iterator[re.Match[str]]:
        """`haystack`: the text in small letters, where the pattern ignores case and the needles are small."""
        looked = text if haystack is None else haystack
        if not self.needles:
            return self.pattern.finditer(text)
        for needle in self.needles:
            if needle in looked:
                return self.pattern.finditer(text)
        return iter(())


def begins(phrases: Iterable[str]) -> str:
    """A look at the first letter, which spares most words the trial of all phrases; for expressions without case."""
    letters = sorted({phrase[0].lower() for phrase in phrases})
    return f"(?=[{''.join(letters)}])"


def needles_of(phrases: Iterable[str]) -> tuple[str, ...]:
    """The longest word of each phrase, one that holds another left out."""
    longest = {max(phrase.split(), key=lambda word: (len(word), word)) for phrase in phrases}
    return tuple(sorted(word for word in longest if not any(o != word and o in word for o in longest)))
