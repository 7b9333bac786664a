"""Connections that are lent to threads, and taken away from those that hang."""

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import peewee
import pytest

from store.crossings import Crossings
from store.engine import open_engine
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


def hang(crossings: Crossings, pool: Any) -> None:
    kind = "sqlite" if isinstance(pool, peewee.SqliteDatabase) else "postgresql"
    with crossings.crossing(pool):
        pool.execute_sql(HANG[kind]).fetchone()


def hanging(
    crossings: Crossings, pool: Any, thread: ThreadPoolExecutor
) -> Future[None]:
    """Have a query hang in the thread."""
    running = thread.submit(hang, crossings, pool)
    wait_until(lambda: len(crossings) == 1)
    return running


def test_a_crossing_counts_as_long_as_it_lasts_however_it_ends(pool: Any) -> None:
    crossings = Crossings()

    with pytest.raises(RuntimeError), crossings.crossing(pool):
        assert len(crossings) == 1
        raise RuntimeError

    assert len(crossings) == 0
    assert pool.is_closed()


def test_threads_cross_over_connections_of_their_own(
    pool: Any, thread: ThreadPoolExecutor
) -> None:
    def connection() -> int:
        with crossings.crossing(pool):
            return id(pool.connection())

    crossings = Crossings()
    with crossings.crossing(pool):
        other = thread.submit(connection).result(10)

        assert other != id(pool.connection())


def test_a_query_that_hangs_is_broken_off_and_others_cross_again(
    pool: Any, thread: ThreadPoolExecutor
) -> None:
    crossings = Crossings()
    running = thread.submit(hang, crossings, pool)
    wait_until(lambda: len(crossings) == 1)

    wait_until(lambda: broken_off(crossings, running))

    assert isinstance(running.exception(10), peewee.OperationalError)
    assert (len(crossings), crossings.break_off(0)) == (0, 0)
    with crossings.crossing(pool):
        assert pool.execute_sql("SELECT 1").fetchone() == (1,)


def broken_off(crossings: Crossings, running: Future[None]) -> bool:
    """Break off what hangs, perhaps before its query has begun: that ends nothing."""
    crossings.break_off(0)
    return running.done()


def test_a_crossing_that_is_young_is_left_alone(pool: Any) -> None:
    crossings = Crossings()

    with crossings.crossing(pool):
        assert crossings.break_off(60) == 0
        assert pool.execute_sql("SELECT 1").fetchone() == (1,)
