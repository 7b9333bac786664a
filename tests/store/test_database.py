"""The database as the event loop uses it: reads, writes, deadlines."""

import asyncio
import threading
from collections.abc import Iterator
from typing import Any

import peewee
import pytest
from tornado.platform.asyncio import AsyncIOLoop

from store.database import Database
from store.errors import StoreUnavailable
from store.models import Fact
from store.transaction import Transaction
from tests.patience import PATIENCE
from tests.services import Postgres

MIGRATED = {"epoch", "school"}  # what a new database holds already


def put(tx: Transaction, name: str) -> str:
    tx.insert(Fact.insert(name=name, value="x"))
    tx.emit(name)
    return name


def put_all(tx: Transaction, names: list[str]) -> list[str | Exception]:
    tx.insert(Fact.insert_many([{"name": n, "value": str(len(names))} for n in names]))
    return list(names)


def names(tx: Transaction) -> list[str]:
    rows = tx.rows(Fact.select(Fact.name))
    return sorted(row["name"] for row in rows if row["name"] not in MIGRATED)


def value(tx: Transaction, name: str) -> str:
    row = tx.first(Fact.select(Fact.value).where(Fact.name == name))
    assert row is not None
    return str(row["value"])


@pytest.fixture
def database(io_loop: AsyncIOLoop, database_url: str) -> Iterator[Database]:
    database = Database(database_url)
    io_loop.run_sync(database.open)
    yield database
    io_loop.run_sync(database.close)


class Stalled:
    """A change that holds the writer until it is let go, so that others gather."""

    def __init__(self) -> None:
        self.entered = threading.Event()
        self.go_on = threading.Event()

    def __call__(self, tx: Transaction, name: str) -> None:
        self.entered.set()
        self.go_on.wait(PATIENCE)


async def gathered(database: Database, *writes: Any) -> list[Any]:
    """Run writes so that they share one batch."""
    stall = Stalled()
    first = asyncio.ensure_future(database.write(stall, "stall"))
    await asyncio.to_thread(stall.entered.wait, 10)
    waiting = [asyncio.ensure_future(write) for write in writes]
    await asyncio.sleep(0)  # lets each of them submit its change
    stall.go_on.set()
    await first
    return await asyncio.gather(*waiting, return_exceptions=True)


async def test_write_is_there_for_the_next_read(database: Database) -> None:
    assert await database.write(put, "a") == "a"

    assert await database.read(names) == ["a"]


async def test_change_gets_every_argument_of_its_write(database: Database) -> None:
    def put_value(tx: Transaction, name: str, value: str) -> str:
        tx.insert(Fact.insert(name=name, value=value))
        return f"{name}: {value}"

    assert await database.write(put_value, "a", "7", lessons=[1], users=[2]) == "a: 7"
    assert await database.read(value, "a") == "7"


async def test_equal_changes_of_single_writes_are_applied_one_by_one(
    database: Database,
) -> None:
    seen: list[list[str]] = []

    def see(tx: Transaction, *names: str) -> None:
        seen.append(list(names))

    await gathered(database, database.write(see, "a"), database.write(see, "b", "c"))

    assert seen == [["a"], ["b", "c"]]


async def test_items_of_equal_changes_are_applied_at_once(
    database: Database,
) -> None:
    outcomes = await gathered(
        database, *(database.write_batched(put_all, name) for name in "abc")
    )

    assert outcomes == ["a", "b", "c"]
    assert await database.read(value, "a") == "3"


async def test_events_are_told_in_commit_order_before_their_callers_go_on(
    database: Database,
) -> None:
    told: list[Any] = []
    database.listeners.committed = told.extend

    async def write(name: str) -> None:
        await database.write(put, name)
        told.append(name.upper())

    await gathered(database, *(write(name) for name in "abc"))

    assert told == ["a", "b", "c", "A", "B", "C"]


async def test_read_sees_one_moment(database: Database) -> None:
    loop = asyncio.get_running_loop()

    def twice(tx: Transaction) -> tuple[list[str], list[str]]:
        before = names(tx)
        writing = asyncio.run_coroutine_threadsafe(database.write(put, "a"), loop)
        writing.result(10)
        return before, names(tx)

    assert await database.read(twice) == ([], [])
    assert await database.read(names) == ["a"]


