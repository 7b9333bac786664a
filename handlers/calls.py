"""The video call of a lesson (contract 3.3)."""

from handlers.base import ApiHandler
from handlers.operations import operation
from rtserver.errors import Conflict, Forbidden
from rtserver.lessons.calls import CallView


class CallHandler(ApiHandler):
    @operation("accepted members", {200: CallView}, errors=(Forbidden, Conflict))
    async def get(self, lesson_id: str) -> None:
        """Read the link to the lesson's video call.

        It is there from 30 minutes before the start to an hour after the end, for
        students while a tutor is in the lesson's room, else 409; 404 where the school
        has no calls. Ask again at `lesson.changed`: the call moves to another room when
        somebody is taken out of the lesson.
        """
        call = await self.services.calls.join(self.actor, self.path_id(lesson_id))
        self.reply(call)
