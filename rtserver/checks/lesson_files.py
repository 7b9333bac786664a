"""The check of lessons' files: each row has its bytes, and the bytes a row."""

import stat

from rtserver.checks import hints
from rtserver.checks.outcome import CheckFailed, Skipped
from rtserver.files.folder import FileFolder
from rtserver.settings.model import Settings
from store.errors import StoreError
from store.probe import file_rows

# So many are named.
_NAMED = 5


def lesson_files(settings: Settings) -> str:
    """Compare the folder of files with their rows."""
    folder = FileFolder(settings.files_dir)
    try:
        # The folder first: what is coming has its row before its bytes.
        there = _ids(folder)
        rows = file_rows(settings.database_url.reveal())
    except StoreError:
        raise Skipped("for want of the database") from None
    lacking = folder.lacks(rows.kept)
    if lacking:
        raise CheckFailed(
            f"[files] dir: {len(lacking)} files lack their bytes in {folder.path} "
            f"({_named(lacking)}). Copy them there from a backup's .files."
        )
    strays = there - rows.kept - rows.coming
    if strays:
        raise CheckFailed(
            f"[files] dir: {len(strays)} files in {folder.path} have no row "
            f"({_named(strays)}). Restart the server, which removes them."
        )
    return f"{len(rows.kept)} files in {folder.path}, each with its bytes"


def _ids(folder: FileFolder) -> set[str]:
    try:
        mode = folder.path.stat().st_mode
        if mode & stat.S_IRWXO:
            raise CheckFailed(
                f"[files] dir: everybody on this machine may enter {folder.path}, "
                f"where people's pictures are. Close it: chmod o= {folder.path}"
            )
        return folder.ids()
    except FileNotFoundError:
        return set()
    except OSError as error:
        raise CheckFailed(
            f"[files] dir: {folder.path} can't be read ({error.strerror}). "
            f"{hints.folder(folder.path, error)}"
        ) from None


def _named(ids: set[str] | list[str]) -> str:
    shown = sorted(ids)
    more = ", …" if len(shown) > _NAMED else ""
    return ", ".join(shown[:_NAMED]) + more
