"""Points at which a test lets the process die: SITREP_FAILPOINT=service.point:N ends it at the N-th pass."""

import os
from collections import Counter

KILLED = 137
_armed: tuple[str, int] | None = None
_passes: Counter[str] = Counter()


def arm(spec: str | None) -> None:
    """Called once by the worker with its setting."""
    global _armed
    name, _, count = (spec or "").partition(":")
    _armed = (name, int(count or 1)) if name else None


def failpoint(name: str) -> None:
    """Dies like kill -9 if this is the armed point at its armed pass; else costs a comparison."""
    if _armed is None or _armed[0] != name:
        return
    _passes[name] += 1
    if _passes[name] == _armed[1]:
        os._exit(KILLED)
