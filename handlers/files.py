"""``/api/files/…`` (contract 3.6)."""

import asyncio
from contextlib import closing
from types import MappingProxyType
from typing import Annotated, BinaryIO, Literal
from urllib.parse import quote

import msgspec
import tornado.iostream

from handlers.byte_ranges import ByteRange, part_of
from handlers.operations import LESSON, Query, operation, page_of
from handlers.ticketed import TICKET, TicketedHandler, TicketOffice
from handlers.upload import UploadHandler
from rtserver.errors import (
    BadRequest,
    Conflict,
    Forbidden,
    Invalid,
    NotFound,
    RangeNotSatisfiable,
)
from rtserver.files.kinds import KINDS
from rtserver.files.service import FilePage
from rtserver.files.source import PIECE
from rtserver.files.upload import UploadRequest
from rtserver.input.field_types import FileId, Name
from rtserver.input.text import clean_text
from rtserver.views import LessonFileView, Time

MAX_NAME = 200
MAX_WANTED = 100
TYPES = tuple(KINDS)
NAME = Query("name", "The file's name.", Name, example="tree.png", required=True)
FOR = Query(
    "for",
    "Whether a message is to name it, or the board.",
    Literal["chat", "board"],
    example="chat",
    required=True,
)
PLACEHOLDERS = MappingProxyType({"id": "[A-Za-z0-9_-]{1,64}"})


class Wanted(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    ids: Annotated[list[FileId], msgspec.Meta(min_length=1, max_length=MAX_WANTED)]


class TicketsView(msgspec.Struct, frozen=True):
    """Tickets by the ids of the files that they show."""

    tickets: dict[str, str]
    expires_at: Time


class FilesHandler(UploadHandler):
    @operation(
        "accepted members",
        {200: FilePage},
        query=(LESSON, *page_of("files")),
        errors=(Forbidden, NotFound),
    )
    async def get(self) -> None:
        """List a lesson's files that one may see, newest first.

        Before they are sent, files for the chat are seen by their owner and tutors.
        """
        self.actor.require_user()
        page = await self.services.files.service.page(
            self.actor,
            self.query_id("lesson_id"),
            cursor=self.query("cursor"),
            limit=self.page_size(),
        )
        self.reply(page)

    @operation(
        "for the board: who may draw; for the chat: who may write",
        {201: LessonFileView, 200: LessonFileView},
        query=(LESSON, NAME, FOR),
        uploads=TYPES,
        errors=(Forbidden, NotFound, Conflict),
    )
    async def post(self) -> None:
        """Upload a file: the body is its bytes, and `Content-Type` their type.

        The same bytes again are answered by the first file, with 200, while no message
        names it. What a picture tells of where and how it was made is taken out.
        """
        kept = await self.received()
        if kept is not None:
            self.reply(kept.file, status=201 if kept.created else 200)

    def upload_request(self) -> UploadRequest:
        self.actor.require_user()
        declared = self.request.headers.get("Content-Type", "")
        return UploadRequest(
            lesson_id=self.query_id("lesson_id"),
            purpose=self._purpose(),
            name=self._name(),
            type=declared.split(";")[0].strip().lower(),
            length=self.declared_length,
        )

    def _purpose(self) -> str:
        purpose = self.query("for")
        if purpose not in ("chat", "board"):
            raise BadRequest.at("for", "must be chat or board")
        return purpose

    def _name(self) -> str:
        text = self.query("name")
        if text is None:
            raise BadRequest.at("name", "is missing")
        try:
            name = clean_text(text, path="name", maximum=MAX_NAME)
        except Invalid as error:
            raise BadRequest(error.message, faults=error.faults) from None
        if "/" in name or "\\" in name:
            raise BadRequest.at("name", "no / or \\ is allowed: send the name alone")
        return name


class FileHandler(TicketedHandler):
    answers_in_pieces = True
    placeholders = PLACEHOLDERS

    def ticket_subject(self) -> str:
        return self.path_args[0]

    @operation(
        "members; before a message names it: its owner, the lesson's tutors",
        {200: bytes, 206: bytes, 304: None},
        query=(TICKET,),
        errors=(Forbidden, RangeNotSatisfiable),
        at={"id": "f_0c2f7a51b9e84d6f9a3d5e7c1b2a4f60"},
        media=", ".join(TYPES),
    )
    async def get(self, id: str) -> None:
        """Read a file's bytes, or one part of them by `Range`."""
        file = await self.services.files.service.get(self.actor, id)
        self._describe(file)
        if self.check_etag_header():
            self.set_status(304)
            self.finish()
            return
        part = part_of(self._range(), file.bytes)
        if part is not None:
            self.set_status(206)
            told = f"bytes {part.start}-{part.end - 1}/{file.bytes}"
            self.set_header("Content-Range", told)
        part = part or ByteRange(0, file.bytes)
        with closing(await self.services.files.service.open(id)) as opened:
            self.set_header("Content-Type", file.type)
            self.set_header("Content-Length", part.end - part.start)
            await self._send(opened, part)

    @operation(
        "its owner, the lesson's tutors",
        {204: None},
        errors=(Forbidden, Conflict),
        at={"id": "f_0c2f7a51b9e84d6f9a3d5e7c1b2a4f60"},
    )
    async def delete(self, id: str) -> None:
        """Delete a file, its bytes at once; a message that names it loses it."""
        await self.services.files.service.delete(self.actor, id)
        self.reply_nothing()

    def _describe(self, file: LessonFileView) -> None:
        kind = KINDS[file.type]
        shown = "inline" if kind.is_shown else "attachment"
        plain = f"{file.id}.{kind.ending}"
        told = f"{shown}; filename=\"{plain}\"; filename*=UTF-8''{quote(file.name, '')}"
        self.set_header("Content-Disposition", told)
        self.set_header("ETag", f'"{file.sha256}"')
        self.set_header("Accept-Ranges", "bytes")
        self.set_header("Cache-Control", "private, no-cache")
        # Should a browser take it for a page after all, it can do nothing.
        self.set_header("Content-Security-Policy", "default-src 'none'; sandbox")

    def _range(self) -> str | None:
        """Return the ``Range`` that is asked for, if it is of this very file."""
        known = self.request.headers.get("If-Range")
        if known is not None and known != self._headers["ETag"]:
            return None
        return self.request.headers.get("Range")

    async def _send(self, opened: BinaryIO, part: ByteRange) -> None:
        """Send bytes as they are taken off; each piece is read in a thread."""
        left = 0 if self.request.method == "HEAD" else part.end - part.start
        await asyncio.to_thread(opened.seek, part.start)
        try:
            while left:
                piece = await asyncio.to_thread(opened.read, min(left, PIECE))
                if not piece:
                    raise EOFError("a file is shorter than its row says")
                self.write(piece)
                await self.flush()
                left -= len(piece)
        except tornado.iostream.StreamClosedError:
            return  # they have gone, which is no fault of ours to log
        self.finish()


class TicketsHandler(TicketOffice):
    @operation(
        "people",
        {200: TicketsView},
        body=Wanted,
        errors=(Forbidden,),
        example={"ids": ["f_0c2f7a51b9e84d6f9a3d5e7c1b2a4f60"]},
    )
    async def post(self) -> None:
        """Get tickets, by which files are read without a header, as in `<img>`.

        Those that one may not see are left out. A ticket ends with its time, and with
        the right, the account or the login of who asked for it.
        """
        self.actor.require_user()
        ids = await self.services.files.service.visible(
            self.actor, self.body(Wanted).ids
        )
        tickets, until = await self.issue(ids)
        self.reply(TicketsView(tickets, until))
