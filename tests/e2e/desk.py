"""A running desk for tests: broker topics of its own, a worker process for each service, restarted as `up` does."""

import asyncio
import signal
import subprocess
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from services.cli.publish import publish_all
from services.ingest.prepare import Prepared
from services.runtime.admin import create_topics
from services.runtime.exits import OK, TRY_AGAIN
from services.runtime.lag import Lag
from services.runtime.settings import Settings
from tests.databases import schema_prefix
from tests.integration.commands import start

SERVICES = ("parser", "correlator", "projector")
KILLED = {-signal.SIGKILL, 137, TRY_AGAIN}


@dataclass
class Desk:
    """`workers` run until the desk is left; one that was killed, told to stop or says "try again" is started anew.

    A worker is named by its service; a second instance of one has a number behind: parser, parser-2.
    """

    settings: Settings
    env: dict[str, object]
    logs: Path
    workers: dict[str, "subprocess.Popen[bytes]"] = field(default_factory=dict)
    told: set[str] = field(default_factory=set)
    restarts: int = 0

    def start(self, name: str) -> None:
        log = self.logs / f"{name}.{self.restarts}.log"
        self.workers[name] = start("worker", name.split("-")[0], env=self.env, log=log)

    def kill(self, name: str, how: signal.Signals = signal.SIGKILL) -> None:
        if how == signal.SIGTERM:
            self.told.add(name)
        self.workers[name].send_signal(how)

    def tend(self) -> None:
        """Start again what has ended; raises where it ended for good."""
        for name, process in list(self.workers.items()):
            code = process.poll()
            if code is None:
                continue
            if code not in KILLED and not (code == OK and name in self.told):
                said = "\n".join(p.read_text()[-1500:] for p in sorted(self.logs.glob(f"{name}.*.log")))
                raise AssertionError(f"{name} ended with {code}: {said}")
            self.told.discard(name)
            self.restarts += 1
            self.start(name)

    async def publish(self, articles: Sequence[Prepared]) -> None:
        await publish_all(self.settings, articles)

    async def at_rest(self, within: float = 120) -> None:
        """Until every service has folded all there is, restarting what falls over meanwhile."""
        async with Lag(self.settings) as lag:
            await asyncio.wait_for(lag.passed(lambda _: self.tend()), within)

    def stop(self) -> None:
        for process in self.workers.values():
            process.send_signal(signal.SIGCONT)
            process.terminate()
        for process in self.workers.values():
            process.wait(60)


@asynccontextmanager
async def running_desk(
    kafka: str, prefix: str, home: Path, workers: Sequence[str] = SERVICES, database_url: str | None = None
) -> AsyncIterator[Desk]:
    """The services over topics of their own; the stores in SQLite files, or in PostgreSQL."""
    env: dict[str, object] = {
        "KAFKA_BOOTSTRAP_SERVERS": kafka, "SITREP_HOME": home, "SITREP_TOPIC_PREFIX": prefix,
        "SITREP_GROUP_PREFIX": f"g.{prefix}",
    }  # fmt: skip
    values: dict[str, object] = {
        "home": home, "bootstrap_servers": kafka, "topic_prefix": prefix, "group_prefix": f"g.{prefix}",
    }  # fmt: skip
    if database_url:
        schemas = schema_prefix()
        env |= {"DATABASE_URL": database_url, "SITREP_SCHEMA_PREFIX": schemas}
        values |= {"database_url": database_url, "schema_prefix": schemas}
    await create_topics(kafka, prefix)
    desk = Desk(Settings.model_validate(values), env, logs=home.parent)
    for name in workers:
        desk.start(name)
    try:
        yield desk
    finally:
        desk.stop()
