"""A look at a database from outside."""

from pathlib import Path

import pytest

from store.database import Database
from store.engine import sqlite_path
from store.errors import StoreUnavailable
from store.exclusive import ServerLock
from store.probe import first_admin, is_served, probe
from tests.processes import wait_until
from tests.school import School


def test_an_empty_database_lacks_every_migration(empty_database_url: str) -> None:
    found = probe(empty_database_url)

    assert "0001_foundation" in found.pending
    assert found.unknown == []
    assert abs(found.clock_ahead) < 5


def test_looking_applies_nothing(empty_database_url: str) -> None:
    first = probe(empty_database_url)

    assert probe(empty_database_url).pending == first.pending != []


async def test_a_migrated_database_lacks_nothing(empty_database_url: str) -> None:
    database = Database(empty_database_url)
    await database.open()
    await database.close()

    assert probe(empty_database_url).pending == []


def test_a_database_that_does_not_answer_says_why() -> None:
    with pytest.raises(StoreUnavailable, match="refused"):
        probe("postgresql://rt:geheim@127.0.0.1:1/school")


def test_a_file_that_is_no_database_is_told(tmp_path: Path) -> None:
    path = tmp_path / "school.db"
    path.write_text("this is a letter to the headmaster, not a database" * 20)

    with pytest.raises(StoreUnavailable, match="not a database"):
        probe(f"sqlite:///{path}")


async def test_the_first_active_admin_is_found(school: School) -> None:
    await school.person("Olena", role="tutor")
    admin = await school.person("Iryna", role="admin")
    await school.person("Taras", role="admin")

    assert first_admin(school.settings.database_url.reveal()) == admin


async def test_without_an_admin_none_is_found(school: School) -> None:
    await school.person("Olena", role="tutor")

    assert first_admin(school.settings.database_url.reveal()) is None


def test_looking_for_an_admin_makes_no_database(sqlite_url: str) -> None:
    assert first_admin(sqlite_url) is None
    assert not sqlite_path(sqlite_url).exists()


def test_a_postgresql_that_servers_share_is_known_as_served(postgres_url: str) -> None:
    assert not is_served(postgres_url)
    lock = ServerLock(postgres_url, shared=True)
    lock.take()

    served = is_served(postgres_url)
    lock.release()

    assert served
    wait_until(lambda: not is_served(postgres_url))
