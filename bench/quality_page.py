"""docs/quality.md from the runs so far: a summary of the newest figures, then a table a measurement with every run."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

TARGETS: Mapping[tuple[str, str], str] = {
    ("MUC-4, tst1 and tst2", "MUC-4 all templates F"): "≥ 50",
    ("PolNeAR, dev", "relation F1"): "≥ 55",
    ("PolNeAR, dev", "source F1"): "≥ 70",
    ("PolNeAR, dev", "cue F1"): "≥ 75",
    ("PolNeAR, dev", "content F1"): "≥ 84",
    ("UW factuality, dev", "MAE"): "≤ 0.42",
    ("UW factuality, dev", "r"): "≥ 0.75",
    ("GVA, first reports", "killed exact"): "≥ 80",
    ("GVA, first reports", "injured exact"): "≥ 80",
}
HEAD = """\
# Quality

Made by `make quality` (bench/quality_table.py) from quality.jsonl, which keeps a line a run; do not edit. The figures
are the scorers' on the development data; a `+` behind a commit means that the tree had changes.
"""


@dataclass(frozen=True, slots=True)
class Run:
    """`figures`: measurement -> name of a figure -> value. A run may hold some measurements only."""

    at: str
    commit: str
    figures: Mapping[str, Mapping[str, float]]


def read_history(path: Path) -> list[Run]:
    """All runs, in the order of the file."""
    lines = path.read_text("utf-8").splitlines() if path.exists() else []
    return [Run(**json.loads(line)) for line in lines if line.strip()]


def page(runs: Sequence[Run], order: Sequence[str]) -> str:
    """The whole page, newest figures first."""
    names = [name for name in order if any(name in run.figures for run in runs)]
    parts = [HEAD, "\n".join(_summary(runs, names)), *("\n".join(_table(runs, name)) for name in names)]
    return "\n\n".join(part.strip("\n") for part in parts) + "\n"


def _summary(runs: Sequence[Run], names: Sequence[str]) -> Iterator[str]:
    yield "| measurement | figure | newest | before | target |"
    yield "|---|---|---|---|---|"
    for name in names:
        of_name = [run for run in runs if name in run.figures]
        before = of_name[-2].figures[name] if len(of_name) > 1 else {}
        for figure, value in of_name[-1].figures[name].items():
            target = TARGETS.get((name, figure), "")
            yield f"| {name} | {figure} | {_number(value)} | {_number(before.get(figure))} | {target} |"


def _table(runs: Sequence[Run], name: str) -> Iterator[str]:
    of_name = [run for run in runs if name in run.figures]
    columns = list(dict.fromkeys(figure for run in reversed(of_name) for figure in run.figures[name]))
    yield f"## {name}"
    yield ""
    yield f"| run (UTC) | commit | {' | '.join(columns)} |"
    yield "|---|---|" + "---|" * len(columns)
    for run in reversed(of_name):
        cells = (_number(run.figures[name].get(column)) for column in columns)
        yield f"| {run.at} | {run.commit} | {' | '.join(cells)} |"


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:g}"
