"""What a person orders, as the record of news.reports: the facts and reports that are meant, who, and why. Pure."""

import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from schemas.codec import REPORTS, cloudevent_headers
from schemas.command import Action, Command, Target
from schemas.events import IncidentEvent, ReportRecorded
from schemas.incident import Fact, Incident, ReportRef
from services.cli.render_screen import report_handles
from services.cli.render_text import cut, neutral
from services.cli.resolve import NotFound
from services.projector.text import slugify
from services.runtime.exits import BAD_INPUT, Exit
from services.runtime.records import Out

MOST_TEXT = 2000
MOST_AUTHOR = 200
MOST_ID = 200
SHORTEST_ID = 4
SHOWN = 8
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


def keys_of(fact: Fact) -> tuple[str, ...]:
    """The statements that a review or a pin holds on to. Raises BadOrder where none is in force."""
    keys = {voice.key for voice in (*fact.supporting, *fact.opposing, *fact.withheld)}
    if not keys:
        raise BadOrder(f"nobody's statement on {neutral(fact.text, 80)!r} is in force: nothing to hold on to")
    return tuple(sorted(keys))


def report_of(reference: str, view: Incident) -> ReportRef:
    """The one report of the incident that is meant: r3, an article's id, its beginning or url, words of its title.

    Raises NotFound.
    """
    found = _reports(reference, view)
    if len(found) == 1:
        return found[0]
    lines = list(_lines(found or view.reports, view))
    more = [f"  … and {len(lines) - SHOWN} more"] if len(lines) > SHOWN else []
    said = neutral(reference, 60)
    head = (
        f"{said!r} can mean {len(found)} reports; say more, or give one of"
        if found
        else f"no report of this incident is called {said!r}; it has"
    )
    raise NotFound("\n".join([head, *lines[:SHOWN], *more]))


def report_in(reference: str, view: Incident, events: Callable[[], Sequence[IncidentEvent]]) -> ReportRef:
    """The same; one that the view no longer shows, because it has so many, by its article's id. Raises NotFound."""
    try:
        return report_of(reference, view)
    except NotFound:
        if view.totals is None or not view.totals.reports:
            raise
        for event in reversed(events()):
            if isinstance(event, ReportRecorded) and event.report.article.id == reference:
                return _ref(event)
        raise


def _ref(event: ReportRecorded) -> ReportRef:
    article, group = event.report.article, event.group
    return ReportRef(
        article=article.id, group=group.id, role=group.role, title=article.title, outlet=article.outlet.name,
        published=article.published,
    )  # fmt: skip


def _reports(reference: str, view: Incident) -> list[ReportRef]:
    handles = report_handles(view)
    words = set(slugify(reference).split("-")) - {""}
    ways = (
        lambda ref: (
            reference.casefold() == handles[ref.article, ref.group] or reference in (ref.article, ref.group, ref.url)
        ),
        lambda ref: len(reference) >= SHORTEST_ID and ref.article.startswith(reference),
        lambda ref: bool(words) and words <= set(slugify(f"{ref.outlet} {ref.title}").split("-")),
    )
    for called in ways:
        found = [ref for ref in view.reports if called(ref)]
        if found:
            return found
    return []


def _lines(refs: Sequence[ReportRef], view: Incident) -> Iterator[str]:
    handles = report_handles(view)
    for ref in refs:
        outlet, title = neutral(ref.outlet, 24), cut(neutral(ref.title, 100) or "(no title)", 44)
        yield f"  {handles[ref.article, ref.group]:<4} {outlet:<24}  {title}"
