"""What a text calls a group's allegiance: "anti-x", "x-opposing", "pro-x", "x-backed", in one form each."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from schemas.countries import country_names
from services.parser.fold import strict
from services.parser.gates import Gated
from services.parser.place_lexicon import PlaceLexicon
from services.parser.tables import rows


@dataclass(frozen=True, slots=True)
class Rule:
    pattern: Gated
    form: str


@cache
def _rules() -> tuple[Rule, ...]:
    """data/descriptors.tsv, read once: a packaged constant."""
    return tuple(Rule(_gated(expression), form) for expression, form in rows("descriptors.tsv", 2))


def _gated(expression: str) -> Gated:
    """Any of the words that are spelled out must be there."""
    spelled = re.sub(r"\{[xX]\}|\\[a-zA-Z]|\[[^\]]*\]|.\?", " ", expression)
    return Gated(re.compile(_expanded(expression)), tuple(dict.fromkeys(re.findall(r"[A-Za-z-]{3,}", spelled))))


def _expanded(expression: str) -> str:
    name = r"(?:the |The )?(?P<x>[A-Z][\w'’.]{0,40}(?: [A-Z][\w'’.]{0,40})?)"
    return expression.replace("{X}", name).replace("{x}", r"(?P<x>[A-Za-z][\w'’]{0,40}?)")


def descriptors(text: str, places: PlaceLexicon) -> tuple[tuple[int, int, str], ...]:
    """(start, end, normal form) of all such words, in order; the longest where they overlap."""
    found = sorted(_found(text, places), key=lambda d: (d[0], -d[1], d[2]))
    kept: list[tuple[int, int, str]] = []
    for item in found:
        if not kept or item[0] >= kept[-1][1]:
            kept.append(item)
    return tuple(kept)


def _found(text: str, places: PlaceLexicon) -> Iterator[tuple[int, int, str]]:
    for rule in _rules():
        for match in rule.pattern.finditer(text):
            whom = normal_name(match["x"], places) if "x" in match.groupdict() else ""
            yield match.start(), match.end(), rule.form.replace("x", whom) if whom else rule.form


def normal_name(word: str, places: PlaceLexicon) -> str:
    """A nationality and a seat of government become the country's name; a possessive ending goes."""
    plain = re.sub(r"['’]s?$", "", word)
    land = places.adjectives.get(plain) or places.countries.get(plain)
    return strict(land.name) if land else _seats().get(strict(plain), strict(plain))


@cache
def _seats() -> Mapping[str, str]:
    """Names of governments in data/institutions.tsv, and their countries'."""
    governments = (row for row in rows("institutions.tsv", 4) if row[1] == "government" and row[2])
    return {strict(name): strict(country_names()[row[2]]) for row in governments for name in row[0].split(";")}
