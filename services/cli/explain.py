"""Why a fact has its status: who stands for it and against it, in their words, and what would change it. Pure."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from pydantic import TypeAdapter

from schemas.incident import Fact, Incident, Review, Voice
from services.cli.render_layout import Line, Span, filled, hanging, line, paint, wrapped
from services.cli.render_screen import LEAST_WIDTH, Screen
from services.cli.render_text import GLUE, neutral
from services.cli.render_words import RELATION, STANCE, STATUS_SHAPE, dotted, name, plural, status_mark
from services.projector.at_read import is_stale
from services.projector.rules.expiry import ExpiryTerms, expiry_rule
from services.projector.rules.status_table import RULES

LABEL = 14
QUOTE = 600
SIDE = re.compile(r"\bside (\S+) ")


@dataclass(frozen=True, slots=True)
class Explanation:
    """A fact and what one more voice would make of it: (voice, status, rule), as `status.would_change` tells it."""

    fact: Fact
    would_change: tuple[tuple[str, str, str], ...] = ()


EXPLANATIONS = TypeAdapter(Explanation)
"""The JSON of an explanation."""


def explain(
    explanation: Explanation,
    incident: Incident,
    as_of: datetime,
    width: int = LEAST_WIDTH,
    colour: bool = False,
) -> str:
    """The fact as text of `width` columns (80 at least), read at `as_of`; `incident` is the view that holds it."""
    screen = Screen.of(incident, as_of, width)
    fact = explanation.fact
    lines = [
        *_head(screen, fact),
        *_voices(screen, "for", fact.supporting),
        *_voices(screen, "against", fact.opposing),
        *_voices(screen, "withheld", fact.withheld),
        *(_review(screen, fact.review) if fact.review else []),
        *_changes(screen, explanation.would_change),
    ]
    return paint(lines, colour)


def _head(screen: Screen, fact: Fact) -> Iterator[Line]:
    handle = screen.handles.get(fact.id, fact.id[:8])
    width, indent = screen.width, LABEL + 2
    yield from hanging(line(Span(handle, "dim")), neutral(fact.text, 300), width, max(5, len(handle) + 1), "strong")
    mark = filled(status_mark(fact.status, shout=True), LABEL + 1)
    yield from hanging(mark, f"{neutral(fact.rule, 8)}: {why(fact)}", width, indent)
    for told in (_times(screen, fact), _reached(fact)):
        yield from hanging((), told, width, indent, "dim")
    if fact.tags:
        yield from hanging((), ", ".join(neutral(tag, 30) for tag in fact.tags), width, indent, "claimed")
    yield ()


def why(fact: Fact) -> str:
    """The condition of the rule that gave the status, in the words of the table."""
    if fact.rule == "R4":
        guard, both = (rule.condition for rule in RULES if rule.id == "R4")
        return guard if _guarded(fact) else both
    return next((rule.condition for rule in RULES if rule.id == fact.rule), "a rule that is not known here")


def _guarded(fact: Fact) -> bool:
    """Whether the dispute is a confirmation that a later denial undid."""
    newest = max((voice.said_at for voice in fact.supporting), default=None)
    later = (voice for voice in fact.opposing if newest is None or voice.said_at > newest)
    firm = any(voice.relation in ("G", "N", "D") for voice in fact.supporting)
    return firm and any(voice.relation in ("A", "G", "N", "D") for voice in later)


def _times(screen: Screen, fact: Fact) -> str:
    parts = [
        f"first{GLUE}said {screen.moment(fact.first_said)}",
        f"last{GLUE}supported {screen.moment(fact.last_supported)}",
        f"{fact.status} here since {screen.moment(fact.since)}",
    ]
    if fact.fresh_until:
        word = "stale since" if is_stale(fact, screen.as_of) else "fresh until"
        rule = expiry_rule(ExpiryTerms(fact.aspect, fact.status, 0, fact.realis))
        parts.append(f"{word} {screen.moment(fact.fresh_until)} ({rule.id}: {rule.condition})")
    return dotted(parts)


def _reached(fact: Fact) -> str:
    """ "12 outlets, 1 independent origin for, 0 against" """
    origins = f"{plural(fact.origins_for, 'independent origin')} for, {fact.origins_against} against"
    return f"{plural(fact.reach, 'outlet')}, {origins}"


def _voices(screen: Screen, label: str, voices: Sequence[Voice]) -> list[Line]:
    """Each speaker once, with the words of the first that told it and how many others told the same."""
    if not voices:
        return [_labelled(label, line(Span("nobody", "dim")))]
    lines: list[Line] = []
    for speaker in dict.fromkeys(voice.origin for voice in voices):
        same = [voice for voice in voices if voice.origin == speaker]
        block = list(_speaker(screen, same))
        lines += [_labelled("" if lines else label, block[0]), *(_labelled("", part) for part in block[1:])]
    return lines


def _labelled(label: str, content: Line) -> Line:
    return (*filled(line(" ", Span(f" {label}", "heading")), LABEL), *content)


def _speaker(screen: Screen, same: Sequence[Voice]) -> Iterator[Line]:
    first = same[0]
    room = screen.width - LABEL
    yield from wrapped(name(first.speaker), room, "strong", most=2)
    yield from wrapped(dotted(_position(screen, first)), room)
    yield from wrapped(_reach(same), room, "dim")
    quote = neutral(first.quote, QUOTE)
    if quote:
        yield from wrapped(f"“{quote}”", room)


def _position(screen: Screen, voice: Voice) -> Iterator[str]:
    """ "party · side Northland · 5 Mar 09:00 · certain · video" """
    yield f"{RELATION.get(voice.relation, 'unknown relation')}{GLUE}({neutral(voice.relation, 2)})"
    if voice.side:
        yield f"side {screen.called(voice.side)}"
    yield screen.moment(voice.said_at)
    yield neutral(STANCE.get(voice.stance, voice.stance), 40)
    yield neutral(voice.certainty, 20)
    if voice.evidence not in ("none", "statement"):
        yield f"evidence: {neutral(voice.evidence.replace('_', ' '), 30)}"
    if voice.dissent:
        yield "dissent: the status stands nonetheless"


def _reach(same: Sequence[Voice]) -> str:
    """ "8 outlets = 1 origin; Wire One > River Corps, article 4f1c…" """
    first = same[0]
    outlets = list(dict.fromkeys(voice.outlet for voice in same))
    count = f"{plural(len(outlets), 'outlet')} = 1 origin; " if len(outlets) > 1 else ""
    chain = " > ".join(name(link) for link in first.chain) or name(first.outlet)
    return f"{count}{chain}, article {neutral(first.article, 40)}"


def _review(screen: Screen, review: Review) -> Iterator[Line]:
    said = f"{name(review.author)}, {screen.moment(review.at)}: {neutral(review.reason, 300)}"
    beside = f"The rules say: {neutral(review.rules_say, 20)} ({neutral(review.rules_rule, 8)})."
    yield from hanging(_labelled("reviewed", ()), f"{said} {beside}", screen.width, LABEL)


def _changes(screen: Screen, would: Sequence[tuple[str, str, str]]) -> Iterator[Line]:
    """What one more voice would make of it: the voices that lead to the same status together."""
    yield ()
    yield line(Span("  would change, if", "heading"))
    outcomes = list(dict.fromkeys((status, rule) for _, status, rule in would))
    if not outcomes:
        yield line("  ", Span("no single voice would change it", "dim"))
    for status, rule in outcomes:
        voices = [_named(screen, voice) for voice, *outcome in would if tuple(outcome) == (status, rule)]
        mark = line("  ", Span(f"→ {STATUS_SHAPE.get(status, '?')} {neutral(status, 20)} ({neutral(rule, 8)})", status))
        yield from hanging(mark, "; ".join(voices), screen.width, 26)


def _named(screen: Screen, voice: str) -> str:
    """ "a party of side c:NO denies it": the side by its name."""
    return SIDE.sub(lambda found: f"side {screen.called(found[1])} ", neutral(voice, 120))
