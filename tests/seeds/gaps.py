"""What the parser misses in the seeds, sentence by sentence: python -m tests.seeds.gaps [SEED…]."""

import sys
from collections.abc import Callable, Sequence

from schemas.article import Article
from schemas.report import Report
from tests.seeds.compare import missing
from tests.seeds.records import NAMES, seed

Read = Callable[[Article], Report]


def gaps(names: Sequence[str], read: Read) -> tuple[int, list[str]]:
    """How many assertions are expected, and a line for each that is missing, wrong or too many."""
    dispatches = [dispatch for name in names for dispatch in seed(name).dispatches]
    wanted = sum(len(dispatch.expected.assertions) for dispatch in dispatches)
    return wanted, [line for dispatch in dispatches for line in missing(dispatch, read(dispatch.article))]


def main(names: Sequence[str]) -> int:
    from services.parser.parse import parse

    wanted, lines = gaps(names or NAMES, parse)
    lacking = sum(": no " in line for line in lines)
    sys.stdout.write("".join(f"{line}\n\n" for line in lines))
    sys.stdout.write(f"{wanted - lacking} of {wanted} expected assertions found; {len(lines)} lines above\n")
    return 1 if lines else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
