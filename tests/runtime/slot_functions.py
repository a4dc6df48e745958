"""What the slots of the tests run."""

import ctypes
import os
import re
import sys
import time

from schemas.errors import InvalidRecord


def work(data: bytes) -> bytes:
    """Does what the first word says."""
    word, _, rest = data.partition(b" ")
    answer: bytes = WORDS[word](rest)
    return answer


def _hang(rest: bytes) -> bytes:
    """Backtracks for ever, with the interpreter's lock held."""
    re.match(r"(a+)+$", "a" * 64 + "b")
    return b"never"


def _crash(rest: bytes) -> bytes:
    ctypes.string_at(0)
    return b"never"


def _memory(rest: bytes) -> bytes:
    return bytes(8 << 30)[:1]


def _invalid(rest: bytes) -> bytes:
    raise InvalidRecord("not-json", rest.decode())


def _once(rest: bytes) -> bytes:
    """Dies the first time: `rest` is a path that remembers."""
    if os.path.exists(rest):
        return b"second time"
    open(rest, "w").close()
    os._exit(3)


def _print(rest: bytes) -> bytes:
    sys.stdout.write("this is not an answer\n")
    sys.stdout.flush()
    return rest


def _sleep(rest: bytes) -> bytes:
    time.sleep(float(rest))
    return b"slept"


WORDS = {
    b"echo": lambda rest: rest, b"pid": lambda rest: b"%d" % os.getpid(), b"raise": lambda rest: b"%d" % (1 // 0),
    b"hang": _hang, b"crash": _crash, b"memory": _memory, b"invalid": _invalid, b"once": _once, b"print": _print,
    b"sleep": _sleep,
}  # fmt: skip
