"""The tiny service as a process on a real Kafka: `python -m tests.runtime.tiny_worker JSON`."""

import asyncio
import signal
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

from pydantic import BaseModel

from services.runtime import failpoints
from services.runtime.exits import Exit
from services.runtime.postgres_store import PostgresStore
from services.runtime.records import Record
from services.runtime.run import StatefulService, cause, serve_stateful
from services.runtime.settings import Settings
from services.runtime.sql_store import SqlStore
from services.runtime.sqlite_store import SqliteStore
from services.runtime.store import Claim, Tx
from services.runtime.wiring import KafkaWiring
from tests.runtime.schedule import TakesTheirWord
from tests.runtime.tiny import SCHEMA, TinyHandler, TinyViews, Topics


class Config(BaseModel):
    """The store is the schema `namespace` at `database`, else the file `store`. `stop_at` = stop ourselves, as SIGSTOP
    does, in front of that transaction."""

    servers: str
    kind: Literal["faust", "aiokafka"] = "faust"
    prefix: str
    store: Path
    database: str | None = None
    namespace: str = "tiny"
    session_s: float = 1.5
    failpoint: str | None = None
    exclusive: bool = True
    compare_and_set: bool = True
    stop_at: int | None = None

    @property
    def topics(self) -> Topics:
        return Topics(*(self.prefix + name for name in ("in", "events", "views", "dead")))


class Stopping(SqlStore):
    """Stops its process in front of a transaction: behind every check but the store's own."""

    stop_at: int | None = None
    count = 0

    @contextmanager
    def transaction(self, claim: Claim, records: Sequence[Record]) -> Iterator[Tx]:
        self.count += 1
        if self.count == self.stop_at:
            signal.pthread_kill(threading.get_ident(), signal.SIGSTOP)  # this thread first: it must not go on
        with super().transaction(claim, records) as tx:
            yield tx


class StoppingStore(Stopping, SqliteStore):
    pass


class CarelessStore(TakesTheirWord, StoppingStore):
    """Without the compare-and-set."""


class StoppingPostgres(Stopping, PostgresStore):
    pass


class CarelessPostgres(TakesTheirWord, StoppingPostgres):
    """Without the compare-and-set."""


def opened(config: Config) -> Stopping:
    if config.database:
        on_postgres = StoppingPostgres if config.compare_and_set else CarelessPostgres
        return on_postgres(config.database, config.namespace, SCHEMA)
    on_sqlite = StoppingStore if config.compare_and_set else CarelessStore
    return on_sqlite(config.store, SCHEMA, exclusive=config.exclusive)


def main(config: Config) -> None:
    failpoints.arm(config.failpoint)
    store = opened(config)
    store.stop_at = config.stop_at
    settings = Settings(group_prefix=config.prefix, topic_prefix=config.prefix)
    topics = config.topics
    service = StatefulService("tiny", [topics.input], TinyHandler(topics), SCHEMA, views=TinyViews(topics))
    wiring = KafkaWiring(config.servers, config.kind, config.session_s)
    asyncio.run(serve_stateful(service, store, settings, wiring))
    store.close()


if __name__ == "__main__":
    try:
        main(Config.model_validate_json(sys.argv[1]))
    except Exit as error:
        sys.exit(error.code)
    except BaseExceptionGroup as group:
        sys.exit(getattr(cause(group), "code", 70))
