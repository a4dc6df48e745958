"""Text families: which articles are copies of one text, told by their sketches and wire credits.

A sketch is a minhash: position i holds the least value of hash i over all word shingles, so the share of equal
positions estimates the Jaccard index of two texts.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from operator import eq

from schemas.ids import text_hash
from schemas.report import ArticleHeader
from services.correlator.ledger import Reading, Standing
from services.correlator.weights import link_model

WIRE = "wire:"
BAND_BITS = 15  # hex digits: fits a signed 64-bit column


@dataclass(frozen=True, slots=True)
class TextFamily:
    """`name` of the family an article belongs to, and the families that it shows to be the same one."""

    name: str
    renamed: tuple[str, ...] = ()


def bands(sketch: tuple[int, ...]) -> frozenset[int]:
    """Hashes of runs of positions: two texts that are much alike share at least one."""
    rows = link_model().texts.rows
    runs = [sketch[at : at + rows] for at in range(0, len(sketch) - rows + 1, rows)]
    return frozenset(int(text_hash(f"{n}:{run}")[:BAND_BITS], 16) for n, run in enumerate(runs))


def likeness(a: tuple[int, ...], b: tuple[int, ...]) -> float:
    """Estimated Jaccard index; 0 where a sketch is missing or of another length."""
    if not a or len(a) != len(b):
        return 0.0
    equal: int = sum(map(eq, a, b))
    return equal / len(a)


def credit(article: ArticleHeader) -> str | None:
    """The agency whose text it is: by its credit line, or because the outlet is an agency itself."""
    name = article.wire_credit or (article.outlet.name if article.outlet.kind == "wire" else None)
    return name.casefold() if name else None


def text_family(ledger: Reading, desk: str, article: ArticleHeader) -> TextFamily:
    """The family of a version; an article like no other is a family of its own.

    An agency's name goes before the earliest article's id. An article that is like texts of two families shows that
    they are one: the others are renamed.
    """
    kin = _kin(ledger, desk, article)
    wire = credit(article)
    names = {one.text_family for one in kin if one.text_family} | ({WIRE + wire} if wire else set())
    # A copy stays in its family when it is edited beyond likeness: the words of the first version were not its own.
    former = ledger.article(desk, article.id)
    if former is not None and former.text_family:
        names.add(former.text_family)
    if not names:
        return TextFamily(article.id)
    name = min(names, key=lambda name: _rank(ledger, desk, name))
    return TextFamily(name, tuple(sorted(other for other in names - {name} if not other.startswith(WIRE))))


def _kin(ledger: Reading, desk: str, article: ArticleHeader) -> Iterable[Standing]:
    model = link_model().texts
    for name in ledger.alike(desk, bands(article.sketch), model.most_alike):
        other = ledger.article(desk, name)
        if name == article.id or other is None:
            continue
        wire = credit(article)
        enough = model.credited_jaccard if wire and wire == other.wire_credit else model.jaccard
        if likeness(article.sketch, other.sketch) >= enough:
            yield other


def _rank(ledger: Reading, desk: str, name: str) -> tuple[int, float, str]:
    """Agencies first, then the family named after the earliest article."""
    if name.startswith(WIRE):
        return 0, 0.0, name
    known = ledger.article(desk, name)
    return 1, known.published.timestamp() if known and known.published else 0.0, name
