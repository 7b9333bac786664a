"""The bytes of a file on their way through what cleans it."""

import os
from typing import BinaryIO, Final

# The most that is in memory at once.
PIECE: Final = 65_536
# A file is taken apart in so many steps at most, and one for so many bytes: no picture
# needs more, and one that was made up would keep everybody waiting.
STEPS: Final = 100_000
BYTES_A_STEP: Final = 64


class Malformed(Exception):
    """A file whose bytes aren't what its type says."""


class Source:
    """A file that is read once, from its beginning; where it ends early: Malformed."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.size = os.fstat(file.fileno()).st_size
        self._steps = STEPS + self.size // BYTES_A_STEP

    @property
    def position(self) -> int:
        return self._file.tell()

    @property
    def left(self) -> int:
        return self.size - self._file.tell()

    def take(self, length: int) -> bytes:
        """Return the next bytes, which have to be few."""
        self._steps -= 1
        if self._steps < 0:
            raise Malformed("it is made of too many splinters")
        piece = self._file.read(length)
        if len(piece) != length:
            raise Malformed("it ends too early")
        return piece

    def byte(self) -> int:
        return self.take(1)[0]

    def expect(self, *beginnings: bytes) -> bytes:
        """Return the next bytes, which have to be one of these of equal length."""
        found = self.take(len(beginnings[0]))
        if found not in beginnings:
            raise Malformed("it begins otherwise")
        return found

    def pieces(self, length: int) -> "Pieces":
        """Return the next bytes, however many, piece by piece."""
        return Pieces(self, length)

    def skip(self, length: int) -> None:
        """Pass over the next bytes."""
        if length > self.left:
            raise Malformed("it ends too early")
        self._file.seek(length, os.SEEK_CUR)

    def go_to(self, position: int) -> None:
        """Read on from elsewhere."""
        self._file.seek(position)

    def some(self) -> bytes:
        """Return what comes next, a piece at most; nothing at the end."""
        return self._file.read(PIECE)


class Pieces:
    """Bytes of a source that are taken a piece at a time."""

    def __init__(self, source: Source, length: int) -> None:
        self._source = source
        self._left = length

    def __iter__(self) -> "Pieces":
        return self

    def __next__(self) -> bytes:
        if not self._left:
            raise StopIteration
        piece = self._source.take(min(self._left, PIECE))
        self._left -= len(piece)
        return piece
