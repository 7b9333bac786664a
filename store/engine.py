"""Peewee databases as this project opens them: a pool per process, both alike.

A server over SQLite leaves psycopg2 out, so what is for PostgreSQL alone imports it.
"""

import contextlib
import os
import socket
import sqlite3
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import peewee
from playhouse.pool import PooledPostgresqlDatabase, PooledSqliteDatabase

from store.errors import StoreUnavailable

# FULL: an ack promises that a power cut takes nothing; group commit pays for it.
SQLITE_PRAGMAS = {
    "journal_mode": "wal",
    "synchronous": "full",
    "foreign_keys": 1,
    "busy_timeout": 5000,
    "secure_delete": 1,
    "cache_size": -8192,
    # Else what a statement may have to undo goes into files, which nobody scrubs.
    "temp_store": "memory",
}
# Reads and writes share the connections, and of few one may have to wait for another.
_FREE_SECONDS = 5
# A dead host is noticed by the kernel, a frozen one by each call's deadline.
POSTGRES_OPTIONS: dict[str, Any] = {
    "connect_timeout": 3,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 10_000,
    "application_name": "rtserver",
}


class _PooledPostgres(PooledPostgresqlDatabase):  # type: ignore[misc]
    """A pool that lends connections without asking the server whether they still work.

    Peewee's pool asks while it holds its lock: a server that is frozen then holds up
    every thread, and its connection can't be severed as nobody has it yet.
    """

    def _is_closed(self, connection: Any) -> bool:
        return bool(connection.closed)


def sqlite_path(url: str) -> Path:
    """Return the file of a ``sqlite:///path`` URL (four slashes: an absolute path)."""
    return Path(unquote(urlsplit(url).path[1:]))


def is_sqlite(url: str) -> bool:
    return url.startswith("sqlite:")


def open_engine(url: str, *, pool_size: int) -> Any:
    """Open a pool for ``sqlite:///path`` or ``postgresql://…``; connects on first use.

    It is a ``peewee.Database`` and a ``PooledDatabase``, which have no common type.
    """
    if is_sqlite(url):
        path = sqlite_path(url)
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        _keep_private(path)
        return PooledSqliteDatabase(
            str(path),
            max_connections=pool_size,
            timeout=_FREE_SECONDS,
            pragmas=SQLITE_PRAGMAS,
            check_same_thread=False,
        )
    return _PooledPostgres(
        url.replace("postgres://", "postgresql://", 1),
        max_connections=pool_size,
        timeout=_FREE_SECONDS,
        **POSTGRES_OPTIONS,
    )


def _keep_private(path: Path) -> None:
    """Make a new file for its owner's eyes only; SQLite's others follow its mode."""
    # Never one that is there: to close it would end the locks that SQLite has on it.
    # What else hinders, SQLite says better.
    with contextlib.suppress(OSError):
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))


def require_utf8(engine: peewee.Database) -> None:
    """Refuse a database that can't hold everybody's name; SQLite's always can."""
    if isinstance(engine, peewee.SqliteDatabase):
        return
    (encoding,) = engine.execute_sql("SHOW server_encoding").fetchone()
    if encoding != "UTF8":
        raise StoreUnavailable(f"its encoding is {encoding}, not UTF8")


def drop_idle(engine: Any) -> None:
    """Close the pooled connections that nobody uses, after one was found dead."""
    engine.close_idle()


def begin_write(engine: peewee.Database) -> None:
    """Open a writing transaction; SQLite takes its lock at once, not half-way."""
    if isinstance(engine, peewee.SqliteDatabase):
        engine.begin("IMMEDIATE")
    else:
        engine.begin()


def begin_read(engine: peewee.Database) -> None:
    """Open a reading transaction in which all queries see one moment."""
    if isinstance(engine, peewee.SqliteDatabase):
        engine.begin("DEFERRED")
    else:
        engine.execute_sql("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")


def sever(connection: Any) -> None:
    """Break off what a connection is doing, from another thread.

    A query that a frozen PostgreSQL never answers is stopped by no timeout of its own;
    shutting the socket down makes it fail, and the pool replaces the connection.
    """
    if isinstance(connection, sqlite3.Connection):
        connection.interrupt()
        return
    with (
        contextlib.suppress(OSError, connection.Error),
        socket.socket(fileno=os.dup(connection.fileno())) as twin,
    ):
        twin.shutdown(socket.SHUT_RDWR)
