"""Reads that take longer than one call."""

import asyncio
import threading
from collections.abc import Iterator

import peewee
import pytest

from store import users
from store.database import Database
from store.errors import StoreUnavailable
from store.long_reads import Pages, read_long
from store.transaction import Transaction
from tests.school import until
from tests.store.rows import add_user
from tests.store.test_borrowed_connections import HANG


@pytest.fixture
def db(io_loop, database_url: str) -> Iterator[Database]:
    opened = Database(database_url)
    io_loop.run_sync(opened.open)
    yield opened
    io_loop.run_sync(opened.close)


def hang(tx: Transaction) -> Pages[None]:
    yield
    kind = "sqlite" if isinstance(tx.engine, peewee.SqliteDatabase) else "postgresql"
    tx.engine.execute_sql(HANG[kind]).fetchone()


def long_readers() -> list[threading.Thread]:
    return [one for one in threading.enumerate() if one.name.startswith("long-read")]


async def test_all_pages_see_one_moment(db: Database) -> None:
    await db.write(lambda tx: add_user(tx, 1))
    begun, go_on = threading.Event(), threading.Event()

    def count(tx: Transaction, more: int) -> Pages[list[set[int]]]:
        found = []
        for _ in range(2):
            found.append(users.active_ids(tx, {1, 2, more}))
            begun.set()
            yield
            go_on.wait(10)
        return found

    reading = asyncio.create_task(read_long(db, count, more=3))
    await until(begun.is_set)
    await db.write(lambda tx: add_user(tx, 2))
    go_on.set()

    assert await reading == [{1}, {1}]
    await until(lambda: not long_readers())


async def test_a_page_that_hangs_is_broken_off(db: Database) -> None:
    db.deadline = 0.3

    with pytest.raises(StoreUnavailable, match="page"):
        await read_long(db, hang)

    await until(lambda: not long_readers())


async def test_so_is_one_that_is_given_up(db: Database) -> None:
    begun = threading.Event()

    def hanging(tx: Transaction) -> Pages[None]:
        begun.set()
        yield from hang(tx)

    reading = asyncio.create_task(read_long(db, hanging))
    await until(begun.is_set)
    reading.cancel()

    with pytest.raises(asyncio.CancelledError):
        await reading
    await until(lambda: not long_readers())


async def test_what_it_raises_reaches_its_caller(db: Database) -> None:
    def fail(tx: Transaction) -> Pages[None]:
        yield
        raise LookupError

    with pytest.raises(LookupError):
        await read_long(db, fail)
