"""CPU seconds for texts made to cost time: python -m bench.parse_hostile [--slowest N]. None should take a second."""

import argparse
import json
import time
from collections.abc import Iterator

from bench.hostile import hostile_texts
from schemas.article import Article, from_wire
from services.parser import language
from services.parser.parse import Parser, load, parse


def article(body: str) -> Article:
    return from_wire(json.dumps({"id": "x", "body": body, "outlet": "Bench"}).encode(), None, {}, 1_930_000_000_000)


def timed(parser: Parser) -> Iterator[tuple[float, int, int, str]]:
    """(CPU seconds, characters, statements, name) of each text, read without a hint of its language."""
    for name, body in hostile_texts().items():
        made = article(body)
        start = time.process_time()
        report = parse(made, parser)
        yield time.process_time() - start, len(body), len(report.assertions), name


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--slowest", type=int, default=1_000)
    chosen = options.parse_args()
    parser = load()
    language.prepare()
    parse(article("Rebels shelled Brodnik, police said."), parser)  # what is compiled on first use
    found = sorted(timed(parser), reverse=True)
    for seconds, size, statements, name in found[: chosen.slowest]:
        print(f"{seconds:6.2f} s  {size / 1000:7.0f} kB  {statements:4d} statements  {name}")
    print(f"slowest of {len(found)}: {found[0][0]:.2f} s CPU, {found[0][3]}")


if __name__ == "__main__":
    main()
