"""``/api/lessons/{id}/archive/`` (contract 3.3)."""

import msgspec
import tornado.iostream

from handlers.operations import operation
from handlers.ticketed import TICKET, TicketedHandler, TicketOffice
from rtserver.archive.service import Archive
from rtserver.errors import Forbidden
from rtserver.files.disk import on_disk
from rtserver.views import Time


class TicketView(msgspec.Struct, frozen=True):
    """A ticket, and when it ends."""

    ticket: str
    expires_at: Time


def subject_of(lesson_id: str) -> str:
    """Return what a ticket for a lesson's archive is for."""
    return f"archive:{lesson_id}"


class ArchiveHandler(TicketedHandler):
    answers_in_pieces = True

    def ticket_subject(self) -> str:
        return subject_of(self.path_args[0])

    @operation(
        "its tutors",
        {200: bytes},
        query=(TICKET,),
        errors=(Forbidden,),
        media="application/zip",
    )
    async def get(self, lesson_id: str) -> None:
        """Read all of a lesson as one ZIP: chat, board, files.

        It is made as it is sent, and of one moment. One that can't be finished is cut
        off.
        """
        id = self.path_id(lesson_id)
        archive = await self.services.archives.open(self.actor, id)
        try:
            self.set_header("Content-Type", "application/zip")
            told = f'attachment; filename="lesson-{id}.zip"'
            self.set_header("Content-Disposition", told)
            if self.request.method == "HEAD":
                await self.flush()  # else it would have a length, of nothing
            else:
                await self._send(archive)
            self.finish()
        except tornado.iostream.StreamClosedError:
            return  # they have gone, which is no fault of ours to log
        finally:
            archive.close()

    async def _send(self, archive: Archive) -> None:
        while piece := await on_disk(archive.read):
            self.write(piece)
            await self.flush()


class ArchiveTicketsHandler(TicketOffice):
    @operation("its tutors", {200: TicketView}, errors=(Forbidden,))
    async def post(self, lesson_id: str) -> None:
        """Get a ticket, by which the archive is read without a header."""
        id = self.path_id(lesson_id)
        await self.services.archives.authorize(self.actor, id)
        subject = subject_of(lesson_id)
        tickets, until = await self.issue([subject])
        self.reply(TicketView(tickets[subject], until))
