"""CPU time of a process and its children, as Linux tells it. A busy machine stretches the clock, hardly this."""

import os
from pathlib import Path

PROC = Path("/proc")
TICKS = os.sysconf("SC_CLK_TCK")


def cpu_seconds(pid: int) -> float | None:
    """User and system time so far of the process and of its children that live; None where the system does not tell."""
    found = {int(path.parent.name): line for path in PROC.glob("[0-9]*/stat") if (line := _fields(path))}
    if pid not in found:
        return None
    return sum(_used(line) for each, line in found.items() if each == pid or int(line[1]) == pid)


def _fields(path: Path) -> list[str] | None:
    """From the state on: the name before it may hold anything."""
    try:
        return path.read_text("utf-8", errors="replace").rpartition(") ")[2].split()
    except OSError:
        return None


def _used(fields: list[str]) -> float:
    """Its own, and that of its children that have ended."""
    return sum(int(ticks) for ticks in fields[11:15]) / TICKS
