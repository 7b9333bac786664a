"""Only one server serves a database, unless those with Redis share it."""

from pathlib import Path

import psycopg2
import pytest
from psycopg2.extras import wait_select

from store.errors import StoreUnavailable
from store.exclusive import ADVISORY_LOCK, AlreadyServed, ServerLock
from store.probe import is_served
from tests.services import Postgres


def test_second_server_on_one_database_is_refused(database_url: str) -> None:
    first, second = (ServerLock(database_url, shared=False) for _ in range(2))
    first.take()

    with pytest.raises(AlreadyServed, match="Another server"):
        second.take()
    first.release()
    second.take()
    second.release()


@pytest.mark.parametrize("link_is_a_folder", [True, False])
def test_a_second_server_through_a_symbolic_link_is_refused(
    tmp_path: Path, *, link_is_a_folder: bool
) -> None:
    there, link = tmp_path / "there", tmp_path / "link"
    there.mkdir()
    link.symlink_to(there if link_is_a_folder else there / "rtserver.db")
    first = ServerLock(f"sqlite:///{there}/rtserver.db", shared=False)
    url = f"sqlite:///{link}/rtserver.db" if link_is_a_folder else f"sqlite:///{link}"
    first.take()

    with pytest.raises(AlreadyServed, match=r"there/rtserver\.db"):
        ServerLock(url, shared=False).take()
    first.release()


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


def test_a_lock_whose_connection_was_lost_is_taken_again(
    postgres_server: Postgres, postgres_url: str
) -> None:
    lock = ServerLock(postgres_url, shared=False)
    lock.take()
    postgres_server.execute(TERMINATE.format(postgres_url.rpartition("/")[2]))

    assert lock.held()

    assert is_served(postgres_url)
    lock.release()


TERMINATE = """
    SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
    WHERE datname = '{}'
"""


def test_a_lock_that_was_lost_to_another_server_is_not_held(
    postgres_server: Postgres, postgres_url: str
) -> None:
    lock, other = (ServerLock(postgres_url, shared=False) for _ in range(2))
    lock.take()
    postgres_server.execute(TERMINATE.format(postgres_url.rpartition("/")[2]))
    other.take()

    with pytest.raises(AlreadyServed):
        lock.held()
    other.release()


def test_a_database_that_does_not_answer_is_unavailable() -> None:
    lock = ServerLock("postgresql://rt:geheim@127.0.0.1:1/school", shared=False)

    with pytest.raises(StoreUnavailable) as caught:
        lock.take()
    lock.release()

    assert "Connection refused" in str(caught.value)
    assert "geheim" not in str(caught.value)


def test_the_file_that_a_killed_server_left_locks_nobody_out(tmp_path: Path) -> None:
    (tmp_path / "rtserver.db.serving").touch()
    lock = ServerLock(f"sqlite:///{tmp_path}/rtserver.db", shared=False)

    lock.take()

    assert lock.held()
    lock.release()
