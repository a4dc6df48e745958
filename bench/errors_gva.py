"""The most frequent kinds of wrong counts in first reports of shootings; kinds only, never a text or a name.

python -m bench.errors_gva --data DIR [--sample N] [--seed S]

A kind is: outcome, too few, too many or none; where the right number is (told in the report but not in the view, as a
number in the text only, a single person, nowhere); and the rule of the figure that the report's view rests on.
"""

import argparse
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.adapters.gva_articles import Told, known, told
from bench.gva_first import first_of_each, numbers, sampled
from schemas.report import Report
from services.cli.dry_run import DryDesk
from services.parser.numbers import numbers as numbers_in
from services.parser.parse import Parser, load, parse

SHOWN = 40


@dataclass(frozen=True, slots=True)
class Kind:
    """What went wrong, without what the article says."""

    outcome: str
    way: str
    right_is: str
    rule: str


def wrong(parser: Parser, data: Path, articles: Sequence[Told]) -> Iterator[Kind]:
    """A kind for each wrong count."""
    gold = known(data)
    for each in articles:
        desk = DryDesk(lambda article: parse(article, parser))
        desk.take(each.article)
        report = desk.reports[0]
        truth = gold[each.incident]
        for outcome, ours, true in zip(
            ("killed", "injured"), numbers(desk), (truth.killed, truth.injured), strict=True
        ):
            if ours != true:
                where = right_is(report, outcome, true, each.article.body)
                yield Kind(outcome, way(ours, true), where, rule_of(report, outcome, ours))


def way(ours: int | None, true: int) -> str:
    return "no figure" if ours is None else "too many" if ours > true else "too few"


def right_is(report: Report, outcome: str, true: int, body: str) -> str:
    """Where the right number can be read."""
    told_of = {n for a in report.assertions for n in _counts(a.value and a.value.count, outcome)}
    if true in told_of:
        return "told"
    if true == 0:
        return "nothing"
    if any(number.best == true for number in numbers_in(body)):
        return "a number of the text"
    return "one person" if true == 1 else "nowhere as a number"


def _counts(count: object, outcome: str) -> Iterator[int]:
    if getattr(count, "outcome", None) == outcome:
        yield from (n for n in (getattr(count, "best", None), getattr(count, "low", None)) if n is not None)


def rule_of(report: Report, outcome: str, ours: int | None) -> str:
    """The rule of a figure that gives our number; "-" where none does."""
    for a in report.assertions:
        if a.value and a.value.count and ours in set(_counts(a.value.count, outcome)):
            return a.rule
    return "-"


def main(argv: Sequence[str] | None = None) -> int:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    arguments.add_argument("--data", type=Path, required=True)
    arguments.add_argument("--sample", type=int, default=0, help="so many incidents instead of all")
    arguments.add_argument("--seed", type=int, default=1)
    asked = arguments.parse_args(argv)
    articles = sampled(first_of_each(told(asked.data)), asked.sample, asked.seed)
    kinds = Counter(wrong(load(), asked.data, articles))
    print(f"{sum(kinds.values())} wrong counts in {len(articles)} first reports")
    for kind, number in sorted(kinds.items(), key=lambda item: (-item[1], str(item[0])))[:SHOWN]:
        print(f"{number:5}  {kind.outcome}: {kind.way}; the right number: {kind.right_is}; our rule: {kind.rule}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
