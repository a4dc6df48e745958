"""What a person should look at, and since when it waits. Pure."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from shlex import quote
from typing import Literal, NamedTuple

from schemas.events import FactReviewed, IncidentEvent, ReportRecorded, ReportReplaced, ReportUnlinked
from schemas.incident import Fact, Incident, Voice
from schemas.report import Assertion
from services.cli.render_screen import fact_handles

Kind = Literal["disputed", "reviewed", "orphaned", "parked", "unlinked"]
NOWHERE = "nowhere"
"""Why of an article whose groups went nowhere."""


@dataclass(frozen=True, slots=True)
class Item:
    """`what` in words; `look`: the command that shows more. `since`: None where nobody wrote it down."""

    kind: Kind
    title: str
    what: str
    look: str
    since: datetime | None = None
    incident: str | None = None
    fact: str | None = None
    article: str | None = None
    command: str | None = None


@dataclass(frozen=True, slots=True)
class Parked:
    """An incident whose events the projector could not fold: its view stands still."""

    incident: str
    title: str
    why: str
    since: datetime | None


class Told(NamedTuple):
    """An assertion and when this desk first had it."""

    at: datetime
    assertion: Assertion


def oldest_first(items: Iterable[Item]) -> list[Item]:
    return sorted(items, key=lambda it: (it.since is not None, it.since.timestamp() if it.since else 0.0, it.what))


def of_view(view: Incident, events: Callable[[], Sequence[IncidentEvent]]) -> Iterator[Item]:
    """Of one incident: facts with new evidence, reviews without a fact. `events`: asked where needed."""
    watched = [fact for fact in view.facts if fact.review or fact.status == "disputed"]
    if view.state == "merged" or not (watched or view.orphaned_reviews):
        return
    log = events()
    told, handles = _told(log), fact_handles(view)
    for fact in watched:
        fresh = _fresh(fact, told, fact.review.at if fact.review else fact.since)
        if fresh:
            at = min(told[voice.key].at for voice in fresh)
            yield _with_new_evidence(view, fact, handles[fact.id], fresh, at)
    yield from (_orphaned(view, command, log) for command in view.orphaned_reviews)


def _fresh(fact: Fact, told: Mapping[str, Told], since: datetime) -> list[Voice]:
    """Voices that came in since, but for those that say again what their speaker had said by then."""
    mine = [it for it in told.values() if it.assertion.occurrence_id in fact.occurrences and it.at <= since]
    before = {(link.name, it.assertion.polarity) for it in mine for link in it.assertion.chain[-1:]}
    voices = (voice for voice in _voices(fact) if voice.key in told and told[voice.key].at > since)
    return [voice for voice in voices if (voice.speaker, voice.polarity) not in before]


def _voices(fact: Fact) -> Iterator[Voice]:
    yield from (*fact.supporting, *fact.opposing, *fact.withheld)


def _told(events: Iterable[IncidentEvent]) -> Mapping[str, Told]:
    """By key."""
    found: dict[str, Told] = {}
    for event in events:
        if isinstance(event, ReportRecorded | ReportReplaced):
            for told in event.assertions if isinstance(event, ReportRecorded) else event.added:
                found.setdefault(told.key, Told(event.recorded_at, told))
    return found


def _with_new_evidence(view: Incident, fact: Fact, handle: str, fresh: Sequence[Voice], at: datetime) -> Item:
    newest = max(fresh, key=lambda voice: (voice.said_at, voice.assertion))
    sign = "against" if newest.polarity == "-" else "for"
    more = f" and {len(fresh) - 1} more" if len(fresh) > 1 else ""
    review = fact.review
    stands = f"{fact.status} by {review.author}, the rules alone say {review.rules_say}" if review else fact.status
    return Item(
        "reviewed" if review else "disputed", view.title,
        f"{handle} {fact.text} ({stands}); new {sign} it: {newest.speaker} ({newest.relation}), {newest.outlet}{more}",
        f"sitrep show {view.id[:8]} --explain {handle}", at, view.id, fact.id,
    )  # fmt: skip


def _orphaned(view: Incident, command: str, events: Iterable[IncidentEvent]) -> Item:
    review = next((e for e in events if isinstance(e, FactReviewed) and e.command == command and not e.undone), None)
    by = f": {review.status} by {review.author}, {review.reason}" if review else ""
    look = f"sitrep undo {view.id[:8]} {quote(command)} -r WHY"
    return Item(
        "orphaned", view.title, f"a review fits no fact any more{by}", look,
        review.recorded_at if review else None, view.id, command=command,
    )  # fmt: skip


def of_parked(parked: Parked) -> Item:
    return Item(
        "parked", parked.title or parked.incident, f"its view stands still: {parked.why}",
        f"sitrep trace {parked.incident}", parked.since, parked.incident,
    )  # fmt: skip


def of_unlinked(events: Iterable[ReportUnlinked], is_linked: Callable[[str], bool]) -> Iterator[Item]:
    """Articles whose last version tells of something that went into no incident. `is_linked` asks the views."""
    last: dict[str, ReportUnlinked] = {}
    for event in events:
        known = last.get(event.article)
        if known is None or known.recorded_at <= event.recorded_at:
            last[event.article] = event
    for article, event in last.items():
        if event.why == NOWHERE and not is_linked(article):
            yield Item(
                "unlinked", article, "what it tells of went into no incident", f"sitrep trace {quote(article)}",
                event.recorded_at, article=article,
            )  # fmt: skip
