"""All that an archive tells of a lesson, read page by page in one transaction."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import islice
from typing import NamedTuple

import msgspec

from rtserver.access import rights
from rtserver.access.actor import Actor
from rtserver.access.rights import Right
from rtserver.archive.board_file import array_pieces, elements_of
from rtserver.archive.chat_page import ChatPage, Reader
from rtserver.archive.spool import Spool, SpoolPart
from rtserver.boards import state
from rtserver.errors import NotFound
from rtserver.rooms.attendance import attendance_table
from rtserver.views import lesson_view, message_view
from store import files, lessons, members, messages, users
from store.long_reads import Pages
from store.records import FileRecord, LessonRecord, MessageRecord
from store.transaction import Transaction

PAGE = 500
_encode = msgspec.json.Encoder().encode


class ArchiveRequest(NamedTuple):
    """A request for an archive: of which lesson, when, and the spool it goes to.

    ``reader`` is who it is for, where that isn't the actor.
    """

    lesson_id: int
    at: datetime
    spool: Spool
    reader: Reader | None = None


class LessonMoment(NamedTuple):
    """A lesson at one moment: its parts in the spool, and its files.

    ``pictures`` are those on the board.
    """

    at: datetime
    lesson: SpoolPart
    chat: SpoolPart
    page: SpoolPart
    elements: SpoolPart
    attendance: SpoolPart
    files: Sequence[FileRecord]
    pictures: Sequence[FileRecord]


def authorize(tx: Transaction, actor: Actor, lesson_id: int) -> None:
    """Require that the actor tutors the lesson."""
    member = members.acting(tx, lesson_id, actor.require_user())
    rights.require(actor, lessons.get(tx, lesson_id), member, Right.ARCHIVE)


def take(
    tx: Transaction, actor: Actor | None, wanted: ArchiveRequest, limit: int = PAGE
) -> Pages[LessonMoment]:
    """Read a lesson, for one of its tutors or, without an actor, for whoever runs it.

    Nothing held, rejected, deleted or cleared is in it. A page of the reading is
    ``limit`` messages at most.
    """
    if actor is not None:
        authorize(tx, actor, wanted.lesson_id)
    lesson = lessons.get(tx, wanted.lesson_id)
    if lesson is None:
        raise NotFound()
    people, spool = members.of_lesson(tx, lesson.id), wanted.spool
    board = elements_of(state.load(tx, lesson.id).canvas)
    # A picture that is on the board no longer is deleted to whoever looks.
    kept = [
        file
        for file in files.of_lesson(tx, lesson.id)
        if file.purpose == "chat" or file.id in board.file_ids
    ]
    told = msgspec.to_builtins(lesson_view(lesson, people))
    told["archived_at"] = wanted.at
    page = ChatPage(wanted.reader or _reader(tx, actor))
    said = (_encode(message_view(one)) for one in _messages(tx, lesson, limit))
    # The chat is read twice, for the JSON and the page: so memory holds a page of it.
    chat = yield from _paged(spool, array_pieces(said), limit)
    read = page.pieces(lesson, people, _messages(tx, lesson, limit), wanted.at)
    shown = yield from _paged(spool, read, limit)
    return LessonMoment(
        at=wanted.at,
        lesson=spool.add([msgspec.json.format(_encode(told))]),
        chat=chat,
        page=shown,
        elements=spool.add(array_pieces(board.raw)),
        attendance=spool.add([attendance_table(tx, lesson, wanted.at)]),
        files=kept,
        pictures=[file for file in kept if file.id in board.file_ids],
    )


def _paged(spool: Spool, pieces: Iterator[bytes], limit: int) -> Pages[SpoolPart]:
    """Keep one part, page by page."""
    part = spool.add([])
    while page := list(islice(pieces, limit)):
        part = SpoolPart(part.start, part.length + spool.add(page).length)
        yield
    return part


def _reader(tx: Transaction, actor: Actor | None) -> Reader:
    user = users.get(tx, actor.require_user()) if actor else None
    return Reader(user.locale, user.timezone) if user else Reader("en", "UTC")


def _messages(
    tx: Transaction, lesson: LessonRecord, limit: int
) -> Iterator[MessageRecord]:
    """Yield what was said, oldest first, and is there still."""
    after = 0
    while found := messages.told(tx, lesson.id, after=after, limit=limit):
        yield from found
        after = found[-1].id
