"""Reads that many ask for at once: those that wait are made together."""

import asyncio
import threading
from collections.abc import Callable, Iterator

import pytest
from tornado.platform.asyncio import AsyncIOLoop

from store import facts
from store.database import Database
from store.errors import StoreUnavailable
from store.gathered_reads import MAX_TOGETHER, GatheredReads
from store.transaction import Transaction


class Query:
    """A query that answers with its items, once it is let go; ``made`` are its runs."""

    def __init__(self) -> None:
        self.made: list[tuple[str, list[int]]] = []
        self.begun = threading.Event()
        self.may_end = threading.Event()

    def __call__(
        self, tx: Transaction, key: str, items: list[int]
    ) -> Callable[[int], int]:
        self.made.append((key, items))
        self.begun.set()
        assert self.may_end.wait(10) and facts.epoch(tx)
        return positive


def positive(item: int) -> int:
    if item < 0:
        raise ValueError(item)
    return item


@pytest.fixture
def query() -> Query:
    return Query()


@pytest.fixture
def database(io_loop: AsyncIOLoop, database_url: str) -> Iterator[Database]:
    database = Database(database_url)
    io_loop.run_sync(database.open)
    yield database
    io_loop.run_sync(database.close)


@pytest.fixture
def reads(database: Database, query: Query) -> GatheredReads[str, int, int]:
    return GatheredReads(database, query, ValueError)


async def begin(
    reads: GatheredReads[str, int, int], query: Query, item: int = 0
) -> "asyncio.Task[int]":
    """Ask for one item, and return once the database is asked."""
    asked = asyncio.create_task(reads.read("a", item))
    await asyncio.to_thread(query.begun.wait, 10)
    return asked


async def ask(
    reads: GatheredReads[str, int, int], *items: int, key: str = "a"
) -> "list[asyncio.Task[int]]":
    asked = [asyncio.create_task(reads.read(key, item)) for item in items]
    await asyncio.sleep(0)  # lets them ask
    return asked


async def test_who_asks_meanwhile_shares_the_next_and_never_the_one_under_way(
    reads: GatheredReads[str, int, int], query: Query
) -> None:
    first = await begin(reads, query)
    others = await ask(reads, 1, 1, 2)

    query.may_end.set()

    assert await asyncio.gather(first, *others) == [0, 1, 1, 2]
    assert query.made == [("a", [0]), ("a", [1, 1, 2])]


async def test_other_keys_dont_wait(
    reads: GatheredReads[str, int, int], query: Query
) -> None:
    first = await begin(reads, query)
    query.begun.clear()

    others = await ask(reads, 1, key="b")
    await asyncio.to_thread(query.begun.wait, 10)  # though the first hasn't ended
    query.may_end.set()

    assert await asyncio.gather(first, *others) == [0, 1]


async def test_one_that_is_refused_spoils_nothing_for_the_others(
    reads: GatheredReads[str, int, int], query: Query
) -> None:
    query.may_end.set()

    good, bad = await ask(reads, 1, -1)

    assert await good == 1
    with pytest.raises(ValueError):
        await bad


async def test_who_gives_up_takes_nobody_along(
    reads: GatheredReads[str, int, int], query: Query
) -> None:
    first = await begin(reads, query)
    second, third = await ask(reads, 1, 2)

    first.cancel()
    second.cancel()
    query.may_end.set()

    assert await third == 2


async def test_no_transaction_reads_for_more_than_it_may(
    reads: GatheredReads[str, int, int], query: Query
) -> None:
    query.may_end.set()

    asked = await ask(reads, *range(2 * MAX_TOGETHER + 1))

    assert await asyncio.gather(*asked) == list(range(2 * MAX_TOGETHER + 1))
    assert [len(items) for _, items in query.made] == [MAX_TOGETHER] * 2 + [1]


async def test_one_that_takes_long_lets_the_others_have_the_next(
    database: Database, query: Query
) -> None:
    reads = GatheredReads(database, query, seconds=0.0)
    query.may_end.set()

    asked = await ask(reads, 1, 2, 3)

    assert await asyncio.gather(*asked) == [1, 2, 3]
    assert [items for _, items in query.made] == [[1, 2, 3], [2, 3], [3]]


async def test_what_fails_fails_for_all_and_the_next_is_made_anew(
    database: Database,
) -> None:
    def failing(tx: Transaction, key: str, items: list[int]) -> Callable[[int], int]:
        if 0 in items:
            raise OverflowError
        return positive

    reads = GatheredReads(database, failing)
    zero, one = await ask(reads, 0, 1)

    for each in (zero, one):
        with pytest.raises(OverflowError):
            await each
    assert await reads.read("a", 1) == 1


async def test_everybody_is_answered_within_the_deadline(
    io_loop: AsyncIOLoop, sqlite_url: str, query: Query
) -> None:
    database = Database(sqlite_url, deadline=0.2)
    await database.open()
    reads = GatheredReads(database, query)
    asked = [await begin(reads, query), *await ask(reads, 1)]

    for each in asked:
        with pytest.raises(StoreUnavailable):
            await each

    query.may_end.set()
    await database.close()


async def test_closing_the_database_ends_who_waits(
    sqlite_url: str, query: Query
) -> None:
    database = Database(sqlite_url, pool_size=1)
    await database.open()
    reads = GatheredReads(database, query)
    reading = await begin(reads, query)
    blocked = await ask(reads, 1, key="b")  # the only reader is busy
    query.may_end.set()

    await database.close()

    ended = await asyncio.gather(reading, *blocked, return_exceptions=True)
    assert all(isinstance(each, (int, BaseException)) for each in ended)
