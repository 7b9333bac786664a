"""What SQLite is opened with: durability, and a disk that fills up."""

import asyncio
import os
import stat
from pathlib import Path
from typing import NamedTuple

import pytest

from store.engine import SQLITE_PRAGMAS, sqlite_path
from store.errors import StoreUnavailable
from store.models import Fact
from store.transaction import Transaction
from tests.store.test_database import names, opened, put


def pragmas(tx: Transaction) -> dict[str, object]:
    return {name: tx.engine.pragma(name) for name in SQLITE_PRAGMAS}


async def test_every_connection_syncs_each_commit_and_checks_keys(
    sqlite_url: str,
) -> None:
    database = await opened(sqlite_url)

    read = await database.read(pragmas)
    written = await database.write(pragmas)

    assert read == written
    assert (read["journal_mode"], read["synchronous"]) == ("wal", 2)
    assert (read["foreign_keys"], read["secure_delete"]) == (1, 1)
    assert read["busy_timeout"] == 5000
    assert read["temp_store"] == 2  # in memory: nobody scrubs SQLite's other files
    await database.close()


async def test_two_processes_on_one_file_wait_for_each_other(sqlite_url: str) -> None:
    one, other = await opened(sqlite_url), await opened(sqlite_url)

    await asyncio.gather(
        *(one.write(put, f"a{n}") for n in range(20)),
        *(other.write(put, f"b{n}") for n in range(20)),
    )

    assert len(await one.read(names)) == 40
    await one.close()
    await other.close()


async def test_full_disk_is_unavailable_and_heals_without_a_restart(
    sqlite_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    database = await opened(sqlite_url)

    with pytest.raises(StoreUnavailable):
        await database.write(put_large, Disk(full=True))
    assert "database unavailable (OperationalError, SQLITE_FULL)" in caplog.messages
    await database.write(put_large, Disk(full=False))
    assert caplog.messages[-1] == "database available again"

    assert await database.read(names) == ["large"]
    await database.close()


class Disk(NamedTuple):
    """Whether the file may grow; if not, SQLite says that the disk is full."""

    full: bool


def put_large(tx: Transaction, disk: Disk) -> None:
    pages = tx.engine.pragma("page_count") if disk.full else 2**30
    tx.engine.pragma("max_page_count", pages)
    tx.insert(Fact.insert(name="large", value="x" * 1_000_000))


async def test_new_files_are_for_their_owner_alone(tmp_path: Path) -> None:
    # In a folder that was there already, whose mode is others' to choose.
    before = os.umask(0o022)
    try:
        database = await opened(f"sqlite:///{tmp_path}/school.db")
        await database.write(put, "a")
    finally:
        os.umask(before)
    modes = {
        path.name: stat.S_IMODE(path.stat().st_mode)
        for path in tmp_path.glob("school.db*")
    }
    await database.close()

    names = ("school.db", "school.db-wal", "school.db-shm")
    assert [modes[name] for name in names] == [0o600] * 3


def test_url_of_an_absolute_path_has_four_slashes(tmp_path: Path) -> None:
    assert sqlite_path(f"sqlite:///{tmp_path}/a.db") == tmp_path / "a.db"
    assert sqlite_path("sqlite:///data/a.db") == Path("data/a.db")
