"""What comes of the drivers' errors: they may quote people's rows, ours don't."""

from typing import Any

import peewee
import pytest
from playhouse.pool import MaxConnectionsExceeded

from store import migrate
from store.driver_errors import cause, is_lost, refused, translate
from store.engine import open_engine
from store.errors import ConstraintViolated, StoreError, StoreUnavailable
from store.models import Fact
from store.transaction import Transaction
from tests.store.rows import add_lesson, add_member, add_user


def failure(call: Any, *args: Any) -> Exception:
    """Return what a call fails with."""
    with pytest.raises(Exception) as caught:
        call(*args)
    return caught.value


def put(tx: Transaction, name: str) -> None:
    tx.insert(Fact.insert(name=name, value="private"))


def test_a_violated_key_is_told_without_the_values(tx: Transaction) -> None:
    put(tx, "olena@school.example")

    error = failure(put, tx, "olena@school.example")

    told = translate(error)
    assert isinstance(told, ConstraintViolated) and not is_lost(error)
    assert "olena" in str(error) or not tx.is_postgres
    assert "olena" not in str(told)


def test_a_reference_to_nothing_contradicts_what_is_stored(tx: Transaction) -> None:
    add_lesson(tx, 1)
    add_user(tx, 1)

    assert isinstance(translate(failure(add_member, tx, 1, 2)), ConstraintViolated)


def refuse_writing(tx: Transaction) -> None:
    """Have the database itself fail, as it does where its disk is read-only."""
    if tx.is_postgres:
        tx.engine.execute_sql("SET LOCAL statement_timeout = 1")
        tx.engine.execute_sql("SELECT pg_sleep(5)")
    tx.engine.execute_sql("PRAGMA query_only = 1")
    try:
        put(tx, "a")
    finally:
        tx.engine.execute_sql("PRAGMA query_only = 0")


def test_a_database_that_fails_is_unavailable_and_the_drivers_code_says_why(
    tx: Transaction,
) -> None:
    error = failure(refuse_writing, tx)

    told = translate(error)
    code = "57014" if tx.is_postgres else "SQLITE_READONLY"
    assert is_lost(error) and isinstance(told, StoreUnavailable)
    assert str(told) == cause(error) == f"OperationalError, {code}"
    assert cause(told) == str(told)


def test_the_first_failure_says_why_and_not_what_failed_after_it(
    tx: Transaction,
) -> None:
    def fail_twice() -> None:
        try:
            refuse_writing(tx)
        finally:
            tx.engine.execute_sql("SELECT nonsense")

    code = "57014" if tx.is_postgres else "SQLITE_READONLY"
    assert cause(failure(fail_twice)).endswith(f", {code}")


def test_a_disk_that_is_full_at_the_first_start_is_told_in_the_words_of_its_cause(
    sqlite_url: str,
) -> None:
    engine = open_engine(sqlite_url, pool_size=1)
    with engine.connection_context():
        engine.execute_sql("PRAGMA max_page_count = 2")

    error = failure(migrate.up, engine)  # over the same connection
    engine.close_all()

    assert str(refused(error)) == "database or disk is full"


def test_what_a_database_is_not_opened_for_is_told_whatever_it_is() -> None:
    told = refused(peewee.ProgrammingError("permission denied for schema public\nLINE"))

    assert isinstance(told, StoreUnavailable)
    assert str(told) == "permission denied for schema public"


def test_no_connection_that_gets_free_is_unavailable() -> None:
    told = translate(MaxConnectionsExceeded())

    assert isinstance(told, StoreUnavailable)
    assert str(told) == "every connection is in use"


def test_a_mistake_of_ours_is_named_by_its_type_alone() -> None:
    told = translate(peewee.ProgrammingError('column "Олена" does not exist'))

    assert type(told) is StoreError
    assert str(told) == "ProgrammingError"


def test_what_is_not_the_databases_passes_as_it_is() -> None:
    error = ValueError("no")

    assert translate(error) is error
    assert not is_lost(error)
