"""A spool on the disk: what is read of a lesson in one moment, until it is sent."""

import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from rtserver.files.disk import disk_failures
from rtserver.files.source import PIECE


class SpoolPart(NamedTuple):
    """A part of a spool: where it begins, and how long it is."""

    start: int
    length: int


class Spool:
    """A file without a name: parts are added, and then read as often as need be."""

    def __init__(self, folder: Path) -> None:
        self._file = tempfile.TemporaryFile(dir=folder)  # noqa: SIM115 - see close()

    def add(self, pieces: Iterable[bytes]) -> SpoolPart:
        """Keep one part; ``Unavailable`` if the disk fails or is full."""
        with disk_failures():
            start = self._file.seek(0, 2)
            for piece in pieces:
                self._file.write(piece)
            return SpoolPart(start, self._file.tell() - start)

    def read(self, part: SpoolPart) -> Iterator[bytes]:
        """Yield a part, piece by piece."""
        place, end = part.start, part.start + part.length
        while place < end:
            self._file.seek(place)
            piece = self._file.read(min(PIECE, end - place))
            place += len(piece)
            yield piece

    def close(self) -> None:
        self._file.close()
