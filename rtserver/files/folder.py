"""The folder in which the bytes of files lie, each under its id; for threads."""

import errno
import hashlib
import os
import re
import secrets
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO, Final, NamedTuple

from rtserver.files.kinds import Kind
from rtserver.files.source import PIECE, Source
from store.disk import sync

# What is on its way has these endings: as it came, and cleaned.
_RAW: Final = ".raw"
_CLEAN: Final = ".part"
# How a disk says that it is full.
FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
ID: Final = "f_[0-9a-f]{32}"
_OURS = re.compile(rf"({ID})(\.raw|\.part)?")


class Cleaned(NamedTuple):
    """A file's facts that are kept beside its bytes."""

    bytes: int
    sha256: str


def new_id() -> str:
    """Make an id that can't be guessed, and is a good name on any disk."""
    return f"f_{secrets.token_hex(16)}"


class FileFolder:
    """The bytes of files, for their owner's eyes only; several processes share it.

    A file has its name once it is whole and synced; it is never changed after.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    def make(self) -> None:
        """Make the folder if it isn't there."""
        self.path.mkdir(mode=0o700, parents=True, exist_ok=True)

    def try_out(self) -> None:
        """Make the folder; OSError if nothing can be written there, were there room."""
        self.make()
        try:
            tempfile.TemporaryFile(dir=self.path).close()  # as root may write anywhere
        except OSError as error:
            if error.errno not in FULL:
                raise

    def place(self, file_id: str) -> Path:
        return self.path / file_id

    def append(self, file_id: str, data: bytes, at: int = 0) -> None:
        """Write down what came next of a file, of which ``at`` bytes are there.

        ``FileNotFoundError`` if they aren't any more.
        """
        # Opened each time: an upload that takes long holds no open file.
        flags = os.O_WRONLY | os.O_APPEND | (0 if at else os.O_CREAT)
        with open(os.open(self._raw(file_id), flags, 0o600), "wb") as file:
            file.write(data)

    def clean(self, file_id: str, kind: Kind) -> Cleaned:
        """Make what came fit to be kept; ``Malformed`` if it isn't of that kind."""
        flags = os.O_RDWR | os.O_CREAT | os.O_TRUNC
        part = os.open(self._part(file_id), flags, 0o600)
        with open(self._raw(file_id), "rb") as raw, open(part, "w+b") as target:
            kind.clean(Source(raw), target)
            target.seek(0)
            cleaned = _summed(target)
            os.fsync(target.fileno())
        self._raw(file_id).unlink()
        return cleaned

    def keep(self, file_id: str) -> None:
        """Give a cleaned file its name, so that it survives a power cut."""
        os.rename(self._part(file_id), self.place(file_id))
        sync(self.path)

    def remove(self, file_ids: Iterable[str]) -> None:
        """Delete files, and what is on its way to be one."""
        for file_id in file_ids:
            for path in (
                self.place(file_id),
                self._raw(file_id),
                self._part(file_id),
            ):
                path.unlink(missing_ok=True)

    def ids(self) -> set[str]:
        """Return the ids of all that lies here, whole or not; nothing of others'."""
        with os.scandir(self.path) as entries:
            names = [entry.name for entry in entries]
        return {found[1] for name in names if (found := _OURS.fullmatch(name))}

    def lacks(self, file_ids: Iterable[str]) -> list[str]:
        """Return those ids of which there is no file."""
        return [id for id in file_ids if not self.place(id).is_file()]

    def _raw(self, file_id: str) -> Path:
        return self.path / f"{file_id}{_RAW}"

    def _part(self, file_id: str) -> Path:
        return self.path / f"{file_id}{_CLEAN}"


def link_or_copy(source: Path, target: Path, twins: Iterable[Path] = ()) -> None:
    """Give a file a second name, or copy it where the disk allows no other way.

    ``twins`` are where the same may lie, on a disk that does.
    """
    if target.exists():
        return
    if not source.is_file():
        raise FileNotFoundError(source)
    for one in (source, *twins):
        with suppress(OSError):
            os.link(one, target)
            return
    _copy(source, target)


def pieces(file: BinaryIO) -> Iterator[bytes]:
    """Yield what is left of a file, piece by piece."""
    while piece := file.read(PIECE):
        yield piece


def _copy(source: Path, target: Path) -> None:
    part = target.with_name(f"{target.name}{_CLEAN}")
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
    with source.open("rb") as file, open(os.open(part, flags, 0o600), "wb") as made:
        shutil.copyfileobj(file, made)
        made.flush()
        os.fsync(made.fileno())
    os.rename(part, target)


def _summed(file: BinaryIO) -> Cleaned:
    size, digest = 0, hashlib.sha256()
    for piece in pieces(file):
        size += len(piece)
        digest.update(piece)
    return Cleaned(size, digest.hexdigest())
