"""Remove the bytes of what is deleted, and what is nobody's."""

import asyncio
import logging
from datetime import timedelta
from typing import NamedTuple

from rtserver import tasks
from rtserver.clock import Clock
from rtserver.errors import Unavailable, log_unexpected
from rtserver.files.disk import on_disk
from rtserver.files.folder import FileFolder
from rtserver.settings.errors import ConfigError, SettingsError
from store import file_uploads, files
from store.database import Database
from store.errors import StoreError
from store.transaction import Transaction

log = logging.getLogger(__name__)

# So long a chat's file may wait for the message that names it.
UNSENT = timedelta(days=1)
SWEEP_SECONDS = 3600.0
FIRST_SWEEP_SECONDS = 90.0
SLICE = 200
_RETRY_SECONDS = 10.0


class Leftovers(NamedTuple):
    """Ids of rows that lack their bytes, and of bytes that lack their row."""

    without_bytes: list[str]
    without_row: list[str]


class FileRemoval:
    """The end of files: of deleted ones first the bytes go, and then the row.

    So nothing is forgotten, whoever deleted it and whenever this was cut off.
    ``alone``: no other server shares the database. ``first_sweep``: seconds after the
    start, when what other processes left as they were killed is over, too.
    """

    def __init__(
        self,
        db: Database,
        clock: Clock,
        folder: FileFolder,
        *,
        alone: bool,
        first_sweep: float = FIRST_SWEEP_SECONDS,
    ) -> None:
        self._db = db
        self._clock = clock
        self.folder = folder
        self._alone = alone
        self._first_sweep = first_sweep
        self._wanted = asyncio.Event()

    def soon(self) -> None:
        """Have the bytes of what was deleted up to now removed."""
        self._wanted.set()

    async def run(self) -> None:
        """Remove bytes whenever that is wanted, until cancelled."""
        while True:
            await self._wanted.wait()
            self._wanted.clear()
            try:
                await self.purge()
            except (StoreError, Unavailable):
                await asyncio.sleep(_RETRY_SECONDS)
                self._wanted.set()
            except Exception as error:
                log_unexpected(log, error, "removing the bytes of files")

    async def run_sweeps(self) -> None:
        """Look soon, and then every hour, for what is nobody's, until cancelled."""
        if not self._alone:
            await tasks.once_after(self._first_sweep, self.sweep)
        await tasks.every(SWEEP_SECONDS, self.sweep)

    async def purge(self) -> None:
        """Remove the bytes of what was deleted up to now, and then the rows."""
        while ids := await self._db.read(files.discarded, SLICE):
            await on_disk(self.folder.remove, ids)
            await self._db.write(files.forget, ids)

    async def start(self) -> None:
        """Make the folder, and clear away what a server that was killed has left.

        ``SettingsError`` says why there can be no files.
        """
        try:
            await asyncio.to_thread(self.folder.try_out)
        except OSError as error:
            raise SettingsError([_unusable(self.folder, error)]) from None
        if self._alone:
            await self._db.write(file_uploads.end_all)
        left = await self.sweep()
        if left.without_row:
            log.warning("removed %d files that had no row", len(left.without_row))
        if left.without_bytes:
            log.error(
                "%d files lack their bytes: rtserver check names them",
                len(left.without_bytes),
            )

    async def sweep(self) -> Leftovers:
        """Delete what waited too long, and remove bytes that are nobody's."""
        now = self._clock.now()
        while await self._db.write(files.discard_unsent, now - UNSENT, SLICE):
            continue
        await self.purge()
        await self._db.write(file_uploads.end_dead, now)
        left = await look(self._db, self.folder)
        await on_disk(self.folder.remove, left.without_row)
        return left


def _unusable(folder: FileFolder, error: OSError) -> ConfigError:
    problem = f"No files can be kept in {folder.path}: {error.strerror}."
    advice = "Let the server's user write there, or name another folder."
    return ConfigError("files", "dir", problem, advice)


async def look(db: Database, folder: FileFolder) -> Leftovers:
    """Compare the folder with the rows."""
    # In this order: whatever comes has its row of an upload before its first byte.
    there = await on_disk(folder.ids)
    kept, coming = await db.read(_ids)
    lacking = await on_disk(folder.lacks, kept - there)
    if lacking:
        # Some may have been deleted since.
        kept, _ = await db.read(_ids)
    return Leftovers(sorted(kept.intersection(lacking)), sorted(there - kept - coming))


def _ids(tx: Transaction) -> tuple[set[str], set[str]]:
    return files.ids(tx), file_uploads.ids(tx)
