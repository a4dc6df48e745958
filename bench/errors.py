"""The most frequent kinds of misses and spurious records of predictions on development data.

python -m bench.errors muc4 --data DIR --pred FILE [--parts dev] [--eval DIR] [--top 25] [--examples 3]

A data set joins with a module bench/errors_<name>.py that has `kinds(asked: Asked) -> Iterator[Slip]`.
Look at development data only: what is held out is scored, not read.
"""

import argparse
import importlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Asked:
    """`data`: folder of the data set; `pred`: predictions as the scorer reads them; `folder`: where the scorers are."""

    data: Path
    pred: Path
    parts: tuple[str, ...] = ()
    folder: Path | None = None


@dataclass(frozen=True, slots=True)
class Slip:
    """One thing that went wrong: its kind, which document, and what stands there."""

    kind: str
    doc: str
    shown: str = ""


def finder(name: str) -> Callable[[Asked], Iterator[Slip]]:
    """The function of a data set. Raises ModuleNotFoundError if it has none."""
    found: Callable[[Asked], Iterator[Slip]] = importlib.import_module(f"bench.errors_{name}").kinds
    return found


def report(slips: Iterable[Slip], top: int, examples: int) -> str:
    """Kinds by number, each with examples from as many documents."""
    by_kind: dict[str, list[Slip]] = defaultdict(list)
    for slip in slips:
        by_kind[slip.kind].append(slip)
    ranked = sorted(by_kind.items(), key=lambda item: (-len(item[1]), item[0]))
    lines = [f"{sum(map(len, by_kind.values()))} slips of {len(by_kind)} kinds"]
    for kind, ones in ranked[:top]:
        lines.append(f"{len(ones):6}  {kind}")
        step = max(1, len(ones) // max(1, examples))
        lines += [f"        {slip.doc}: {slip.shown}" for slip in ones[::step][:examples] if slip.shown]
    return "\n".join(lines)


def main(argv: Sequence[str] | None = None) -> int:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    arguments.add_argument("name")
    arguments.add_argument("--data", type=Path, required=True)
    arguments.add_argument("--pred", type=Path, required=True)
    arguments.add_argument("--parts", default="dev")
    arguments.add_argument("--eval", type=Path)
    arguments.add_argument("--top", type=int, default=25)
    arguments.add_argument("--examples", type=int, default=3)
    given = arguments.parse_args(argv)
    asked = Asked(given.data, given.pred, tuple(p for p in given.parts.split(",") if p), given.eval)
    print(report(finder(given.name)(asked), given.top, given.examples))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
