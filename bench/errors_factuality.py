"""The most frequent kinds of wrong certainty: where most of the absolute error lies.

python -m bench.errors_factuality --data DIR [--set UW] [--part dev]

A kind is: how gold and we see the event (certain, likely, open, denied), its part of speech, what governs it (a class
of embedders.toml, or a plain clause), and what the rules made of it.
"""

import argparse
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.adapters.factuality_texts import annotated, scenes_of
from services.parser.certainty import modality
from services.parser.embedders import above
from services.parser.factuality import factuality
from services.parser.parse import Parser, load
from services.parser.scene import Scene
from services.parser.tree import Token

SHOWN = 40
SEEN = ((2.0, "certain"), (1.0, "likely"), (-0.5, "open"), (-3.0, "denied"))


@dataclass(frozen=True, slots=True)
class Kind:
    """What went wrong, without the words of the text."""

    gold: str
    ours: str
    speech: str
    over: str
    rules: str


def errors(parser: Parser, path: Path) -> Iterator[tuple[Kind, float]]:
    """A kind and its absolute error for each event."""
    texts = list(annotated(path))
    for text, scene in zip(texts, scenes_of(parser, texts), strict=True):
        for at, gold in text.events:
            token = scene.sentence.tokens[at]
            ours = factuality(scene, token)
            yield kind(scene, token, gold, ours), abs(gold - ours)


def kind(scene: Scene, token: Token, gold: float, ours: float) -> Kind:
    told = modality(scene, token, frozenset(), None)
    over = next((f"{'not ' * each.denied}{each.kind}" for each in above(scene.sentence, token) if each.kind), "clause")
    speech = "verb" if token.verb else "noun" if token.noun else "other"
    return Kind(seen(gold), seen(ours), speech, over, f"{told.realis} {told.polarity} {told.certainty}")


def seen(score: float) -> str:
    return next(word for least, word in SEEN if score >= least)


def main(argv: Sequence[str] | None = None) -> int:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    arguments.add_argument("--data", type=Path, required=True)
    arguments.add_argument("--set", default="UW")
    arguments.add_argument("--part", default="dev")
    asked = arguments.parse_args(argv)
    found: dict[Kind, list[float]] = defaultdict(list)
    for each, error in errors(load(), asked.data / asked.set / f"{asked.part}.jsonl"):
        found[each].append(error)
    total, events = sum(map(sum, found.values())), sum(map(len, found.values()))
    print(f"{events} events, MAE {total / max(1, events):.3f}")
    for each, sizes in sorted(found.items(), key=lambda item: (-sum(item[1]), str(item[0])))[:SHOWN]:
        share = 100 * sum(sizes) / max(1e-9, total)
        words = f"gold {each.gold}, ours {each.ours}; {each.speech} under {each.over}; rules: {each.rules}"
        print(f"{share:5.1f} % of the error, {len(sizes):4} events  {words}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
