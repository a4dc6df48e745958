"""Generated news with known answers: python -m bench.newsgen --seed 1 --count 500 --incidents 40 [--answers FILE].

Writes articles as they go on news.articles, one a line, in order of publication; equal arguments give equal bytes.
The answers say which article belongs to which incident, and what its view must end with.
"""

import argparse
import random
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo

import orjson

from bench.newsplaces import spread
from bench.newsstory import Kind, Line, Scene, Story, words

Status = Literal["confirmed", "reported", "retracted", "claimed", "denied"]
KINDS: tuple[tuple[Kind, int, int], ...] = (  # kind, weight, least number of lines
    ("official", 8, 1), ("died", 3, 2), ("corrected", 3, 3), ("reported", 2, 1), ("withdrawn", 1, 2), ("claimed", 1, 1),
    ("denied", 2, 2),
)  # fmt: skip
EPOCH = datetime(2031, 1, 6, tzinfo=UTC)
BETWEEN = timedelta(hours=3)
ROUND = 800
"""Incidents start three hours apart; after so many the calendar begins again, at other places."""
SEASON = timedelta(days=200)
STORY = timedelta(hours=30)


@dataclass(frozen=True, slots=True)
class Answer:
    """What the view of an incident must end with; None = no figure of that kind."""

    incident: int
    kind: Kind
    type: str
    place: str
    geonameid: int
    country: str
    day: str
    killed: int | None
    injured: int | None
    status: Status
    articles: tuple[str, ...]


def official(story: Story, count: int) -> None:
    """First report, then rising totals, each with copies and relays before the next."""
    story.write("first", outlet=words()["wire"])
    while len(story.lines) < count:
        beat = len(story.lines) % 4
        if beat == 3:
            grow(story)
            story.write("update", outlet=words()["wire"])
        elif beat == 1:
            story.copy()
        else:
            story.write("relay")


def grow(story: Story) -> None:
    """The total that the update names rises: the dead where there are any, else the injured."""
    if story.killed:
        story.killed += story.rng.randint(1, 2)
    story.injured += story.rng.randint(1, 4)


def died(story: Story, count: int) -> None:
    """The last line moves one of the injured to the dead: some must have been counted before."""
    story.killed = max(story.killed, 1)
    official(story, count - 1)
    story.write("died")
    story.killed, story.injured = story.killed + 1, story.injured - 1


def corrected(story: Story, count: int) -> None:
    """An outlet gives the authority's figure wrong and corrects itself in the last line."""
    story.killed = max(story.killed, 1)
    official(story, count - 2)
    story.write("relay", killed=story.killed + 2)
    story.correct()


def alone(story: Story, count: int) -> None:
    """One outlet's own words, and copies of them."""
    story.write("alone", outlet=words()["wire"])
    while len(story.lines) < count:
        story.copy()


