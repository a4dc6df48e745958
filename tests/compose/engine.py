"""Docker, compose and the public images, or the reason why one of them is missing."""

import os
import re
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SHARED = Path(os.environ.get("SITREP_SHARED", ROOT.parent / "shared"))
STAND_IN = SHARED / "tools" / "standin-images"
OUR_OWN = "localhost/"


def compose_command() -> tuple[str, ...]:
    """Compose 2 if it is there, else 1.29; skips the test where there is neither."""
    for command in (("docker", "compose"), ("docker-compose",)):
        if _ends_well(*command, "version"):
            return command
    pytest.skip("neither docker compose nor docker-compose is installed")


def need_images() -> None:
    """Every public image that the files name is here afterwards; skips the test, with the reason, where one cannot be.

    In order: those that are here; the registry; the development tool that makes stand-ins, which may need minutes.
    """
    images = public_images()
    if _engine_answers() and all(_present(image) or _pulled(image) for image in images):
        return
    if not STAND_IN.exists():
        pytest.skip(f"no Docker or no image registry is reached, and {STAND_IN.name} is not there to make up for it")
    made = subprocess.run([str(STAND_IN), *images], capture_output=True, check=False, text=True, timeout=900)
    if made.returncode != 0:
        pytest.skip(f"no image registry is reached, and {STAND_IN.name} failed: {made.stderr[-500:]}")


def public_images() -> Sequence[str]:
    """Read out of Dockerfile and docker-compose.yml."""
    bases = re.findall(r"^FROM (\S+)", (ROOT / "Dockerfile").read_text("utf-8"), re.MULTILINE)
    named = re.findall(r"^\s+image: (\S+)", (ROOT / "docker-compose.yml").read_text("utf-8"), re.MULTILINE)
    return sorted({image for image in (*bases, *named) if not image.startswith(OUR_OWN)})


def _engine_answers() -> bool:
    return _ends_well("docker", "info")


def _present(image: str) -> bool:
    return _ends_well("docker", "image", "inspect", image)


def _pulled(image: str) -> bool:
    return _ends_well("docker", "pull", "--quiet", image, within=600)


def _ends_well(*command: str, within: float = 30) -> bool:
    try:
        return subprocess.run(command, capture_output=True, check=False, timeout=within).returncode == 0
    except (FileNotFoundError, subprocess.TimeoutExpired):
        return False
