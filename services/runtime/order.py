"""A command of a person as the record of news.reports: who orders what, and why. Pure."""

import unicodedata
from dataclasses import dataclass

from schemas.codec import REPORTS, cloudevent_headers
from schemas.command import Action, Command, Target
from services.runtime.exits import BAD_INPUT, Exit
from services.runtime.records import Out

MOST_TEXT = 2000
MOST_AUTHOR = 200
MOST_ID = 200
NOT_TEXT = frozenset({"Cc", "Cs"})


class BadOrder(Exit):
    """The command cannot be sent as it is; `why` says what is missing."""

    code = BAD_INPUT


@dataclass(frozen=True, slots=True)
class By:
    """Who orders it and why; `expected_seq` = the revision that was looked at."""

    id: str
    author: str
    reason: str
    expected_seq: int | None = None


def command_of(action: Action, desk: str, by: By, target: Target) -> Command:
    """The record. Raises BadOrder where author or reason is empty or anything is too long."""
    return Command(
        type="command", v=1, id=_stated("--id", by.id, MOST_ID), desk=desk,
        author=_stated("--author", by.author, MOST_AUTHOR), reason=_stated("--reason", by.reason, MOST_TEXT),
        action=action, target=target, expected_seq=by.expected_seq,
    )  # fmt: skip


def _stated(name: str, text: str, most: int) -> str:
    told = text.strip()
    if not told:
        raise BadOrder(f"{name} must not be empty: the desk keeps who did what, and why")
    if len(told) > most or any(unicodedata.category(char) in NOT_TEXT for char in told.replace("\n", " ")):
        raise BadOrder(f"{name}: at most {most} characters of plain text")
    return told


def command_out(command: Command, topic: str) -> Out:
    """Keyed by the desk, as the reports are: one order for everything that decides."""
    target = command.target
    subject = target.incident or target.article or target.group or target.command or command.id
    headers = cloudevent_headers(
        kind="command", v=command.v, record_id=command.id, desk=command.desk, subject=subject, time=None
    )
    return Out(topic, command.desk.encode(), REPORTS.encode(command), headers)
