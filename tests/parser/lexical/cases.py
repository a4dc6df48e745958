"""Golden cases of the lexical stages: one sentence or little text a line, with what must and must not be found.

Fields of a case: `text`, `title`, `published`, `outlet`, `field` ("body" if absent); `places`, `actors`, `dates`,
`numbers`: patterns that must each fit a mention (`text` is the mention's own; a field that is left out is not tested);
`no_places`, `no_actors`, `no_dates`, `no_numbers`: texts that no mention may have; `pieces`, `genre`, `dateline`,
`wire_credit`, `headline`: the layout.
"""

import json
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

from schemas.article import Article, from_wire
from services.parser import clean, lexical, lexicon
from services.parser.gazetteer import Row
from services.parser.lexicon import Lexicon
from services.parser.mentions import ActorMention, Clean, DateMention, Layout, Mentions, NumberMention, PlaceMention

GOLDEN = Path(__file__).parent / "golden"
PUBLISHED = "2031-03-05T09:00:00Z"  # a Wednesday
OVERLAY = (
    Row(99_000_001, "Brodnik", "NO", "NO.34", 60.90, 11.50, 6_000, "Europe/Oslo"),
    Row(99_000_002, "Osk", "NO", "NO.34", 60.95, 11.60, 800, "Europe/Oslo"),
)
Case = dict[str, Any]
Mention = PlaceMention | ActorMention | DateMention | NumberMention


@cache
def lexicons() -> Lexicon:
    return lexicon.load(overlay=OVERLAY)


def cases() -> Iterator[Case]:
    for path in sorted(GOLDEN.glob("*.jsonl")):
        for line in path.read_text("utf-8").splitlines():
            case: Case = json.loads(line)
            yield case | {"id": f"{path.stem}/{case['id']}"}


def article(case: Case) -> Article:
    record = {
        "id": case["id"], "title": case.get("title", ""), "body": case["text"],
        "outlet": case.get("outlet", {"name": "The Fjord Record"}), "published": case.get("published", PUBLISHED),
    }  # fmt: skip
    return from_wire(json.dumps(record).encode(), None, {}, 0)


def problems(case: Case) -> list[str]:
    """What differs from the expectations, in words."""
    layout = clean.layout(article(case), lexicons())
    title, body = lexical.scan_both(layout, lexicons())
    in_title = case.get("field") == "title"
    text, found = (layout.title, title) if in_title else (layout.body, body)
    return [*_layout(case, layout), *_mentions(case, text, found)]


def _layout(case: Case, layout: Layout) -> Iterator[str]:
    told = {
        "genre": layout.genre, "wire_credit": layout.wire_credit,
        "dateline": layout.dateline.id if layout.dateline else None, "headline": layout.title.text,
    }  # fmt: skip
    yield from (f"{name}: {told[name]!r}" for name in told if name in case and case[name] != told[name])
    pieces = [p for p in layout.pieces if p.field == "body"]
    shown = [[p.kind, layout.body.text[p.start : p.end], _time(p.at)] for p in pieces]
    wanted = [[*piece, None][:3] for piece in case.get("pieces", shown)]
    if shown != wanted:
        yield f"pieces: {shown}"


def _mentions(case: Case, text: Clean, found: Mentions) -> Iterator[str]:
    kinds: dict[str, Sequence[Mention]] = {
        "places": found.places, "actors": found.actors, "dates": found.dates, "numbers": found.numbers,
    }  # fmt: skip
    for name, mentions in kinds.items():
        told = [_told(text, mention) for mention in mentions]
        for wanted in case.get(name, ()):
            if not any(_fits(one, wanted) for one in told):
                near = [one for one in told if one["text"] == wanted["text"]] or [one["text"] for one in told]
                yield f"no {name} {wanted}; found {near}"
        yield from (f"{name}: {t}" for t in case.get(f"no_{name}", ()) if any(one["text"] == t for one in told))


def _fits(told: dict[str, Any], wanted: dict[str, Any]) -> bool:
    return all(told[name] == value for name, value in wanted.items())


def _told(text: Clean, mention: Mention) -> dict[str, Any]:
    shown = text.text[mention.start : mention.end]
    if isinstance(mention, PlaceMention):
        place = mention.place
        fields = {name: getattr(place, name) for name in place.__slots__}
        return fields | {"text": shown, "within": list(place.within)}
    if isinstance(mention, ActorMention):
        speaker = mention.speaker
        fields = {name: getattr(speaker, name) for name in speaker.__slots__}
        plural = [one.id for one in mention.plural_of]
        own = {"text": shown, "plural": plural, "metonym": mention.metonym, "aliases": list(mention.aliases)}
        return fields | own | {"descriptors": list(speaker.descriptors)}
    if isinstance(mention, DateMention):
        when = mention.when
        return {
            "text": shown, "start": _time(when.start), "end": _time(when.end), "precision": when.precision,
            "anchor": when.anchor, "history": mention.history,
        }  # fmt: skip
    return {name: getattr(mention, name) for name in mention.__slots__} | {"text": shown}


def _time(at: datetime | None) -> str | None:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if at else None
