"""Put a backup in the place of an SQLite database, which is set aside."""

import itertools
import os
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

import peewee

from store import backup, facts, password_links
from store.backup import BackupError
from store.disk import sync
from store.transaction import Transaction

# The migration that makes their table: an older backup has no links.
LINKS = "0008_password_links"


class Restored(NamedTuple):
    """A restore that was done.

    ``aside``: where the database is that was there; None if none was.
    ``pending``: the migrations that the restored one lacks.
    """

    aside: Path | None
    epoch: str
    pending: list[str]


def restore(
    source: Path,
    database: Path,
    now: datetime,
    patience: float = backup.PATIENCE,
    complete: Callable[[Path], None] = lambda part: None,
) -> Restored:
    """Check a backup, renew its epoch, and put it in the database's place.

    Links to choose a password by, which the backup may have, are ended.

    The caller holds the ``ServerLock``. Whenever this is cut off, the whole database
    that was there, or the whole restored one, stands in the place. ``BackupError``
    says why it can't be; then everything is as it was. ``patience``: how long another
    program may still have the database open, in seconds. ``complete`` gets what will
    be the database, to bring back what belongs to it.
    """
    if not source.is_file():
        raise BackupError(f"{source} isn't there, or is no file.")
    database = database.resolve()
    with backup.draft(database, alone=True) as part:
        backup.copy(source, part)
        schema = backup.inspect(part, source)
        if schema.unknown:
            raise BackupError(
                f"{source} is newer than this program (it has {schema.unknown[-1]}). "
                "Install the rtserver that made it."
            )
        epoch = _begin_anew(part, schema.pending)
        _give_to_owner(part, database)
        sync(part)
        complete(part)
        there = database.exists()
        aside = _set_aside(database, now, patience) if there else None
        for ending in ("-wal", "-shm"):
            # SQLite would take the log for the restored database's.
            Path(f"{database}{ending}").unlink(missing_ok=True)
        backup.install(part, database)
    return Restored(aside, epoch, schema.pending)


def _begin_anew(part: Path, pending: list[str]) -> str:
    """Renew the epoch, and end the links to choose a password by; return the epoch."""
    engine, epoch = peewee.SqliteDatabase(str(part)), facts.new_epoch()
    with engine.connection_context(), engine.atomic():
        tx = Transaction(engine)
        facts.set_epoch(tx, epoch)
        if LINKS not in pending:
            password_links.end_all(tx)
    return epoch


def _give_to_owner(part: Path, database: Path) -> None:
    """Let the server's user have what root restores."""
    if os.geteuid() == 0:
        like = (database if database.exists() else database.parent).stat()
        os.chown(part, like.st_uid, like.st_gid)


def _set_aside(database: Path, now: datetime, patience: float) -> Path:
    """Give the database a second name, under which it stays whole."""
    aside = _free_name(database, now)
    log = Path(f"{aside}-wal")
    _link(Path(f"{database}-wal"), log)
    needed = False
    try:
        needed = not _fold_log_in(database, patience)
    finally:
        if not needed:
            log.unlink(missing_ok=True)
    _link(database, aside)
    sync(database.parent)
    return aside


def _fold_log_in(database: Path, patience: float) -> bool:
    """Make the database one file, and see that nobody has it open.

    Tells whether that could be: SQLite may throw away the log of a damaged one.
    """
    try:
        with closing(backup.connect(database, patience)) as connection:
            connection.execute("PRAGMA locking_mode=EXCLUSIVE")
            connection.execute("PRAGMA journal_mode=DELETE")
    except sqlite3.DatabaseError as error:
        if error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY:
            raise BackupError(
                f"Another program has {database} open. End it, and try again."
            ) from None
        return False
    return True


def _free_name(database: Path, now: datetime) -> Path:
    name = f"{database}.before-restore-{now:%Y%m%dT%H%M%SZ}"
    names = itertools.chain([name], (f"{name}-{n}" for n in itertools.count(2)))
    return next(path for path in map(Path, names) if not path.exists())


def _link(path: Path, other: Path) -> None:
    """Give a file a second name, or copy it where files can have but one."""
    if not path.exists():
        return
    try:
        os.link(path, other)
    except OSError:
        shutil.copy2(path, other)
        sync(other)
