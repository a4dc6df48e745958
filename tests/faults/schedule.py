"""A seeded schedule of faults: which worker, when and how. Pure."""

import random
import signal
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

Kind = Literal["kill -9", "SIGTERM", "SIGSTOP 1 s", "SIGSTOP 13 s"]
KINDS: tuple[Kind, ...] = ("kill -9", "SIGTERM", "SIGSTOP 1 s", "SIGSTOP 13 s")
SIGNALS = {"kill -9": signal.SIGKILL, "SIGTERM": signal.SIGTERM}
STOPPED_S: dict[str, float] = {"SIGSTOP 1 s": 1, "SIGSTOP 13 s": 13}
"""13 s is longer than the 10 s after which the group gives the partitions of a silent member away."""


@dataclass(frozen=True)
class Fault:
    worker: str
    kind: Kind

    def __str__(self) -> str:
        return f"{self.kind} {self.worker}"


def schedule(seed: int, workers: Sequence[str], faults: int) -> list[Fault]:
    """Every kind is there, in any order, on any worker."""
    rng = random.Random(seed)
    kinds = [KINDS[n % len(KINDS)] for n in range(faults)]
    rng.shuffle(kinds)
    return [Fault(rng.choice(list(workers)), kind) for kind in kinds]