def withdrawn(story: Story, count: int) -> None:
    """One outlet's slip and copies of it, then each of them taken back; an odd line takes the last one back again."""
    alone(story, count // 2)
    for line in story.lines[: count // 2]:
        story.withdraw(line)
    if len(story.lines) < count:
        story.withdraw(story.lines[-1])


def claimed(story: Story, count: int) -> None:
    story.write("witness", outlet=words()["wire"])
    while len(story.lines) < count:
        story.copy()


def denied(story: Story, count: int) -> None:
    """A channel's rumour, copied, and at the end the denial."""
    story.write("rumour", outlet=words()["wire"])
    while len(story.lines) < count - 1:
        story.copy()
    story.write("denial")


PLOTS: dict[Kind, tuple[Callable[[Story, int], None], Status, bool]] = {  # how it runs, status, whether it has figures
    "official": (official, "confirmed", True), "died": (died, "confirmed", True),
    "corrected": (corrected, "confirmed", True), "reported": (alone, "reported", False),
    "withdrawn": (withdrawn, "retracted", False),
    "claimed": (claimed, "claimed", False), "denied": (denied, "denied", False),
}  # fmt: skip


def generate(seed: int, count: int, incidents: int) -> tuple[list[Line], list[Answer]]:
    """`count` lines about `incidents` incidents, in order of publication, and the answers by incident number.

    Raises ValueError if there are more incidents than lines, or none.
    """
    if not 1 <= incidents <= count:
        raise ValueError(f"{incidents} incidents in {count} lines: give at least one line an incident")
    rng = random.Random(seed)
    told = [_tell(story, lines) for story, lines in _stories(rng, seed, count, incidents)]
    lines = sorted((line for story in told for line in story.lines), key=lambda line: (line.at, line.id))
    return lines, [_answer(story) for story in told]


def _stories(rng: random.Random, seed: int, count: int, incidents: int) -> Iterator[tuple[Story, int]]:
    scenes = [Scene(**scene) for scene in words()["scenes"]]
    for n, (turn, town) in enumerate(islice(spread(rng), incidents)):
        lines = count // incidents + (n < count % incidents)
        kind = _kind(rng, lines)
        start = EPOCH + turn * SEASON + BETWEEN * (n % ROUND) + timedelta(minutes=rng.randrange(180))
        officer = f"{rng.choice(words()['given'])} {rng.choice(words()['family'])}"
        story = Story(n, seed, kind, rng.choice(scenes), town, start, _gap(lines), officer, random.Random(rng.random()))
        yield story, lines


def _kind(rng: random.Random, lines: int) -> Kind:
    open_to = [(kind, weight) for kind, weight, least in KINDS if least <= lines]
    return rng.choices([kind for kind, _ in open_to], [weight for _, weight in open_to])[0]


def _gap(lines: int) -> timedelta:
    """Whole seconds, at most 40 minutes, so that a story ends within STORY unless it has very many lines."""
    return timedelta(seconds=max(1, min(2400, int(STORY.total_seconds()) // lines)))


def _tell(story: Story, lines: int) -> Story:
    story.killed = story.rng.choice((0, 1, 1, 2, 3, 5))
    story.injured = story.rng.randint(2, 12)
    PLOTS[story.kind][0](story, lines)
    return story


def _answer(story: Story) -> Answer:
    _, status, figures = PLOTS[story.kind]
    local = story.start.astimezone(ZoneInfo(story.town.zone))
    return Answer(
        incident=story.number, kind=story.kind, type=story.scene.type, place=story.town.name,
        geonameid=story.town.geonameid, country=story.town.country, day=local.date().isoformat(),
        killed=story.killed or None if figures else None, injured=story.injured if figures else None, status=status,
        articles=tuple(dict.fromkeys(line.id for line in story.lines)),
    )  # fmt: skip


def ndjson(lines: Sequence[Line]) -> bytes:
    return b"".join(orjson.dumps(line.record) + b"\n" for line in lines)


def answers_json(answers: Sequence[Answer]) -> bytes:
    """{"articles": {id: incident}, "incidents": [Answer, …]}"""
    articles = {name: answer.incident for answer in answers for name in answer.articles}
    return orjson.dumps({"articles": articles, "incidents": [asdict(a) for a in answers]}, option=orjson.OPT_INDENT_2)


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.newsgen", description=__doc__)
    parser.add_argument("--seed", type=int, default=1, help="the same seed gives the same news (default 1)")
    parser.add_argument("--count", type=int, default=500, help="lines in all, new versions included (default 500)")
    parser.add_argument("--incidents", type=int, default=40, help="incidents they tell of (default 40)")
    parser.add_argument("--answers", type=Path, metavar="FILE", help="write the answers there, as JSON")
    args = parser.parse_args(argv)
    try:
        lines, answers = generate(args.seed, args.count, args.incidents)
    except ValueError as error:
        parser.error(str(error))
    sys.stdout.buffer.write(ndjson(lines))
    if args.answers:
        args.answers.write_bytes(answers_json(answers) + b"\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