async def test_caller_past_the_deadline_is_told_and_its_queued_change_is_dropped(
    sqlite_url: str,
) -> None:
    database = await opened(sqlite_url, deadline=0.3)
    stall = Stalled()
    first = asyncio.ensure_future(database.write(stall, "stall"))
    await asyncio.to_thread(stall.entered.wait, 10)

    with pytest.raises(StoreUnavailable):
        await database.write(put, "late")
    stall.go_on.set()
    with pytest.raises(StoreUnavailable):
        await first

    await database.write(put, "next")
    assert await database.read(names) == ["next"]
    await database.close()


async def test_change_that_commits_after_its_deadline_is_still_told(
    sqlite_url: str,
) -> None:
    database = await opened(sqlite_url, deadline=0.3)
    told: list[Any] = []
    database.listeners.committed = told.extend
    go_on = threading.Event()

    def slow(tx: Transaction, name: str) -> None:
        put(tx, name)
        go_on.wait(PATIENCE)

    with pytest.raises(StoreUnavailable):
        await database.write(slow, "slow")
    go_on.set()
    await database.write(put, "next")

    assert told == ["slow", "next"]
    await database.close()


async def test_the_only_connection_is_waited_for(database_url: str) -> None:
    database = Database(database_url, pool_size=1)
    await database.open()
    has_begun, may_end = threading.Event(), threading.Event()

    def linger(tx: Transaction) -> bool:
        has_begun.set()
        return may_end.wait(5)

    reading = asyncio.create_task(database.read(linger))
    await asyncio.to_thread(has_begun.wait)
    writing = asyncio.create_task(database.write(put, "a"))
    await asyncio.wait([writing], timeout=0.2)  # it finds no connection free
    may_end.set()

    assert await asyncio.gather(reading, writing) == [True, "a"]
    await database.close()


async def test_stopping_finishes_what_waits(sqlite_url: str) -> None:
    database = await opened(sqlite_url)
    writes = [asyncio.ensure_future(database.write(put, str(n))) for n in range(50)]
    await asyncio.sleep(0)  # lets them submit

    await database.close()

    assert await asyncio.gather(*writes) == [str(n) for n in range(50)]


async def test_restarted_postgresql_is_used_again_at_the_first_try(
    own_postgres: Postgres,
) -> None:
    database = await opened(own_postgres.url)
    await database.write(put, "before")
    await database.read(names)

    await asyncio.to_thread(own_postgres.restart)

    assert await database.read(names) == ["before"]
    await database.write(put, "after")
    assert await database.read(names) == ["after", "before"]
    await database.close()


async def test_stopped_postgresql_is_unavailable_and_heals(
    own_postgres: Postgres,
) -> None:
    database = await opened(own_postgres.url)
    await database.write(put, "before")
    await asyncio.to_thread(own_postgres.kill)

    with pytest.raises(StoreUnavailable):
        await database.write(put, "down")
    with pytest.raises(StoreUnavailable):
        await database.read(names)

    await asyncio.to_thread(own_postgres.restart)
    assert await database.read(names) == ["before"]
    await database.close()


async def test_a_read_finds_that_the_database_is_back(own_postgres: Postgres) -> None:
    database = await opened(own_postgres.url)
    await asyncio.to_thread(own_postgres.kill)
    with pytest.raises(StoreUnavailable):
        await database.read(names)
    failing = database.failing

    await asyncio.to_thread(own_postgres.restart)
    await database.read(names)

    assert failing and not database.failing
    await database.close()


async def test_reads_do_not_hide_that_writes_fail(database: Database) -> None:
    def full(tx: Transaction) -> None:
        raise peewee.OperationalError("database or disk is full")

    with pytest.raises(StoreUnavailable):
        await database.write(full)
    await database.read(names)

    assert database.failing


async def test_frozen_postgresql_holds_nobody_beyond_the_deadline(
    own_postgres: Postgres,
) -> None:
    database = await opened(own_postgres.url, deadline=1.0)
    await database.write(put, "before")
    own_postgres.freeze()
    started = asyncio.get_running_loop().time()

    outcomes = await asyncio.gather(
        *(database.write(put, f"frozen{n}") for n in range(3)),
        *(database.read(names) for _ in range(20)),
        return_exceptions=True,
    )

    assert {type(outcome) for outcome in outcomes} == {StoreUnavailable}
    assert asyncio.get_running_loop().time() - started < 3
    own_postgres.thaw()
    async with asyncio.timeout(PATIENCE):
        while await asyncio.gather(
            database.write(put, "x"), return_exceptions=True
        ) != ["x"]:
            await asyncio.sleep(0.05)
    assert "before" in await database.read(names)
    await database.close()


async def opened(url: str, **options: Any) -> Database:
    database = Database(url, **options)
    await database.open()
    return database
