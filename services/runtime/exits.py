"""How a process ends, and what that asks of whoever started it.

0 done or SIGTERM · 64 wrong usage · 65 bad input · 66 no such thing · 69 something is missing (port, network, disk)
70 a bug or a flood of failures: stop · 75 try again: restart with back-off · 78 a person must look: stop
"""

OK = 0
USAGE = 64
BAD_INPUT = 65
NOT_FOUND = 66
UNAVAILABLE = 69
BUG = 70
TRY_AGAIN = 75
OPERATOR = 78


class Exit(Exception):
    """Ends the process with `code`; `why` is for people."""

    code: int = BUG

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class TryAgain(Exit):
    """Fenced, gap, broker or store trouble, watchdog: a restart reads the truth and goes on."""

    code = TRY_AGAIN


class Fenced(TryAgain):
    """Another owner has the lane: whatever is in memory is void."""


class Bug(Exit):
    """Our own code failed, or failed too often."""

    code = BUG


class OperatorNeeded(Exit):
    """The log was re-created, a second process holds the store, or versions do not fit."""

    code = OPERATOR


class Unavailable(Exit):
    """A port, the network, the disk or Java is missing."""

    code = UNAVAILABLE


class WrongSetting(Exit):
    """A setting in the environment has a value that it cannot have."""

    code = USAGE
