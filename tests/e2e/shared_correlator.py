"""The correlator on a store that a second one may open too: `python -m tests.e2e.shared_correlator JSON`.

SQLite admits one process a file; without that lock two owners of one lane can be had, as on PostgreSQL.
"""

import asyncio
import sys
from pathlib import Path

from pydantic import BaseModel

from services.correlator.worker import service
from services.runtime.exits import Exit
from services.runtime.run import cause, serve_stateful
from services.runtime.settings import Settings
from services.runtime.wiring import KafkaWiring
from tests.runtime.tiny_worker import StoppingStore


class Config(BaseModel):
    """`stop_at` = stop ourselves, as SIGSTOP does, in front of that transaction."""

    servers: str
    prefix: str
    store: Path
    stop_at: int | None = None
    session_s: float = 1.5


def main(config: Config) -> None:
    settings = Settings(bootstrap_servers=config.servers, topic_prefix=config.prefix, group_prefix=f"g.{config.prefix}")
    correlator = service(settings)
    store = StoppingStore(config.store, correlator.schema, exclusive=False)
    store.stop_at = config.stop_at
    asyncio.run(serve_stateful(correlator, store, settings, KafkaWiring(config.servers, "aiokafka", config.session_s)))
    store.close()


if __name__ == "__main__":
    try:
        main(Config.model_validate_json(sys.argv[1]))
    except Exit as error:
        sys.exit(error.code)
    except BaseExceptionGroup as group:
        sys.exit(getattr(cause(group), "code", 70))
