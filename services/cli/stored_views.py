"""The views that commands show, out of the projector's store; changes as they come from the topic."""

from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime

from aiokafka import AIOKafkaConsumer
from aiokafka.errors import KafkaError
from aiokafka.structs import TopicPartition

from schemas.change import Change
from schemas.codec import CHANGES
from schemas.errors import InvalidRecord
from schemas.events import IncidentEvent
from schemas.incident import Incident
from services.cli.explain import Explanation
from services.cli.queue_items import Parked
from services.projector.reading import ReadModel, open_read_model
from services.runtime.admin import partition_counts
from services.runtime.exits import Unavailable
from services.runtime.settings import Settings
from services.runtime.stores import reading


class StoredViews:
    """One command's look at the store."""

    def __init__(self, model: ReadModel, settings: Settings) -> None:
        self._model = model
        self._settings = settings

    def all(self) -> Iterable[Incident]:
        return self._model.all()

    def get(self, incident: str) -> Incident | None:
        return self._model.get(incident)

    def at(self, incident: str, said_until: datetime | None, known_at: datetime | None) -> Incident | None:
        return self._model.at(incident, said_until, known_at)

    def explain(
        self, incident: str, fact: str, said_until: datetime | None, known_at: datetime | None
    ) -> Explanation | None:
        found = self._model.explain(incident, fact, said_until, known_at)
        return Explanation(found[0], tuple(found[1])) if found else None

    def events(self, incident: str) -> Sequence[IncidentEvent]:
        return self._model.events(incident)

    async def changes(self) -> AsyncIterator[Change]:
        """From now on, without a group: nobody's position moves."""
        topic = self._settings.topic("changes")
        consumer = AIOKafkaConsumer(bootstrap_servers=self._settings.servers, auto_offset_reset="latest")
        try:
            await consumer.start()
            count = (await partition_counts(self._settings.servers, [topic]))[topic]
            parts = [TopicPartition(topic, part) for part in range(count)]
            consumer.assign(parts)
            await consumer.seek_to_end(*parts)
            async for message in consumer:
                try:
                    yield CHANGES.decode(message.value)
                except InvalidRecord:
                    continue  # a notification of a newer version: the views tell the same
        except (KafkaError, OSError) as error:
            raise Unavailable(f"no Kafka answers at {self._settings.servers}: {error}") from error
        finally:
            await consumer.stop()


@contextmanager
def open_views() -> Iterator[StoredViews]:
    """Raises Unavailable where no projector has written yet."""
    settings = Settings()
    with open_read_model(settings) as model:
        yield StoredViews(model, settings)


def parked_incidents(settings: Settings) -> list[Parked]:
    """Incidents whose events could not be folded. Raises Unavailable where no projector has written yet."""
    with reading(settings, "projector", "incident") as query:
        rows = query("SELECT id, title, parked, changed_at FROM incident WHERE parked IS NOT NULL ORDER BY id", ())
    return [Parked(name, title, why, datetime.fromisoformat(at) if at else None) for name, title, why, at in rows]


@contextmanager
def incidents_of(settings: Settings) -> Iterator[Callable[[str], list[str]]]:
    """Which incidents an article is or was in."""
    with open_read_model(settings) as model:
        yield model.incidents_of
