"""Whether new work should come to a process."""

from collections.abc import Iterator
from pathlib import Path

import peewee
import pytest
from tornado.platform.asyncio import AsyncIOLoop

from rtserver.health import Health, Readiness
from store import facts
from store.database import Database
from store.errors import StoreUnavailable
from store.transaction import Transaction


@pytest.fixture
def db(io_loop: AsyncIOLoop, database_url: str) -> Iterator[Database]:
    database = Database(database_url, pool_size=2)
    io_loop.run_sync(database.open)
    yield database
    io_loop.run_sync(database.close)


async def test_a_process_with_its_database_is_ready(db: Database) -> None:
    assert await Health(db).readiness(draining=False) == Readiness(True, "ok")


async def test_a_process_that_drains_takes_no_new_work(db: Database) -> None:
    ready = await Health(db, lambda: True).readiness(draining=True)

    assert ready == Readiness(False, "draining")


async def test_without_redis_it_goes_on_and_says_so(db: Database) -> None:
    ready = await Health(db, lambda: True).readiness(draining=False)

    assert ready == Readiness(True, "degraded", ("redis",))


async def test_where_nothing_can_be_written_it_goes_on_for_those_who_read(
    db: Database,
) -> None:
    def full(tx: Transaction) -> None:
        raise peewee.OperationalError("database or disk is full")

    with pytest.raises(StoreUnavailable):
        await db.write(full)

    ready = await Health(db).readiness(draining=False)
    both = await Health(db, lambda: True).readiness(draining=False)
    assert ready == Readiness(True, "degraded", ("writes",))
    assert both == Readiness(True, "degraded", ("writes", "redis"))

    await db.write(facts.set_epoch, "later")
    assert await Health(db).readiness(draining=False) == Readiness(True, "ok")


async def test_without_a_database_it_is_not_ready(tmp_path: Path) -> None:
    empty = Database(f"sqlite:///{tmp_path}")

    ready = await Health(empty).readiness(draining=False)

    assert ready == Readiness(False, "failing", ("database",))
    await empty.close()
