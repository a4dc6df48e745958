"""The words of the view: titles, facts and slugs out of templates. No generation."""

import re
import unicodedata
from collections.abc import Mapping
from datetime import date

from schemas.countries import country_names
from schemas.incident import CasualtyHead, CasualtyRow, Incident
from schemas.ontology import ontology
from schemas.report import Count, Occurrence, Place, Value

MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip
FORCES = "forces:"
AS_SAID: Mapping[str, str] = {">": ">", "<": "<", "<=": "≤", "~": "~"}
OUTCOME_NOUN: Mapping[str, str] = {"participants": "taking part"}


def slugify(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")


def day_range(first: date, last: date) -> str:
    """ "22 May 2023", "22–23 May 2023", "30 May – 2 June 2023"."""
    if first == last:
        return f"{first.day} {MONTHS[first.month - 1]} {first.year}"
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.day}–{last.day} {MONTHS[last.month - 1]} {last.year}"
    head = f"{first.day} {MONTHS[first.month - 1]}" + (f" {first.year}" if first.year != last.year else "")
    return f"{head} – {last.day} {MONTHS[last.month - 1]} {last.year}"


def place_phrase(place: Place | None) -> str:
    """ "near Marrow", "at Marrow"; a place that could not be resolved is named all the same."""
    if place is None:
        return ""
    word = {"near": "near", "toward": "toward", "from": "from", "at_sea": "off"}.get(place.relation, "at")
    return f" {word} {place.name}"


def fact_text(occurrence: Occurrence, aspect: str, value: Value | None, names: Mapping[str, str]) -> str:
    """One line for a fact; `names` maps actor ids to how they are called."""
    kind = f" ({occurrence.subtype.replace('_', ' ')})" if occurrence.subtype else ""
    clause = ontology().of(occurrence.type).clause + kind
    where = place_phrase(occurrence.place)
    plan = {"planned": "planned: ", "possible": "possible: ", "attempted": "attempted: "}.get(occurrence.realis, "")
    if aspect == "actor" and value and value.actor:
        return f"{plan}{clause}{where} by {name_of(value.actor, names)}"
    if aspect == "cause" and value and value.cause:
        return f"{plan}{clause}{where}: cause {value.cause.replace('_', ' ')}"
    if occurrence.type == "territory_taken" and occurrence.place:
        return f"{plan}{occurrence.place.name} taken{_by(occurrence, names)}"
    return f"{plan}{clause}{where}"


def _by(occurrence: Occurrence, names: Mapping[str, str]) -> str:
    actors = sorted((p for p in occurrence.participants if p.role == "actor"), key=lambda p: p.actor_id is None)
    if not actors:
        return ""
    actor = actors[0]
    return f" by {name_of(actor.actor_id, names) if actor.actor_id else actor.text}"


def name_of(actor: str, names: Mapping[str, str]) -> str:
    """The country's name, the actor's name, else what the id says."""
    if actor.startswith("c:"):
        return country_names().get(actor[2:], actor[2:])
    return names.get(actor) or re.sub(r"^[a-z0-9]+:", "", actor).replace("-", " ")


def figure(low: int | None, best: int | None, high: int | None, word: str | None = None) -> str:
    """ "12 (12–13)", "≥ 2", "dozens", "?"."""
    if word:
        return word
    if best is not None:
        ranged = (low, high) != (best, best) and low is not None and high is not None
        return f"{best} ({low}–{high})" if ranged else str(best)
    if low is not None:
        return f"{low}–{high}" if high is not None else f"≥ {low}"
    return f"≤ {high}" if high is not None else "?"


def known_figure(head: CasualtyHead) -> str:
    """What is known of a number: "12 (12–13)", "19–52" where that is disputed, "≥ 2", "dozens", "?".

    What only parties and weak voices say is not known, and no span of theirs is shown.
    """
    if head.best is None and not head.rows:
        return "?"
    if head.status == "disputed" and None not in (head.low, head.high) and head.low != head.high:
        return f"{head.low}–{head.high}"
    return figure(head.low, head.best, head.high, head.word)


def told_figure(row: CasualtyRow) -> str:
    """A figure as its speaker gave it: "> 70" (and not "≥ 71"), "≤ 30", "~ 40", "dozens", "12"."""
    if row.word:
        return row.word
    if row.comparator in AS_SAID:
        return f"{AS_SAID[row.comparator]} {row.n}"
    return figure(row.low, row.best, row.high)


def names_in(view: Incident) -> dict[str, str]:
    """What the ids of sides and actors are called in a view."""
    return {actor.id: actor.name for actor in view.actors} | {side.id: side.name for side in view.sides}


def group_words(group: str, names: Mapping[str, str]) -> str:
    """Whose people: "civilians", "forces of Northland"; nothing where that is open."""
    if group == "mixed":
        return ""
    return f"forces of {name_of(group.removeprefix(FORCES), names)}" if group.startswith(FORCES) else group


def count_text(count: Count) -> str:
    noun = OUTCOME_NOUN.get(count.outcome, count.outcome)
    group = count.group.removeprefix("forces:").removeprefix("c:").replace("-", " ")
    return f"{figure(count.low, count.best, count.high, count.word)} {group} {noun}"


def incident_title(kind: str, place: Place | None, days: tuple[date, date] | None) -> str:
    parts = [ontology().of(kind).label, place.name if place else "", day_range(*days) if days else ""]
    return ", ".join(part for part in parts if part)
