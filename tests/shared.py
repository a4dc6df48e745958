"""The development data beside the checkout: at SITREP_SHARED, else ../shared. A clone without it skips these tests."""

import json
import os
from pathlib import Path
from typing import Any

import pytest
from _pytest.mark.structures import ParameterSet

Json = dict[str, Any]

_BESIDE = Path(__file__).resolve().parents[1].parent / "shared"


def _find(parts: tuple[str, ...]) -> tuple[Path, str | None]:
    path = Path(os.environ.get("SITREP_SHARED", _BESIDE)).joinpath(*parts)
    reason = f"no {'/'.join(parts)} in the development data (SITREP_SHARED, else ../shared)"
    return path, None if path.exists() else reason


def shared_path(*parts: str) -> Path:
    """The path of a file or folder of the development data; skips the running test where it is absent."""
    path, missing = _find(parts)
    if missing is not None:
        pytest.skip(missing)
    return path


def shared_lines(*parts: str) -> list[Json]:
    """The records of a JSON Lines file; skips the running test where it is absent."""
    return _lines(shared_path(*parts))


def shared_cases(*parts: str) -> list[ParameterSet]:
    """A parameter for each record of a JSON Lines file, named by its `id`; one skipped parameter where it is absent."""
    path, missing = _find(parts)
    if missing is not None:
        return [pytest.param({}, id="absent", marks=[pytest.mark.shared, pytest.mark.skip(reason=missing)])]
    return [pytest.param(case, id=case["id"], marks=pytest.mark.shared) for case in _lines(path)]


def _lines(path: Path) -> list[Json]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
