"""``rtserver backup`` and ``rtserver restore``, for SQLite."""

import shlex
from functools import partial
from pathlib import Path

from rtserver.cli.context import Context, Failed
from rtserver.clock import Clock
from rtserver.files.backup import FileBackup
from rtserver.files.folder import FileFolder
from rtserver.settings.model import Settings
from store import backup as backups
from store.backup import BackupError
from store.engine import is_sqlite, sqlite_path
from store.exclusive import AlreadyServed, ServerLock
from store.restore import Restored
from store.restore import restore as put_back

DUMP = """Use its own tool, while servers run or not, and copy the files after it:
  pg_dump --format=custom --no-owner --file={file} {url}
  cp -a {files}/. {file}.files"""
LOAD = """Stop every server, use its own tool, and bring the files back:
  pg_restore --clean --if-exists --no-owner --single-transaction --dbname={url} {file}
  rtserver migrate --new-epoch
  cp -a {file}.files/. {files}"""


def backup(context: Context) -> int:
    """Write a backup, while a server may be running."""
    settings, file = context.settings(), Path(context.args.file)
    database = _sqlite(settings, file, DUMP)
    files = FileBackup(FileFolder(settings.files_dir), file)
    try:
        files.begin()
        size = backups.write(database, file, files.complete)
        files.end()
    except BackupError as error:
        files.give_up()
        raise Failed(str(error)) from None
    except OSError as error:
        files.give_up()
        raise _unwritable(files.there, error) from None
    number = len(files.kept)
    text = f"Wrote {file}: {size} bytes, checked, and {number} files beside it."
    value = {"file": str(file), "bytes": size, "files": number}
    context.console.answer(value, text)
    return 0


def _unwritable(folder: FileFolder, error: OSError) -> Failed:
    return Failed(f"{folder.path} can't be written: {error.strerror}. Make room there.")


def restore(context: Context) -> int:
    """Put a backup in the database's place, while no server runs."""
    settings, file = context.settings(), Path(context.args.file)
    database = _sqlite(settings, file, LOAD)
    lock = ServerLock(settings.database_url.reveal(), shared=False)
    files, now = FileBackup(FileFolder(settings.files_dir), file), Clock().now()
    try:
        lock.take()
        done = put_back(
            file, database, now, complete=partial(files.bring_back, now=now)
        )
    except AlreadyServed:
        raise Failed(f"A server is using {database}. Stop it first.") from None
    except BackupError as error:
        raise Failed(str(error)) from None
    except OSError as error:
        raise _unwritable(files.here, error) from None
    finally:
        lock.release()
    _tell(context, database, done, files)
    return 0


def _tell(context: Context, database: Path, done: Restored, files: FileBackup) -> None:
    aside = str(done.aside) if done.aside else None
    value = {
        "database": str(database),
        "aside": aside,
        "epoch": done.epoch,
        "files": len(files.kept),
        "missing_files": len(files.missing),
    }
    lines = [f"Restored {database}; who comes back is told to load anew."]
    if aside:
        lines.append(f"What was there before is {aside}.")
    if files.missing:
        lines.append(
            f"{len(files.missing)} files aren't in {files.there.path}: they are lost."
        )
    if files.aside:
        lines.append(f"Files that it doesn't know are also in {files.aside.path}.")
    if done.pending:
        lines.append(f"serve and migrate will apply: {', '.join(done.pending)}.")
    context.console.answer(value, "\n".join(lines))


def _sqlite(settings: Settings, file: Path, advice: str) -> Path:
    """Return the path of the database; for PostgreSQL tell what to do instead."""
    url = settings.database_url
    if is_sqlite(url.reveal()):
        return sqlite_path(url.reveal())
    steps = advice.format(
        file=shlex.quote(str(file)),
        url=shlex.quote(str(url)),
        files=shlex.quote(str(settings.files_dir)),
    )
    hidden = "\nwith user and password in place of ***." if "***" in steps else ""
    raise Failed(f"[database] url: {url} is PostgreSQL. {steps}{hidden}")
