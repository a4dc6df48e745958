"""Our records as the input of a scorer, for any folder laid out like its development data.

python bench/quality.py muc4|polnear|factuality|gva --data DIR --out FILE [--part P,Q] [--set S] [--status FILE]
"""

import argparse
import importlib
import json
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

if __package__ in (None, ""):
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bench.adapters.task import Task

NAMES = ("muc4", "polnear", "factuality", "gva")
EVERY_S = 5.0


def adapter(name: str) -> Callable[[Task], Iterator[dict[str, Any]]]:
    """The predictions function of a data set; its module is loaded only now."""
    found: Callable[[Task], Iterator[dict[str, Any]]] = importlib.import_module(f"bench.adapters.{name}").predictions
    return found


def write(lines: Iterator[dict[str, Any]], out: Path) -> int:
    """One JSON object a line, with progress on stderr; how many."""
    number, told = 0, time.monotonic()
    with out.open("w", encoding="utf-8") as file:
        for number, line in enumerate(lines, 1):
            file.write(json.dumps(line, ensure_ascii=False) + "\n")
            if time.monotonic() - told > EVERY_S:
                told = time.monotonic()
                print(f"{number} done", file=sys.stderr)
    return number


def main(argv: Sequence[str] | None = None) -> int:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    arguments.add_argument("name", choices=NAMES)
    arguments.add_argument("--data", type=Path, required=True, help="folder laid out as the scorer expects it")
    arguments.add_argument("--out", type=Path, required=True, help="where the predictions go, JSON lines")
    arguments.add_argument("--part", default="", help="parts of the data, comma between them; the scorer's default")
    arguments.add_argument("--set", help="one of several sets (factuality: UW or MEANTIME)")
    arguments.add_argument("--status", type=Path, help="gva: where what is known of each incident goes")
    asked = arguments.parse_args(argv)
    parts = tuple(part for part in asked.part.split(",") if part)
    number = write(adapter(asked.name)(Task(asked.data, parts, asked.set, asked.status)), asked.out)
    print(f"{number} lines in {asked.out}", file=sys.stderr)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
