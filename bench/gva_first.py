"""Killed and injured by the first report of each shooting alone: how often each is exact.

python -m bench.gva_first --data DIR [--sample N] [--seed S] [--out FILE]    FILE: a line an incident, numbers only
"""

import argparse
import json
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.adapters.gva_articles import Known, Told, known, told
from bench.adapters.gva_status import COUNTED, figure
from services.cli.dry_run import DryDesk
from services.parser.parse import Parser, load, parse


@dataclass(frozen=True, slots=True)
class Read:
    """What one article gave of an incident: the best figure of each outcome, None if it gave none."""

    article: str
    incident: str
    killed: int | None
    injured: int | None
    gold: Known

    @property
    def exact(self) -> tuple[bool, bool]:
        return self.killed == self.gold.killed, self.injured == self.gold.injured


def first_of_each(articles: Sequence[Told]) -> list[Told]:
    """The earliest article of each incident."""
    found: dict[str, Told] = {}
    for each in articles:
        found.setdefault(each.incident, each)
    return list(found.values())


def read(parser: Parser, data: Path, articles: Sequence[Told]) -> Iterator[Read]:
    """Each article through a desk of its own."""
    gold = known(data)
    for each in articles:
        desk = DryDesk(lambda article: parse(article, parser))
        desk.take(each.article)
        killed, injured = numbers(desk)
        yield Read(each.article.id, each.incident, killed, injured, gold[each.incident])


def numbers(desk: DryDesk) -> tuple[int | None, int | None]:
    """Of the view with the article's main group. A report that counts the hurt and names no dead tells of none."""
    views = sorted(desk.views(), key=lambda view: all(ref.role != "main" for ref in view.reports))
    heads = views[0].casualties if views else ()
    found = [figure([head for head in heads if head.outcome == outcome]) for outcome in COUNTED]
    if not any(found):
        return None, None
    killed, injured = (each["best"] if each else 0 for each in found)
    return killed, injured


def share(hits: Sequence[bool]) -> float:
    """In per cent."""
    return 100 * sum(hits) / max(1, len(hits))


def row(each: Read) -> dict[str, Any]:
    return {
        "article": each.article, "killed": each.killed, "injured": each.injured,
        "gold": [each.gold.killed, each.gold.injured],
    }  # fmt: skip


def sampled(articles: Sequence[Told], number: int, seed: int) -> list[Told]:
    """All, or so many of them, in order."""
    if not number or number >= len(articles):
        return list(articles)
    return [articles[i] for i in sorted(random.Random(seed).sample(range(len(articles)), number))]


def main(argv: Sequence[str] | None = None) -> int:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    arguments.add_argument("--data", type=Path, required=True)
    arguments.add_argument("--sample", type=int, default=0, help="so many incidents instead of all")
    arguments.add_argument("--seed", type=int, default=1)
    arguments.add_argument("--out", type=Path, help="figures by article, JSON lines")
    asked = arguments.parse_args(argv)
    articles = sampled(first_of_each(told(asked.data)), asked.sample, asked.seed)
    found = list(read(load(), asked.data, articles))
    if asked.out:
        asked.out.write_text("".join(json.dumps(row(each)) + "\n" for each in found), encoding="utf-8")
    killed, injured = zip(*(each.exact for each in found), strict=True)
    both = [all(each.exact) for each in found]
    parts = {"killed exact": killed, "injured exact": injured, "both exact": both}
    print(f"{len(found)} first reports")
    print(" | ".join(f"{name} {share(hits):.2f}" for name, hits in parts.items()))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
