"""Bring the schema up to date, with a lock: two processes may start at once."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import peewee
from playhouse.migrations import Runner

from store.engine import require_utf8
from store.errors import SchemaError

DIRECTORY = Path(__file__).resolve().parent / "migrations"
# Any number that no other program on the same database uses.
ADVISORY_LOCK = 0x72747365727601


def up(engine: peewee.Database) -> list[str]:
    """Apply the migrations that are missing; return their names.

    Raises ``SchemaError`` when the database is newer than the program, and
    ``StoreUnavailable`` when its encoding can't hold everybody's names.
    """
    with _locked(engine):
        require_utf8(engine)
        runner = Runner(engine, str(DIRECTORY), table_name="schema_migrations")
        unknown = [step.name for step in runner.status() if step.path is None]
        if unknown:
            raise SchemaError(
                f"The database is newer than this program (it has {unknown[-1]}): "
                "install the rtserver that made it, or restore a backup."
            )
        return list(runner.up())


def pending(engine: peewee.Database) -> list[str]:
    """Return the names of the migrations that are missing."""
    with engine.connection_context():
        runner = Runner(engine, str(DIRECTORY), table_name="schema_migrations")
        return [step.name for step in runner.status() if step.applied is None]


@contextmanager
def _locked(engine: peewee.Database) -> Iterator[None]:
    """Hold a connection while nobody else migrates."""
    if isinstance(engine, peewee.SqliteDatabase):
        # Before the first connection: it turns WAL on, which takes the whole file.
        place = Path(engine.database).resolve()  # whatever links lead there
        with open(f"{place}.migrating", "w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            with engine.connection_context():
                yield
        return
    with engine.connection_context():
        engine.execute_sql("SELECT pg_advisory_lock(%s)", (ADVISORY_LOCK,))
        try:
            yield
        finally:
            engine.execute_sql("SELECT pg_advisory_unlock(%s)", (ADVISORY_LOCK,))
