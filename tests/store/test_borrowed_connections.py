"""Connections that are lent to threads, and taken away from those that hang."""

import threading
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from typing import Any

import peewee
import pytest

from store.borrowed_connections import BorrowedConnections
from store.engine import open_engine
from tests.patience import PATIENCE
from tests.processes import wait_until

# Each takes far longer than a test.
HANG = {
    "sqlite": "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) "
    "SELECT max(i) FROM n",
    "postgresql": "SELECT pg_sleep(60)",
}


@pytest.fixture
def pool(migrated_url: str) -> Iterator[Any]:
    """A pool of this test's own, as connections of it break."""
    engine = open_engine(migrated_url, pool_size=3)
    yield engine
    engine.close_all()


@pytest.fixture
def thread() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(1) as pool:
        yield pool


def hang(borrowed: BorrowedConnections, pool: Any) -> None:
    kind = "sqlite" if isinstance(pool, peewee.SqliteDatabase) else "postgresql"
    with borrowed.borrow(pool):
        pool.execute_sql(HANG[kind]).fetchone()


def hanging(
    borrowed: BorrowedConnections, pool: Any, thread: ThreadPoolExecutor
) -> Future[None]:
    """Have a query hang in the thread."""
    running = thread.submit(hang, borrowed, pool)
    wait_until(lambda: len(borrowed) == 1)
    return running


def test_a_connection_counts_as_long_as_it_is_lent_however_that_ends(pool: Any) -> None:
    borrowed = BorrowedConnections()

    with pytest.raises(RuntimeError), borrowed.borrow(pool):
        assert len(borrowed) == 1
        raise RuntimeError

    assert len(borrowed) == 0
    assert pool.is_closed()


def test_threads_borrow_connections_of_their_own(
    pool: Any, thread: ThreadPoolExecutor
) -> None:
    def connection() -> int:
        with borrowed.borrow(pool):
            return id(pool.connection())

    borrowed = BorrowedConnections()
    with borrowed.borrow(pool):
        other = thread.submit(connection).result(10)

        assert other != id(pool.connection())


def test_a_query_that_hangs_is_severed_and_others_borrow_again(
    pool: Any, thread: ThreadPoolExecutor
) -> None:
    borrowed = BorrowedConnections()
    running = hanging(borrowed, pool, thread)

    wait_until(lambda: severed(borrowed, running))

    assert isinstance(running.exception(10), peewee.OperationalError)
    assert (len(borrowed), borrowed.sever_stale(0)) == (0, 0)
    with borrowed.borrow(pool):
        assert pool.execute_sql("SELECT 1").fetchone() == (1,)


def severed(borrowed: BorrowedConnections, running: Future[None]) -> bool:
    """Break off what hangs, perhaps before its query has begun: that ends nothing."""
    borrowed.sever_stale(0)
    return running.done()


def test_a_connection_that_was_just_lent_is_left_alone(pool: Any) -> None:
    borrowed = BorrowedConnections()

    with borrowed.borrow(pool):
        assert borrowed.sever_stale(60) == 0
        assert pool.execute_sql("SELECT 1").fetchone() == (1,)


def test_at_the_end_what_hangs_is_broken_off_before_its_connection_is_closed(
    pool: Any, thread: ThreadPoolExecutor
) -> None:
    borrowed = BorrowedConnections()

    def again() -> None:
        with suppress(peewee.OperationalError):
            hang(borrowed, pool)
        hang(borrowed, pool)

    running = thread.submit(again)
    wait_until(lambda: len(borrowed) == 1)
    borrowed.end(pool, 10)

    with pytest.raises(peewee.InterfaceError, match="is closed"):
        running.result(10)
    assert not pool._in_use


def test_what_is_not_given_back_in_time_stays_open(
    pool: Any, thread: ThreadPoolExecutor
) -> None:
    borrowed, done = BorrowedConnections(), threading.Event()

    def hold() -> Any:
        with borrowed.borrow(pool):
            done.wait(PATIENCE)
            return pool.execute_sql("SELECT 1").fetchone()

    running = thread.submit(hold)
    wait_until(lambda: len(borrowed) == 1)
    borrowed.end(pool, 0)

    done.set()
    assert running.result(10) == (1,)
