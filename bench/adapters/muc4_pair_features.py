"""Features of two sentences: whether they tell the same incident."""

from collections.abc import Sequence

from bench.adapters.muc4_features import Line, Text


def pair_features(text: Text, first: Line, second: Line, types: Sequence[str]) -> list[str]:
    """For the question whether two sentences tell the same incident; `types` are those of the two."""
    gap = second.at - first.at
    found = ["bias", f"gap:{min(gap, 6)}", f"types:{'+'.join(sorted(types))}", f"same:{types[0] == types[1]}"]
    found += _agreement("day", _days(first), _days(second))
    found += _agreement("place", _places(first), _places(second))
    found += _agreement("person", _people(first), _people(second))
    found += _agreement("thing", _things(first), _things(second))
    found += _agreement("actor", _bodies(first), _bodies(second))
    found += _agreement("event", {e.type for e in first.events}, {e.type for e in second.events})
    words = {t.lower for t in second.sentence.tokens}
    found += [f"says:{w}" for w in MARKS if w in words]
    opening = second.sentence.tokens[0].lower
    found += [f"opens:{opening}"] if opening in text.common else []
    found.append(f"piece:{first.sentence.piece.id == second.sentence.piece.id}:{min(gap, 3)}")
    return found


MARKS = (
    "another", "other", "also", "meanwhile", "second", "similar", "same", "later", "previous", "earlier", "two", "the",
    "this", "attack", "attacks", "on", "third", "hours", "simultaneously", "elsewhere", "addition",
)  # fmt: skip


def _agreement(name: str, one: set[str], two: set[str]) -> list[str]:
    if not one or not two:
        return [f"{name}:{'one' if one or two else 'none'}"]
    both = len(one & two)
    return [f"{name}:{'same' if both else 'other'}"] + ([f"{name}:all"] if one == two else [])


def _days(line: Line) -> set[str]:
    return {m.when.start.date().isoformat() for m in line.scene.dates if m.when.start and m.when.precision in EXACT}


EXACT = frozenset({"minute", "hour", "day"})


def _places(line: Line) -> set[str]:
    return {m.place.id or m.place.name for m in line.scene.places if m.place.precision <= 4}


def _people(line: Line) -> set[str]:
    return {p.key for p in line.phrases if p.person}


def _things(line: Line) -> set[str]:
    return {p.key.rpartition(" ")[2] for p in line.phrases if p.key.startswith("d:")}


def _bodies(line: Line) -> set[str]:
    return {m.speaker.id for m in line.scene.actors if m.speaker.id and m.speaker.kind == "armed_group"}
