"""Keep a second server off a database that only one may serve."""

import fcntl
import time
from typing import IO, Any

from store.driver_errors import words
from store.engine import POSTGRES_OPTIONS, is_sqlite, sever, sqlite_path
from store.errors import StoreError, StoreUnavailable

ADVISORY_LOCK = 0x72747365727602
# PostgreSQL keeps the lock of a process that ended until it has noticed the end, so a
# server that is started right after another would find it taken.
NOTICED_SECONDS = 2.0
POLL_SECONDS = 0.02


class AlreadyServed(StoreError):
    """Another server holds the database."""


class ServerLock:
    """The lock that a process holds as long as it serves a database.

    SQLite is for one process. PostgreSQL is for one without Redis; those with Redis
    share it (``shared``), and keep out one without.
    """

    def __init__(self, url: str, *, shared: bool) -> None:
        self._url = url
        self._shared = shared
        self._file: IO[str] | None = None
        self._connection: Any = None

    def take(self) -> None:
        """Take the lock, or raise ``AlreadyServed`` with what to do."""
        if is_sqlite(self._url):
            self._take_file()
        else:
            self._take_advisory()

    def release(self) -> None:
        if self._file is not None:
            self._file.close()
        if self._connection is not None:
            # held() may be waiting for a server that is frozen.
            connection, self._connection = self._connection, None
            sever(connection)
            connection.close()

    def held(self) -> bool:
        """Return whether the lock is still there, taking it again if it was lost."""
        connection = self._connection
        if connection is None:
            return True
        try:
            with connection.cursor() as cursor:
                cursor.execute("SELECT 1")
        except connection.Error:
            connection.close()
            if self._connection is not None:  # not released meanwhile
                self._take_advisory()
        return True

    def _take_file(self) -> None:
        path = sqlite_path(self._url).resolve()  # whatever links lead there
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        file = open(f"{path}.serving", "w")  # noqa: SIM115 - open as long as it's held
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            file.close()
            raise AlreadyServed(
                f"Another server is using {path}. SQLite is for one process: stop the "
                "other one, or use [database] url with PostgreSQL, and [redis] url."
            ) from None
        self._file = file

    def _take_advisory(self) -> None:
        import psycopg2

        try:
            connection = psycopg2.connect(self._url, **POSTGRES_OPTIONS)
            connection.autocommit = True
            taken = self._ask_until_noticed(connection)
        except psycopg2.Error as error:
            raise StoreUnavailable(words(error)) from None
        if not taken:
            connection.close()
            raise AlreadyServed(
                "Another server is using this PostgreSQL database. Several processes "
                "need Redis: set [redis] url for every one of them."
            )
        self._connection = connection

    def _ask_until_noticed(self, connection: Any) -> bool:
        call = "pg_try_advisory_lock_shared" if self._shared else "pg_try_advisory_lock"
        until = time.monotonic() + NOTICED_SECONDS
        with connection.cursor() as cursor:
            while True:
                cursor.execute(f"SELECT {call}(%s)", (ADVISORY_LOCK,))
                (taken,) = cursor.fetchone()
                if taken or time.monotonic() >= until:
                    return bool(taken)
                time.sleep(POLL_SECONDS)
