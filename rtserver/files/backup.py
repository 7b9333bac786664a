"""Files in a backup: hard links beside the database's copy, or copies."""

import os
import shutil
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Final

from rtserver.files.folder import FileFolder, link_or_copy
from store import backup
from store.disk import sync

ENDING: Final = ".files"


class FileBackup:
    """The files that belong to a backup of the database, in ``FILE.files``."""

    def __init__(self, folder: FileFolder, backup: Path) -> None:
        self.here = folder
        self.there = FileFolder(backup.with_name(f"{backup.name}{ENDING}"))
        self.kept: set[str] = set()
        self.missing: set[str] = set()
        self._is_new = False
        # What a restore has set aside.
        self.aside: FileFolder | None = None

    def begin(self) -> None:
        """Add what lies here, before the database is copied.

        What is deleted while that goes on may still be in the copy's rows.
        """
        self._is_new = not self.there.path.exists()
        if self.there.path.parent.is_dir():  # else the database's copy says so
            ids = self.here.ids() if self.here.path.is_dir() else set()
            _add(self.here, self.there, ids, self._earlier())

    def give_up(self) -> None:
        """Leave nothing beside a backup that there is none of."""
        if self._is_new:
            shutil.rmtree(self.there.path, ignore_errors=True)

    def complete(self, part: Path) -> None:
        """Add what came while the database was copied into ``part``."""
        ids = backup.file_ids(part)
        self.missing = _add(self.here, self.there, ids, self._earlier())
        self.kept = ids - self.missing

    def end(self) -> None:
        """Remove what the backup has no rows of, once it is there."""
        self.there.remove(self.there.ids() - self.kept)
        sync(self.there.path)

    def _earlier(self) -> list[Path]:
        """Return the files of earlier backups, of which this one may have links."""
        found = self.there.path.parent.glob(f"*{ENDING}")
        return [folder for folder in found if folder != self.there.path]

    def bring_back(self, part: Path, now: datetime) -> None:
        """Bring back what the database in ``part`` has rows of.

        The others, which a server would remove, get a second name in a folder aside.
        """
        ids = backup.file_ids(part)
        others = self.here.ids() - ids if self.here.path.is_dir() else set()
        if others:
            name = f"{self.here.path.name}.before-restore-{now:%Y%m%dT%H%M%SZ}"
            self.aside = FileFolder(self.here.path.with_name(name))
            _add(self.here, self.aside, others)
        self.missing = _add(self.there, self.here, ids)
        self.kept = ids - self.missing


def _add(
    source: FileFolder,
    target: FileFolder,
    ids: Iterable[str],
    twins: Sequence[Path] = (),
) -> set[str]:
    """Have files in another folder, too; return the ids of those that are nowhere.

    A file never changes, so what has its name there already is the same; and in the
    folders ``twins``.
    """
    target.make()
    _give_to_owner(target.path, target.path.parent)
    missing = set()
    for file_id in ids:
        place = target.place(file_id)
        try:
            others = [folder / file_id for folder in twins]
            link_or_copy(source.place(file_id), place, others)
            _give_to_owner(place, target.path)
        except FileNotFoundError:
            if not place.exists():
                missing.add(file_id)
    sync(target.path)
    return missing


def _give_to_owner(path: Path, like: Path) -> None:
    """Let the server's user have what root has made."""
    if os.geteuid() == 0:
        owner = like.stat()
        os.chown(path, owner.st_uid, owner.st_gid)
