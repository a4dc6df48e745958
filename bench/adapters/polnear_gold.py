"""PolNeAR's annotation, token by token of our own sentences. Brat stand-off: T lines are spans, E lines join them."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.adapters.polnear_texts import Text

_SPAN, _EVENT = re.compile(r"T\d+\t\w+ ([\d ;]+)\t"), re.compile(r"E\d+\t(.*)")
Places = frozenset[tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Gold:
    """(sentence, token) of each role; `head` is the cue's token that hangs on none of the others."""

    head: tuple[int, int]
    source: Places
    cue: Places
    content: Places


def annotators(folder: Path, text: Text) -> Iterator[list[Gold]]:
    """The attributions of a document that have a cue, once for each person who annotated it."""
    for path in sorted((folder / "attributions").glob("*.ann")):
        if path.stem.rpartition("_")[0] == text.doc:
            yield list(_golds(path.read_text("utf-8"), text))


def _golds(annotation: str, text: Text) -> Iterator[Gold]:
    spans: dict[str, list[tuple[int, int]]] = {}
    offsets = _offsets(text)
    for line in annotation.splitlines():
        if span := _SPAN.match(line):
            pieces = (piece.split() for piece in span[1].split(";"))
            spans[line.split("\t")[0]] = [(int(start), int(end)) for start, end in pieces]
        elif event := _EVENT.match(line):
            roles: dict[str, list[tuple[int, int]]] = {"Source": [], "Cue": [], "Content": []}
            for role, _, name in (item.partition(":") for item in event[1].split()):
                roles.get(role.rstrip("0123456789"), []).extend(spans.get(name, ()))
            source, cue, content = (_inside(offsets, found) for found in roles.values())
            if cue:
                yield Gold(_head(cue, text), source, cue, content)


def _offsets(text: Text) -> list[tuple[int, int, int, int]]:
    """(start, end, sentence, token) in the document's own offsets."""
    origin = text.origin
    return [
        (origin[t.start], origin[t.end - 1] + 1, at, t.i) for at, m in enumerate(text.sentences) for t in m.tokens
    ]  # fmt: skip


def _inside(offsets: Sequence[tuple[int, int, int, int]], spans: Sequence[tuple[int, int]]) -> Places:
    return frozenset((at, i) for start, end, at, i in offsets if any(start < e and end > s for s, e in spans))


def _head(cue: Places, text: Text) -> tuple[int, int]:
    """A verb before other words, the first of several; punctuation only where nothing else is left."""

    def rank(place: tuple[int, int]) -> tuple[bool, bool, tuple[int, int]]:
        token = text.sentences[place[0]].tokens[place[1]]
        return token.dep == "punct" and token.text != ":", not token.verb, place

    def free(place: tuple[int, int]) -> bool:
        token = text.sentences[place[0]].tokens[place[1]]
        return token.head == token.i or (place[0], token.head) not in cue

    return min(filter(free, cue), key=rank, default=min(cue))
