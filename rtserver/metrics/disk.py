"""Free room on a disk."""

import os
from contextlib import suppress
from pathlib import Path


class Disk:
    """The disk that a folder is on, or will be; asked anew each time.

    None where it can't be told.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def free(self) -> float | None:
        """Return the bytes that may still be written, as whoever isn't root."""
        state = self._state()
        return state and state.f_bavail * state.f_frsize

    def size(self) -> float | None:
        """Return the bytes there are."""
        state = self._state()
        return state and state.f_blocks * state.f_frsize

    def _state(self) -> os.statvfs_result | None:
        for folder in (self._folder, *self._folder.parents):
            with suppress(OSError):
                return os.statvfs(folder)
        return None
