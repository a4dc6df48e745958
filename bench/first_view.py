"""From a fresh clone to the incident's view: python -m bench.first_view [--empty-caches].

Clones the checkout's last commit into a folder of its own, runs `make demo` there on free ports, and prints how long it
took in all and what the demonstration itself says. With --empty-caches pip and the jar resolver find nothing of before.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from services.runtime.broker import free_ports

ROOT = Path(__file__).resolve().parents[1]
TOLD = ("Kafka ", "dispatches ")
WITHIN_S = 900


def environment(home: Path | None) -> dict[str, str]:
    """Ours without settings of sitrep, on free ports; `home` = an empty home folder for the caches."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("SITREP_", "KAFKA_"))}
    names = ("SITREP_KAFKA_PORT", "SITREP_CONTROLLER_PORT", "SITREP_INGEST_PORT")
    clean |= {name: str(port) for name, port in zip(names, free_ports(3), strict=True)}
    return clean | ({"HOME": str(home), "XDG_CACHE_HOME": str(home / ".cache")} if home else {})


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--empty-caches", action="store_true", help="an empty home folder: everything is downloaded")
    empty = parser.parse_args().empty_caches
    with tempfile.TemporaryDirectory() as folder:
        clone, home = Path(folder) / "clone", Path(folder) / "home"
        home.mkdir()
        subprocess.run(["git", "clone", "--quiet", str(ROOT), str(clone)], check=True)
        began = time.monotonic()
        done = subprocess.run(
            ["make", "demo"], cwd=clone, env=environment(home if empty else None), stdin=subprocess.DEVNULL,
            capture_output=True, text=True, check=False, timeout=WITHIN_S,
        )  # fmt: skip
        took = time.monotonic() - began
    said = [line for line in (done.stdout + done.stderr).splitlines() if line.startswith(TOLD)]
    print(
        f"{'empty' if empty else 'full'} caches: make demo took {took:.0f} s (exit {done.returncode})",
        *said,
        sep="\n  ",
    )
    if done.returncode:
        sys.stderr.write(done.stdout[-2000:] + done.stderr[-2000:])
    return done.returncode


if __name__ == "__main__":
    sys.exit(main())
