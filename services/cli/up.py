"""`sitrep up`: Kafka, the topics, every service; with --demo the seeds and the view of their incident."""

import asyncio
import fcntl
import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from types import FrameType
from typing import Annotated

import typer

from services.cli.children import Child, Children, worker
from services.cli.demo import PLAYED, Dispatches, dispatches, in_views, incident_about, play
from services.cli.worker import SERVICES
from services.runtime.admin import create_topics
from services.runtime.broker import Broker, answers, check_port, stop_running
from services.runtime.exits import OK, OPERATOR, Exit, TryAgain, Unavailable
from services.runtime.jars import installed
from services.runtime.lag import STAGES, Lag
from services.runtime.settings import Settings, load_settings

TICK_S = 0.1
READY_WITHIN_S = 60.0


class ServiceDown(Exit):
    """A service stays down, so that what was asked for cannot be done."""

    def __init__(self, child: Child) -> None:
        super().__init__(f"{child.name} is down: {child.why()}")
        self.code = child.ended_with or OPERATOR


def register(app: typer.Typer) -> None:
    """Adds the command."""

    @app.command()
    def up(
        demo: Annotated[bool, typer.Option("--demo", help="play the dispatches of seeds/ and show the view")] = False,
        leave: Annotated[bool, typer.Option("--exit", help="stop everything again when that is done")] = False,
        seeds: Annotated[str, typer.Option(help="which folder of seeds/ --demo plays")] = PLAYED,
    ) -> None:
        """Start everything and stay up until Ctrl-C: Kafka, topics, services.

        Kafka is one of its own, unless KAFKA_BOOTSTRAP_SERVERS names another. Data are kept in SITREP_HOME between
        runs, the services' logs in SITREP_HOME/logs.

        \b
        Examples:
          sitrep up
          sitrep up --demo                  play the seeds, show the view, stay up
          sitrep up --demo --exit           the same, then stop
          SITREP_INGEST_PORT=9081 sitrep up
        """
        settings = load_settings()
        _end_as_ctrl_c_does()
        with _only_one(settings):
            check_port(settings.host, settings.ingest_port, "SITREP_INGEST_PORT")
            with _kafka(settings) as kafka:
                code = _serve(settings, kafka, seeds if demo else None, leave)
        raise typer.Exit(code)


def _end_as_ctrl_c_does() -> None:
    """SIGTERM and a lost terminal end us like Ctrl-C: services first, the broker last."""
    signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background jobs ignore it
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _interrupt)


def _interrupt(number: int, frame: FrameType | None) -> None:
    os.kill(os.getpid(), signal.SIGINT)


def tell(text: str) -> None:
    """A line for people, on standard error."""
    typer.echo(text, err=True)


@contextmanager
def _only_one(settings: Settings) -> Iterator[None]:
    """One `up` a folder. Raises Unavailable."""
    settings.home.mkdir(parents=True, exist_ok=True)
    with (settings.home / "up.lock").open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            lock.seek(0)
            raise Unavailable(
                f"sitrep up runs already in {settings.home} (process {lock.read().strip()}):"
                " use it, stop it with Ctrl-C, or set SITREP_HOME and the ports for a second one"
            ) from None
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        yield


@contextmanager
def _kafka(settings: Settings) -> Iterator[Children]:
    """A Kafka that answers, and what of it is ours to look after: somebody's cluster, the one that `sitrep kafka start`
    left running, or our own, which ends with us."""
    broker = Broker(settings.home, settings.jar_folder, settings.kafka_port, settings.controller_port)
    running = broker.running()
    if settings.bootstrap_servers:
        tell(f"Kafka       {settings.bootstrap_servers} (KAFKA_BOOTSTRAP_SERVERS)")
        yield Children([], tell)
    elif running and running.keep and running.port == broker.port:
        tell(f"Kafka       {running.servers} (it ran already, process {running.pid})")
        yield Children([], tell)
    else:
        if running:
            tell(f"stopping a Kafka that a former run left behind (process {running.pid})")
            stop_running(broker)
        with _own_kafka(broker) as ours:
            yield ours


@contextmanager
def _own_kafka(broker: Broker) -> Iterator[Children]:
    if not installed(broker.jars):
        tell(f"fetching Kafka's jars (43 MB, once) into {broker.jars}")
    began = time.monotonic()
    process = broker.start()
    ours = Children(
        [Child("Kafka", broker.launch, broker.log, always=True, process=process, due=None, began=began)], tell
    )
    try:
        tell(f"Kafka       {broker.servers} after {time.monotonic() - began:.1f} s; data in {broker.folder}")
        yield ours
    finally:
        ours.stop()


