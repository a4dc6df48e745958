"""The demonstration: plays the dispatches of one folder of seeds and finds the incident they are about."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from schemas.article import Article, from_wire
from services.cli.progress import Progress
from services.cli.publish import publish_all
from services.cli.stored_views import open_views
from services.ingest.prepare import Prepared, prepare_all
from services.runtime.exits import NOT_FOUND, Exit, TryAgain, Unavailable
from services.runtime.lag import Done, Lag
from services.runtime.settings import Settings

SEEDS = Path(__file__).resolve().parents[2] / "seeds"
PLAYED = "border-raid"
DISPATCHES = "dispatches.ndjson"
STILL_FOR_S = 90.0
"""No record passed any service for so long: something is stuck."""


class NoSeeds(Exit):
    """There is no such folder of dispatches."""

    code = NOT_FOUND


@dataclass(frozen=True, slots=True)
class Dispatches:
    """What is played. `last` = when the last of them was published."""

    name: str
    prepared: Sequence[Prepared]
    last: datetime

    @property
    def ids(self) -> frozenset[str]:
        return frozenset(article.id for article in self.prepared)


def dispatches(name: str = PLAYED, seeds: Path = SEEDS) -> Dispatches:
    """The dispatches of a folder, in the order of their arrival. Raises NoSeeds."""
    path = seeds / name / DISPATCHES
    if not path.is_file():
        raise NoSeeds(f"there is no {path}; folders with dispatches: {', '.join(folders(seeds)) or 'none'}")
    prepared = prepare_all(path.read_bytes(), "ndjson", via="seeds")
    return Dispatches(name, prepared, max(_article(each).published for each in prepared))


def folders(seeds: Path = SEEDS) -> list[str]:
    return sorted(path.parent.name for path in seeds.glob(f"*/{DISPATCHES}"))


def _article(prepared: Prepared) -> Article:
    return from_wire(prepared.value, prepared.key, {}, 0)


def incident_about(articles: frozenset[str]) -> str | None:
    """The incident that most of these articles report on; None if none does."""
    counts = {incident: len(articles & reported) for incident, reported in _reported().items()}
    best = max(counts, key=lambda incident: (counts[incident], incident), default=None)
    return best if best and counts[best] else None


def in_views(articles: frozenset[str]) -> bool:
    """Whether each of them is in some view."""
    return articles <= frozenset().union(*_reported().values())


def _reported() -> dict[str, frozenset[str]]:
    """The articles of each incident."""
    try:
        with open_views() as views:
            return {view.id: frozenset(report.article for report in view.reports) for view in views.all()}
    except Unavailable:
        return {}


async def play(settings: Settings, played: Dispatches, alive: Callable[[], None]) -> int:
    """Publish, and return when every service has finished all there is; how many dead letters that made.

    `alive` is called all the while: it raises when a service is down for good. Raises TryAgain if nothing moves.
    """
    async with Lag(settings) as lag:
        before = await lag.ends("dead-letters")
        await publish_all(settings, played.prepared)
        with Progress("reading the dispatches", len(played.prepared)) as progress:
            await lag.passed(_Watch(progress, alive))
        return sum((await lag.ends("dead-letters")).values()) - sum(before.values())


class _Watch:
    """Shows how far the services are, and sees when they stand still."""

    def __init__(self, progress: Progress, alive: Callable[[], None]) -> None:
        self._progress = progress
        self._alive = alive
        self._last: Done | None = None
        self._moved = asyncio.get_running_loop().time()

    def __call__(self, done: Done) -> None:
        self._alive()
        now = asyncio.get_running_loop().time()
        if done != self._last:
            self._last, self._moved = done, now
        if now - self._moved > STILL_FOR_S:
            raise TryAgain(f"{done.service} has stood still for {STILL_FOR_S:.0f} s at {done.done} of {done.total}")
        self._progress.total = done.total
        self._progress.reached(done.done, done.service)
