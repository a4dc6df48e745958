"""Running `sitrep` as people do: a process of its own, told by its environment."""

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

SITREP = [sys.executable, "-m", "services.cli.main"]


def environment(settings: Mapping[str, object]) -> dict[str, str]:
    """Ours without any setting of the one who runs the tests, and with these."""
    names = ("KAFKA_BOOTSTRAP_SERVERS", "DATABASE_URL")
    clean = {name: value for name, value in os.environ.items() if name not in names and not name.startswith("SITREP_")}
    return clean | {name: str(value) for name, value in settings.items()}


def sitrep(
    *args: str, env: Mapping[str, object], data: bytes = b"", within: float = 120
) -> "subprocess.CompletedProcess[bytes]":
    """One command to its end."""
    return subprocess.run(
        [*SITREP, *args], env=environment(env), input=data, capture_output=True, check=False, timeout=within
    )


def start(*args: str, env: Mapping[str, object], log: Path) -> "subprocess.Popen[bytes]":
    """A command that stays; what it says goes to `log`."""
    with log.open("wb") as out:
        return subprocess.Popen(
            [*SITREP, *args], env=environment(env), stdin=subprocess.DEVNULL, stdout=out, stderr=out
        )
