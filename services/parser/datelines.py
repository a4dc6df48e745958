"""Datelines and wire credits: "KYIV, May 22 (Agency) – ...", "(Agency) – ...", a credit in brackets at the end."""

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from schemas.article import Article
from schemas.report import Place
from services.parser.resolve import town_of

if TYPE_CHECKING:
    from services.parser.lexicon import Lexicon

_MONTH = r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)[a-z]*\.?"
_DATELINE = re.compile(
    r"(?P<place>[A-Z][A-Za-z'’.\-]*(?: [A-Z][A-Za-z'’.\-]*){0,3})?(?:/[A-Z][A-Za-z' ]{1,30})?"
    r"(?:, (?P<area>[A-Z][\w'’.]*(?: [A-Z][\w'’.]*){0,3}))?"
    rf"(?:,? (?P<date>{_MONTH} \d{{1,2}}|\d{{1,2}} {_MONTH})(?:,? (?:\d{{4}}|\d{{2}}))?)?,?"
    r" ?(?:\((?P<agency>[A-Za-z][\w&.'’ /-]{1,40})\))? ?(?:--?|–|—|:) ?(?=[\"“‘'\[A-Z0-9])"
)
_END = re.compile(r"\((?P<agency>[A-Z][\w&.'’ -]{1,40})\)\s*\Z")
_TAIL = 80


@dataclass(frozen=True, slots=True)
class Dateline:
    """`start` and `end` are offsets in the field; the text proper begins at `end`."""

    start: int
    end: int
    place: Place | None
    zone: str | None
    credit: str | None


def dateline_of(text: str, start: int, article: Article, lexicon: "Lexicon") -> Dateline | None:
    match = _DATELINE.match(text)
    if not match or match.end() == len(text) or not any(match.group("place", "agency")):
        return None
    name, agency = match["place"] or "", match["agency"]
    shouted = name.isupper() and len(name) > 2
    told = agency or shouted or (name and (match["date"] or (match["area"] and " - " in match.group())))
    if not told or ":" in match.group():
        return None
    found = town_of(name, match["area"], article.outlet.country, lexicon.places) if name else None
    if found is None and not agency:
        return None
    place, zone = found or (None, None)
    return Dateline(start, start + match.end(), place, zone, agency)


def credit_at_end(text: str, lexicon: "Lexicon") -> str | None:
    """The agency in brackets that ends a text; it must look like one, or be one of the known outlets."""
    match = _END.search(text[-_TAIL:])
    if not match:
        return None
    name = match["agency"].strip()
    return name if lexicon.actors.is_outlet(name) or (name[0].isupper() and " " in name and name.istitle()) else None
