"""What parser and views miss in the seeds, in words: python -m tests.seeds.gaps [--views] [SEED…]."""

import sys
from collections.abc import Iterator, Sequence

from schemas.article import Article
from schemas.report import Report
from services.cli.dry_run import DryDesk, Parse
from services.parser.parse import load, parse
from tests.seeds.compare import incident_differences, incident_of, missing, view_differences
from tests.seeds.records import NAMES, Seed, seed


def parser_gaps(seeded: Seed, read: Parse) -> Iterator[str]:
    """A line for each assertion that is missing, wrong or too many."""
    for dispatch in seeded.dispatches:
        yield from missing(dispatch, read(dispatch.article))


def view_gaps(seeded: Seed, read: Parse) -> Iterator[str]:
    """A line for each difference of a view, after each step, with the dispatches in order of arrival."""
    desk = DryDesk(read)
    for dispatch in seeded.dispatches:
        desk.take(dispatch.article)
        for step in (step for step in seeded.steps if step.view.after_line == dispatch.expected.line):
            found = incident_of(seeded.expected.incidents[step.view.incident], desk.views())
            if found is None:
                there = ", ".join(view.title for view in desk.views())
                yield f"step {step.view.step}: no incident {step.view.incident}; there are: {there or '-'}"
            else:
                yield from view_differences(step, found)
    yield from incident_differences(seeded.expected.incidents.values(), desk.views())


def main(arguments: Sequence[str]) -> int:
    names = [name for name in arguments if not name.startswith("-")] or NAMES
    parser = load()

    def read(article: Article) -> Report:
        return parse(article, parser)

    check = view_gaps if "--views" in arguments else parser_gaps
    lines = [f"{name} {line}" for name in names for line in check(seed(name), read)]
    wanted = sum(len(dispatch.expected.assertions) for name in names for dispatch in seed(name).dispatches)
    lacking = sum(": no " in line for line in lines)
    sys.stdout.write("".join(f"{line}\n\n" for line in lines))
    found = "" if check is view_gaps else f"{wanted - lacking} of {wanted} expected assertions found; "
    sys.stdout.write(f"{found}{len(lines)} lines above\n")
    return 1 if lines else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
