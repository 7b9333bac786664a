"""A look at a database from outside, which changes nothing in it."""

import time
from typing import Any, NamedTuple

import peewee
from playhouse.migrations import Runner

from store import file_uploads, files
from store.driver_errors import words
from store.engine import (
    begin_read,
    begin_write,
    is_sqlite,
    open_engine,
    require_utf8,
    sqlite_path,
)
from store.errors import StoreUnavailable
from store.exclusive import ADVISORY_LOCK
from store.migrate import DIRECTORY
from store.transaction import Transaction

# Where PostgreSQL shows the halves of an advisory lock's number.
HOLDERS = """
    SELECT 1 FROM pg_locks JOIN pg_database ON pg_database.oid = pg_locks.database
    WHERE locktype = 'advisory' AND classid = %s AND objid = %s AND objsubid = 1
    AND datname = current_database() AND granted LIMIT 1
"""


class Probe(NamedTuple):
    """The findings about a database.

    ``pending``, ``unknown``: migrations that it lacks, or that we lack.
    ``clock_ahead``: its clock against ours, in seconds; 0 for SQLite, which has none.
    """

    pending: list[str]
    unknown: list[str]
    clock_ahead: float


def probe(url: str) -> Probe:
    """Read from a database, and see whether it takes changes.

    ``StoreUnavailable`` says why not, in its driver's words.
    """
    engine = open_engine(url, pool_size=1)
    try:
        with engine.connection_context():
            require_utf8(engine)
            _require_writable(engine)
            steps = Runner(engine, str(DIRECTORY), "schema_migrations").status()
            if any(step.applied is None for step in steps):
                _require_tables_allowed(engine)
            ahead = _clock_ahead(engine)
    except peewee.PeeweeException as error:
        raise StoreUnavailable(words(error)) from None
    finally:
        engine.close_all()
    return Probe(
        [step.name for step in steps if step.applied is None],
        [step.name for step in steps if step.path is None],
        ahead,
    )


def is_there(url: str) -> bool:
    """Return whether there is a database with tables of ours; makes nothing."""
    if is_sqlite(url):
        return sqlite_path(url).exists()
    engine = open_engine(url, pool_size=1)
    try:
        with engine.connection_context():
            return bool(engine.table_exists("schema_migrations"))
    except peewee.PeeweeException as error:
        raise StoreUnavailable(words(error)) from None
    finally:
        engine.close_all()


class FileRows(NamedTuple):
    """The ids of the files that there are, and of those on their way."""

    kept: set[str]
    coming: set[str]


def file_rows(url: str) -> FileRows:
    """Return the ids of all files; StoreUnavailable without tables, too."""
    if is_sqlite(url) and not sqlite_path(url).exists():
        return FileRows(set(), set())  # opening it would make it
    engine = open_engine(url, pool_size=1)
    try:
        with engine.connection_context():
            begin_read(engine)
            tx = Transaction(engine)
            rows = FileRows(files.ids(tx), file_uploads.ids(tx))
            engine.rollback()
            return rows
    except peewee.PeeweeException as error:
        raise StoreUnavailable(type(error).__name__) from None
    finally:
        engine.close_all()


def first_admin(url: str) -> int | None:
    """Find an active admin, if there is one; StoreUnavailable without tables, too."""
    if is_sqlite(url) and not sqlite_path(url).exists():
        return None  # opening it would make it
    engine = open_engine(url, pool_size=1)
    query = "SELECT min(id) FROM users WHERE role = 'admin' AND is_active"
    try:
        with engine.connection_context():
            (found,) = engine.execute_sql(query).fetchone()
    except peewee.PeeweeException as error:
        raise StoreUnavailable(type(error).__name__) from None
    finally:
        engine.close_all()
    return found if found is None else int(found)


def is_served(url: str) -> bool:
    """Return whether any server has a PostgreSQL database; False for SQLite.

    That has one server at most, whose address is known.
    """
    if is_sqlite(url):
        return False
    engine = open_engine(url, pool_size=1)
    try:
        with engine.connection_context():
            key = (ADVISORY_LOCK >> 32, ADVISORY_LOCK & 0xFFFFFFFF)
            return engine.execute_sql(HOLDERS, key).fetchone() is not None
    except peewee.PeeweeException as error:
        raise StoreUnavailable(type(error).__name__) from None
    finally:
        engine.close_all()


def _require_writable(engine: Any) -> None:
    begin_write(engine)
    try:
        if not isinstance(engine, peewee.SqliteDatabase):
            engine.execute_sql("CREATE TEMPORARY TABLE probe (id integer)")
    finally:
        engine.rollback()


def _require_tables_allowed(engine: Any) -> None:
    """Refuse a user to whom PostgreSQL's ``public`` isn't open, as from 15 on."""
    if isinstance(engine, peewee.SqliteDatabase):
        return
    query = "SELECT current_schema(), has_schema_privilege(current_schema(), 'CREATE')"
    schema, allowed = engine.execute_sql(query).fetchone()
    if not allowed:
        raise StoreUnavailable(f"permission denied for schema {schema or 'public'}")


def _clock_ahead(engine: Any) -> float:
    if isinstance(engine, peewee.SqliteDatabase):
        return 0.0
    query = "SELECT extract(epoch FROM clock_timestamp())"
    before = time.time()
    (theirs,) = engine.execute_sql(query).fetchone()
    return float(theirs) - (before + time.time()) / 2
