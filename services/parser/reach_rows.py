"""What is known of a sentence next to a cue's own: do the same person's words go on in it?"""

from collections.abc import Sequence, Set
from typing import NamedTuple

from services.parser.marked import CLOSES, IN, OPENS, OUT, Marked, key
from services.parser.patterns import patterns

MOST = 10  # sentences before or behind
FIRST_PERSON = frozenset({"i", "we", "my", "our", "me", "us"})

COLUMNS = (
    "way", "same", "same_cue", "q0", "own", "said", "all", "any", "side", "near", "edge", "ends", "colon", "depth",
    "stem", "group", "w0", "w1", "t0", "kind", "last", "others", "person", "person_any", "length", "first", "steps",
    "q9", "one",
)  # fmt: skip
_A, _B = "way same q0 q9 own said", "way all any same said own"
PATTERNS = patterns(
    COLUMNS,
    [
        "way", _A, _B, "way edge", f"{_A} side", f"{_A} near", f"{_A} edge", f"{_B} near", f"{_A} ends", f"{_A} colon",
        f"{_A} depth", "way stem q0 own", f"{_A} group", "way w0 own q0", "way w0 w1", f"{_A} w0", "way steps q0 own",
        f"{_A} last", f"{_A} others", "way kind", f"{_A} same_cue near", "way t0 own q0", f"{_B} edge last",
        f"{_B} edge steps", "way person q0", "way person_any own said same", f"{_A} length", "way group side edge own",
        "way first edge said own", "one",
    ],
)  # fmt: skip


class Told(NamedTuple):
    """A cue with what is already known of it. `depth`: how many other cues of the sentence hold it in their content."""

    sentence: int
    head: int
    content: Set[int]
    depth: int


def reach_row(around: Sequence[Marked], cues: Sequence[Set[int]], told: Told, step: int) -> list[int] | None:
    """The sentence `step` behind (or before, if negative) the cue's; the ones between are in. None: nothing to read."""
    at, way = told.sentence + step, 1 if step > 0 else -1
    here, cue, last = around[at], around[told.sentence], around[at - way]
    if not here.tokens or not last.tokens:
        return None
    own = {here.quote[i] == OUT for i in cues[at]}
    others = cues[told.sentence]
    words = [t.lower for t in here.tokens[:2]] + ["#"]
    quote = [t for t, q in zip(here.tokens, here.quote, strict=True) if q > OUT]
    piece, before = here.sentence.piece, around[at - 1].sentence.piece if at else None
    found = [
        "F" if way > 0 else "B", piece.id == last.sentence.piece.id, piece.id == cue.sentence.piece.id, here.quote[0],
        "o" if True in own else "i" if own else "-", _said(cue, told.content), all(q > OUT for q in here.quote[:-1]),
        bool(quote), _side(told), abs(step) == 1, _edge(here, last, way), _ends(cue, told.content),
        any(t.text == ":" for t in cue.tokens[-2:]), min(told.depth, 2), cue.stems[told.head],
        cue.groups[told.head] or cue.tokens[told.head].tag[:2], words[0], words[1], here.tokens[0].tag, piece.kind,
        max(others, default=told.head) == told.head, min(len(others - {told.head}), 3),
        any(t.lower in FIRST_PERSON for t in quote), any(t.lower in FIRST_PERSON for t in here.tokens),
        min(4, len(here) // 8), before is None or before.id != piece.id, min(abs(step), 4), here.quote[-1],
    ]  # fmt: skip
    return [*(key(str(value)) for value in found), 1]


def _said(cue: Marked, content: Set[int]) -> str:
    """How much of what the cue's own sentence says is quoted."""
    if not content:
        return "0"
    quoted = sum(cue.quote[i] > OUT for i in content) / len(content)
    return "Q" if quoted > 0.8 else "q" if quoted > 0 else "-"


def _side(told: Told) -> str:
    if told.content and min(told.content) > told.head:
        return "R"
    return "L" if told.content and max(told.content) < told.head else "M"


def _edge(here: Marked, last: Marked, way: int) -> str:
    if way < 0:
        return f"{last.quote[0]}{here.quote[-1]}"
    return f"{last.quote[-1]}{last.quote[-2] if len(last) > 1 else 9}{here.quote[0]}"


def _ends(cue: Marked, content: Set[int]) -> str:
    if not content:
        return "--"
    return f"{max(content) >= len(cue) - 3}{min(content) <= 1}"


def taken(here: Marked) -> list[int]:
    """The tokens of a sentence that goes on: the quoted ones where the quotation closes, else all."""
    if here.quote[0] in (IN, OPENS) and CLOSES in here.quote:
        return [i for i, q in enumerate(here.quote) if q > OUT]
    return list(range(len(here)))
