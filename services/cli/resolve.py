"""Which incident, and which fact of it, is meant: id, beginning of an id, slug, or a word that only one has. Pure."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from schemas.incident import Fact, Incident
from services.cli.render_screen import fact_handles
from services.cli.render_text import cut, neutral
from services.projector.text import slugify
from services.runtime.exits import NOT_FOUND, Exit

SHOWN = 8
SHORTEST_ID = 4
ID = re.compile(r"[0-9a-f-]+")


class NotFound(Exit):
    """Nothing is called that, or more than one thing is. `why` lists what could be meant."""

    code = NOT_FOUND


def incident_of(reference: str, views: Iterable[Incident]) -> Incident:
    """The one incident that is meant; a merged one stands for the incident it was merged into. Raises NotFound."""
    known = {view.id: view for view in views}
    for called in WAYS:
        found = [view for view in known.values() if called(reference, view)]
        live = _told({view.id: view for view in (_survivor(view, known) for view in found)})
        if len(live) == 1:
            return next(iter(live.values()))
        if live:
            raise NotFound(_several(f"{neutral(reference, 60)!r}", [_incident_line(v) for v in live.values()]))
    raise NotFound(f"no incident is called {neutral(reference, 60)!r}; `sitrep incidents` lists them")


def _told(found: dict[str, Incident]) -> dict[str, Incident]:
    """Where several are meant, those that every report has left (a move, an undone split) are not."""
    return {name: view for name, view in found.items() if view.reports} or found


def _is_id(reference: str, view: Incident) -> bool:
    return reference.casefold() == view.id


def _is_slug(reference: str, view: Incident) -> bool:
    return slugify(reference) == view.slug


def _begins_id(reference: str, view: Incident) -> bool:
    return _looks_like_id(reference) and view.id.startswith(reference.casefold())


def _begins_slug(reference: str, view: Incident) -> bool:
    return view.slug.startswith(_folded(reference) + "-")


def _has_words(reference: str, view: Incident) -> bool:
    words = set(_folded(reference).split("-")) - {""}
    return bool(words) and words <= {*_folded(view.title).split("-"), *view.slug.split("-")}


WAYS: tuple[Callable[[str, Incident], bool], ...] = (_is_id, _is_slug, _begins_id, _begins_slug, _has_words)
"""How a reference may name an incident, the surest first; the first that fits any decides."""


def _looks_like_id(reference: str) -> bool:
    return len(reference) >= SHORTEST_ID and ID.fullmatch(reference.casefold()) is not None


def _folded(text: str) -> str:
    return slugify(text[:1000])


def _survivor(view: Incident, known: Mapping[str, Incident]) -> Incident:
    """Where merges lead; a view whose survivor is not known here stands for itself."""
    seen = {view.id}
    while (into := known.get(view.merged_into or "")) is not None and into.id not in seen:
        view = into
        seen.add(view.id)
    return view


def fact_of(reference: str, view: Incident) -> Fact:
    """The one fact that is meant by "f7", an id, its beginning, or words of its text. Raises NotFound."""
    handles = fact_handles(view)
    for called in (
        lambda fact: reference.casefold() in (handles[fact.id], fact.id),
        lambda fact: _looks_like_id(reference) and fact.id.startswith(reference.casefold()),
        lambda fact: _words(reference) <= _words(fact.text) and bool(_words(reference)),
    ):
        found = [fact for fact in view.facts if called(fact)]
        if len(found) == 1:
            return found[0]
        if found:
            raise NotFound(_several(f"{neutral(reference, 60)!r}", list(_fact_lines(found, handles))))
    raise NotFound(_no_fact(reference, view, handles))


def _words(text: str) -> set[str]:
    return set(_folded(text).split("-")) - {""}


def _no_fact(reference: str, view: Incident, handles: Mapping[str, str]) -> str:
    told = "\n".join(_cut_short(list(_fact_lines(view.facts, handles))))
    return f"no fact of this incident is called {neutral(reference, 60)!r}" + (f"; it has\n{told}" if told else "")


def _several(what: str, lines: Sequence[str]) -> str:
    return "\n".join([f"{what} can mean {len(lines)} things; say more, or give one of", *_cut_short(lines)])


def _cut_short(lines: Sequence[str]) -> list[str]:
    more = [f"  … and {len(lines) - SHOWN} more"] if len(lines) > SHOWN else []
    return [*lines[:SHOWN], *more]


def _incident_line(view: Incident) -> str:
    return f"  {view.id[:8]}  {cut(neutral(view.slug, 100), 64)}"


def _fact_lines(facts: Iterable[Fact], handles: Mapping[str, str]) -> Iterator[str]:
    for fact in facts:
        yield f"  {handles[fact.id]:<4} {cut(neutral(fact.text, 100), 64)} ({fact.status})"
