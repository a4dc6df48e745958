"""All measurements of what the parser and the desk find, on the development data, with every earlier run beside them.

python -m bench.quality_table [--shared ../shared] [--only NAME ...] [--history FILE] [--out FILE]

Each measurement writes predictions, runs its scorer and reads the scorer's last line. `--history` keeps a line a run
(JSON lines); `--out` is made from it. A data set that is not there is said and left out.
"""

import argparse
import json
import re
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from bench.quality_page import Run, page, read_history

ROOT = Path(__file__).resolve().parents[1]
FIGURE = re.compile(r"(?P<name>[A-Za-z][\w ,()-]*?) (?P<value>-?\d+(?:\.\d+)?)(?: \(95%[^)]*\))?(?: \||$)")


@dataclass(frozen=True, slots=True)
class Measurement:
    """`folder`: of the data, under shared/data. `adapter`: arguments of bench/quality.py; `scorer`: those of the
    scorer, or none where `module` prints the figures itself."""

    name: str
    folder: str
    adapter: tuple[str, ...] = ()
    scorer: tuple[str, ...] = ()
    module: str = ""
    status: bool = False


MEASUREMENTS = (
    Measurement("MUC-4, tst1 and tst2", "muc4", ("--part", "tst1,tst2"), ("--parts", "tst1,tst2")),
    Measurement("MUC-4, dev", "muc4", ("--part", "dev"), ("--parts", "dev")),
    Measurement("PolNeAR, dev", "polnear", ("--part", "dev"), ("--part", "dev")),
    Measurement("UW factuality, dev", "factuality", ("--set", "UW"), ("--set", "UW")),
    Measurement("MEANTIME factuality, dev", "factuality", ("--set", "MEANTIME"), ("--set", "MEANTIME")),
    Measurement("GVA, all reports", "gva", status=True),
    Measurement("GVA, first reports", "gva", module="bench.gva_first"),
    Measurement("Places, LGL and GeoVirus", "geo", module="bench.geo"),
)


class Failed(Exception):
    """A measurement that ended with an error; its last lines."""


def measure(measurement: Measurement, shared: Path, scratch: Path) -> dict[str, float]:
    """The figures by name. Raises Failed."""
    data = shared / "data" / measurement.folder
    if measurement.module:
        return figures(_output([sys.executable, "-m", measurement.module, "--data", str(data)]))
    out, status = scratch / "predictions.jsonl", scratch / "status.jsonl"
    extra = ("--status", str(status)) if measurement.status else ()
    command = [sys.executable, "-m", "bench.quality", measurement.folder, "--data", str(data), "--out", str(out)]
    _output([*command, *measurement.adapter, *extra])
    scorer = shared / "eval" / f"{measurement.folder}.py"
    return figures(
        _output([sys.executable, str(scorer), "--data", str(data), "--pred", str(out), *measurement.scorer, *extra])
    )


def _output(command: Sequence[str]) -> str:
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        raise Failed(f"{' '.join(command[1:4])} ended with {done.returncode}: {done.stderr.strip()[-400:]}")
    return done.stdout


def figures(text: str) -> dict[str, float]:
    """The figures of the last line: "MAE 0.416 (95% 0.39 to 0.44) | r 0.793". Raises Failed where there are none."""
    last = text.strip().rpartition("\n")[2]
    found = {match["name"].strip(): float(match["value"]) for match in FIGURE.finditer(last)}
    if not found:
        raise Failed(f"no figures in {last!r}")
    return found


def commit() -> str:
    """The short hash, with "+" where the tree differs from it; empty outside a repository."""
    try:
        head = _output(["git", "rev-parse", "--short", "HEAD"]).strip()
        changed = _output(["git", "status", "--porcelain", "--untracked-files=no", "services", "bench"]).strip()
    except (Failed, OSError):
        return ""
    return head + "+" * bool(changed)


def run(chosen: Sequence[Measurement], shared: Path) -> Mapping[str, dict[str, float]]:
    """Figures of all measurements whose data are there; what is absent or failed is said on stderr."""
    found: dict[str, dict[str, float]] = {}
    for measurement in chosen:
        if not (shared / "data" / measurement.folder).is_dir():
            print(f"{measurement.name}: no data in {shared / 'data' / measurement.folder}", file=sys.stderr)
            continue
        print(f"{measurement.name} ...", file=sys.stderr)
        try:
            with tempfile.TemporaryDirectory(prefix="sitrep-quality-") as scratch:
                found[measurement.name] = measure(measurement, shared, Path(scratch))
        except Failed as error:
            print(f"{measurement.name}: {error}", file=sys.stderr)
    return found


def chosen_of(names: Sequence[str]) -> list[Measurement]:
    """Measurements whose name or folder begins with one of the words; all without any."""
    words = tuple(name.casefold() for name in names)
    return [m for m in MEASUREMENTS if not words or any(t.casefold().startswith(words) for t in (m.name, m.folder))]


def main(argv: Sequence[str] | None = None) -> int:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    arguments.add_argument("--shared", type=Path, default=ROOT.parent / "shared", help="the folder with data and eval")
    arguments.add_argument("--only", nargs="+", default=[], help="measurements whose name or folder begins so")
    arguments.add_argument("--history", type=Path, default=ROOT / "docs" / "quality.jsonl")
    arguments.add_argument("--out", type=Path, default=ROOT / "docs" / "quality.md")
    asked = arguments.parse_args(argv)
    found = run(chosen_of(asked.only), asked.shared.resolve())
    if not found:
        print(
            f"nothing measured: is the development data in {asked.shared}? (DATA=FOLDER make quality)", file=sys.stderr
        )
        return 1
    new = Run(datetime.now(UTC).strftime("%Y-%m-%d %H:%M"), commit(), found)
    with asked.history.open("a", encoding="utf-8") as history:
        history.write(json.dumps(asdict(new), ensure_ascii=False) + "\n")
    asked.out.write_text(page(read_history(asked.history), [m.name for m in MEASUREMENTS]), encoding="utf-8")
    print(f"{len(found)} measurements in {asked.out}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
