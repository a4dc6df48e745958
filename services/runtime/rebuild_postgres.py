"""A PostgreSQL store built beside the one in use: another schema, which gets its name at the end.

Services may run meanwhile. Those that own a lane when the new store comes are fenced, end with 75 and go on with it.
"""

from collections.abc import Sequence
from types import TracebackType

from services.runtime.exits import OperatorNeeded
from services.runtime.postgres_store import PostgresDatabase, PostgresStore
from services.runtime.rebuild import Lanes
from services.runtime.records import TopicPartition
from services.runtime.store import Store

NAME = "sitrep rebuild"


class PostgresBeside:
    """`namespace` = the schema in use, `schema` = the service's own tables. Raises OperatorNeeded while another rebuild
    of it runs, TryAgain where no server answers."""

    def __init__(self, url: str, namespace: str, schema: str) -> None:
        self._old, self._new = namespace, f"{namespace}_rebuild"
        self._db = PostgresDatabase(url, namespace, NAME)
        ((ours,),) = self._db.query("SELECT pg_try_advisory_lock(hashtext(?))", (f"{NAME} {namespace}",))
        if not ours:
            self._db.close()
            raise OperatorNeeded(f"another rebuild of {namespace} runs")
        self._drop()  # what a killed rebuild left
        self._fresh = PostgresStore(url, self._new, schema, name=NAME)

    def __enter__(self) -> "PostgresBeside":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._fresh.close()
        self._drop()
        self._db.close()

    def _drop(self) -> None:
        self._db.execute(f"DROP SCHEMA IF EXISTS {self._new} CASCADE")

    @property
    def fresh(self) -> Store:
        return self._fresh

    def lanes(self) -> Lanes | None:
        if not self._db.exists("lane"):
            return None
        rows = self._db.query(f"SELECT topic, part, pos, last_hash FROM {self._old}.lane")
        return {
            TopicPartition(topic, part): (pos, None if last is None else bytes(last)) for topic, part, pos, last in rows
        }

    def put_in_place(self, carry: Sequence[str], expected: Lanes) -> bool:
        with self._db.begun():
            self._db.execute("SET LOCAL statement_timeout = 0")
            if carry:
                # Every transaction of an owner begins with its lane: who waits here finds the new one afterwards.
                self._db.execute(f"LOCK TABLE {self._old}.lane IN ACCESS EXCLUSIVE MODE")
                if self.lanes() != expected:
                    return False
            for statement in carry:
                self._db.execute(statement.format(new=self._new, old=self._old))
            self._db.execute(f"DROP SCHEMA IF EXISTS {self._old} CASCADE")
            self._db.execute(f"ALTER SCHEMA {self._new} RENAME TO {self._old}")
        return True
