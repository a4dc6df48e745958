"""Histories on a terminal and as JSON. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

import orjson
from pydantic_core import to_jsonable_python

from schemas.incident import CasualtyHead, Incident
from services.cli.history_read import Became, FactHistory, HeadKey, ToldFigure, ToldWord, key_of
from services.cli.render_layout import Line, Span, clipped, filled, hanging, heading, line, paint, wrapped
from services.cli.render_screen import LEAST_WIDTH, Screen
from services.cli.render_text import neutral
from services.cli.render_words import STATUS_SHAPE, dotted, known_words, name, timed
from services.projector.text import told_figure

TIME, FIGURE, SIGN = 19, 9, 2
SIGNS: Mapping[str, tuple[str, str]] = {"+": ("+", "confirmed"), "-": ("−", "denied"), "?": ("?", "unknown")}
QUOTE = 300
STILL = "no longer counted"


def figures_screen(
    view: Incident, heads: Sequence[CasualtyHead], told: Mapping[HeadKey, Sequence[ToldFigure]], as_of: datetime,
    width: int = LEAST_WIDTH, colour: bool = False,
) -> str:  # fmt: skip
    """A block a figure: what stands now, then each that was told, in the order of saying."""
    screen = Screen.of(view, as_of, width)
    lines: list[Line] = wrapped(neutral(view.title, 300), screen.width, "title", most=3)
    for head in heads:
        stands = f"now {known_words(head)}: {head.status} ({neutral(head.rule, 8)})"
        lines += [(), heading(screen.counted(head).upper(), screen.width, stands)]
        for each in told[key_of(head)]:
            lines += _figure(screen, each)
    return paint((clipped(content, screen.width) for content in lines), colour)


def _figure(screen: Screen, told: ToldFigure) -> list[Line]:
    row = told.row
    mark = Span(("" if told.known else "◌ ") + neutral(told_figure(row), 12), "strong" if told.known else "claimed")
    head = (
        *filled(line(Span(f" {timed(row.said_at, screen.as_of)}", "dim")), TIME),
        *filled(line(mark), FIGURE),
        Span(" "),
    )
    text = dotted(_notes(screen, told))
    lines = hanging(head, text, screen.width, TIME + FIGURE + 1)
    if told.source and told.source.quote:
        lines += hanging((), f"“{neutral(told.source.quote, QUOTE)}”", screen.width, TIME + FIGURE + 1, "dim")
    return lines


def _notes(screen: Screen, told: ToldFigure) -> Iterator[str]:
    row = told.row
    yield f"{name(row.speaker)} ({neutral(row.relation, 2)})"
    if row.outlet not in ("", row.speaker):
        yield name(row.outlet)
    if not told.known:
        yield "only claimed"
    if row.scope not in ("incident", ""):
        yield f"in {screen.called(row.scope)}"
    if row.kind != "total":
        yield neutral(row.kind, 20)
    if row.derived:
        yield "derived"
    yield neutral(row.rule, 8)
    if not told.standing:
        yield STILL


def fact_screen(
    view: Incident, told: FactHistory, as_of: datetime, width: int = LEAST_WIDTH, colour: bool = False
) -> str:
    """Who said what of it, in the order of saying; then the statuses that it took here, in the order of recording."""
    screen = Screen.of(view, as_of, width)
    fact = told.fact
    shape = STATUS_SHAPE.get(fact.status, "?")
    lines: list[Line] = wrapped(neutral(fact.text, 300), screen.width, "title", most=3)
    lines.append(line(Span(f"{shape} {fact.status.upper()} ({neutral(fact.rule, 8)})", fact.status)))
    lines += [(), heading("SAID", screen.width, "+ affirms  − denies  ? withholds")]
    for word in told.words:
        lines += _word(screen, word)
    lines += [(), heading("STATUS HERE", screen.width, "when this desk recorded it")]
    for status in told.became:
        lines += _became(screen, status)
    return paint((clipped(content, screen.width) for content in lines), colour)


def _word(screen: Screen, told: ToldWord) -> list[Line]:
    voice = told.voice
    sign, style = SIGNS[told.sign]
    head = (*filled(line(Span(f" {timed(voice.said_at, screen.as_of)}", "dim")), TIME), Span(f"{sign} ", style))
    notes = [
        f"{name(voice.speaker)} ({neutral(voice.relation, 2)})",
        *([name(voice.outlet)] if voice.outlet != voice.speaker else []),
    ]
    notes += [neutral(voice.stance, 20)] + ([] if told.standing else ["no longer stands"])
    lines = hanging(head, dotted(notes), screen.width, TIME + SIGN)
    if voice.quote:
        lines += hanging((), f"“{neutral(voice.quote, QUOTE)}”", screen.width, TIME + SIGN, "dim")
    return lines


def _became(screen: Screen, became: Became) -> list[Line]:
    head = filled(line(Span(f" {timed(became.recorded_at, screen.as_of)}", "dim")), TIME)
    by = f", reviewed by {name(became.reviewer)}" if became.reviewer else ""
    text = f"{STATUS_SHAPE.get(became.status, '?')} {became.status} ({neutral(became.rule, 8)}){by}, rev {became.seq}"
    return hanging(head, text, screen.width, TIME)


def figures_json(view: Incident, heads: Sequence[CasualtyHead], told: Mapping[HeadKey, Sequence[ToldFigure]]) -> bytes:
    """One object: for each figure what stands, and all that was told."""
    blocks = [
        {"outcome": head.outcome, "group": head.group, "indirect": head.indirect, "status": head.status,
         "rule": head.rule, "best": head.best, "low": head.low, "high": head.high,
         "told": [_told(each) for each in told[key_of(head)]]}
        for head in heads
    ]  # fmt: skip
    return orjson.dumps({"incident": view.id, "seq": view.seq, "figures": _without_nulls(blocks)})


def _told(each: ToldFigure) -> dict[str, Any]:
    row = {key: value for key, value in _plain(each.row).items() if key != "previous"}
    told = row | {"known": each.known, "standing": each.standing}
    if each.source is None:
        return told
    source = each.source
    recorded = source.recorded_at.isoformat().replace("+00:00", "Z")
    return told | {"article": source.article, "quote": source.quote, "seq": source.seq, "recorded_at": recorded}


def fact_json(view: Incident, told: FactHistory) -> bytes:
    """One object: the fact as it stands, the words, the statuses."""
    fact = {"id": told.fact.id, "text": told.fact.text, "status": told.fact.status, "rule": told.fact.rule}
    words, became = [_plain(word) for word in told.words], [_plain(it) for it in told.became]
    return orjson.dumps(
        {"incident": view.id, "seq": view.seq, "fact": fact, "words": words, "became": _without_nulls(became)}
    )


def _plain(record: object) -> Any:
    return _without_nulls(to_jsonable_python(record))


def _without_nulls(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_nulls(part) for key, part in value.items() if part is not None}
    return [_without_nulls(part) for part in value] if isinstance(value, list) else value
