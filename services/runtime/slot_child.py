"""The child of a slot: `python -m services.runtime.slot_child MODULE:FUNCTION CPU_SECONDS MEMORY_BYTES`.

Frames on standard input: 4 bytes of length, then that many bytes. Frames of the answer: 1 byte of status, then the
same. If the module has `prepare`, it runs before the first input. The deadline is CPU time and the kernel keeps it,
so code that holds the interpreter's lock is ended as well.
"""

import importlib
import os
import resource
import signal
import struct
import sys
from contextlib import suppress
from typing import BinaryIO

from schemas.errors import InvalidRecord

READY, DONE, FAILED, MEMORY, INVALID = b"r", b"d", b"f", b"m", b"i"
LENGTH = struct.Struct(">I")


def main(function: str, cpu_s: float, memory: int) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the whole group; the parent ends us
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what the function prints must not look like an answer
    with suppress(ValueError, OSError):  # not every system can limit it
        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    module, _, name = function.partition(":")
    found = importlib.import_module(module)
    call, prepare = getattr(found, name), getattr(found, "prepare", None)
    if prepare:
        prepare()  # what is loaded once must not count against the first input
    _answer(answers, READY, b"")
    while (request := _request(sys.stdin.buffer)) is not None:
        signal.setitimer(signal.ITIMER_PROF, cpu_s)
        try:
            status, answer = DONE, call(request)
        except MemoryError:
            status, answer = MEMORY, b""
        except InvalidRecord as error:
            status, answer = INVALID, f"{error.reason}\n{error.detail}".encode("utf-8", "replace")
        except Exception as error:  # noqa: BLE001  whatever it is, the parent must hear of it
            status, answer = FAILED, f"{type(error).__name__}: {error}".encode("utf-8", "replace")
        signal.setitimer(signal.ITIMER_PROF, 0)
        _answer(answers, status, answer)


def _request(stream: BinaryIO) -> bytes | None:
    head = stream.read(LENGTH.size)
    return stream.read(LENGTH.unpack(head)[0]) if len(head) == LENGTH.size else None


def _answer(stream: BinaryIO, status: bytes, answer: bytes) -> None:
    stream.write(status + LENGTH.pack(len(answer)) + answer)
    stream.flush()


if __name__ == "__main__":
    main(sys.argv[1], float(sys.argv[2]), int(sys.argv[3]))
