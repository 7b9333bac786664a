"""``/api/chat/…`` (contract 3.2)."""

from typing import Annotated

import msgspec

from handlers.base import ApiHandler
from handlers.operations import LESSON, Query, operation, page_of
from handlers.parameters import MAX_ID
from rtserver.chat.posts import Held
from rtserver.chat.service import ChangesView, HistoryView
from rtserver.errors import Conflict, Forbidden, NotFound
from rtserver.input.cursors import decode_cursor
from rtserver.input.field_types import FileId, Id, Key, MessageText, SentText, Seq
from rtserver.views import HeldView, MessageView

MAX_FILES = 10
SINCE = Query(
    "since",
    "The seq up to which you have everything.",
    Seq,
    default=0,
    example=2,
)


class NewMessage(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    lesson_id: Id
    text: SentText
    client_id: Key | None = None
    files: Annotated[list[FileId], msgspec.Meta(max_length=MAX_FILES)] = []


class NewText(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    text: MessageText


class MessagesHandler(ApiHandler):
    @operation(
        "accepted members",
        {201: MessageView, 200: MessageView, 202: HeldView},
        body=NewMessage,
        errors=(Forbidden, NotFound, Conflict),
        example={"lesson_id": 1, "text": "Good evening!", "client_id": "olena-1"},
    )
    async def post(self) -> None:
        """Post a message, with up to ten `files` of one's own.

        With files, `text` may be empty.

        The same `client_id` again is answered by the first message, with 200. Where a
        tutor is to look at it first, it is held, with 202.
        """
        self.actor.require_user()
        new = self.body(NewMessage)
        posted = await self.services.chat.post(
            self.actor, new.lesson_id, new.text, new.client_id, new.files
        )
        if isinstance(posted, Held):
            self.reply(posted.message, 202)
        else:
            self.services.budgets.spend_message(self.actor, posted.told)
            self.reply(posted.message, 201 if posted.created else 200)


class MessageHandler(ApiHandler):
    @operation("accepted members", {200: MessageView}, errors=(Forbidden,))
    async def get(self, id: str) -> None:
        """Read a message; of a deleted one only its place is left."""
        self.reply(await self.services.chat.get(self.actor, self.path_id(id)))

    @operation(
        "the author",
        {200: MessageView},
        body=NewText,
        errors=(Forbidden, Conflict),
        example={"text": "Good evening, all!"},
    )
    async def patch(self, id: str) -> None:
        """Change a message's text."""
        self.actor.require_user()
        text = self.body(NewText).text
        self.reply(await self.services.chat.edit(self.actor, self.path_id(id), text))

    @operation(
        "the author, the lesson's tutors", {204: None}, errors=(Forbidden, Conflict)
    )
    async def delete(self, id: str) -> None:
        """Empty a message's text everywhere; its place and number stay."""
        await self.services.chat.delete(self.actor, self.path_id(id))
        self.reply_nothing()


class HistoryHandler(ApiHandler):
    @operation(
        "accepted members",
        {200: HistoryView},
        query=(LESSON, *page_of("history")),
        errors=(Forbidden, NotFound),
    )
    async def get(self) -> None:
        """List the messages, newest first, deleted ones left out."""
        self.actor.require_user()
        history = await self.services.chat.history(
            self.actor,
            self.query_id("lesson_id"),
            cursor=self.query("cursor"),
            limit=self.page_size(),
        )
        self.reply(history)


class ChangesHandler(ApiHandler):
    @operation(
        "accepted members",
        {200: ChangesView},
        query=(LESSON, SINCE, *page_of("changes")),
        errors=(Forbidden, NotFound),
    )
    async def get(self) -> None:
        """List what changed after a position, in the order of `seq`.

        Each message comes once, as it is now. `seq` is the `since` of the next call.
        """
        self.actor.require_user()
        since = self.query_int("since", minimum=0, maximum=MAX_ID, default=0)
        cursor = self.query("cursor")
        if cursor is not None:
            (since,) = decode_cursor(cursor, "changes", 1)
        changes = await self.services.chat.changes(
            self.actor, self.query_id("lesson_id"), since=since, limit=self.page_size()
        )
        self.reply(changes)
