"""Trap 1: quotations over sentences. Who is quoted where no cue stands in the sentence itself."""

import re
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest

from schemas.report import Speaker
from services.parser.mentions import Layout, Piece
from services.parser.scene import Scene
from services.parser.voices import Said, Voice

MIN_QUOTE = 25  # characters; shorter ones are names and scare quotes
OPEN, CLOSE, PLAIN = "“„«", "”»", '"'
_MARK = re.compile(f"[{OPEN}{CLOSE}{PLAIN}]")
Heard = tuple[Scene, tuple[Said, ...]]
Told = Mapping[int, tuple[Speaker, ...]]


@dataclass(frozen=True, slots=True)
class Quotation:
    """`open_end`: the paragraph ended before it closed; the next one may continue it."""

    start: int
    end: int
    open_end: bool


def quotations(text: str, start: int, end: int) -> list[Quotation]:
    """The quoted stretches of a paragraph."""
    found: list[Quotation] = []
    opened = -1
    for mark in _MARK.finditer(text, start, end):
        i = mark.start()
        if opened < 0 and (text[i] in OPEN or text[i] == PLAIN):
            opened = i
        elif opened >= 0 and (text[i] in CLOSE or text[i] == PLAIN):
            found.append(Quotation(opened, i + 1, False))
            opened = -1
    if opened >= 0:
        found.append(Quotation(opened, end, True))
    return [q for q in found if q.end - q.start >= MIN_QUOTE]


def quoted(layout: Layout, heard: Sequence[Heard], going_on: Told) -> Mapping[int, Voice]:
    """Sentence number -> the voice of its own level, where that is not the outlet. `going_on`: sentence -> the speakers
    whose words are known to go on in it; a cue that holds words of the quotation knows better."""
    voices: dict[int, Voice] = {}
    speaker: tuple[Speaker, ...] = ()
    continued = False
    by_piece: dict[str, list[Heard]] = defaultdict(list)
    for scene, said in heard:
        by_piece[scene.sentence.piece.id].append((scene, said))
    pieces = [p for p in layout.pieces if p.field == "body"]
    for piece, following in zip_longest(pieces, pieces[1:]):
        mine = by_piece[piece.id]
        found = quotations(layout.body.text, piece.start, piece.end)
        carried = speaker if continued else ()
        named = _named(mine) if found else []
        for quotation in found:
            near = _near(quotation, mine)
            own = _speaker(quotation, near) or _going_on(quotation, near, going_on) or _adjacent(quotation, mine, named)
            known = own or carried
            if known:
                voices.update(_carry(quotation, near, known))
                carried = known
        speaker = carried or _last(mine)
        continued = bool(found) and (found[-1].open_end or _starts_quoted(layout, following))
    return voices


def _near(quotation: Quotation, mine: Sequence[Heard]) -> Sequence[Heard]:
    """The sentences that have words of the quotation."""
    first = bisect_right(mine, quotation.start, key=lambda heard: heard[0].sentence.end)
    return mine[first : bisect_left(mine, quotation.end, first, key=lambda heard: heard[0].sentence.start)]


def _speaker(quotation: Quotation, near: Sequence[Heard]) -> tuple[Speaker, ...]:
    """Whose cue holds words of the quotation."""
    for scene, said in near:
        inside = scene.sentence.inside(quotation.start, quotation.end)
        words = [t for t in inside if t.start > quotation.start]
        for one in said:
            if one.frame.clause and _names(one) and any(t.i in one.frame.content for t in words):
                return one.speakers[:1]
    return ()


def _going_on(quotation: Quotation, mine: Sequence[Heard], going_on: Told) -> tuple[Speaker, ...]:
    inside = (scene.sentence for scene, _ in mine if quotation.start <= scene.sentence.start < quotation.end)
    return next((going_on[s.number][:1] for s in inside if s.number in going_on), ())


def _named(mine: Sequence[Heard]) -> list[tuple[Speaker, ...]]:
    """Who spoke last, up to each sentence and with it."""
    last: list[tuple[Speaker, ...]] = [()]
    for _, said in mine:
        last.append(next((one.speakers[:1] for one in reversed(said) if _names(one)), last[-1]))
    return last


def _adjacent(quotation: Quotation, mine: Sequence[Heard], named: Sequence[tuple[Speaker, ...]]) -> tuple[Speaker, ...]:
    """The last one who spoke in the same paragraph before the quotation."""
    return named[bisect_left(mine, quotation.start, key=lambda heard: heard[0].sentence.start)]


def _names(said: Said) -> bool:
    return bool(said.speakers) and said.speakers[0].kind != "unnamed"


def _last(mine: Sequence[Heard]) -> tuple[Speaker, ...]:
    return next((one.speakers[:1] for _, said in reversed(mine) for one in reversed(said) if _names(one)), ())


def _carry(quotation: Quotation, mine: Sequence[Heard], speaker: tuple[Speaker, ...]) -> dict[int, Voice]:
    """The sentences that begin inside the quotation and have no cue over them."""
    span = ((quotation.start, quotation.end),)
    return {
        scene.sentence.number: Voice(chain=speaker, stance="claims", evidence="statement", quote=span)
        for scene, said in mine
        if quotation.start <= scene.sentence.start < quotation.end and not _held(scene, said, quotation)
    }


def _held(scene: Scene, said: Sequence[Said], quotation: Quotation) -> bool:
    """A cue outside the quotation speaks for this sentence already."""
    tokens = scene.sentence.tokens
    return any(not quotation.start < tokens[s.frame.at].start < quotation.end and _names(s) for s in said)


def _starts_quoted(layout: Layout, piece: Piece | None) -> bool:
    """The next paragraph opens with a quotation mark."""
    return piece is not None and layout.body.text[piece.start] in OPEN + PLAIN
