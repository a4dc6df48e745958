"""Which statements and which report a command is about. Pure."""

from collections.abc import Callable, Iterator, Sequence

from schemas.events import IncidentEvent, ReportRecorded
from schemas.incident import Fact, Incident, ReportRef
from services.cli.render_screen import report_handles
from services.cli.render_text import cut, neutral
from services.cli.resolve import NotFound
from services.projector.text import slugify
from services.runtime.order import BadOrder

SHORTEST_ID = 4
SHOWN = 8


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
