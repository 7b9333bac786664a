"""Fixtures of a running server."""

import asyncio
import faulthandler
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from tornado.platform.asyncio import AsyncIOLoop

from rtserver.app import Waits
from rtserver.clock import Clock
from tests.log_watch import LogWatch, watching
from tests.patience import PATIENCE
from tests.school import School, settings_for

MakeSchool = Callable[..., Awaitable[School]]


@pytest.fixture
def log_watch() -> Iterator[LogWatch]:
    """Fail if a line of log holds a secret, or what the test's school keeps private."""
    with watching() as watch:
        yield watch
    assert watch.leaks() == []


@pytest.fixture
def make_school(
    io_loop: AsyncIOLoop, tmp_path: Path, migrated_sqlite_url: str, log_watch: LogWatch
) -> Iterator[MakeSchool]:
    """Start servers, on SQLite unless told otherwise, with settings of the test's own:

    ``school = await make_school(limits_replay=5)``.
    """
    schools: list[School] = []

    async def make(
        url: str = migrated_sqlite_url,
        *,
        clock: Clock | None = None,
        waits: Waits = Waits(),  # noqa: B008 - it is frozen
        **overrides: Any,
    ) -> School:
        folder = tmp_path / f"school{len(schools)}"
        settings = settings_for(folder, url, **overrides)
        school = School(settings, clock, log_watch.keep_private, waits)
        schools.append(school)
        return await school.start()

    yield make
    for school in reversed(schools):
        io_loop.run_sync(lambda school=school: stop(school))


async def stop(school: School) -> None:
    """Stop a server; if that hangs, fail and print what everybody waits for."""
    stopping = asyncio.create_task(school.stop())
    await asyncio.wait({stopping}, timeout=PATIENCE)
    if not stopping.done():
        for task in asyncio.all_tasks():
            task.print_stack()
        faulthandler.dump_traceback()
        raise TimeoutError("the server doesn't stop")
    await stopping


@pytest.fixture
def school(io_loop: AsyncIOLoop, database_url: str, make_school: MakeSchool) -> School:
    """A running server with an empty school, once over each database."""
    started: School = io_loop.run_sync(
        lambda: make_school(database_url), timeout=PATIENCE
    )
    return started


@pytest.fixture
def sqlite_school(io_loop: AsyncIOLoop, make_school: MakeSchool) -> School:
    """A running server over SQLite, where the database makes no difference."""
    started: School = io_loop.run_sync(make_school, timeout=PATIENCE)
    return started
