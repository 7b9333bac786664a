"""Real PostgreSQL and Redis servers for the tests, on free ports of loopback.

They work as root and as anybody else, and none outlives the process that started it,
however that one ends. Which binaries are taken is written in ``tests.programs``.
"""

import atexit
import functools
import os
import shlex
import shutil
import signal
import subprocess
from contextlib import closing, suppress
from pathlib import Path
from typing import ClassVar, Self

import psycopg2
import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from tests.processes import (
    Guard,
    family,
    free_port,
    is_alive,
    is_stopped,
    wait_until,
)
from tests.programs import Runner, ServiceError, find, nobody


class Service:
    """One server: ``start`` it, hurt it, ``restart`` it with its data, ``stop`` it.

    ``durable`` makes it sync what it commits, slower; otherwise a Redis forgets
    everything at its end, and a PostgreSQL may.
    """

    shutdown: ClassVar[signal.Signals] = signal.SIGTERM  # in order, data kept
    abandon: ClassVar[signal.Signals] = signal.SIGKILL  # at once, data not needed

    def __init__(self, *, durable: bool = False) -> None:
        self.durable = durable
        self.port = free_port()
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def runner(self) -> Runner:
        """As whom the server runs."""
        return Runner()

    @property
    def pid(self) -> int:
        """The id of the server's main process, the last one that was started."""
        assert self._process is not None, "start the server first"
        return self._process.pid

    def prepare(self) -> None:
        """Make the folder ready for the first start."""

    def argv(self) -> list[str]:
        """Return the command that runs the server in the foreground."""
        raise NotImplementedError

    def answers(self) -> bool:
        """Return whether this very server, not another on its port, takes commands."""
        raise NotImplementedError

    def start(self) -> Self:
        """Start with no data; return once it answers."""
        self.folder = self.runner.folder()
        self.log = self.folder / "log"
        self._guard = Guard(self.folder)
        atexit.register(self.stop)
        try:
            self.prepare()
            self._launch()
        except BaseException:
            self.stop()
            raise
        return self

    def restart(self) -> None:
        """Start again on the same port and data, after an orderly end or a crash."""
        if self._runs():
            self.kill(self.shutdown)
        self._launch()

    def kill(self, sig: int = signal.SIGKILL) -> None:
        """Signal the server and wait for its end; SIGKILL takes its children too."""
        members = family(self.pid)
        for pid in members if sig == signal.SIGKILL else members[:1]:
            with suppress(ProcessLookupError):
                os.kill(pid, sig)
        wait_until(lambda: not (self._runs() or any(map(is_alive, members))))

    def freeze(self) -> None:
        """Stop all its processes: connections stay open and nothing answers."""
        os.kill(self.pid, signal.SIGSTOP)
        wait_until(lambda: is_stopped(self.pid))  # from here on it can't fork
        for pid in family(self.pid)[1:]:
            os.kill(pid, signal.SIGSTOP)

    def thaw(self) -> None:
        """Let a frozen server go on."""
        for pid in reversed(family(self.pid)):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGCONT)

    def stop(self) -> None:
        """End the server, in whatever state it is, and remove its data."""
        atexit.unregister(self.stop)
        if self._runs():
            self.thaw()
            self.kill(self.abandon)
        self._guard.dismiss()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _launch(self) -> None:
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [*self.runner.prefix, *self.argv()],
                cwd=self.folder,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                **self.runner.popen,
            )
        self._guard.dismiss()
        self._guard = Guard(self.folder, self.pid, self.abandon)
        if not self._comes_up():
            told = self.log.read_text(errors="replace")[-2000:]
            raise ServiceError(f"{self.argv()[0]} didn't start:\n{told}")

    def _comes_up(self) -> bool:
        with suppress(TimeoutError):
            wait_until(lambda: not self._runs() or self.answers())
            return self._runs()
        return False

    def _runs(self) -> bool:
        return self._process is not None and self._process.poll() is None


class Redis(Service):
    """A Redis; ``url`` is its first database."""

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    def argv(self) -> list[str]:
        keeping = "--appendonly yes --appendfsync always" if self.durable else ""
        options = f'--bind 127.0.0.1 --port {self.port} --save "" {keeping}'
        return [str(find("redis-server")), *shlex.split(options)]

    def answers(self) -> bool:
        once = Retry(NoBackoff(), 0)
        client = redis.Redis(port=self.port, socket_timeout=0.5, retry=once)
        with closing(client):
            try:
                return bool(client.info("server")["process_id"] == self.pid)
            except redis.RedisError:
                return False


class Postgres(Service):
    """A PostgreSQL without passwords; make a database in it for each test."""

    shutdown = signal.SIGINT  # "fast": doesn't wait for its clients
    abandon = signal.SIGQUIT  # "immediate": ends its children, then itself

    @property
    def runner(self) -> Runner:
        return nobody()

    @property
    def url(self) -> str:
        """The address of the database that is always there."""
        return self.url_of("postgres")

    def url_of(self, database: str) -> str:
        """Return the address of a database."""
        return f"postgresql://rtserver@127.0.0.1:{self.port}/{database}"

    def prepare(self) -> None:
        new = _new_cluster(postgres_folder() / "initdb")
        self.runner.run("cp", "-a", new, "data", cwd=self.folder)

    def argv(self) -> list[str]:
        fast = "-c fsync=off -c full_page_writes=off -c synchronous_commit=off"
        # No Unix socket: its path may be longer than the system takes.
        options = f'-D data -h 127.0.0.1 -p {self.port} -k ""'
        more = "" if self.durable else fast
        return [str(postgres_folder() / "postgres"), *shlex.split(f"{options} {more}")]

    def answers(self) -> bool:
        try:
            found = self.execute("SHOW data_directory")
        except psycopg2.OperationalError:
            return False
        return found == [(str(self.folder / "data"),)]

    def create_database(self, name: str, *, template: str = "template0") -> str:
        """Create a database, empty or as the template is, and return its address."""
        # The default writes each page into the log as well, for twice the time.
        strategy = "STRATEGY file_copy" if self._copies else ""
        self.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}" {strategy}')
        return self.url_of(name)

    @functools.cached_property
    def _copies(self) -> bool:
        """Return whether there is a choice, which PostgreSQL 15 brought."""
        [(version,)] = self.execute("SHOW server_version_num")
        return int(str(version)) >= 150_000

    def drop_database(self, name: str) -> None:
        """Remove a database, and end whatever connection is still open to it."""
        self.execute(f'DROP DATABASE "{name}" WITH (FORCE)')

    def execute(self, sql: str, database: str = "postgres") -> list[tuple[object, ...]]:
        """Run one statement outside a transaction and return its rows."""
        url = self.url_of(database)
        with closing(psycopg2.connect(url, connect_timeout=2)) as connection:
            connection.autocommit = True
            with connection.cursor() as cursor:
                cursor.execute(sql)
                return cursor.fetchall() if cursor.description else []


def postgres_folder() -> Path:
    """Return the folder with initdb and postgres, next to which the rest is found."""
    return find("initdb").resolve().parent


@functools.cache
def _new_cluster(initdb: Path) -> Path:
    """Run initdb once for all; a copy of its result is there ten times sooner."""
    folder = nobody().folder()
    atexit.register(Guard(folder).dismiss)
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    options = "--no-sync --no-locale --encoding=UTF8 --auth=trust --username=rtserver"
    nobody().run(initdb, *options.split(), "data", cwd=folder)
    return folder / "data"
