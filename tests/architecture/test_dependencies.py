"""Every dependency is explained, pinned and hashed, and nothing names a package registry."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LOCKS = sorted((ROOT / "requirements").glob("*.txt"))
NAME = re.compile(r"^[A-Za-z0-9][A-Za-z0-9._-]*", re.M)


def asked_for() -> list[str]:
    """What we name ourselves."""
    texts = [path.read_text("utf-8") for path in sorted((ROOT / "requirements").glob("*.in"))]
    return sorted({match for text in texts for match in NAME.findall(text)})


@pytest.mark.parametrize("name", asked_for())
def test_each_is_explained(name: str) -> None:
    page = (ROOT / "docs" / "dependencies.md").read_text("utf-8")
    assert re.search(rf"^\| (.*, )?{re.escape(name)}(,.*)? \|", page, re.M), (
        f"say in docs/dependencies.md why {name} is here"
    )


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.name)
def test_each_is_pinned_with_hashes(lock: Path) -> None:
    text = re.sub(r"^\s*#.*\n", "", lock.read_text("utf-8"), flags=re.M)
    entries = [entry for entry in re.split(r"\n(?=\S)", text.strip()) if entry]
    assert entries
    assert [entry[:60] for entry in entries if "==" not in entry or "--hash=sha256:" not in entry] == []


@pytest.mark.parametrize("path", [*LOCKS, ROOT / "services" / "runtime" / "kafka.lock"], ids=lambda path: path.name)
def test_no_registry_is_named(path: Path) -> None:
    assert "://" not in path.read_text("utf-8")


def test_the_jars_in_the_lock_are_named_with_their_sha256() -> None:
    lines = (ROOT / "services" / "runtime" / "kafka.lock").read_text("utf-8").splitlines()[1:]
    assert len(lines) == 46
    assert [line for line in lines if not re.fullmatch(r"[0-9a-f]{64} [A-Za-z0-9_.-]+\.jar", line)] == []
