"""One server for all tests of a module that don't get into each other's way."""

import asyncio
import itertools
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tornado.platform.asyncio import AsyncIOLoop

from tests.app_fixtures import stop
from tests.client import Socket
from tests.conftest import refuse_other_threads
from tests.log_watch import watching
from tests.patience import PATIENCE
from tests.school import School, settings_for


class SharedSchool(School):
    """A school to which every test brings people of its own, however it names them."""

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self._numbers = itertools.count(1)

    async def person(
        self, name: str, role: str = "student", password: str | None = None
    ) -> int:
        """Make a user; give the id. There is one admin."""
        number = "" if name == "Admin" else next(self._numbers)
        return await super().person(f"{name}{number}", role, password)


@pytest.fixture(scope="module")
def io_loop() -> Iterator[AsyncIOLoop]:
    """The module's event loop, which refuses calls from other threads."""
    loop = AsyncIOLoop()
    refuse_other_threads(loop)
    yield loop
    loop.close(all_fds=True)
    asyncio.set_event_loop(None)


@pytest.fixture(scope="module")
def shared_school(
    io_loop: AsyncIOLoop,
    tmp_path_factory: pytest.TempPathFactory,
    migrated_sqlite: Path,
) -> Iterator[School]:
    """A running server over SQLite for the module's tests."""
    folder = tmp_path_factory.mktemp("school")
    database = shutil.copy(migrated_sqlite, folder / "rtserver.db")
    settings = settings_for(folder, f"sqlite:///{database}")
    with watching() as watch:
        school = SharedSchool(settings, None, watch.keep_private)
        io_loop.run_sync(school.start, timeout=PATIENCE)
        yield school
        io_loop.run_sync(lambda: stop(school))
    assert watch.leaks() == []


@pytest.fixture
def socket(io_loop: AsyncIOLoop, shared_school: School) -> Socket:
    """A connection of a user who has no lessons."""

    async def connect() -> Socket:
        return await shared_school.connect(await shared_school.person("Olena"))

    opened: Socket = io_loop.run_sync(connect)
    return opened
