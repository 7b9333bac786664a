"""A moderated chat, for tests of what waits in it."""

from typing import Any

from rtserver.chat.held import HeldMessages
from rtserver.chat.posts import Held
from store import lessons
from tests.lesson_school import LESSON, OLENA, SOFIA, chat_of
from tests.mail_school import MailSchool

START = 9  # what the lesson's chat stands at


class Moderated:
    """A moderated chat: Olena tutors Sofia, Taras is invited."""

    def __init__(self, mails: MailSchool) -> None:
        self.mails, self.db, self.clock = mails, mails.db, mails.clock
        self.events, self.run = mails.events, mails.school.run
        self.held = HeldMessages(mails.db, mails.clock, mails.notices)
        self.chat = chat_of(mails.db, mails.clock, print, notices=mails.notices)

    async def post(
        self, text: str, client_id: str | None = None, actor: Any = SOFIA
    ) -> Any:
        return await self.chat.post(actor, LESSON, text, client_id)

    async def hold(self, *texts: str) -> list[int]:
        """Have messages of Sofia held; give their ids."""
        ids = []
        for text in texts:
            answer = await self.post(text)
            assert isinstance(answer, Held)
            ids.append(answer.message.held_id)
        return ids

    async def waiting(self, actor: Any = OLENA) -> list[str]:
        page = await self.held.page(actor, LESSON, cursor=None, limit=50)
        return [one.text for one in page.results]

    async def history(self) -> list[str]:
        page = await self.chat.history(SOFIA, LESSON, cursor=None, limit=50)
        return [one.text for one in page.results]

    async def mode(self, chat: str) -> None:
        await self.run(lessons.set_chat, LESSON, chat)
