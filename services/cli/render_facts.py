"""FACTS by status, and WHO SAYS WHAT: speakers against facts."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from schemas.incident import Fact, Voice
from services.cli.render_layout import Line, Span, filled, heading, line, restyled, wrapped
from services.cli.render_screen import Screen
from services.cli.render_text import GLUE, columns, glued, neutral
from services.cli.render_words import STATUS_ORDER, dotted, listed, name, plural, status_mark
from services.projector.at_read import is_stale

HANDLE, MARK, RULE = 4, 15, 5
MOST_OF_A_STATUS = 12
MOST_SPEAKERS = 10
SPEAKER, CELL = 24, 4
PLAIN_EVIDENCE = frozenset({"none", "statement"})
SIGNS = "+ affirms  − denies  ? withholds"
LEGEND = "A author  G admits  N neutral  D on duty  O ordinary  P party  W weak"


def facts(screen: Screen) -> list[Line]:
    """Facts in the order confirmed … retracted, each with who stands for it and who against."""
    found = screen.incident.facts
    if not found:
        return []
    lines = [heading("FACTS", screen.width, "why: show --explain f1")]
    for status in _statuses(found):
        alike = [fact for fact in found if fact.status == status]
        for fact in alike[:MOST_OF_A_STATUS]:
            lines += _fact(screen, fact)
        if len(alike) > MOST_OF_A_STATUS:
            more = f"+ {len(alike) - MOST_OF_A_STATUS} more {neutral(status, 20)}: all of them with --json"
            lines.append(line(" " * (HANDLE + MARK + 1), Span(more, "dim")))
    return lines


def _statuses(found: Iterable[Fact]) -> list[str]:
    """Known statuses in their order, then such as a newer writer may use."""
    given: set[str] = {fact.status for fact in found}
    return [s for s in STATUS_ORDER if s in given] + sorted(given - set(STATUS_ORDER))


def _fact(screen: Screen, fact: Fact) -> list[Line]:
    stale = is_stale(fact, screen.as_of)
    room = screen.width - 1 - HANDLE - MARK - RULE - 1
    text = wrapped(neutral(fact.text, 300) + (" (stale)" if stale else ""), room, "strong", most=3)
    head = (
        Span(" "),
        *filled(line(Span(screen.handle(fact), "dim")), HANDLE),
        *filled(status_mark(fact.status, shout=True), MARK),
    )
    indent = Span(" " * (HANDLE + MARK + 1))
    lines: list[Line] = [(*head, *filled(text[0], room + 1), Span(neutral(fact.rule, RULE), "dim"))]
    lines += [(indent, *more) for more in text[1:]]
    for detail in _details(screen, fact):
        lines += [(indent, *more) for more in wrapped(detail, screen.width - HANDLE - MARK - 1)]
    return [restyled(content, "stale") for content in lines] if stale else lines


def _details(screen: Screen, fact: Fact) -> Iterator[str]:
    yield dotted((_stand(fact), *_figures(screen, fact)))
    if fact.review:
        review = fact.review
        alone = f"the rules alone say {neutral(review.rules_say, 20)}{GLUE}({neutral(review.rules_rule, 8)})"
        who = f"reviewed by {name(review.author)}, {screen.moment(review.at)}"
        yield f"{who}: {neutral(review.reason, 300)}; {alone}"


def _stand(fact: Fact) -> str:
    """ "A, B ⇄ denied by C", "denied by C; said by A", "A; dissent: C", "A; not verified by D" """
    pro, con, silent = map(speakers, (fact.supporting, fact.opposing, fact.withheld))
    if fact.status == "denied":
        stand = f"denied by {con or 'nobody any more'}" + (f"; said by {pro}" if pro else "")
    elif pro and con:
        stand = f"{pro}; dissent: {con}" if _dissent(fact) else f"{pro} ⇄ denied by {con}"
    else:
        stand = pro or (f"denied by {con}" if con else "nobody stands for it any more")
    return f"{stand}; not verified by {silent}" if silent else stand


def _dissent(fact: Fact) -> bool:
    return bool(fact.opposing) and all(voice.dissent for voice in fact.opposing)


def speakers(voices: Sequence[Voice]) -> str:
    return listed(name(voice.speaker) for voice in voices)


def _figures(screen: Screen, fact: Fact) -> Iterator[str]:
    if fact.supporting:
        yield glued(plural(fact.origins_for, "origin"))
        yield glued(plural(fact.reach, "outlet"))
    yield f"last{GLUE}said {screen.moment(fact.last_supported)}"
    if fact.best_evidence not in PLAIN_EVIDENCE:
        yield neutral(fact.best_evidence.replace("_", " "), 30)
    yield from (neutral(tag, 30) for tag in fact.tags)


def who_says_what(screen: Screen) -> list[Line]:
    """A row for each of the speakers that spoke to most facts, a column for each fact as far as there is room."""
    said = _cells(screen.incident.facts)
    spoken_of = [fact for fact in screen.incident.facts if any(fact.id in cells for cells in said.values())]
    shown = spoken_of[: (screen.width - 1 - SPEAKER) // CELL]
    if len(said) < 2 or len(shown) < 2:
        return []
    ordered = sorted(said, key=lambda who: (-len(said[who]), who))
    longest = max(columns(who) for who in ordered[:MOST_SPEAKERS]) + 2
    names = min(screen.width - 1 - CELL * len(shown), max(longest, SPEAKER))
    titles = (Span(" " * (names + 1)), *(Span(f"{screen.handle(fact):<{CELL}}", "dim") for fact in shown))
    lines = [heading("WHO SAYS WHAT", screen.width, SIGNS), titles]
    for who in ordered[:MOST_SPEAKERS]:
        cells = [said[who].get(fact.id, Span("·", "dim")) for fact in shown]
        lines.append((Span(" "), *filled(line(who), names), *(s for cell in cells for s in filled((cell,), CELL))))
    if len(ordered) > MOST_SPEAKERS:
        lines.append(line(Span(f" + {plural(len(ordered) - MOST_SPEAKERS, 'more speaker')}", "dim")))
    return lines + [(Span(" "), *part) for part in wrapped(LEGEND, screen.width - 1, "dim")]


def _cells(found: Iterable[Fact]) -> dict[str, dict[str, Span]]:
    """Speaker -> fact id -> sign and relation: "+P". A later word of the same speaker stands over an earlier one."""
    said: dict[str, dict[str, Span]] = defaultdict(dict)
    for fact in found:
        signed = [("?", "unknown", v) for v in fact.withheld]
        signed += [("+", "confirmed", v) for v in fact.supporting] + [("−", "denied", v) for v in fact.opposing]
        for sign, style, voice in sorted(signed, key=lambda it: it[2].said_at):
            said[name(voice.speaker, 2 * SPEAKER)][fact.id] = Span(f"{sign}{neutral(voice.relation, 1)}", style)
    return dict(said)
