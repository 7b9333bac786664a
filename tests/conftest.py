"""What every test may ask for: an event loop, PostgreSQL, Redis, databases.

A PostgreSQL or Redis that can't be had is an error, never a skip. The servers of the
session are shared, so a test that kills or freezes one takes ``own_postgres`` or
``own_redis``.
"""

import asyncio
import inspect
import os
import shutil
import signal
import tempfile
import threading
import uuid
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import hypothesis
import psycopg2
import pytest
import redis
from tornado.platform.asyncio import AsyncIOLoop

from store import migrate
from store.engine import open_engine, sqlite_path
from tests.programs import ServiceError, find, memory_folder
from tests.services import Postgres, Redis

pytest_plugins = ["tests.app_fixtures", "tests.rtserver.nodes"]

# A loaded machine is slow, which says nothing about the code.
hypothesis.settings.register_profile("rtserver", deadline=None)
hypothesis.settings.load_profile("rtserver")

# What the tests write needn't outlive the machine: in memory a database is made ten
# times sooner, and no commit waits for a disk. The processes of xdist inherit it.
if "TMPDIR" not in os.environ and (place := memory_folder()):
    os.environ["TMPDIR"] = tempfile.tempdir = str(place)
# Servers are started by the hundred, and each would compile all its modules anew.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)


def pytest_sessionstart() -> None:
    # A shell's background job ignores it, and so would every process started here.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    # Else pytest-tornado makes a loop of its own, which nobody ever closes.
    asyncio.set_event_loop(None)


def pytest_report_header() -> list[str]:
    return [f"{name}: {_where(name)}" for name in ("initdb", "redis-server")]


def _where(name: str) -> str:
    try:
        return str(find(name))
    except ServiceError as error:
        return str(error)


def pytest_collection_modifyitems(
    config: pytest.Config, items: list[pytest.Item]
) -> None:
    """Run every ``async def test_…`` on pytest-tornado's loop, and long ones first."""
    for item in items:
        if inspect.iscoroutinefunction(getattr(item, "function", None)):
            item.add_marker(pytest.mark.gen_test)
    processes = getattr(config, "workerinput", {}).get("workercount", 1)
    items[:] = _long_ones_first(items, processes)


def _long_ones_first(items: list[pytest.Item], processes: int) -> list[pytest.Item]:
    """Deal long tests to all processes: each of them begins with its part of the list.

    Else whoever comes to one in the end is waited for by the others.
    """
    long = [item for item in items if item.get_closest_marker("long")]
    short = [item for item in items if not item.get_closest_marker("long")]
    size = len(items) // processes
    dealt: list[pytest.Item] = []
    for number in range(processes):
        hand = long[number::processes]
        rest = max(0, size - len(hand)) if number < processes - 1 else len(short)
        dealt += hand + short[:rest]
        del short[:rest]
    return dealt


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[
    None, pytest.TestReport, pytest.TestReport
]:
    """Make what a test logged fit to be sent between pytest's processes."""
    report = yield
    report.sections = [
        (name, text.encode("utf-8", "backslashreplace").decode())
        for name, text in report.sections
    ]
    return report


@pytest.fixture
def io_loop(io_loop: AsyncIOLoop) -> AsyncIOLoop:
    """The test's event loop, which refuses calls from other threads."""
    refuse_other_threads(io_loop)
    return io_loop


def refuse_other_threads(io_loop: AsyncIOLoop) -> None:
    """Have a loop raise where another thread than this one calls it."""
    # So does asyncio's debug mode, which also reads the whole stack for each task and
    # future: half the processor time of a test that talks to a server.
    loop = io_loop.asyncio_loop
    for name in ("call_soon", "call_at"):
        setattr(loop, name, _of_this_thread(getattr(loop, name)))


def _of_this_thread(call: Callable[..., Any]) -> Callable[..., Any]:
    home = threading.get_ident()

    def guarded(*args: Any, **kwargs: Any) -> Any:
        if threading.get_ident() != home:
            raise RuntimeError(
                "another thread calls the loop: use call_soon_threadsafe"
            )
        return call(*args, **kwargs)

    return guarded


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[Postgres]:
    """The session's PostgreSQL."""
    server = Postgres().start()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def redis_server() -> Iterator[Redis]:
    """The session's Redis."""
    server = Redis().start()
    yield server
    server.stop()


@pytest.fixture
def own_postgres() -> Iterator[Postgres]:
    """A PostgreSQL for this test alone, which keeps what it has committed."""
    server = Postgres(durable=True).start()
    yield server
    server.stop()


@pytest.fixture
def own_redis() -> Iterator[Redis]:
    """A Redis for this test alone, which forgets everything when it ends."""
    server = Redis().start()
    yield server
    server.stop()


@pytest.fixture
def redis_url(redis_server: Redis) -> str:
    """The address of the session's Redis, emptied for this test."""
    with redis.Redis.from_url(redis_server.url) as client:
        client.flushall()
    return redis_server.url


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    """The address of an SQLite database that isn't there yet."""
    return f"sqlite:///{tmp_path / 'rtserver.db'}"


@pytest.fixture
def postgres_url(postgres_server: Postgres) -> Iterator[str]:
    """The address of an empty PostgreSQL database."""
    with _lent(postgres_server) as url:
        yield url


@pytest.fixture(scope="session")
def migrated_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An SQLite database with the tables of today, for copying."""
    path = tmp_path_factory.mktemp("migrated") / "rtserver.db"
    _migrate(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def migrated_postgres(postgres_server: Postgres) -> str:
    """The name of a PostgreSQL database with the tables of today, for copying."""
    _migrate(postgres_server.create_database("migrated"))
    return "migrated"


@pytest.fixture
def migrated_sqlite_url(sqlite_url: str, migrated_sqlite: Path) -> str:
    """The same address, once there are the tables, with nothing in them."""
    shutil.copy(migrated_sqlite, sqlite_path(sqlite_url))
    return sqlite_url


@pytest.fixture
def migrated_postgres_url(
    postgres_server: Postgres, migrated_postgres: str
) -> Iterator[str]:
    """The address of a PostgreSQL database with tables and nothing in them."""
    with _lent(postgres_server, template=migrated_postgres) as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_database_url(request: pytest.FixtureRequest) -> str:
    """The address of a database that isn't there yet or has no tables, of each kind."""
    kind = {"sqlite": "sqlite_url", "postgresql": "postgres_url"}[request.param]
    url: str = request.getfixturevalue(kind)
    return url


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """The address of a database with nothing in its tables, once of each kind."""
    kinds = {"sqlite": "migrated_sqlite_url", "postgresql": "migrated_postgres_url"}
    url: str = request.getfixturevalue(kinds[request.param])
    return url


@contextmanager
def _lent(server: Postgres, **options: str) -> Iterator[str]:
    name = f"test_{uuid.uuid4().hex}"
    yield server.create_database(name, **options)
    try:
        server.drop_database(name)
    except psycopg2.Error as error:
        print(f"{name} stays until the session ends: {error}")


def _migrate(url: str) -> None:
    """Make the tables, and leave no connection that would hinder copying."""
    engine = open_engine(url, pool_size=1)
    migrate.up(engine)
    engine.close_all()
