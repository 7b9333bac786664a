"""Only one server serves a database, unless those with Redis share it."""

import psycopg2
import pytest
from psycopg2.extras import wait_select

from store.exclusive import ADVISORY_LOCK, AlreadyServed, ServerLock


def test_second_server_on_one_database_is_refused(database_url: str) -> None:
    first, second = (ServerLock(database_url, shared=False) for _ in range(2))
    first.take()

    with pytest.raises(AlreadyServed, match="Another server"):
        second.take()
    first.release()
    second.take()
    second.release()


def test_lock_of_a_server_whose_end_postgresql_notices_late_is_waited_for(
    postgres_url: str,
) -> None:
    """A backend that is busy doesn't look whether its client is still there."""
    ended = psycopg2.connect(postgres_url, async_=True)
    wait_select(ended)
    with ended.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", (ADVISORY_LOCK,))
        wait_select(ended)
        cursor.execute("SELECT pg_sleep(0.3)")
    ended.close()
    restarted = ServerLock(postgres_url, shared=False)

    restarted.take()
    restarted.release()


def test_servers_with_redis_share_postgresql_and_keep_out_one_without(
    postgres_url: str,
) -> None:
    sharing = [ServerLock(postgres_url, shared=True) for _ in range(2)]
    for lock in sharing:
        lock.take()

    with pytest.raises(AlreadyServed, match="need Redis"):
        ServerLock(postgres_url, shared=False).take()
    for lock in sharing:
        lock.release()
