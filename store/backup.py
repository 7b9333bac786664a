"""Back an SQLite database up while it is in use: one file, complete, of one moment."""

import os
import sqlite3
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import NamedTuple

import peewee
from playhouse.migrations import Runner

from store import files
from store.disk import sync
from store.errors import StoreError
from store.migrate import DIRECTORY
from store.transaction import Transaction

SUFFIX = ".part"
# What a process that was killed has left; none writes for so long.
LEFT_AFTER = 86400.0
# How long others may hold the file, as a command that ends soon does.
PATIENCE = 10.0
# A full disk, and a quota that is used up.
NO_ROOM = ("SQLITE_FULL", "SQLITE_IOERR_WRITE")
# Where SQLite notes in a file's head that it has a write-ahead log beside it.
WAL_MARK = slice(18, 20)


class BackupError(StoreError):
    """It can't be backed up or restored; the message says why and what to do."""


class Schema(NamedTuple):
    """A backup's schema: the migrations that it lacks, and those that we lack."""

    pending: list[str]
    unknown: list[str]


def write(
    database: Path, target: Path, complete: Callable[[Path], None] = lambda part: None
) -> int:
    """Copy a database, which may be in use, into one file; return its size in bytes.

    ``complete`` gets the copy before it has its name, to add what belongs to it.
    The file has its name only once it is whole, checked and synced; until then an
    earlier backup of that name stays as it is. ``BackupError`` says why it can't be.
    """
    if not database.is_file():
        raise BackupError(f"{database} isn't there: there is nothing to back up.")
    target = target.resolve()
    _require_replaceable(target, database)
    with draft(target) as part:
        copy(database, part)
        inspect(part, database)
        size = part.stat().st_size
        complete(part)
        install(part, target)
    return size


@contextmanager
def draft(target: Path, *, alone: bool = False) -> Iterator[Path]:
    """Yield an empty file beside ``target``, for its owner's eyes only.

    It is removed at the end, as is what drafts of ``target`` have left long ago, or,
    if nobody else can be making one (``alone``), ever.
    """
    prefix = f".{target.name}."
    for left in target.parent.glob(f"{prefix}*{SUFFIX}*"):
        _remove_if_old(left, 0 if alone else LEFT_AFTER)
    handle, name = tempfile.mkstemp(SUFFIX, prefix, target.parent)
    os.close(handle)
    try:
        yield Path(name)
    finally:
        for ending in ("", "-journal", "-wal", "-shm"):
            Path(name + ending).unlink(missing_ok=True)


def copy(source: Path, target: Path) -> None:
    """Copy the state of one moment into ``target``, which needs no file beside it."""
    try:
        with (
            closing(connect(source)) as origin,
            closing(sqlite3.connect(target)) as made,
        ):
            # In one step: later ones would start anew after each change of others.
            origin.backup(made)
            made.execute("PRAGMA journal_mode=DELETE")
    except sqlite3.Error as error:
        if getattr(error, "sqlite_errorname", "") == "SQLITE_NOTADB":
            raise BackupError(
                f"{source} is no backup of rtserver, nor any database of SQLite's."
            ) from None
        reason = f"{source} can't be copied: {error}."
        if getattr(error, "sqlite_errorname", "") in NO_ROOM:
            reason += f" Make room in {target.parent}, for the size of {source}."
        raise BackupError(reason) from None


def connect(path: Path, patience: float = PATIENCE) -> sqlite3.Connection:
    """Open a database that is there; one that isn't is an error, and not made."""
    return sqlite3.connect(f"{path.absolute().as_uri()}?mode=rw", patience, uri=True)


def inspect(path: Path, of: Path) -> Schema:
    """Check that every page and reference of a copy of a database of ours is sound."""
    engine = peewee.SqliteDatabase(str(path))
    try:
        with engine.connection_context():
            (found,) = engine.execute_sql("PRAGMA integrity_check(1)").fetchone()
            dangling = engine.execute_sql("PRAGMA foreign_key_check").fetchone()
            steps = Runner(engine, str(DIRECTORY), "schema_migrations").status()
    except peewee.PeeweeException as error:
        raise BackupError(f"{of} is no sound SQLite database ({error}).") from None
    if found != "ok" or dangling:
        raise BackupError(f"{of} is damaged: SQLite's own check finds errors.")
    if not any(step.applied for step in steps):
        raise BackupError(
            f"{of} is no backup of rtserver: there is no database of rtserver in it."
        )
    return Schema(
        [step.name for step in steps if step.applied is None],
        [step.name for step in steps if step.path is None],
    )


def file_ids(path: Path) -> set[str]:
    """Return the ids of the files that a backup has rows of; an old one has none."""
    engine = peewee.SqliteDatabase(str(path))
    with engine.connection_context():
        return files.ids(Transaction(engine)) if engine.table_exists("files") else set()


def install(part: Path, target: Path) -> None:
    """Let a finished draft take the target's name, so that it survives a power cut."""
    sync(part)
    os.replace(part, target)
    sync(target.parent)


def _require_replaceable(target: Path, database: Path) -> None:
    """Let a backup replace an earlier one, and nothing else."""
    if not target.parent.is_dir():
        raise BackupError(f"There is no folder {target.parent} to write into.")
    if not target.exists():
        return
    with target.open("rb") as file:
        head = file.read(100)
    is_sqlite = head.startswith(b"SQLite format 3\0") and head[WAL_MARK] != b"\2\2"
    if (head and not is_sqlite) or target.samefile(database):
        raise BackupError(f"{target} is there and is no backup. Name another file.")


def _remove_if_old(path: Path, seconds: float) -> None:
    with suppress(FileNotFoundError):
        if time.time() - path.stat().st_mtime >= seconds:
            path.unlink()
