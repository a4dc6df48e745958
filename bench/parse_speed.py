"""Articles of 400 words a second and core: the parser against the bare spaCy tagger and parser, in the same run.

python -m bench.parse_speed [--rounds N] [FILE.ndjson ...]; default: the dispatches under seeds/. Articles are made of
the paragraphs of the files, cut to 400 words each.
"""

import argparse
import json
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import spacy

from schemas.article import Article, from_wire
from services.parser.parse import DEFAULT_MODEL, Parser, load, parse

WORDS = 400
ARTICLES = 60
SEEDS = Path(__file__).resolve().parents[1] / "seeds"


def bodies(paths: Sequence[Path]) -> Iterator[str]:
    """Bodies of about 400 words, paragraphs of one file in a row, over and over."""
    paragraphs = [
        paragraph
        for path in paths
        for line in path.read_text("utf-8").splitlines()
        for paragraph in json.loads(line)["body"].split("\n\n")
    ]
    chosen: list[str] = []
    while True:
        for paragraph in paragraphs:
            chosen.append(paragraph)
            if sum(len(p.split()) for p in chosen) >= WORDS:
                yield "\n\n".join(chosen)
                chosen = []


def articles(paths: Sequence[Path], number: int) -> list[Article]:
    made = zip(range(number), bodies(paths), strict=False)
    return [
        from_wire(json.dumps({"id": str(n), "body": body, "language": "en", "outlet": "Bench"}).encode(), None, {}, n)
        for n, body in made
    ]


def rate(work: Callable[[], object], number: int, rounds: int) -> float:
    """The best of some rounds, in articles a second."""
    best = float("inf")
    for _ in range(rounds):
        start = time.perf_counter()
        work()
        best = min(best, time.perf_counter() - start)
    return number / best


def bare(chosen: Sequence[Article]) -> Callable[[], object]:
    """The tagger and parser alone, over whole texts in batches of 16."""
    nlp = spacy.load(DEFAULT_MODEL, exclude=["ner", "lemmatizer", "attribute_ruler", "senter"])
    return lambda: sum(len(doc) for doc in nlp.pipe([a.body for a in chosen], batch_size=16))


def ours(chosen: Sequence[Article], parser: Parser) -> Callable[[], object]:
    return lambda: sum(len(parse(article, parser).assertions) for article in chosen)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("files", nargs="*", type=Path)
    options.add_argument("--rounds", type=int, default=3)
    chosen = options.parse_args()
    start = time.perf_counter()
    parser = load()
    loaded = time.perf_counter() - start
    made = articles(chosen.files or sorted(SEEDS.glob("*/dispatches.ndjson")), ARTICLES)
    words = sum(len(a.body.split()) for a in made) / len(made)
    spacy_rate = rate(bare(made), len(made), chosen.rounds)
    our_rate = rate(ours(made, parser), len(made), chosen.rounds)
    print(
        f"load {loaded:.2f} s; {len(made)} articles of {words:.0f} words, best of {chosen.rounds} rounds, one process"
    )
    print(f"spaCy tagger and parser  {spacy_rate:6.1f} articles/s")
    print(f"sitrep parser            {our_rate:6.1f} articles/s  ({our_rate / spacy_rate:.2f} of it)")


if __name__ == "__main__":
    main()
