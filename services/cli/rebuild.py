"""`sitrep rebuild`: the views folded again out of the log, in silence."""

import asyncio
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from typing import Annotated

import orjson
import typer

from services.cli.local_kafka import broker_of
from services.cli.progress import Progress
from services.cli.render_words import plural
from services.projector.worker import UNCHANGED, service
from services.runtime.broker import stop
from services.runtime.exits import OPERATOR, USAGE, Exit, OperatorNeeded
from services.runtime.kafka import KafkaLog
from services.runtime.lag import Lag
from services.runtime.rebuild import Rebuild
from services.runtime.rebuild_postgres import PostgresBeside
from services.runtime.rebuild_sqlite import SqliteBeside
from services.runtime.records import TopicPartition
from services.runtime.settings import Settings, load_settings
from services.runtime.stores import reading

PROJECTOR = "projector"


class Unasked(Exit):
    """A store is dropped only by who says so."""

    code = USAGE


class Running(Exit):
    """A projector has the store."""

    code = OPERATOR


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """What was done. `differ` = views that are not what is published: the projector publishes them when it starts."""

    store: str
    events: int
    seconds: float
    incidents: int
    differ: int
    parked: int


def register(app: typer.Typer) -> None:
    """Adds the command."""

    @app.command()
    def rebuild(
        yes: Annotated[bool, typer.Option("--yes", help="drop the views that are there")] = False,
        as_json: Annotated[bool, typer.Option("--json", help="one JSON object: what was done")] = False,
    ) -> None:
        """Drop the projector's store and fold the events again: after a bug, a broken disk, a better rule.

        The new store is built beside the old one and takes its place at the end; stopped before that (Ctrl-C), nothing
        has changed. Nothing is sent: changes that were told are not told again, and the projector publishes only views
        that are not what is published. With SQLite the projector must not run meanwhile; with PostgreSQL it may, and
        starts again (75) when the new store comes.

        \b
        Example:  sitrep rebuild --yes
        """
        settings = load_settings()
        if not yes:
            raise Unasked("this drops the views and folds all events again; nothing is lost by it. Say --yes")
        with _kafka(settings):
            done = asyncio.run(_rebuild(settings))
        if as_json:
            typer.echo(orjson.dumps(asdict(done)))
        else:
            typer.echo(told(done))


def told(done: Rebuilt) -> str:
    """What was done, in words."""
    rate = f"{done.events / done.seconds:,.0f} events/s" if done.seconds else "at once"
    lines = [
        f"{done.store}: {plural(done.events, 'event')} folded in {done.seconds:.1f} s ({rate})",
        f"{plural(done.incidents, 'incident')}; {done.differ or 'none'} of them not as published"
        + ("; the projector publishes them when it starts" if done.differ else ""),
    ]
    return "\n".join([*lines, *([f"{plural(done.parked, 'incident')} parked"] if done.parked else [])])


@contextmanager
def _kafka(settings: Settings) -> Iterator[None]:
    """The Kafka of this folder, if it is the one meant and does not run: started for as long as this takes."""
    if settings.bootstrap_servers or broker_of(settings).running():
        yield
        return
    process = broker_of(settings).start()
    try:
        yield
    finally:
        stop(process)


async def _rebuild(settings: Settings) -> Rebuilt:
    projector = service(settings)
    with _beside(settings, projector.schema) as beside:
        fallback = await _committed(settings)
        log = KafkaLog(settings.servers)
        await log.start()
        try:
            with Progress("folding", await _ahead(settings, fallback)) as progress:
                count = _Count(progress)
                began = time.monotonic()
                await Rebuild(beside, projector.handler, log, fallback, (UNCHANGED,)).run(count)
                seconds = time.monotonic() - began
        finally:
            await log.close()
    return _done(settings, count.folded, seconds)


def _beside(settings: Settings, schema: str) -> SqliteBeside | PostgresBeside:
    if settings.database_url is not None:
        return PostgresBeside(settings.database_url.get_secret_value(), settings.namespace(PROJECTOR), schema)
    path = settings.store(PROJECTOR)
    try:
        return SqliteBeside(path, schema)
    except OperatorNeeded as error:
        raise Running(
            f"a projector runs and has {path}. Stop it (Ctrl-C ends `sitrep up`), then call `sitrep rebuild --yes`,"
            " which starts Kafka itself where that is needed, and start it again"
        ) from error


async def _committed(settings: Settings) -> Mapping[TopicPartition, int]:
    """What the projector's group has finished: all before that was folded and sent."""
    async with Lag(settings) as lag:
        found = await lag.committed(PROJECTOR)
    topic = settings.topic("events")
    return {TopicPartition(*tp): offset for tp, offset in found.items() if tp.topic == topic and offset > 0}


async def _ahead(settings: Settings, fallback: Mapping[TopicPartition, int]) -> int:
    """About how many events there are to fold."""
    async with Lag(settings) as lag:
        positions, _ = await lag.positions(PROJECTOR)
    return max(sum(positions.values()), sum(fallback.values()))


class _Count:
    """Counts and shows what was folded."""

    def __init__(self, progress: Progress) -> None:
        self.folded = 0
        self._progress = progress
        self._began = time.monotonic()

    def __call__(self, more: int) -> None:
        self.folded += more
        spent = time.monotonic() - self._began
        self._progress.reached(self.folded, f"events folded, {self.folded / spent:,.0f}/s" if spent else None)


def _done(settings: Settings, events: int, seconds: float) -> Rebuilt:
    with reading(settings, PROJECTOR, "incident") as query:
        ((incidents, differ, parked),) = query(
            "SELECT count(view), count(CASE WHEN view IS NOT NULL AND seq > published_seq THEN 1 END), count(parked)"
            " FROM incident",
            (),
        )
    where = settings.namespace(PROJECTOR) if settings.database_url else str(settings.store(PROJECTOR))
    return Rebuilt(where, events, round(seconds, 3), incidents, differ, parked)
