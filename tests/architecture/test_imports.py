"""The arrows: schemas <- pure modules <- workers <- cli. Services never import one another (api and cli excepted)."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SERVICES = {"ingest", "parser", "correlator", "projector", "api"}
SHELLS = {"worker", "handler", "step", "main", "reading"}
IMPURE = {"asyncio", "os", "time", "random", "socket", "sqlite3", "subprocess", "faust", "aiokafka", "uuid", "logging"}
LOADERS = {"lexicon", "gazetteer", "gazetteer_build", "syntax", "rules", "data"}
PURE = ("parser", "correlator", "projector")


def modules(folder: str) -> list[Path]:
    return sorted(path for path in (ROOT / folder).rglob("*.py") if "compiled" not in path.parts)


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def imported(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            yield node.module or ""
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def foreign(path: Path, names: Iterator[str]) -> list[str]:
    """Imports of a service's module that cross into another service."""
    own = path.relative_to(ROOT / "services").parts[0]
    allowed = {own, "runtime"}
    crossing = []
    for name in names:
        parts = name.split(".")
        if parts[0] == "services" and len(parts) > 1 and parts[1] in SERVICES | {"cli"} and parts[1] not in allowed:
            crossing.append(name)
    return crossing


@pytest.mark.parametrize("path", modules("schemas"), ids=name)
def test_schemas_import_nothing_of_ours_but_schemas(path: Path) -> None:
    assert not [name for name in imported(path) if name.split(".")[0] == "services"]


@pytest.mark.parametrize("path", [p for p in modules("services") if p.parent.name != "services"], ids=name)
def test_services_do_not_import_one_another(path: Path) -> None:
    service = path.relative_to(ROOT / "services").parts[0]
    if service == "cli":
        return
    names = imported(path)
    crossing = foreign(path, names)
    if service == "api":
        crossing = [name for name in crossing if not name.startswith("services.projector")]
    assert not crossing


def pure_modules() -> list[Path]:
    found = [path for service in PURE for path in modules(f"services/{service}")]
    return [path for path in found if path.stem not in SHELLS | {"__init__", "__main__"}]


@pytest.mark.parametrize("path", pure_modules(), ids=name)
def test_the_core_is_pure(path: Path) -> None:
    """No clock, randomness, environment or I/O; modules that load data may open files, nothing else may."""
    impure = {name.split(".")[0] for name in imported(path)} & IMPURE
    if path.stem in LOADERS:
        impure -= {"os"}
    assert not impure


def test_a_crossing_import_is_seen(tmp_path: Path) -> None:
    path = ROOT / "services" / "parser" / "example.py"
    assert foreign(path, iter(["services.projector.assess", "schemas.report"])) == ["services.projector.assess"]


@pytest.mark.parametrize("path", [*modules("services"), *modules("schemas"), *modules("bench")], ids=name)
def test_modules_are_short(path: Path) -> None:
    assert len(path.read_text("utf-8").splitlines()) < 300, "split it"
