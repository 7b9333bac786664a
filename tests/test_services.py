import asyncio
import signal
import subprocess
import sys
from contextlib import closing
from functools import partial
from pathlib import Path

import psycopg2
import pytest
import redis

from store.probe import first_admin, probe
from tests import processes
from tests.programs import ServiceError, find
from tests.services import Postgres, Redis, Service

ROOT = Path(__file__).resolve().parent.parent
STORE = "CREATE TABLE kept AS SELECT 7 AS n"
BOTH = pytest.mark.parametrize("kind", [Postgres, Redis])


async def test_the_loop_refuses_calls_from_other_threads() -> None:
    loop = asyncio.get_running_loop()

    for call in (partial(loop.call_soon, print), partial(loop.call_later, 1, print)):
        with pytest.raises(RuntimeError, match="call_soon_threadsafe"):
            await asyncio.to_thread(call)


def test_a_created_database_is_empty_and_its_own(postgres_server: Postgres) -> None:
    for name in ("one", "two"):
        postgres_server.create_database(name)
    postgres_server.execute(STORE, database="one")

    with pytest.raises(psycopg2.errors.UndefinedTable):
        postgres_server.execute("SELECT n FROM kept", database="two")


def test_a_dropped_database_is_gone_though_it_was_open(
    postgres_server: Postgres,
) -> None:
    url = postgres_server.create_database("dropped")
    with closing(psycopg2.connect(url)):
        postgres_server.drop_database("dropped")

    with pytest.raises(psycopg2.OperationalError, match="does not exist"):
        psycopg2.connect(url)


def test_empty_database_url_is_an_empty_database(empty_database_url: str) -> None:
    kind, _, place = empty_database_url.partition(":///")
    if kind == "sqlite":
        assert not Path(place).exists()
    else:
        with closing(psycopg2.connect(empty_database_url)) as connection:
            cursor = connection.cursor()
            cursor.execute("SELECT count(*) FROM pg_stat_user_tables")
            assert cursor.fetchone() == (0,)


def test_database_url_lacks_no_table_and_has_nobody(database_url: str) -> None:
    assert probe(database_url).pending == []
    assert first_admin(database_url) is None


@pytest.mark.parametrize("sig", [signal.SIGKILL, signal.SIGINT, signal.SIGQUIT])
def test_postgres_keeps_its_data_when_killed_and_restarted(
    own_postgres: Postgres, sig: int
) -> None:
    url = own_postgres.url
    own_postgres.execute(STORE)
    own_postgres.kill(sig)
    own_postgres.restart()

    assert own_postgres.url == url
    assert own_postgres.execute("SELECT n FROM kept") == [(7,)]


def test_killing_postgres_ends_its_children(own_postgres: Postgres) -> None:
    members = processes.family(own_postgres.pid)
    own_postgres.kill()

    assert len(members) > 1
    assert not any(processes.is_alive(pid) for pid in members)


def test_an_open_connection_gets_no_answer_while_postgres_is_frozen(
    own_postgres: Postgres,
) -> None:
    options = "-c statement_timeout=100"  # which doesn't help: nobody is awake for it
    command = [sys.executable, "-c", ASKER, own_postgres.url, options]
    with subprocess.Popen(command, stdin=-1, stdout=-1, text=True) as asker:
        assert asker.stdout.readline() == "connected\n"
        own_postgres.freeze()
        print("go", file=asker.stdin, flush=True)
        with pytest.raises(subprocess.TimeoutExpired):
            asker.wait(0.5)
        own_postgres.thaw()

        assert asker.stdout.readline() == "1\n"


ASKER = """
import psycopg2, sys
connection = psycopg2.connect(sys.argv[1], options=sys.argv[2])
print("connected", flush=True)
input()
cursor = connection.cursor()
cursor.execute("SELECT 1")
print(*cursor.fetchone())
"""


def test_redis_is_frozen_and_thawed(own_redis: Redis) -> None:
    own_redis.freeze()
    asked = own_redis.answers()
    own_redis.thaw()

    assert not asked
    assert own_redis.answers()


@pytest.mark.parametrize(("durable", "kept"), [(False, None), (True, b"7")])
def test_redis_keeps_its_data_only_if_durable(durable: bool, kept: object) -> None:
    server = Redis(durable=durable).start()
    with closing(redis.Redis.from_url(server.url)) as client:
        client.set("n", 7)
        server.kill()
        server.restart()
        found = client.get("n")
    server.stop()

    assert found == kept


@BOTH
def test_a_stopped_server_leaves_nothing_even_if_frozen(kind: type[Service]) -> None:
    server = kind().start()
    members = processes.family(server.pid)
    server.freeze()
    server.stop()

    assert not any(processes.is_alive(pid) for pid in members)
    assert not server.folder.exists()


@BOTH
@pytest.mark.parametrize("sig", [signal.SIGKILL, signal.SIGTERM, 0])
def test_a_server_ends_with_the_process_that_started_it(
    kind: type[Service], sig: int
) -> None:
    command = [sys.executable, "-c", STARTER, kind.__name__, str(int(sig))]
    told = subprocess.run(command, cwd=ROOT, capture_output=True, text=True).stdout
    folder, *pids = told.split()

    assert pids
    processes.wait_until(lambda: not any(processes.is_alive(int(p)) for p in pids))
    processes.wait_until(lambda: not Path(folder).exists())


STARTER = """
import os, sys
from tests import processes, services
server = getattr(services, sys.argv[1])().start()
print(server.folder, *processes.family(server.pid), flush=True)
os.kill(os.getpid(), int(sys.argv[2]))
"""


@BOTH
def test_the_wheels_suffice(
    kind: type[Service], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RTSERVER_TEST_SERVICES", "wheels")
    server = kind().start()
    program, *_ = server.argv()
    server.stop()

    assert "site-packages" in Path(program).parts


@BOTH
def test_stopping_twice_is_no_harm(kind: type[Service]) -> None:
    server = kind().start()
    server.stop()
    server.stop()

    assert not server.folder.exists()


def test_a_missing_program_is_an_error_that_says_what_to_do(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("RTSERVER_TEST_REDIS_SERVER", "/nowhere/redis-server")

    with pytest.raises(ServiceError, match=r"pip install .*RTSERVER_TEST_REDIS_SERVER"):
        find("redis-server")


def test_a_server_without_its_program_leaves_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("RTSERVER_TEST_INITDB", "/nowhere/initdb")
    server = Postgres()

    with pytest.raises(ServiceError):
        server.start()
    assert not server.folder.exists()


def test_a_server_that_does_not_start_says_why(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    program = tmp_path / "redis-server"
    program.write_text("#!/bin/sh\necho out of luck\nexit 3\n")
    program.chmod(0o755)
    monkeypatch.setenv("RTSERVER_TEST_REDIS_SERVER", str(program))

    with pytest.raises(ServiceError, match="out of luck"):
        Redis().start()
