"""The words, shapes and times of the screen. Every state is a shape and a word, and then a colour too."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime

from schemas.incident import CasualtyHead, Incident, ReportRef
from schemas.report import Place
from services.cli.render_layout import Line, Span, line
from services.cli.render_text import GLUE, neutral
from services.projector.text import MONTHS, known_figure

STATUS_SHAPE: Mapping[str, str] = {
    "confirmed": "✔", "corroborated": "◉", "reported": "●", "disputed": "⇄", "claimed": "◌", "denied": "✖",
    "retracted": "↩",
}  # fmt: skip
STATUS_ORDER = tuple(STATUS_SHAPE)
PHASE_SHAPE: Mapping[str, str] = {"developing": "◐", "ongoing": "●", "ended": "■", "dormant": "○"}
DISPLAY_SHAPE: Mapping[str, str] = {"held": "■", "contested": "⇄", "claimed": "◌", "unknown": "?"}
IN_FORCE: Mapping[str, tuple[str, str]] = {
    "yes": ("▲", "in force"), "no": ("▽", "not in force"), "disputed": ("⇄", "disputed"), "unknown": ("?", "unknown"),
}  # fmt: skip
RELATION: Mapping[str, str] = {
    "A": "author of the act", "G": "against own interest", "N": "neutral, first hand", "D": "on duty",
    "O": "ordinary", "P": "party", "W": "weak",
}  # fmt: skip
STANCE: Mapping[str, str] = {"withholds": "could not or would not say", "doubts": "doubts it"}
UNNAMED_OUTLET = "unnamed outlet"


def status_mark(status: str, shout: bool = False) -> Line:
    """ "✔ confirmed"; `shout`: in capitals."""
    shape, word = STATUS_SHAPE.get(status, "?"), neutral(status, 20)
    return line(Span(f"{shape} {word.upper() if shout else word}", status))


def phase_mark(phase: str) -> Line:
    return line(Span(f"{PHASE_SHAPE.get(phase, '?')} {phase.upper()}", phase))


def moment(at: datetime, as_of: datetime) -> str:
    """ "23 May 14:10", UTC; the year only where it is another one than that of `as_of`."""
    at, now = at.astimezone(UTC), as_of.astimezone(UTC)
    return f"{day(at, now)} {at:%H:%M}" if at.year == now.year else day(at, now)


def timed(at: datetime, as_of: datetime) -> str:
    """The same with the time of day whatever the year: "23 May 2023 14:10"."""
    at, now = at.astimezone(UTC), as_of.astimezone(UTC)
    return f"{day(at, now)} {at:%H:%M}"


def day(at: datetime, as_of: datetime) -> str:
    year = "" if at.year == as_of.year else f" {at.year}"
    return f"{at.day} {MONTHS[at.month - 1][:3]}{year}"


def full_moment(at: datetime) -> str:
    """ "23 May 2023 18:00 UTC" """
    at = at.astimezone(UTC)
    return f"{at.day} {MONTHS[at.month - 1][:3]} {at.year} {at:%H:%M} UTC"


def name(text: str, limit: int = 60) -> str:
    """A speaker, outlet or place as it may be shown."""
    return neutral(text, limit) or "(no name)"


def place_name(place: Place | None) -> str:
    return name(place.name) if place else ""


def plural(n: int, word: str) -> str:
    return f"{n} {word}" if n == 1 else f"{n} {word}s"


def dotted(parts: Iterable[str]) -> str:
    """ "A · B · C", to be broken behind a point only."""
    return f"{GLUE}· ".join(parts)


def listed(names: Iterable[str], most: int = 4) -> str:
    """ "A, B, C, D +2", each once, in the given order."""
    unique = list(dict.fromkeys(names))
    shown = ", ".join(unique[:most])
    return f"{shown} +{len(unique) - most}" if len(unique) > most else shown


def joined(names: Sequence[str]) -> str:
    """ "A", "A and B", "A, B and C" """
    return " and ".join(([", ".join(names[:-1])] if len(names) > 1 else []) + list(names[-1:]))


def side_words(side: str) -> str:
    """What can be read in the id of a side or an actor that has no name."""
    for prefix in ("anti-", "pro-"):
        if side.startswith(prefix):
            return prefix + side_words(side.removeprefix(prefix))
    return name(side.rsplit(":", 1)[-1].replace("-", " "))


def live_reports(incident: Incident, as_of: datetime) -> list[ReportRef]:
    """The reports that the view rests on at a moment: background never moves it, withdrawn ones no longer do."""
    told = (ref for ref in incident.reports if ref.published <= as_of)
    return [ref for ref in told if not ref.withdrawn and ref.role != "background"]


def known_words(head: CasualtyHead) -> str:
    """What is known of a number: "12 (12–13)", "≥ 2", "unknown"."""
    shown = neutral(known_figure(head), 24)
    return "unknown" if shown == "?" else shown
