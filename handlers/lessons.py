"""Lessons and their members over HTTP (contract 3.3)."""

from datetime import datetime
from typing import Literal

from handlers.base import ApiHandler
from handlers.flags import flag
from handlers.operations import MANAGERS, Query, operation, page_of
from rtserver.clock import parse_rfc3339
from rtserver.errors import BadRequest, Conflict, Forbidden
from rtserver.input.field_types import Moment
from rtserver.lessons.members import DeclinedView
from rtserver.lessons.requests import (
    Invitation,
    LessonBody,
    LessonPatch,
    MemberPatch,
    MembersPatch,
)
from rtserver.lessons.service import LessonFilter, LessonPage
from rtserver.views import LessonView, MemberView

TUTORS = "its tutors, admins, Api-Keys"
FROM = Query(
    "from",
    "Only lessons that end after this.",
    Moment,
    example="2026-12-01T00:00:00Z",
)
SUMMARY = Query(
    "summary",
    "`true`: with what one has of each lesson as a member.",
    Literal["true", "false"],
)
TO = Query("to", "Only lessons that start before this.", Moment)
STUDENT = {"user_id": 4, "role": "student"}
NEW_LESSON = {
    "title": "Algebra",
    "starts_at": "2026-12-01T15:00:00Z",
    "ends_at": "2026-12-01T16:00:00Z",
    "members": [STUDENT],
}


class ChangingHandler(ApiHandler):
    """One that changes lessons, which costs the more, the more members are told."""

    async def count_change(self, lesson_id: int) -> None:
        """Count a change that was made to who asked for it."""
        if self.actor.user_id is not None:
            members = await self.services.members.count(lesson_id)
            self.services.budgets.spend_change_of_lesson(self.actor, members)


class LessonsHandler(ChangingHandler):
    @operation(
        "people: their own; admins, Api-Keys: all",
        {200: LessonPage},
        query=(FROM, TO, SUMMARY, *page_of("lessons", 2)),
    )
    async def get(self) -> None:
        """List the lessons that one may see, by their start."""
        wanted = LessonFilter(self._moment("from"), self._moment("to"))
        page = await self.services.lessons.list(
            self.actor, wanted, cursor=self.query("cursor"), limit=self.page_size()
        )
        if flag(self, "summary"):
            shown = await self.services.summaries.add(self.actor, page.results)
            page = LessonPage(shown, page.next)
        self.reply(page)

    @operation(
        "tutors, admins, Api-Keys",
        {201: LessonView},
        body=LessonBody,
        errors=(Forbidden, Conflict),
        example=NEW_LESSON,
    )
    async def post(self) -> None:
        """Make a lesson.

        A tutor who makes it is its accepted tutor. Whom they name is invited; only
        admins and Api-Keys set a `state`.
        """
        body = self.body(LessonBody)
        lesson = await self.services.lessons.create(self.actor, body)
        await self.count_change(lesson.id)
        self.reply(lesson, 201)

    def _moment(self, name: str) -> datetime | None:
        text = self.query(name)
        if text is None:
            return None
        try:
            return parse_rfc3339(text)
        except ValueError as error:
            raise BadRequest.at(name, str(error)) from None


