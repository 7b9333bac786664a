"""A server that lost its database to another one is told so."""

import asyncio

import psycopg2
import pytest
from psycopg2.extras import wait_select

from rtserver.process.lock_watch import LockWatch
from store.exclusive import ADVISORY_LOCK, AlreadyServed, ServerLock
from store.probe import is_served
from tests.client import open_socket
from tests.patience import PATIENCE
from tests.rtserver.cli_runs import Cli, serving
from tests.services import Postgres

HOLDER = """
    SELECT pg_terminate_backend(pid, 5000) FROM pg_locks
    WHERE locktype = 'advisory' AND granted AND objid = {} AND database =
        (SELECT oid FROM pg_database WHERE datname = '{}')
"""


def end_holder(server: Postgres, url: str) -> None:
    """End the session that holds the lock, as a restart of PostgreSQL does."""
    name = url.rpartition("/")[2]
    server.execute(HOLDER.format(ADVISORY_LOCK & 0xFFFFFFFF, name))


class Rival:
    """A session that waits for the lock, and so is the next to get it."""

    def __init__(self, url: str) -> None:
        self._session = psycopg2.connect(url, async_=True)
        wait_select(self._session)
        self._cursor = self._session.cursor()
        self._cursor.execute("SELECT pg_advisory_lock(%s)", (ADVISORY_LOCK,))

    def wait(self) -> None:
        """Wait until it has it."""
        wait_select(self._session)

    def close(self) -> None:
        self._session.close()


async def test_lock_that_another_has_is_told_once(
    postgres_server: Postgres, postgres_url: str
) -> None:
    lock = ServerLock(postgres_url, shared=False)
    lock.take()
    told: list[AlreadyServed] = []
    other = Rival(postgres_url)
    end_holder(postgres_server, postgres_url)
    other.wait()

    await asyncio.wait_for(LockWatch(lock, told.append, seconds=0.01).run(), PATIENCE)

    assert len(told) == 1
    other.close()
    lock.release()


async def test_lock_whose_session_ended_is_taken_again_and_nobody_told(
    postgres_server: Postgres, postgres_url: str
) -> None:
    lock = ServerLock(postgres_url, shared=False)
    lock.take()
    told: list[AlreadyServed] = []
    watch = asyncio.create_task(LockWatch(lock, told.append, seconds=0.01).run())
    end_holder(postgres_server, postgres_url)

    async with asyncio.timeout(PATIENCE):
        while not is_served(postgres_url):
            await asyncio.sleep(0.01)
    watch.cancel()
    await asyncio.wait([watch])

    assert told == []
    lock.release()


@pytest.mark.long
async def test_server_that_lost_its_database_to_another_stops(
    tmp_path, postgres_server: Postgres, migrated_postgres_url: str
) -> None:
    cli = Cli(tmp_path, database_url=migrated_postgres_url, server_drain_seconds=0)
    await asyncio.to_thread(cli.add_user, "Olena")
    token = await asyncio.to_thread(cli.value, "token", "1")
    with serving(cli) as server:
        socket = await open_socket(server.url, token["token"])
        await socket.next("welcome")
        other = Rival(migrated_postgres_url)
        end_holder(postgres_server, migrated_postgres_url)
        other.wait()

        await asyncio.wait_for(socket.connection.wait_closed(), PATIENCE)

        assert socket.connection.close_code == 1012
        assert server.ended() == 1
        assert "ERROR rtserver.process.lock_watch the lock on the" in server.log
        assert server.log.rstrip().endswith("set [redis] url for every one of them.")
        await socket.close()
        other.close()
