"""Commands of people, kept in the same log as the reports: one order for everything that decides."""

from dataclasses import dataclass
from typing import Literal

Action = Literal["review", "merge", "split", "move", "withdraw", "rename", "pin", "undo"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """What a command is about; which fields count depends on the action."""

    incident: str | None = None
    into: str | None = None
    article: str | None = None
    group: str | None = None
    fact: str | None = None
    assertions: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    status: str | None = None
    title: str | None = None
    command: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    type: Literal["command"]
    v: Literal[1]
    id: str
    desk: str
    author: str
    reason: str
    action: Action
    target: Target
    expected_seq: int | None = None
