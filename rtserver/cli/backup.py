"""``rtserver backup`` and ``rtserver restore``, for SQLite."""

import shlex
from pathlib import Path

from rtserver.cli.context import Context, Failed
from rtserver.clock import Clock
from rtserver.settings.model import Settings
from store import backup as backups
from store.backup import BackupError
from store.engine import is_sqlite, sqlite_path
from store.exclusive import AlreadyServed, ServerLock
from store.restore import Restored
from store.restore import restore as put_back

DUMP = """Use its own tool, while servers run or not:
  pg_dump --format=custom --no-owner --file={file} {url}"""
LOAD = """Stop every server, and use its own tool:
  pg_restore --clean --if-exists --no-owner --single-transaction --dbname={url} {file}
  rtserver migrate --new-epoch"""


def backup(context: Context) -> int:
    """Write a backup, while a server may be running."""
    settings, file = context.settings(), Path(context.args.file)
    database = _sqlite(settings, file, DUMP)
    try:
        size = backups.write(database, file)
    except BackupError as error:
        raise Failed(str(error)) from None
    text = f"Wrote {file}: {size} bytes, checked."
    context.console.answer({"file": str(file), "bytes": size}, text)
    return 0


def restore(context: Context) -> int:
    """Put a backup in the database's place, while no server runs."""
    settings, file = context.settings(), Path(context.args.file)
    database = _sqlite(settings, file, LOAD)
    lock = ServerLock(settings.database_url.reveal(), shared=False)
    try:
        lock.take()
        done = put_back(file, database, Clock().now())
    except AlreadyServed:
        raise Failed(f"A server is using {database}. Stop it first.") from None
    except BackupError as error:
        raise Failed(str(error)) from None
    finally:
        lock.release()
    _tell(context, database, done)
    return 0


def _tell(context: Context, database: Path, done: Restored) -> None:
    aside = str(done.aside) if done.aside else None
    value = {"database": str(database), "aside": aside, "epoch": done.epoch}
    lines = [f"Restored {database}; who comes back is told to load anew."]
    if aside:
        lines.append(f"What was there before is {aside}.")
    if done.pending:
        lines.append(f"serve and migrate will apply: {', '.join(done.pending)}.")
    context.console.answer(value, "\n".join(lines))


def _sqlite(settings: Settings, file: Path, advice: str) -> Path:
    """Return the path of the database; for PostgreSQL tell what to do instead."""
    url = settings.database_url
    if is_sqlite(url.reveal()):
        return sqlite_path(url.reveal())
    steps = advice.format(file=shlex.quote(str(file)), url=shlex.quote(str(url)))
    hidden = "\nwith user and password in place of ***." if "***" in steps else ""
    raise Failed(f"[database] url: {url} is PostgreSQL. {steps}{hidden}")
