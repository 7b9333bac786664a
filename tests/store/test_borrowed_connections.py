"""Connections lent to threads: counted, and severed when they hang."""

import asyncio
import threading
from collections.abc import Iterator
from typing import Any

import peewee
import pytest

from store.borrowed_connections import BorrowedConnections
from store.engine import open_engine

# A query that would take minutes, so that it ends only if it is severed.
ENDLESS = {
    peewee.SqliteDatabase: "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL "
    "SELECT i + 1 FROM n WHERE i < 10000000000) SELECT count(*) FROM n",
    peewee.PostgresqlDatabase: "SELECT pg_sleep(300)",
}


@pytest.fixture
def engine(database_url: str) -> Iterator[Any]:
    engine = open_engine(database_url, pool_size=2)
    yield engine
    engine.close_all()


async def test_connections_count_while_they_are_borrowed(engine: Any) -> None:
    borrowed = BorrowedConnections()

    with borrowed.borrow(engine):
        meanwhile = len(borrowed)

    assert (meanwhile, len(borrowed)) == (1, 0)


async def test_query_that_hangs_fails_when_its_connection_is_severed(
    engine: Any,
) -> None:
    borrowed, begun = BorrowedConnections(), threading.Event()
    (endless,) = (sql for kind, sql in ENDLESS.items() if isinstance(engine, kind))

    def hang() -> None:
        with borrowed.borrow(engine):
            begun.set()
            engine.execute_sql(endless)

    hanging = asyncio.create_task(asyncio.to_thread(hang))
    await asyncio.to_thread(begun.wait)
    while not hanging.done():  # it may not have asked yet when it is first severed
        borrowed.sever_stale(0)
        await asyncio.sleep(0.01)

    with pytest.raises((peewee.OperationalError, peewee.InterfaceError)):
        await hanging
    assert len(borrowed) == 0


async def test_connection_that_was_just_borrowed_is_left_alone(engine: Any) -> None:
    borrowed = BorrowedConnections()

    with borrowed.borrow(engine):
        severed = borrowed.sever_stale(60)
        engine.execute_sql("SELECT 1")

    assert severed == 0


async def test_connections_given_back_after_a_failure_are_not_severed(
    engine: Any,
) -> None:
    borrowed = BorrowedConnections()
    with pytest.raises(ZeroDivisionError), borrowed.borrow(engine):
        raise ZeroDivisionError

    assert borrowed.sever_stale(0) == 0
