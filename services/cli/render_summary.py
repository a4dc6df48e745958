"""The line that sums an incident up: what is confirmed, who holds what, what is disputed. Templates, no generation."""

from collections.abc import Iterator, Sequence

from schemas.incident import CasualtyHead, Fact, Incident
from schemas.ontology import ontology
from services.cli.render_ground import held_words
from services.cli.render_screen import Screen
from services.cli.render_text import neutral
from services.cli.render_words import joined, known_words, name

MOST_NAMED = 2
MOST_PLACES = 2
STANDING = ("confirmed", "corroborated", "reported", "claimed")
OPENING = {
    "confirmed": "Confirmed", "corroborated": "Corroborated, not confirmed", "reported": "Reported, not confirmed",
    "claimed": "Only claimed",
}  # fmt: skip


def summary(screen: Screen) -> str:
    """A few short sentences; every number in them names its speaker."""
    view = screen.incident
    sentences = [*_standing(view), *(held_words(screen, held) for held in view.control[:MOST_PLACES])]
    sentences += [*_disputed(view), *_toll(screen)]
    return " ".join(sentences) or "Nothing is known yet."


def _standing(view: Incident) -> Iterator[str]:
    """The firmest thing that is known to have happened; denied and retracted ones where there is nothing else."""
    for status in STANDING:
        found = _weighty(view, status)
        if found:
            both = status == "confirmed" and view.two_sided and all(fact.rule == "R2c" for fact in found)
            yield f"{'Both sides confirm' if both else OPENING[status]}: {_named(found)}."
            return
    for status in ("disputed", "denied", "retracted"):
        found = _weighty(view, status)
        if found and status != "disputed":
            yield f"{status.capitalize()}: {_named(found)}; nothing else is known."
            return


def _disputed(view: Incident) -> Iterator[str]:
    found = [fact for fact in view.facts if fact.status == "disputed"]
    if found:
        yield f"Disputed: {_named(sorted(found, key=_weight))}."


def _weighty(view: Incident, status: str) -> list[Fact]:
    """Happenings first told by their type's weight; for one occurrence `happened` says enough."""
    found = [fact for fact in view.facts if fact.status == status and fact.aspect == "happened"]
    return sorted(found, key=_weight)


def _weight(fact: Fact) -> tuple[int, str]:
    return (-ontology().of(fact.type).weight, fact.id)


def _named(found: Sequence[Fact]) -> str:
    texts = list(dict.fromkeys(neutral(fact.text, 70) for fact in found))
    more = len(texts) - MOST_NAMED
    return joined(texts[:MOST_NAMED] + ([f"{more} more"] if more > 0 else []))


def _toll(screen: Screen) -> Iterator[str]:
    """The first figures of the dead and the hurt, with who says so."""
    for outcome in ("killed", "injured"):
        head = next((h for h in screen.incident.casualties if h.outcome == outcome and _is_known(h)), None)
        if head:
            counted = screen.counted(head)
            yield f"{counted[:1].upper()}{counted[1:]}: {known_words(head)}, says {name(head.governed_by or '')}."


def _is_known(head: CasualtyHead) -> bool:
    return head.governed_by is not None and known_words(head) not in ("unknown", "0")
