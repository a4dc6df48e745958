"""How certain an event is, from -3 (certainly not) over 0 (open) to 3 (certainly so): rules first, then weights.

The rules (certainty.py) say what they found; a linear model over that and over the words around the event says how far
readers go along. `python -m bench.train_certainty` makes its weights from annotated sentences.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import accumulate, pairwise
from math import exp
from pathlib import Path

from services.parser.certainty import Modality, modality
from services.parser.scene import Scene
from services.parser.surroundings import form, surroundings
from services.parser.tree import Sentence, Token

DATA = Path(__file__).parent / "data" / "factuality.tsv"
UNIT = 100.0  # weights are stored in hundredths
SHARP = 1.75  # between the mean (1) and the median (endless) of what readers say


@dataclass(frozen=True, slots=True)
class Weights:
    """For each of `steps`, whether the score lies above it: a row of hundredths a feature. `values`: between steps."""

    steps: tuple[float, ...]
    values: tuple[float, ...]
    rows: Mapping[str, tuple[int, ...]]

    def chances(self, features: Sequence[str]) -> list[float]:
        """The chance of each step being passed; never more than of the one below it."""
        found = [row for feature in ("", *features) if (row := self.rows.get(feature)) is not None]
        sums = (sum(column) / UNIT for column in zip(*found, strict=True))
        return list(accumulate((1 / (1 + exp(-max(-30.0, min(30.0, total)))) for total in sums), min))

    def score(self, features: Sequence[str]) -> float:
        """In -3 … 3."""
        shares = [min(1.0, max(0.0, (chance - 0.5) * SHARP + 0.5)) for chance in self.chances(features)]
        steps = (after - before for before, after in pairwise(self.values))
        return self.values[0] + sum(share * step for share, step in zip(shares, steps, strict=True))


@cache
def weights() -> Weights:
    """A packaged constant, read once. Raises ValueError for a line that is not as README.md says."""
    lines = [line.split("\t") for line in DATA.read_text("utf-8").splitlines() if not line.startswith("#")]
    steps, values = (tuple(map(float, line[1:])) for line in lines[:2])
    rows = {line[0]: tuple(map(int, line[1:])) for line in lines[2:]}
    if len(values) != len(steps) + 1 or any(len(row) != len(steps) for row in rows.values()):
        raise ValueError(f"{DATA.name}: a row is too short or too long")
    return Weights(steps, values, rows)


def features(scene: Scene, event: Token, told: Modality) -> list[str]:
    """What the rules found and what stands around the event."""
    around = surroundings(scene.sentence, event)
    return [*_of_rules(scene.sentence, event, told, around), *around]


def _of_rules(s: Sentence, event: Token, told: Modality, around: Sequence[str]) -> Iterator[str]:
    whole = f"{told.realis}{told.polarity}{told.certainty}"
    yield f"m={whole}"
    yield f"mr={told.realis}"
    yield f"mp={told.polarity}"
    yield f"mc={told.certainty}"
    yield f"mt={whole}:{event.tag}"
    yield f"mf={event.tag}:{told.realis}{told.polarity}:{form(s, s.clause(event.i))}"
    yield from (f"mh={word}" for word in told.hedges)
    yield from (f"m{feature}:{whole}" for feature in around if feature.startswith("ep2="))
    if event.noun:
        article = next((k.lower for k in s.kids(event.i, "det", "poss") if k.dep == "det"), "")
        yield f"md={article}:{whole}"


def factuality(scene: Scene, event: Token) -> float:
    """The score of a token that tells an event. Pure: the sentence and the packaged weights."""
    return weights().score(features(scene, event, modality(scene, event, frozenset(), None)))
