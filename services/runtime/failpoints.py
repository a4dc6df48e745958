"""Points at which a test lets the process die: SITREP_FAILPOINT=service.point:N ends it at the N-th pass.

And texts that do to the child of a slot what no text should: crash it, hang it, eat its memory.
"""

import os
import re
import signal
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


def trip(text: str, word: str | None) -> None:
    """Suffers what the text says behind the word; nothing without a word, which only tests give."""
    if word is None or f"{word}:" not in text:
        return
    what = text.partition(f"{word}:")[2]
    if what.startswith("crash"):
        os.kill(os.getpid(), signal.SIGSEGV)
    elif what.startswith("hang"):
        re.match(r"(a+)+$", "a" * 64 + "b")  # for ever, with the interpreter's lock held
    elif what.startswith("memory"):
        eaten: list[bytes] = []
        while True:
            eaten.append(bytes(1 << 28))
