"""``/api/chat/held/…``: what waits for a tutor (contract 3.2)."""

from handlers.base import ApiHandler
from handlers.operations import LESSON, operation, page_of
from rtserver.chat.held import HeldPage
from rtserver.errors import Conflict, Forbidden, NotFound
from rtserver.views import MessageView


class HeldHandler(ApiHandler):
    @operation(
        "the lesson's tutors: all; students: their own",
        {200: HeldPage},
        query=(LESSON, *page_of("held")),
        errors=(Forbidden, NotFound),
    )
    async def get(self) -> None:
        """List what waits in a lesson, oldest first."""
        self.actor.require_user()
        page = await self.services.chat.held.page(
            self.actor,
            self.query_id("lesson_id"),
            cursor=self.query("cursor"),
            limit=self.page_size(),
        )
        self.reply(page)


class HeldMessageHandler(ApiHandler):
    @operation("the author", {204: None}, errors=(Forbidden, Conflict))
    async def delete(self, id: str) -> None:
        """Withdraw what waits of one's own; its text is gone."""
        await self.services.chat.held.withdraw(self.actor, self.path_id(id))
        self.reply_nothing()


class ApproveHandler(ApiHandler):
    @operation("the lesson's tutors", {201: MessageView}, errors=(Forbidden, Conflict))
    async def post(self, id: str) -> None:
        """Make a message of what waits, as of now."""
        message = await self.services.chat.held.approve(self.actor, self.path_id(id))
        self.reply(message, 201)


class RejectHandler(ApiHandler):
    @operation("the lesson's tutors", {204: None}, errors=(Forbidden, Conflict))
    async def post(self, id: str) -> None:
        """Refuse what waits; its text is gone."""
        await self.services.chat.held.reject(self.actor, self.path_id(id))
        self.reply_nothing()
