"""What only the store on PostgreSQL does: several instances, owners that stand still, and its errors."""

import threading
from collections.abc import Iterator

import psycopg
import pytest

from services.runtime.exits import Exit, Fenced, TryAgain, Unavailable
from services.runtime.postgres_store import PostgresStore
from services.runtime.settings import Settings
from services.runtime.store import Claim
from services.runtime.stores import reading
from tests.databases import schema_prefix
from tests.runtime.test_store import SCHEMA, TP, records

Opened = tuple[PostgresStore, PostgresStore]


@pytest.fixture
def namespace() -> str:
    return schema_prefix() + "tiny"


@pytest.fixture
def two(postgres: str, namespace: str) -> Iterator[Opened]:
    """Two instances of one service."""
    one, other = PostgresStore(postgres, namespace, SCHEMA), PostgresStore(postgres, namespace, SCHEMA)
    yield one, other
    one.close()
    other.close()


def test_instances_that_start_together_make_the_tables_once(postgres: str, namespace: str) -> None:
    failed: list[BaseException] = []

    def start() -> None:
        try:
            PostgresStore(postgres, namespace, SCHEMA).close()
        except (Exit, psycopg.Error) as error:
            failed.append(error)

    threads = [threading.Thread(target=start) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert failed == []


def test_what_one_claimed_the_other_no_longer_moves(two: Opened) -> None:
    one, other = two
    former = one.claim(TP, "one")
    claim = other.claim(TP, "other")
    with pytest.raises(Fenced), one.transaction(former, records(0, 1)):
        pass
    with other.transaction(claim, records(0, 1)):
        pass
    assert one.position(TP) == 1


def _claimed_meanwhile(asleep: PostgresStore, claim: Claim, successor: PostgresStore) -> None:
    with asleep.transaction(claim, records(0, 1)) as tx:
        assert successor.claim(TP, "successor").pos == 0  # waits for the row until the server ends the other session
        tx.execute("INSERT INTO note(id, text) VALUES(1, 'zombie')")


def test_an_owner_that_stands_still_in_a_transaction_is_cut_off(postgres: str, namespace: str) -> None:
    """Its successor claims within the time limit, and it cannot commit when it wakes."""
    asleep, successor = PostgresStore(postgres, namespace, SCHEMA), PostgresStore(postgres, namespace, SCHEMA)
    asleep.read("SELECT set_config('idle_in_transaction_session_timeout', '200', false)")
    claim = asleep.claim(TP, "asleep")
    with pytest.raises(TryAgain, match="store"):
        _claimed_meanwhile(asleep, claim, successor)
    assert (successor.position(TP), successor.read("SELECT id FROM note")) == (0, [])
    successor.close()


def test_trouble_with_the_database_is_try_again_and_wrong_sql_is_ours(two: Opened) -> None:
    one, _ = two
    claim = one.claim(TP, "me")
    with pytest.raises(psycopg.IntegrityError), one.transaction(claim, records(0, 1)) as tx:
        tx.execute("INSERT INTO note(id, text) VALUES(1, NULL)")
    with pytest.raises(psycopg.ProgrammingError), one.transaction(claim, records(0, 1)) as tx:
        tx.execute("INSERT INTO nowhere VALUES(1)")
    one.read("SELECT set_config('statement_timeout', '50', false)")
    with pytest.raises(TryAgain, match="timeout"):
        one.read("SELECT pg_sleep(30)")
    assert one.position(TP) == 0


def test_where_no_server_answers_it_says_so_without_the_password() -> None:
    settings = Settings.model_validate({"database_url": "postgresql://me:secret-word@127.0.0.1:1/none"})
    with pytest.raises(Unavailable) as told, reading(settings, "projector", "incident"):
        pass
    assert "secret-word" not in told.value.why
    assert "127.0.0.1" in told.value.why


def test_a_reader_sees_what_is_there_and_cannot_write(two: Opened, postgres: str, namespace: str) -> None:
    prefix = namespace.removesuffix("tiny")
    settings = Settings.model_validate({"database_url": postgres, "schema_prefix": prefix})
    assert settings.namespace("tiny") == namespace + "_1"
    PostgresStore(postgres, settings.namespace("tiny"), SCHEMA).close()
    with reading(settings, "tiny", "note") as query:
        assert query("SELECT id FROM note WHERE id=?", (1,)) == []
        with pytest.raises(TryAgain, match="read-only"):
            query("INSERT INTO note(id, text) VALUES(1, 'x') RETURNING id", ())
    with pytest.raises(Unavailable, match="is the tiny running"), reading(settings, "tiny", "absent"):
        pass
