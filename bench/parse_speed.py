"""Articles of 400 words a second and core: the parser against the bare spaCy tagger and parser, in the same run.

python -m bench.parse_speed [--rounds N] [FILE.ndjson ...]; default: the dispatches under seeds/. Articles are made of
the paragraphs of the files, cut to 400 words each.
"""

import argparse
import json
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import spacy

from schemas.article import Article, from_wire
from services.parser.parse import DEFAULT_MODEL, Parser, load, parse
from services.parser.step import prepare, reader

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


def rates(works: Sequence[Callable[[], object]], number: int, rounds: int) -> list[float]:
    """The best of some rounds each, in articles a second of CPU; they take turns, as others may use the machine."""
    best = [float("inf")] * len(works)
    for _ in range(rounds):
        for at, work in enumerate(works):
            start = time.process_time()
            work()
            best[at] = min(best[at], time.process_time() - start)
    return [number / seconds for seconds in best]


def bare(chosen: Sequence[Article]) -> Callable[[], object]:
    """The tagger and parser alone, over whole texts in batches of 16."""
    nlp = spacy.load(DEFAULT_MODEL, exclude=["ner", "lemmatizer", "attribute_ruler", "senter"])
    return lambda: sum(len(doc) for doc in nlp.pipe([a.body for a in chosen], batch_size=16))


def ours(chosen: Sequence[Article], parser: Parser) -> Callable[[], object]:
    return lambda: sum(len(parse(article, parser).assertions) for article in chosen)


CHILD = "from bench.parse_speed import child; child({number})"


def child(number: int) -> None:
    """In a process of its own: says when the parser is ready, then what memory it took to parse so many articles."""
    prepare()
    print("ready", flush=True)
    for article in articles(sorted(SEEDS.glob("*/dispatches.ndjson")), number):
        reader()(article)
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, flush=True)


def process(number: int) -> tuple[float, float]:
    """(seconds from the start of a parser's process until it is ready, MB it takes), as a slot's child would."""
    start = time.perf_counter()
    command = [sys.executable, "-c", CHILD.format(number=number)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as run:
        assert run.stdout
        run.stdout.readline()
        ready = time.perf_counter() - start
        memory = int(run.stdout.readline())
    return ready, memory / (1024 if sys.platform == "linux" else 1024 * 1024)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("files", nargs="*", type=Path)
    options.add_argument("--rounds", type=int, default=5)
    chosen = options.parse_args()
    parser = load()
    ready, memory = min(process(0)[0] for _ in range(chosen.rounds)), process(ARTICLES)[1]
    made = articles(chosen.files or sorted(SEEDS.glob("*/dispatches.ndjson")), ARTICLES)
    words = sum(len(a.body.split()) for a in made) / len(made)
    spacy_rate, our_rate = rates([bare(made), ours(made, parser)], len(made), chosen.rounds)
    print(f"a parser's process is ready after {ready:.2f} s and takes {memory:.0f} MB with {ARTICLES} articles parsed")
    print(f"{len(made)} articles of {words:.0f} words, best of {chosen.rounds} rounds, one process")
    print(f"spaCy tagger and parser  {spacy_rate:6.1f} articles/s of CPU")
    print(f"sitrep parser            {our_rate:6.1f} articles/s of CPU  ({our_rate / spacy_rate:.2f} of it)")


if __name__ == "__main__":
    main()
