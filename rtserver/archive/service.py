"""Archives of lessons (contract 3.3): made as they are sent, of one moment each."""

import asyncio
import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Final

from rtserver.access.actor import Actor
from rtserver.archive import moment
from rtserver.archive.board_file import board_pieces
from rtserver.archive.chat_page import Reader
from rtserver.archive.moment import ArchiveRequest, LessonMoment
from rtserver.archive.spool import Spool
from rtserver.archive.zip_stream import ZipMember, zip_pieces
from rtserver.clock import Clock
from rtserver.errors import RateLimited
from rtserver.files.disk import on_disk
from rtserver.files.folder import FileFolder, pieces
from rtserver.files.kinds import archive_name
from rtserver.files.source import PIECE
from rtserver.limits import Slots
from store.database import Database
from store.long_reads import read_long
from store.records import FileRecord

# So many lessons are read at once: it takes long, and others read too.
AT_ONCE: Final = 2
# So many of one user may be under way: each takes disk, however slowly it is read.
AT_ONCE_OF_ONE: Final = 4
_NEXT_SECONDS: Final = 5.0
MANY = "You have {} archives under way: wait until one of them is done."


class Archive:
    """One archive on its way; ``read`` is for a thread, one call after the other.

    ``held``: what it takes until it is over.
    """

    def __init__(self, made: Iterator[bytes], held: ExitStack) -> None:
        self._made = made
        self._held = held

    def read(self) -> bytes:
        """Return the next piece; nothing at the end. What fails has no end."""
        gathered = bytearray()
        for piece in self._made:
            gathered += piece
            if len(gathered) >= PIECE:
                break
        return bytes(gathered)

    def close(self) -> None:
        self._held.close()


class Archives:
    """The archives of all lessons; ``source`` is the address that they name."""

    def __init__(
        self, db: Database, clock: Clock, folder: FileFolder, source: Callable[[], str]
    ) -> None:
        self._db = db
        self._clock = clock
        self._folder = folder
        self._source = source
        self._reading = asyncio.Semaphore(AT_ONCE)
        self._slots = Slots(AT_ONCE_OF_ONE)

    async def authorize(self, actor: Actor, lesson_id: int) -> None:
        """Require that the actor may have a lesson's archive."""
        await self._db.read(moment.authorize, actor, lesson_id)

    async def open(
        self, actor: Actor | None, lesson_id: int, reader: Reader | None = None
    ) -> Archive:
        """Begin an archive of a lesson as it is now; whoever gets it closes it.

        Without an actor it is for whoever runs the server.
        """
        whose = actor.identity if actor else "server"
        if not self._slots.take(whose):
            raise RateLimited(_NEXT_SECONDS, MANY.format(AT_ONCE_OF_ONE))
        with ExitStack() as undo:
            undo.callback(self._slots.give_back, whose)
            await on_disk(self._folder.make)
            spool = await on_disk(Spool, self._folder.path)
            undo.callback(spool.close)
            wanted = ArchiveRequest(lesson_id, self._clock.now(), spool, reader)
            async with self._reading:
                taken = await read_long(self._db, moment.take, actor, wanted)
            made = zip_pieces(self._members(spool, taken), taken.at)
            return Archive(made, undo.pop_all())

    async def write(self, lesson_id: int, file: Path, reader: Reader) -> int:
        """Write a lesson's archive into a new file; return its size in bytes.

        Raises ``FileExistsError`` rather than overwrite anything; what can't be
        finished is removed.
        """
        archive = await self.open(None, lesson_id, reader)
        try:
            return await asyncio.to_thread(_write, archive, file)
        finally:
            archive.close()

    def _members(self, spool: Spool, taken: LessonMoment) -> Iterator[ZipMember]:
        yield ZipMember("lesson.json", spool.read(taken.lesson))
        yield ZipMember("chat.json", spool.read(taken.chat))
        yield ZipMember("chat.html", spool.read(taken.page))
        elements = spool.read(taken.elements)
        board = board_pieces(elements, taken.pictures, self._folder, self._source())
        yield ZipMember("board.excalidraw", board)
        yield ZipMember("attendance.csv", spool.read(taken.attendance))
        for file in taken.files:
            name = f"files/{archive_name(file)}"
            yield ZipMember(name, self._bytes_of(file), is_packed=True)

    def _bytes_of(self, file: FileRecord) -> Iterator[bytes]:
        with self._folder.place(file.id).open("rb") as opened:
            yield from pieces(opened)


def _write(archive: Archive, file: Path) -> int:
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL
    with os.fdopen(os.open(file, flags, 0o600), "wb") as out:
        try:
            while piece := archive.read():
                out.write(piece)
            out.flush()
            os.fsync(out.fileno())
            return out.tell()
        except BaseException:
            file.unlink()
            raise