def _serve(settings: Settings, kafka: Children, seeds: str | None, leave: bool) -> int:
    services = Children([worker(name, settings.home / "logs") for name in SERVICES], tell)
    try:
        return asyncio.run(_session(settings, kafka, services, seeds, leave))
    finally:
        tell("stopping")
        services.stop()


async def _session(settings: Settings, kafka: Children, services: Children, seeds: str | None, leave: bool) -> int:
    created = await create_topics(settings.servers, settings.topic_prefix, settings.partitions)
    tell(f"topics      {settings.topic_prefix}*{f', {len(created)} of them new' if created else ''}")
    ticking = asyncio.create_task(_tick(kafka, services))
    tell(f"services    {', '.join(SERVICES)}; logs in {settings.home / 'logs'}")
    try:
        if seeds:
            await _demo(settings, lambda: _check(ticking, services), seeds)
        if not leave:
            await _until_ready(settings, lambda: _check(ticking, services))
            tell(GO_ON.format(servers=settings.servers, settings=settings, inbox=settings.inbox_folder))
            await _until_told(ticking)
        return OK
    finally:
        ticking.cancel()


async def _until_ready(settings: Settings, alive: Callable[[], None]) -> None:
    """Every service has joined its group and ingest listens. Raises ServiceDown, or TryAgain when it takes too long."""
    async with Lag(settings) as lag:
        deadline = time.monotonic() + READY_WITHIN_S
        while not (answers(settings.ingest_port) and all([await lag.joined(service) for service, _ in STAGES])):
            alive()
            if time.monotonic() > deadline:
                raise TryAgain(
                    f"the services were not ready within {READY_WITHIN_S:.0f} s; their logs are in"
                    f" {settings.home / 'logs'}"
                )
            await asyncio.sleep(TICK_S)


async def _until_told(ticking: "asyncio.Task[None]") -> None:
    """Ctrl-C is how this ends, and no failure."""
    with suppress(asyncio.CancelledError):
        await ticking


GO_ON = """\

Everything is up. Go on with
  sitrep publish FILE         or POST http://{settings.host}:{settings.ingest_port}/articles, or put a file into {inbox}
  sitrep incidents            sitrep show ID            sitrep watch
  sitrep tail events --json   or any Kafka client on {servers}
Ctrl-C stops everything; the data stay in {settings.home}."""


async def _tick(kafka: Children, services: Children) -> None:
    """Until cancelled, or until no service is left to look after."""
    while True:
        kafka.tick()
        services.tick()
        if len(services.down()) == len(services.children):
            raise ServiceDown(services.down()[0])
        await asyncio.sleep(TICK_S)


def _check(ticking: "asyncio.Task[None]", services: Children) -> None:
    """Raises ServiceDown if one stays down, or whatever ended the look after them."""
    if ticking.done():
        ticking.result()
    for child in services.down():
        raise ServiceDown(child)


async def _demo(settings: Settings, alive: Callable[[], None], seeds: str) -> None:
    """Play the dispatches unless they are in already, and show what is known after the last of them."""
    played = dispatches(seeds)
    if in_views(played.ids):
        tell(f"dispatches  those of seeds/{seeds} are in the views already")
    else:
        await _play(settings, alive, played)
    incident = incident_about(played.ids)
    if incident is None:
        raise Unavailable(f"no incident came of seeds/{seeds}; see the logs in {settings.home / 'logs'}")
    moment = played.last.isoformat().replace("+00:00", "Z")
    tell(f"\nThese are old news: what had been said by {moment} (sitrep show {incident[:8]} --as-of {moment})\n")
    await asyncio.to_thread(_show, incident, moment)


async def _play(settings: Settings, alive: Callable[[], None], played: Dispatches) -> None:
    began = time.monotonic()
    dead = await play(settings, played, alive)
    took = time.monotonic() - began
    tell(f"dispatches  {len(played.prepared)} of seeds/{played.name} are in the views after {took:.1f} s")
    if dead:
        tell(f"            {dead} of them in the dead letters: sitrep tail dead-letters --all --no-follow")


def _show(incident: str, moment: str) -> None:
    from services.cli.main import run

    run(["show", incident, "--as-of", moment])
