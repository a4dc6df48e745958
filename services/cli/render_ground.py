"""CONTROL of places, MEASURES, and CORRECTIONS: what holds on the ground and what was taken back."""

from collections.abc import Sequence

from schemas.incident import Control, HolderClaim, Measure
from services.cli.render_layout import Line, Span, filled, hanging, heading, line, restyled
from services.cli.render_screen import Screen
from services.cli.render_text import neutral
from services.cli.render_words import DISPLAY_SHAPE, IN_FORCE, STATUS_SHAPE, listed, place_name
from services.projector.at_read import Holding, holding_of, in_force_of, is_stale

MARK = 15
PLACE = 20


def control(screen: Screen) -> list[Line]:
    """One block a place: who holds it as assessed, else who claims it. A claim is never shown as holding."""
    if not screen.incident.control:
        return []
    lines = [heading("CONTROL", screen.width)]
    for held in screen.incident.control:
        lines += _place(screen, held)
    return lines


def _place(screen: Screen, held: Control) -> list[Line]:
    now = holding_of(held, screen.as_of)
    mark = Span(f"{DISPLAY_SHAPE[now.display]} {now.display}", now.display)
    head = (Span(" "), *filled(line(mark), MARK), *filled(line(Span(place_name(held.place), "strong")), PLACE))
    indent = MARK + PLACE + 2
    first, *others = _holders(screen, now)
    lines = hanging(head, first, screen.width, indent)
    for other in others:
        lines += hanging((), other, screen.width, indent)
    return [restyled(it, "stale") for it in lines] if now.display == "unknown" else lines


def _holders(screen: Screen, now: Holding) -> list[str]:
    parts = []
    if now.assessed:
        said = screen.moment(now.assessed.said_at)
        parts.append(f"{screen.called(now.assessed.holder)}, as assessed by {_by(screen, now.assessed.by)}, {said}")
    claims = (claim for claim in now.claims if claim.relation != "W" and not _said_above(claim, now))
    parts += [_claim(screen, claim) for claim in claims]
    parts += [f"stale: {_claim(screen, claim)}" for claim in now.stale if claim.relation != "W"]
    return parts or ["only weak voices speak of it"]


def _said_above(claim: HolderClaim, now: Holding) -> bool:
    """Whether the claim is what the assessment says, or rests on."""
    return now.assessed is not None and claim.polarity == "+" and claim.holder == now.assessed.holder


def _by(screen: Screen, by: str) -> str:
    """Two sides that agree are joined by +."""
    return " and ".join(screen.called(part) for part in by.split("+"))


def _claim(screen: Screen, claim: HolderClaim) -> str:
    holder, by = screen.called(claim.holder), screen.called(claim.by)
    said = screen.moment(claim.said_at)
    if claim.polarity == "-":
        return f"not {holder}, says {by}, {said}"
    return f"{holder}, says {'itself' if holder == by else by}, {said}"


def measures(screen: Screen) -> list[Line]:
    if not screen.incident.measures:
        return []
    lines = [heading("MEASURES", screen.width)]
    for measure in screen.incident.measures:
        lines += _measure(screen, measure)
    return lines


def _measure(screen: Screen, measure: Measure) -> list[Line]:
    shape, word = IN_FORCE[in_force_of(measure, screen.as_of)]
    stale = is_stale(measure, screen.as_of)
    mark = Span(f"{shape} {word}", in_force_of(measure, screen.as_of))
    head = (Span(" "), *filled(line(mark), MARK + 1))
    label = neutral(measure.value.label or measure.value.name.replace("-", " ").replace("_", " "), 80)
    where = f", {place_name(measure.area)}" if measure.area else ""
    text = f"{label}{where}: {'; '.join(_story(screen, measure, stale))}"
    lines = hanging(head, text, screen.width, MARK + 2)
    return [restyled(it, "stale") for it in lines] if stale else lines


def _story(screen: Screen, measure: Measure, stale: bool) -> list[str]:
    story = [
        f"{word} {screen.moment(at)}"
        for word, at in (("introduced", measure.introduced), ("lifted", measure.lifted), ("until", measure.until))
        if at is not None
    ]
    story = story or [measure.value.act if measure.value.act != "authorised" else "authorised, not imposed"]
    by = [f"by {screen.called(measure.authority)}"] if measure.authority else []
    shape = STATUS_SHAPE.get(measure.status, "?")
    return [*story, *by, f"{shape} {measure.status} ({neutral(measure.rule, 8)})", *(["stale"] if stale else [])]


def corrections(screen: Screen) -> list[Line]:
    """What outlets corrected, with notice or without."""
    notes = [note for note in screen.incident.corrections if note.at <= screen.as_of]
    if not notes:
        return []
    lines = [heading("CORRECTIONS", screen.width)]
    for note in notes:
        silently = "" if note.noticed else " (changed without notice)"
        head = line(Span(" "), Span("↩", "retracted"), f" {screen.moment(note.at)}")
        text = f"{neutral(note.outlet, 60)}: {neutral(note.text, 400)}{silently}"
        lines += hanging(head, text, screen.width, MARK + 2)
    return lines


def held_words(screen: Screen, held: Control) -> str:
    """ "Osk: only claimed, by River Corps" for the line that sums the incident up."""
    now = holding_of(held, screen.as_of)
    place = place_name(held.place)
    claimed = listed(screen.called(c.holder) for c in _affirming(now.claims))
    if now.display == "held" and now.assessed:
        return f"{place} is held by {screen.called(now.assessed.holder)}, as {_by(screen, now.assessed.by)} assesses."
    if now.display == "contested":
        return f"Who holds {place}: contested."
    if now.display == "claimed":
        return f"Who holds {place}: only claimed, by {claimed}."
    return f"Who holds {place}: unknown."


def _affirming(claims: Sequence[HolderClaim]) -> list[HolderClaim]:
    return [claim for claim in claims if claim.polarity == "+" and claim.relation != "W"]
