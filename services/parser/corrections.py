"""Correction notices: what an article says about its own former words."""

import re
from collections.abc import Iterator, Sequence

from schemas.report import Correction, Span
from services.parser.rules import Rules
from services.parser.scene import Scene

_OLD = re.compile(
    r"(?:said|stated|reported|gave|claimed|wrote|named|identified|described)\b(?: that)?\s+(.{3,200}?)(?=[.;]|$)",
    re.I,
)


def noticed(scene: Scene) -> bool:
    """A sentence of a notice: it tells what was said, no news."""
    return scene.sentence.piece.kind == "correction" or is_notice(
        scene.rules, scene.text[scene.sentence.start : scene.sentence.end]
    )


def is_notice(rules: Rules, text: str) -> bool:
    start = text.lstrip(" *(_[").lower()
    return any(start.startswith(words) for words in rules.actors["corrections"]["notices"])


def corrections(scenes: Sequence[Scene]) -> Iterator[Correction]:
    """One for each notice: the paragraph, what it takes back and what it puts in its place."""
    pieces: dict[str, list[Scene]] = {}
    for scene in scenes:
        if noticed(scene):
            pieces.setdefault(scene.sentence.piece.id, []).append(scene)
    for found in pieces.values():
        yield _correction(found)


def _correction(found: Sequence[Scene]) -> Correction:
    start, end = found[0].sentence.start, found[-1].sentence.end
    text = found[0].text[start:end]
    stated = next((s for s in found if states_old(s)), None)
    old = _OLD.search(stated.text, stated.sentence.start, stated.sentence.end) if stated else None
    new = [s for s in found if stated is None or s.sentence.number > stated.sentence.number]
    return Correction(
        what=text[:300], span=Span(field=found[0].field, start=start, end=end, text=text, rule="K.notice"),
        old=old[1].strip() if old else None,
        new=new[0].text[new[0].sentence.start : new[0].sentence.end].strip() if new else None,
    )  # fmt: skip


def states_old(scene: Scene) -> bool:
    """Whether a sentence of a notice states the old fact."""
    text = scene.text[scene.sentence.start : scene.sentence.end].lower()
    return any(words in text for words in scene.rules.actors["corrections"]["old"])
