"""`sitrep watch` on a real topic: what changes is printed as it comes."""

import asyncio
import signal
from pathlib import Path

import pytest

from schemas.codec import CHANGES
from services.projector.handler import SCHEMA
from services.projector.project import project
from services.runtime.admin import create_topics
from services.runtime.kafka import KafkaPublisher
from services.runtime.records import Out
from services.runtime.settings import Settings
from services.runtime.sqlite_store import SqliteStore
from tests.eventually import eventually
from tests.integration.commands import start
from tests.projector.story import STORY, events

pytestmark = pytest.mark.kafka


async def test_changes_are_printed_as_they_come(kafka: str, prefix: str, tmp_path: Path) -> None:
    await create_topics(kafka, prefix)
    settings = Settings(home=tmp_path, bootstrap_servers=kafka, topic_prefix=prefix)
    SqliteStore(settings.store("projector"), SCHEMA).close()
    env: dict[str, object] = {
        "KAFKA_BOOTSTRAP_SERVERS": kafka, "SITREP_HOME": tmp_path, "SITREP_TOPIC_PREFIX": prefix,
    }  # fmt: skip
    log = tmp_path / "watch.log"
    watching = start("watch", env=env, log=log)
    _, change = project(None, events([STORY[0]()])[0])
    publisher = KafkaPublisher(kafka)
    await publisher.start()

    async def printed() -> bool:
        await publisher.send([Out(settings.topic("changes"), b"i-1", CHANGES.encode(change))])
        await asyncio.sleep(0)
        return "Osk taken by River Corps" in log.read_text()

    try:
        await eventually(printed, within=30, what=f"the change in {log}")
    finally:
        await publisher.close()
        watching.send_signal(signal.SIGINT)
        code = watching.wait(20)
    assert code in (0, 130)
