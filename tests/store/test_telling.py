"""When the loop is told of a commit, and who waits for that."""

import asyncio
from collections.abc import Iterator

import pytest
from tornado.platform.asyncio import AsyncIOLoop

from store.database import Database
from store.errors import StoreUnavailable
from tests.late_telling import LateTelling
from tests.store.test_database import gathered, names, put


@pytest.fixture
def database(io_loop: AsyncIOLoop, database_url: str) -> Iterator[Database]:
    database = Database(database_url)
    io_loop.run_sync(database.open)
    yield database
    io_loop.run_sync(database.close)


async def test_what_was_read_before_it_was_told_can_be_waited_for(
    database: Database,
) -> None:
    told: list[object] = []
    database.listeners.committed = told.extend
    late = LateTelling(database, lambda tx: "a" in names(tx))
    writing = await late.commit(database.write(put, "a"))
    assert await database.read(names) == ["a"]

    await database.told(lambda event: event == "b")  # nothing that concerns it
    waiting = asyncio.ensure_future(database.told(lambda event: event == "a"))
    await asyncio.sleep(0)  # lets it begin to wait
    assert (told, waiting.done()) == ([], False)
    await late.tell()
    await waiting

    assert told == ["a"]
    await writing


async def test_telling_that_hangs_is_waited_for_until_the_deadline(
    io_loop: AsyncIOLoop, database_url: str
) -> None:
    database = Database(database_url, deadline=0.5)
    await database.open()
    late = LateTelling(database, lambda tx: "a" in names(tx))
    writing = await late.commit(database.write(put, "a"))

    await database.told(lambda event: event == "a")

    # Its caller was told before that it may have failed, or else got the result.
    assert isinstance(writing.exception(), StoreUnavailable)
    with pytest.raises(StoreUnavailable):
        await late.tell()
    await database.close()


async def test_change_is_answered_though_its_telling_fails(
    database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(events: list[object]) -> None:
        raise ValueError(events)

    database.listeners.committed = fail

    outcomes = await gathered(database, *(database.write(put, n) for n in "abc"))

    assert outcomes == ["a", "b", "c"]
    await database.told(lambda event: True)
    assert "telling of a commit failed: ValueError" in caplog.messages
