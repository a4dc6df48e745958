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
from services.runtime.exits import TRY_AGAIN
from services.runtime.lag import Lag
from services.runtime.settings import Settings
from tests.integration.commands import start

SERVICES = ("parser", "correlator", "projector")
KILLED = {-signal.SIGKILL, 137, TRY_AGAIN}


@dataclass
class Desk:
    """`workers` run until the desk is left; one that was killed or says "try again" is started anew."""

    settings: Settings
    env: dict[str, object]
    logs: Path
    workers: dict[str, "subprocess.Popen[bytes]"] = field(default_factory=dict)
    restarts: int = 0

    def start(self, service: str) -> None:
        log = self.logs / f"{service}-{self.restarts}.log"
        self.workers[service] = start("worker", service, env=self.env, log=log)

    def kill(self, service: str, how: signal.Signals = signal.SIGKILL) -> None:
        self.workers[service].send_signal(how)

    def tend(self) -> None:
        """Start again what has ended; raises where it ended for good."""
        for service, process in list(self.workers.items()):
            code = process.poll()
            if code is None:
                continue
            if code not in KILLED:
                said = "\n".join(p.read_text()[-1500:] for p in sorted(self.logs.glob(f"{service}-*.log")))
                raise AssertionError(f"{service} ended with {code}: {said}")
            self.restarts += 1
            self.start(service)

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
async def running_desk(kafka: str, prefix: str, home: Path, services: Sequence[str] = SERVICES) -> AsyncIterator[Desk]:
    """The services over topics of their own."""
    env: dict[str, object] = {
        "KAFKA_BOOTSTRAP_SERVERS": kafka, "SITREP_HOME": home, "SITREP_TOPIC_PREFIX": prefix,
        "SITREP_GROUP_PREFIX": f"g.{prefix}",
    }  # fmt: skip
    settings = Settings(home=home, bootstrap_servers=kafka, topic_prefix=prefix, group_prefix=f"g.{prefix}")
    await create_topics(kafka, prefix)
    desk = Desk(settings, env, logs=home.parent)
    for service in services:
        desk.start(service)
    try:
        yield desk
    finally:
        desk.stop()