class LessonHandler(ChangingHandler):
    @operation(
        "its members, invited ones too; admins, Api-Keys",
        {200: LessonView},
        query=(SUMMARY,),
        errors=(Forbidden,),
    )
    async def get(self, lesson_id: str) -> None:
        """Read a lesson."""
        with_summary = flag(self, "summary")
        lesson = await self.services.lessons.get(self.actor, self.path_id(lesson_id))
        if with_summary:
            [lesson] = await self.services.summaries.add(self.actor, [lesson])
        self.reply(lesson)

    @operation(
        MANAGERS,
        {200: LessonView, 201: LessonView},
        body=LessonBody,
        errors=(Forbidden, Conflict),
        at={"id": 301},
        example=NEW_LESSON,
    )
    async def put(self, lesson_id: str) -> None:
        """Make or change the lesson with this id, for a platform that owns the lessons.

        `members`, if given, replaces the whole list.
        """
        id, body = self.path_id(lesson_id), self.body(LessonBody)
        lesson, is_new = await self.services.lessons.put(self.actor, id, body)
        await self.count_change(id)
        self.reply(lesson, 201 if is_new else 200)

    @operation(
        TUTORS,
        {200: LessonView},
        body=LessonPatch,
        errors=(Forbidden, Conflict),
        example={"title": "Fractions and decimals"},
    )
    async def patch(self, lesson_id: str) -> None:
        """Change a lesson's title or times."""
        id, body = self.path_id(lesson_id), self.body(LessonPatch)
        lesson = await self.services.lessons.patch(self.actor, id, body)
        await self.count_change(id)
        self.reply(lesson)

    @operation(TUTORS, {204: None}, errors=(Forbidden, Conflict))
    async def delete(self, lesson_id: str) -> None:
        """Cancel a lesson: it can be read, and nothing in it changes any more."""
        id = self.path_id(lesson_id)
        await self.services.lessons.cancel(self.actor, id)
        await self.count_change(id)
        self.reply_nothing()


class MembersHandler(ChangingHandler):
    @operation(
        TUTORS,
        {201: MemberView, 200: MemberView},
        body=Invitation,
        errors=(Forbidden, Conflict),
        example={"email": "oliver@demo.example", "role": "student"},
    )
    async def post(self, lesson_id: str) -> None:
        """Invite somebody into a lesson.

        Who is in already stays as they are, with 200.
        """
        id, asked = self.path_id(lesson_id), self.body(Invitation)
        member, is_new = await self.services.members.invite(self.actor, id, asked)
        await self.count_change(id)
        self.reply(member, 201 if is_new else 200)

    @operation(
        TUTORS,
        {200: LessonView},
        body=MembersPatch,
        errors=(Forbidden, Conflict),
        example={"board": "view"},
    )
    async def patch(self, lesson_id: str) -> None:
        """Let all students draw on the board, or only view it.

        Who joins later gets the same right.
        """
        id, asked = self.path_id(lesson_id), self.body(MembersPatch)
        lesson = await self.services.members.set_board(self.actor, id, asked)
        await self.count_change(id)
        self.reply(lesson)


class MemberHandler(ChangingHandler):
    @operation(
        TUTORS,
        {200: MemberView},
        body=MemberPatch,
        errors=(Forbidden, Conflict),
        at={"user_id": 4},
        example={"board": "view"},
    )
    async def patch(self, lesson_id: str, user_id: str) -> None:
        """Change a member's board or role; admins and Api-Keys also the state."""
        id, asked = self.path_id(lesson_id), self.body(MemberPatch)
        member = await self.services.members.change(
            self.actor, id, self.path_id(user_id), asked
        )
        await self.count_change(id)
        self.reply(member)

    @operation(TUTORS, {204: None}, errors=(Forbidden, Conflict), at={"user_id": 4})
    async def delete(self, lesson_id: str, user_id: str) -> None:
        """Take somebody out of a lesson, or an invitation back.

        They lose every right in it at once.
        """
        id = self.path_id(lesson_id)
        await self.services.members.remove(self.actor, id, self.path_id(user_id))
        await self.count_change(id)
        self.reply_nothing()


class AcceptHandler(ChangingHandler):
    @operation(
        "who is invited", {200: LessonView}, errors=(Forbidden, Conflict), at={"id": 3}
    )
    async def post(self, lesson_id: str) -> None:
        """Accept one's own invitation."""
        id = self.path_id(lesson_id)
        lesson = await self.services.members.accept(self.actor, id)
        await self.count_change(id)
        self.reply(lesson)


class DeclineHandler(ChangingHandler):
    @operation(
        "who is invited",
        {200: DeclinedView},
        errors=(Forbidden, Conflict),
        at={"id": 3},
    )
    async def post(self, lesson_id: str) -> None:
        """Decline one's own invitation, which removes it."""
        id = self.path_id(lesson_id)
        declined = await self.services.members.decline(self.actor, id)
        await self.count_change(id)
        self.reply(declined)
