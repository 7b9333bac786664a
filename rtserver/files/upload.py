"""One file on its way: what comes of it is handed on in pieces."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final, NamedTuple, Protocol

from rtserver.access.actor import Actor
from rtserver.errors import UnsupportedMediaType, to_error
from rtserver.files.folder import new_id
from rtserver.files.source import PIECE
from rtserver.views import LessonFileView

# Where nobody says how long a file will be, room for so much is kept at a time.
STEP: Final = 256 * 1024
EMPTY = "The body is empty: send the file's bytes."


class UploadRequest(NamedTuple):
    """A file that somebody wants to upload; ``length`` is None if they don't tell."""

    lesson_id: int
    purpose: str
    name: str
    type: str
    length: int | None


class Kept(NamedTuple):
    """A file that is kept, and whether it was made just now."""

    file: LessonFileView
    created: bool


class Keeper(Protocol):
    """The keeper of uploads: of room for one, its bytes, and what becomes of it."""

    def check_size(self, size: int) -> None: ...

    async def reserve(self, upload: "Upload", least: int, size: int) -> None: ...

    async def append(self, upload: "Upload", data: bytes) -> None: ...

    async def keep(self, upload: "Upload") -> Kept: ...

    async def drop(self, upload: "Upload", outcome: str) -> None: ...


class Upload:
    """One file on its way, from its first byte until it is kept or given up."""

    def __init__(self, keeper: Keeper, actor: Actor, asked: UploadRequest) -> None:
        self.id = new_id()
        self.actor = actor
        self.asked = asked
        self.reserved = 0
        # So many bytes of it are on the disk.
        self.written = 0
        # Nobody knows whether its row was committed.
        self.is_in_doubt = False
        self._keeper = keeper
        self._received = 0
        self._waiting = bytearray()
        # Whoever gives it up waits for what is being written down.
        self._busy = asyncio.Lock()
        self._over = False
        self._outcome = "broken_off"

    async def write(self, data: bytes) -> None:
        """Take what came next; returns once there is room for more."""
        with self._noting():
            self._received += len(data)
            self._keeper.check_size(self._received)
            self._waiting += data
            if len(self._waiting) >= PIECE:
                await self._write_down()

    async def finish(self) -> Kept:
        """Keep the file; returns once it is on the disk and in the database.

        If that fails, nothing is left of it.
        """
        try:
            with self._noting():
                return await self._finish()
        finally:
            await self.give_up()

    async def give_up(self) -> None:
        """Leave nothing of it, unless it is kept."""
        async with self._busy:
            if not self._over:
                self._over = True
                await self._keeper.drop(self, self._outcome)

    async def _finish(self) -> Kept:
        if not self._received:
            raise UnsupportedMediaType(EMPTY)
        await self._write_down()
        async with self._busy:
            kept = await self._keeper.keep(self)
            self._over = True
        return kept

    @contextmanager
    def _noting(self) -> Iterator[None]:
        """Remember what an upload failed for."""
        try:
            yield
        except Exception as error:
            self._outcome = to_error(error).code
            raise

    async def _write_down(self) -> None:
        async with self._busy:
            if self._over:
                return
            data, self._waiting = bytes(self._waiting), bytearray()
            if self._received > self.reserved:
                wanted = self._received + STEP
                await self._keeper.reserve(self, self._received, wanted)
            await self._keeper.append(self, data)
            self.written += len(data)
